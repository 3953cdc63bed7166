#!/usr/bin/env python3
"""Verifies a bundle of `lianjian audit export` with Python's standard library and ed25519.py beside this file.
    python3 verify.py BUNDLE [--trust KEYS] [--since CHECKPOINT]
It shares no code with the program that wrote the bundle; README.md describes both file and answer.
"""
import base64, calendar, hashlib, json, sys, time as clock
import lawful
from ed25519 import is_signed
NOT_WITNESSED = "not witnessed: the operator alone could have rewritten this"
findings = []
def found(position, kind, detail=""):
    findings.append((position, kind, detail))
def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()
def unbase64(text):
    raw = base64.b64decode(text, validate=True)
    return {base64.b64encode(raw).decode(): raw}[text]  # Bytes have one spelling only.
# C2SP signed-note and tlog-checkpoint: keys, the signed head, and who signed it.
def read_keys(data):
    keys = []
    for text in [word for line in data.decode().splitlines() if line[:1] != "#" for word in line.split() if "+" in word]:
        name, number, encoded = text.split("+", 2)
        kind, key = unbase64(encoded)[:1], unbase64(encoded)[1:]
        if sha256(name.encode(), b"\n", kind, key)[:4].hex() != number or kind not in (b"\1", b"\4"):
            raise ValueError("no key: " + text)
        keys.append((name, number, kind, key))
    return keys
def read_checkpoint(data):
    text, lines = data.decode().rsplit("\n\n", 1)
    origin, size, root = text.split("\n")
    signed = [line.split(" ") for line in lines.split("\n")]
    if str(int(size)) != size or int(size) < 0 or signed.pop() != [""] or any(dash != "—" for dash, _, _ in signed):
        raise ValueError("no checkpoint")
    signed = [(name, unbase64(signature)) for _, name, signature in signed]
    return {"origin": origin, "size": int(size), "root": unbase64(root), "text": text.encode() + b"\n", "signed": signed}
def signers(head, keys):
    valid = []
    for name, raw in head["signed"]:
        for _, _, kind, key in [key for key in keys if key[:2] == (name, raw[:4].hex())]:
            time, message, signature = 0, head["text"], raw[4:]
            if kind == b"\4":
                time, signature = int.from_bytes(raw[4:12], "big"), raw[12:]
                message = b"cosignature/v1\ntime %d\n" % time + message
            valid.append((name, kind, time)) if is_signed(key, message, signature) else found(head["size"], "signature", name)
    return valid
def is_log_among(valid, head):
    return any(kind == b"\1" and name == head["origin"] for name, kind, _ in valid)
# RFC 6962: the root over leaves, and from one of them along its path.
def root_of(level):
    while len(level) > 1:
        pairs = [sha256(b"\1", one, other) for one, other in zip(level[::2], level[1::2])]
        level = pairs + level[len(level) & ~1:]
    return level[0] if level else sha256()
def root_by_path(leaf, index, size, path):
    low, high, sides = 0, size, []
    while high - low > 1 and 0 <= index < size:
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        sides.append(index < middle)
        low, high = (low, middle) if sides[-1] else (middle, high)
    for is_left, other in zip(reversed(sides), path):
        leaf = sha256(b"\1", leaf, other) if is_left else sha256(b"\1", other, leaf)
    return leaf if len(sides) == len(path) else None
# The file: a tar in one spelling only.
def read_tar(data):
    files, at = {}, 0
    while data[at:at + 512] != bytes(512):
        name, size = data[at:at + 100].split(b"\0")[0].decode("ascii"), int(data[at + 124:at + 135], 8)
        header = bytearray(512)
        for place, text in ((0, name), (100, "0000644\0" + "0000000\0" * 2), (124, "%011o\0" % size),
                            (136, "0" * 11 + "\0" + " " * 8 + "0"), (257, "ustar\00000")):
            header[place:place + len(text)] = text.encode()
        header[148:156] = b"%06o\0 " % sum(header)
        end = at + 512 + size
        after = end + -end % 512
        if data[at:at + 512] != header or data[end:after] != bytes(after - end) or name in files:
            raise ValueError("byte %d" % at)
        files[name], at = data[at + 512:end], after
    if data[at:] == bytes(1024):
        return files
    raise ValueError("byte %d" % at)
