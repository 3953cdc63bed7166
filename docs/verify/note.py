"""What is signed, and whom a verifier trusts: keys, checkpoints and policies in the formats of C2SP (signed-note,
tlog-checkpoint, tlog-cosignature, tlog-policy). What does not read raises ValueError. README.md says which rules hold.
"""
import base64, hashlib, re
from functools import lru_cache
import ed25519

LOG, WITNESS = b"\1", b"\4"
MAX_BYTES, MAX_DEFINITIONS, MAX_SIGNATURES = 64 << 10, 256, 100

# The same key and signature are met again and again.
is_signed, point = lru_cache(4096)(ed25519.is_signed), lru_cache(4096)(ed25519.point)

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def unbase64(text):
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("bytes have one spelling only: " + text)
    return raw

def number(text, most=2**64 - 1):
    if not re.fullmatch("0|[1-9][0-9]{0,19}", text) or int(text) > most:
        raise ValueError("no number: " + text)
    return int(text)

def is_name(name):
    return name and not any(letter == "+" or letter.isspace() for letter in name)

# A verifier key: name, number, kind, bytes.
@lru_cache(4096)
def read_key(text):
    name, short, encoded = text.split("+", 2)
    raw = unbase64(encoded)
    kind, key = raw[:1], raw[1:]
    has_control = any(letter < " " or "\x7f" <= letter <= "\x9f" for letter in name)
    if not is_name(name) or has_control or kind not in (LOG, WITNESS) or len(key) != 32 \
            or sha256(name.encode(), b"\n", raw)[:4].hex() != short:
        raise ValueError("no key: " + text)
    point(key)
    return name, short, kind, key

def check_new(key, keys):
    if any(key[3] == known[3] for known in keys):
        raise ValueError("the same key twice: " + key[0])

# The file `keys` of a bundle: a key a line, each once, and nothing else.
def read_keys(data):
    keys, lines = [], data.decode().split("\n")
    if lines.pop() or len(data) > MAX_BYTES or not 0 < len(lines) <= MAX_DEFINITIONS:
        raise ValueError("keys")
    for line in lines:
        check_new(read_key(line), keys)
        keys.append(read_key(line))
    return keys

# Whom a verifier trusts: logs, witnesses, and how many of them are asked for.
class Policy:
    def __init__(self, data):
        self.logs, self.witnesses, self.groups, self.quorum, self.hours = [], {}, {}, None, None
        if len(data) > MAX_BYTES:
            raise ValueError("the file of trusted keys is too long")
        lines = data[3:].split(b"\n") if data[:3] == b"\xef\xbb\xbf" else data.split(b"\n")
        lines = [line[:-1] if line[-1:] == b"\r" else line for line in lines]
        # The octets of a comment are nobody's business.
        lines = [line.strip(b" \t") for line in lines]
        lines = [line.decode() for line in lines if line and line[:1] != b"#"]
        if len(lines) > MAX_DEFINITIONS:
            raise ValueError("the file of trusted keys is too long")
        for line in lines:
            self.define(*[word for word in re.split("[ \t]", line) if word])
        if not self.logs:
            raise ValueError("the file of trusted keys names no log's key")
        self.hours = self.hours or 24

    def define(self, word, *rest):
        if word == "log" and len(rest) in (1, 2):
            self.add(LOG, None, rest[0])
        elif word == "witness" and len(rest) in (2, 3):
            self.add(WITNESS, rest[0], rest[1])
        elif word == "group" and len(rest) >= 3:
            name, count, members = rest[0], rest[1], rest[2:]
            count = {"any": 1, "all": len(members)}[count] if count in ("any", "all") else number(count)
            taken = [member for _, others in self.groups.values() for member in others]
            self.check_name(name)
            if not 1 <= count <= len(members) or len(set(members)) != len(members) \
                    or any(member in taken or not self.is_defined(member) for member in members):
                raise ValueError("group " + name)
            self.groups[name] = (count, members)
        elif word == "quorum" and len(rest) == 1 and self.quorum is None and (rest[0] == "none" or self.is_defined(rest[0])):
            self.quorum = rest[0]
        elif word == "quorum_hours" and len(rest) == 1 and self.hours is None and 1 <= number(rest[0]) <= 8784:
            self.hours = number(rest[0])
        elif "+" in word and not rest:
            key = read_key(word)
            self.add(key[2], key[0], word)
        else:
            raise ValueError("no log, witness, group, quorum, quorum_hours or key: " + word)

    def add(self, kind, name, text):
        key = read_key(text)
        check_new(key, self.keys())
        if key[2] != kind:
            raise ValueError("a key of another kind: " + text)
        if kind == LOG:
            self.logs.append(key)
        else:
            self.check_name(name)
            self.witnesses[name] = key

    def check_name(self, name):
        if name == "none" or self.is_defined(name):
            raise ValueError("a name that is taken: " + name)

    def is_defined(self, name):
        return name in self.witnesses or name in self.groups

    def keys(self):
        return self.logs + list(self.witnesses.values())

    def asks_for_witnesses(self):
        return self.quorum not in (None, "none")

    def is_quorum(self, keys, name=None):
        name = name or self.quorum
        if name in self.witnesses:
            return self.witnesses[name] in keys
        count, members = self.groups[name]
        return sum(self.is_quorum(keys, member) for member in members) >= count

# The signed head of a log.
def read_checkpoint(data):
    note = data.decode()
    if len(data) > MAX_BYTES or any(letter < " " and letter != "\n" for letter in note):
        raise ValueError("no checkpoint")
    text, lines = note.rsplit("\n\n", 1)
    origin, size, root, *extensions = text.split("\n")
    lines, signed = lines.split("\n"), []
    if lines.pop() or not lines or len(lines) > MAX_SIGNATURES or not origin or "" in extensions:
        raise ValueError("no checkpoint")
    for line in lines:
        dash, name, signature = line.split(" ")
        raw = unbase64(signature)
        if dash != "—" or not is_name(name) or len(raw) < 5 or (name, raw[:4]) in [(own, other[:4]) for own, other in signed]:
            raise ValueError("no signature, or a second one of the same key")
        signed.append((name, raw))
    if len(unbase64(root)) != 32:
        raise ValueError("no root")
    return {"origin": origin, "size": number(size), "root": unbase64(root), "text": text.encode() + b"\n", "signed": signed}

# Who of these keys has signed a head, and when; a wrong signature of a known key raises ValueError.
def signers(head, keys):
    valid = []
    for name, raw in head["signed"]:
        key = next((key for key in keys if key[:2] == (name, raw[:4].hex())), None)
        if key:
            time, message, signature = 0, head["text"], raw[4:]
            if key[2] == WITNESS:
                time, signature = int.from_bytes(raw[4:12], "big"), raw[12:]
                message = b"cosignature/v1\ntime %d\n" % time + message
            if time >= 2**63 or not is_signed(key[3], message, signature):
                raise ValueError(name)
            valid.append((key, time))
    return valid

def is_of_log(key, head):
    return key[2] == LOG and key[0] == head["origin"]