def read_bundle(path):
    files = read_tar(open(path, "rb").read())
    text = files.pop("manifest.json")
    manifest = json.loads(text)
    is_whole = manifest["scope"] is None and (manifest["first"], manifest["last"]) == (1, manifest["size"])
    needed = {"checkpoint", "keys", "events.ndjson", "leaves" if is_whole else "proofs.ndjson"}
    others = [name for name in files if name not in needed | {"names.ndjson"} and not name.startswith(("witnessed/", "schemas/events/"))]
    if (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode() != text or others or needed - set(files) \
            or set(files) != set(manifest["files"]) or manifest["format"] != "lianjian-bundle/1" or not read_keys(files["keys"]):
        raise ValueError("manifest.json")
    return files, manifest, is_whole
# What the events say of each other: positions, times, commands, the numbers of each county.
def check_events(lines, manifest, is_all, seen):
    last, before, counties, command, ids, whole = manifest["first"] - 1, "", {}, None, set(), not manifest["scope"]
    for line in lines:
        try:
            event = json.loads(line)
            said, index, count, number, name = (event[key] if key == "commandid" else int(event[key]) for key in
                                                ("sequence", "commandindex", "commandcount", "scopesequence", "commandid"))
            at, time, county = last + 1 if whole else said, event["time"], event.get("county", "_")
            known = counties.get(county, number - 1 if manifest["first"] > 1 else 0)
            second = calendar.timegm(clock.strptime(time[:19], "%Y-%m-%dT%H:%M:%S"))
            continues = command is not None and command[0] == name
            is_begun = command is not None or manifest["first"] == 1
            is_next = (index, count) == command[1:] if continues else index == 0 or not is_begun
            for is_wrong, kind in (
                    (at <= last, "position-gap"), (said != at, "sequence"), (time < before, "time-backwards"),
                    (event["source"] != "/cities/" + manifest["city"], "other-city"), (number != known + 1, "scope-sequence"),
                    (not whole and county not in ("_", manifest["scope"]), "bundle"), (at > manifest["last"], "bundle"),
                    (any(up_to >= at and second - moment > 600 for up_to, moment in seen), "witnessed-before"),
                    (index >= count or not continues and name in ids, "command-split"),
                    (whole and not is_next, "command-split" if continues else "command-incomplete")):
                if is_wrong:
                    found(at, kind)
            if whole and command and not continues and command[1] < command[2]:
                found(last, "command-incomplete", command[0])
            last, before, counties[county], command = at, time, number, (name, index + 1, count)
            ids.add(name)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            last, command = last + 1, None
            found(last, "unreadable", str(error))
    if is_all and command and command[1] < command[2]:
        found(last, "command-incomplete", command[0])
    if whole and last < manifest["last"]:
        found(last + 1, "log-shorter", "%d < %d" % (last, manifest["last"]))
# The events under the signed root: each along its path, or all of them together.
def check_proofs(files, head, events, manifest):
    lines = files["proofs.ndjson"].decode("ascii", "replace").split("\n")[:-1]
    for at, body in enumerate(events, manifest["first"]):
        try:
            path, at = [unbase64(text) for text in json.loads(lines.pop(0))], int(json.loads(body)["sequence"])
            if root_by_path(sha256(b"\0", body), at - 1, head["size"], path) != head["root"]:
                found(at, "proof")
        except (ValueError, KeyError, TypeError, IndexError) as error:
            found(at, "proof", str(error))
    [found(manifest["last"] + 1, "proof", "too many") for _ in lines[:1]]
def check_tree(files, head, events, older):
    leaves = [sha256(b"\0", body) for body in events]
    claimed = [files["leaves"][at:at + 32] for at in range(0, len(files["leaves"]), 32)]
    both, sound = range(max(len(leaves), len(claimed))), 0
    differing = next((at + 1 for at in both if leaves[at:at + 1] != claimed[at:at + 1]), 0)
    for one in sorted(older + [head], key=lambda one: one["size"]):
        if one["size"] > len(leaves):
            [found(differing, "leaf") for _ in claimed[:1] if 0 < differing <= len(leaves)]
            found(len(leaves) + 1, "log-shorter", "%d < %d" % (len(leaves), one["size"]))
        elif root_of(leaves[:one["size"]]) == one["root"]:
            sound = max(sound, one["size"])
        elif differing and root_of(claimed[:one["size"]]) == one["root"]:
            found(differing, "leaf")
        else:
            found(sound + 1, "root" if one is head else "fork", "%d events" % one["size"])
    if not findings and differing:
        found(differing, "tile")
# Names, where the bundle has them: each opens a commitment of its event.
def check_names(lines, events):
    held = {event["sequence"]: list(event["data"].values()) for event in map(json.loads, events)} if lines else {}
    for said in map(json.loads, lines):
        if sha256(unbase64(said["salt"]), said["value"].encode()).hex() not in held.get("%020d" % said["position"], []):
            found(said["position"], "commitment-broken")
def verify(bundle, trusted, since):
    files, manifest, is_whole = read_bundle(bundle)
    keys, size = trusted + read_keys(files["keys"]), manifest["size"]
    try:
        heads = [read_checkpoint(files[name]) for name in files if name.startswith(("witnessed/", "checkpoint"))]
    except (ValueError, KeyError, TypeError) as error:
        return found(size, "checkpoint", str(error))
    head = heads.pop(0)
    valid = [(one, signers(one, keys)) for one in heads + [head]]
    names = sorted({name for _, signed in valid for name, kind, _ in signed if kind == b"\4"})
    claims = {"origin": "lianjian.cn/cities/" + manifest["city"], "size": head["size"], "witnesses": names,
              "note": None if names else NOT_WITNESSED}
    [found(0, "bundle", "manifest.json: " + name) for name in claims if claims[name] != manifest[name]]
    for one in [one for one, signed in valid if not is_log_among(signed, one) or one["origin"] != manifest["origin"]]:
        found(one["size"], "signature", one["origin"])
    events = files["events.ndjson"].split(b"\n")[:-1]
    check_events(events, manifest, is_whole, [(one["size"], time) for one, signed in valid for _, _, time in signed if time])
    check_tree(files, head, events, since + heads) if is_whole else check_proofs(files, head, events, manifest)
    if is_whole and not findings:
        lawful.check([json.loads(event) for event in events], manifest["city"], found)
    check_names([] if findings else files.get("names.ndjson", b"").splitlines(), events)
    if not is_whole and any((one["size"], one["root"]) != (size, head["root"]) for one in since):
        found(size, "fork", "a part can be compared with a checkpoint of its own size only")
    entry = {name: {"bytes": len(files[name]), "sha256": sha256(files[name]).hex()} for name in files}
    changed = [name for name in files if entry[name] != manifest["files"][name]] + ["events"] * (len(events) != manifest["events"])
    [found(0, "bundle", name) for name in changed if not findings]  # A hash says only that something changed.
    return heads + [head]
def main(bundle, *options):
    asked = dict(zip(options[::2], options[1::2]))
    read = lambda option, reader: reader(open(asked[option], "rb").read()) if option in asked else None
    trusted, since, heads = read("--trust", read_keys) or [], read("--since", read_checkpoint), None
    try:
        heads = verify(bundle, trusted, [since] if since else [])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        found(0, "bundle", str(error))
    signed = [signers(head, trusted) for head in heads or [] if not findings] or [[]]
    [print(*finding) for finding in sorted(findings, key=lambda finding: finding[0])]
    is_good = not findings and (is_log_among(signed[-1], heads[-1]) or since is not None and not trusted)
    print("verified" if is_good else "verification failed" if findings else "consistent, signer not established")
    witnesses = sorted({name for one in signed for name, kind, _ in one if kind == b"\4"})
    print("witnessed by " + ", ".join(witnesses) if witnesses else NOT_WITNESSED)
    [print("rules by which each command was judged: " + ", ".join(rules)) for rules in lawful.judged_by]
    return 0 if is_good else 5
if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
