#!/usr/bin/env python3
"""Verifies a bundle of `lianjian audit export` with Python's standard library and the files beside this one.
    python3 verify.py BUNDLE [--trust KEYS] [--since CHECKPOINT] [--now TIME]
It shares no code with the program that wrote the bundle; README.md describes file, rules and answer.
"""
import calendar, hashlib, json, os, re, sys, time as clock
import lawful
from bundle import changed_files, compact, read_bundle
from note import Policy, WITNESS, is_of_log, read_checkpoint, read_key, sha256, signers, unbase64
from versions import TooNew, as_of_today, type_of

NOT_WITNESSED = "not witnessed: the operator alone could have rewritten this"
MARK, ENDING, TOMBSTONE = b"lianjian.cn commitment version 2", "_commitment", "person.erased"
TOLERANCE, SETTLING = 600_000, 60_000  # How far clocks may differ; how long an event may stay unsigned.
BAD = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)
findings = []

class Usage(Exception):
    """What was asked cannot be answered: status 2."""

def found(position, kind, detail=""):
    findings.append((position, kind, detail))

def milliseconds(text):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", text):
        raise ValueError("no time: " + text)
    return calendar.timegm(clock.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) * 1000 + int(text[20:23])

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

# When witnesses had seen what: of those who signed a head the middle one counts, of two the one who accuses less.
class Witnessed:
    def __init__(self, heads):
        signed = [(size, sorted(1000 * time for time in times)) for size, times in heads if times]
        self.upper = [(size, times[len(times) // 2]) for size, times in signed]
        self.lower = [(size, times[(len(times) - 1) // 2]) for size, times in signed]

    def kind(self, at, moment):
        if any(size >= at and moment - time > TOLERANCE for size, time in self.upper):
            return "witnessed-before"
        if any(size < at and time - moment > TOLERANCE for size, time in self.lower):
            return "backdated"
        return None

# What the events say of each other: positions, times, commands, the numbers of each county.
class Events:
    def __init__(self, lines, manifest, is_all, witnessed, now, hours):
        self.manifest, self.whole, self.witnessed, self.now = manifest, not manifest["scope"], witnessed, now
        self.last, self.before, self.counties, self.earlier = manifest["first"] - 1, "", {}, 0
        self.command, self.ids, self.types, self.aged, self.ahead = None, set(), set(), 0, False
        self.early = []
        for line in lines:
            try:
                self.event(as_of_today(json.loads(line)), 0 if hours is None else now - hours * 3_600_000)
            except TooNew as error:
                self.last, self.command = self.last + 1, None
                found(self.last, "unknown-type", str(error))
            except BAD as error:
                self.last, self.command = self.last + 1, None
                found(self.last, "unreadable", str(error))
        for at, kind, _ in self.early:
            found(at, kind)
        if is_all and self.command and self.command[1] < self.command[2]:
            found(self.last, "command-incomplete", self.command[0])
        if self.whole and self.last < manifest["last"]:
            found(self.last + 1, "log-shorter", "%d < %d" % (self.last, manifest["last"]))
        # Before the first event stand at least those that its counties have numbered.
        if manifest["first"] > 1 and self.earlier > manifest["first"] - 1:
            found(manifest["first"], "scope-sequence", "%d > %d" % (self.earlier, manifest["first"] - 1))

    def event(self, event, old):
        manifest, whole, command = self.manifest, self.whole, self.command
        if not all(re.fullmatch("[0-9]{20}", event[name]) for name in ("sequence", "scopesequence")):
            raise ValueError("sequence")
        said, number = int(event["sequence"]), int(event["scopesequence"])
        index, count, name = event["commandindex"], event["commandcount"], event["commandid"]
        at, time, county = self.last + 1 if whole else said, event["time"], event.get("county", "_")
        moment = milliseconds(time)
        if county not in self.counties and manifest["first"] > 1:
            self.counties[county] = number - 1
            self.earlier += number - 1
        continues = command is not None and command[0] == name
        is_begun = command is not None or manifest["first"] == 1
        is_next = (index, count) == command[1:] if continues else index == 0 or not is_begun
        is_early = moment - self.now > TOLERANCE and not self.ahead
        seen = self.witnessed.kind(at, moment)
        # Somebody answers for a clock that leaps: only here time may go back, and only from the time that is named. What was
        # seen before its time, or is of a time to come, was recorded under a clock that was ahead.
        goes_back = time < self.before
        if type_of(event) == "log.clock-accepted":
            named = event["data"]["previous"]
            goes_back = named != (self.before or named) and (whole or named < self.before)
            self.early = [one for one in self.early if one[2] <= moment]
            self.ahead = any(kind == "time-ahead" for _, kind, _ in self.early)
        if is_early:
            self.early.append((at, "time-ahead", moment))
        if seen == "witnessed-before":
            self.early.append((at, seen, moment))
            seen = None
        for is_wrong, kind in (
                (at <= self.last, "position-gap"), (said != at, "sequence"), (goes_back, "time-backwards"),
                (event["source"] != "/cities/" + manifest["city"], "other-city"),
                (number != self.counties.get(county, 0) + 1, "scope-sequence"),
                (not whole and county not in ("_", manifest["scope"]), "bundle"), (at > manifest["last"], "bundle"),
                (seen, seen), (index >= count or not continues and name in self.ids, "command-split"),
                (whole and not is_next, "command-split" if continues else "command-incomplete")):
            if is_wrong:
                found(at, kind)
        if whole and command and not continues and command[1] < command[2]:
            found(self.last, "command-incomplete", command[0])
        self.last, self.before, self.counties[county], self.command = at, time, number, (name, index + 1, count)
        self.aged, self.ahead = at if moment < old else self.aged, self.ahead or is_early
        self.ids.add(name)
        self.types.add(event["type"])

# The events under the signed root: each along its path, or all of them together.
def check_proofs(files, head, events, manifest):
    *lines, rest = files["proofs.ndjson"].decode("ascii", "replace").split("\n")
    for at, body in enumerate(events, manifest["first"]):
        try:
            line, at = lines.pop(0), int(json.loads(body)["sequence"])
            path = [unbase64(text) for text in json.loads(line)]
            is_written = compact(json.loads(line)).decode() == line and all(len(step) == 32 for step in path)
            if not is_written or root_by_path(sha256(b"\0", body), at - 1, head["size"], path) != head["root"]:
                found(at, "proof")
        except BAD as error:
            found(at, "proof", str(error))
    [found(manifest["last"] + 1, "proof", "too many") for _ in (lines + [rest] * (rest != ""))[:1]]

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

# Names, where the bundle has them: each opens a commitment of its event, in one of two forms, and each commitment is
# opened, erased, or told.
def opens(commitment, salt, field, value):
    bound = b"".join(len(part).to_bytes(8, "big") + part for part in (b"/" + field.encode(), value))
    made = [sha256(MARK, salt, bound)] + [sha256(salt, value)] * (salt != MARK)
    return len(salt) == 32 and bytes.fromhex(commitment) in made

def check_names(text, events, is_whole):
    held, erased, last = {}, set(), 0
    for event in map(as_of_today, map(json.loads, events)):
        data, at = event["data"], int(event["sequence"])
        subject = next(("%s/%s" % (kind, data[kind]) for kind in ("person", "account") if type(data.get(kind)) is str), "")
        erased |= {"person/%s" % data["person"]} if type_of(event) == TOMBSTONE else set()
        held[at] = [[name[:-len(ENDING)], value, subject, False] for name, value in data.items()
                    if name.endswith(ENDING) and type(value) is str]
    *lines, rest = text.split(b"\n")
    for line in lines + [rest] * (rest != b""):
        try:
            said = json.loads(line)
            at, salt, value = said["position"], unbase64(said["salt"]), said["value"].encode()
            if compact(said) != line or list(said) != ["position", "salt", "value"] or type(at) is not int or at < last or line is rest:
                raise ValueError("names.ndjson")
        except BAD as error:
            found(0, "bundle", "names.ndjson: %s" % error)
            break
        own = next((own for own in held.get(at, []) if not own[3] and opens(own[1], salt, own[0], value)), None)
        found(at, "commitment-broken") if own is None else own.__setitem__(3, True)
        last = at
    unopened = [(at, own) for at in held for own in held[at] if own[3] == (own[2] in erased)]
    for at, (field, _, subject, is_opened) in unopened:
        if is_opened or is_whole:
            found(at, "erased-kept" if is_opened else "commitment-missing", "%s /%s" % (subject, field))
    return [(at, own) for at, own in unopened if not own[3]]

# What nothing signed vouches for: the schemas are those of schemas.sha256 beside this file, one for each type and version that
# occurs.
def check_schemas(files, types):
    listed = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "schemas.sha256")).read().split("\n")
    own = {name for name in files if name.startswith("schemas/")}
    if own != {"schemas/events/%s.json" % name for name in types}:
        return ["schemas"]
    return [name for name in sorted(own) if "%s  %s" % (sha256(files[name]).hex(), name) not in listed]

# What events log.rule-book-adopted vouch for: the rules of each edition in words, and this checker with its description.
def check_carried(files, events):
    named = (json.loads(event) for event in events if b"log.rule-book-adopted" in event)
    adopted = [event["data"] for event in named if event["type"] == "cn.lianjian.log.rule-book-adopted.v1"]
    known = {"rule-books/%d.json" % said["rule_book"]["edition"]: said["rule_book"]["file_sha256"] for said in adopted}
    own = sorted(name for name in files if name.startswith("verify/"))
    listed = "".join("%s  %s\n" % (sha256(files[name]).hex(), name[len("verify/"):]) for name in own)
    changed = own and sha256(listed.encode()).hex() != (adopted and adopted[-1]["checker_sha256"])
    return [name for name in files if name.startswith("rule-books/") and sha256(files[name]).hex() != known.get(name)] + ["verify"] * bool(changed)

class Bundle:
    """What came of a bundle: its heads with who signed them, and which of the events are how old."""

def verify(data, policy, since, now):
    files, manifest, is_whole, own_keys = read_bundle(data)
    bundle = Bundle()
    trusted, size = policy.keys() if policy else [], manifest["size"]
    keys = trusted + own_keys
    try:
        heads = {name: read_checkpoint(files[name]) for name in files if name.startswith(("witnessed", "checkpoint"))}
        for name, one in heads.items():
            if one["origin"] != manifest["origin"] or name != "checkpoint" and name[-20:] != "%020d" % one["size"]:
                raise ValueError(name)
    except BAD as error:
        return found(size, "checkpoint", str(error))
    head, older = heads.pop("checkpoint"), list(heads.values())
    def signed_by(one, known):
        try:
            return signers(one, known)
        except ValueError:
            return []
    names = sorted({key[0] for one in older + [head] for key, _ in signed_by(one, [key for key in own_keys if key[2] == WITNESS])})
    claims = {"size": head["size"], "witnesses": names, "note": None if names else NOT_WITNESSED}
    wrong = [name for name in claims if claims[name] != manifest[name]]
    if wrong:
        return found(0, "bundle", "manifest.json: " + wrong[0])
    if not is_whole and since and since["size"] != size:
        raise Usage("a part can be compared with a checkpoint of its own size only")
    for one in older + [head]:
        try:
            if not any(is_of_log(key, one) for key, _ in signers(one, keys)):
                found(one["size"], "signature", one["origin"])
        except ValueError as error:
            found(one["size"], "signature", str(error))
    events, rest = files["events.ndjson"].split(b"\n")[:-1], files["events.ndjson"].split(b"\n")[-1]
    [found(0, "bundle", "events.ndjson") for _ in rest[:1]]
    seen = Witnessed([(one["size"], [time for key, time in signed_by(one, keys) if time]) for one in older + [head]])
    said = Events(events, manifest, is_whole, seen, now, policy.hours if policy else None)
    kept = [since] if since else []
    check_tree(files, head, events, kept + older) if is_whole else check_proofs(files, head, events, manifest)
    if is_whole and not findings:
        lawful.check([as_of_today(json.loads(event)) for event in events], manifest["city"], found)
    bundle.unopened = check_names(files["names.ndjson"], events, is_whole) if "names.ndjson" in files and not findings else []
    if not is_whole and since and since["root"] != head["root"]:
        found(size, "fork")
    # A hash says only that something changed: it is told where nothing says more.
    last = changed_files(files, manifest) + ["events"] * (len(events) != manifest["events"]) + check_schemas(files, said.types)
    last += check_carried(files, events) if not findings else []
    [found(0, "bundle", name) for name in last if not findings]
    # Under the root of a part only the head itself is known to lie.
    bundle.heads = [one for one in older if is_whole or (one["size"], one["root"]) == (size, head["root"])] + [head]
    bundle.head, bundle.keys, bundle.aged, bundle.last = head, own_keys, said.aged, said.last
    naming = (json.loads(event) for event in events if b"log.signing-keys-declared" in event)
    bundle.declared = [(int(event["sequence"]), keys_in(event["data"]["keys"])) for event in naming
                       if type_of(event) == "log.signing-keys-declared"] if not findings else []
    bundle.county = [(scope, number) for scope, number in sorted(said.counties.items()) if manifest["scope"]]
    return bundle

def keys_in(texts):
    try:
        return [read_key(text) for text in texts]
    except BAD:
        return []

# Whether the head is signed by a key that signed the kept checkpoint, or by one that the log declared under a head signed by
# such a key.
def is_same_signer(bundle, since):
    head, declared = bundle.head, bundle.declared
    known = bundle.keys + [key for _, keys in declared for key in keys]
    def signed(one):
        try:
            return [key for key, _ in signers(one, known) if is_of_log(key, one)]
        except ValueError:
            return []
    def named_under(one, otherwise):
        return next((keys for at, keys in reversed(declared) if at <= one["size"]), otherwise)
    if not signed(since) or since["size"] == head["size"]:
        return since["size"] == head["size"]
    answering = named_under(since, signed(since))
    for one in sorted(bundle.heads, key=lambda one: one["size"]):
        if one is not head and since["size"] <= one["size"] < head["size"] and any(key in answering for key in signed(one)):
            answering = named_under(one, answering)
    return any(key in answering for key in signed(head))

# What the keys of the verifier, or the checkpoint that he kept, establish.
def judge_signers(bundle, policy, since):
    head, size = bundle.head, bundle.head["size"]
    if since and since["origin"] != head["origin"]:
        found(since["size"], "checkpoint", since["origin"])
    signed = lambda one, keys: [key for key, _ in signers(one, keys)]
    try:
        if since and policy and not any(is_of_log(key, since) for key in signed(since, policy.keys())):
            found(since["size"], "signature", since["origin"])
        signed(since, bundle.keys) if since and not policy else []
    except ValueError as error:
        found(since["size"], "signature", str(error))
    if findings:
        return "failed", []
    trusted = [(one, signed(one, policy.keys())) for one in bundle.heads] if policy else []
    trusted = [(one, keys) for one, keys in trusted if any(is_of_log(key, one) for key in keys)]
    witnesses = sorted({key[0] for _, keys in trusted for key in keys if key[2] == WITNESS})
    if policy and any(one is head for one, _ in trusted):
        covered = max([one["size"] for one, keys in trusted if policy.asks_for_witnesses() and policy.is_quorum(keys)], default=0)
        is_enough = not policy.asks_for_witnesses() or covered == size or 0 < covered and bundle.aged <= covered
        return "verified" if is_enough else "witnesses_missing", witnesses
    if since and not policy:
        return "continues_checkpoint" if is_same_signer(bundle, since) else "continues_signer_not_established", witnesses
    return "consistent_signer_not_established", witnesses

SENTENCES = {
    "failed": "verification failed", "verified": "verified up to event %d", "continues_checkpoint": "verified up to event %d: it continues the checkpoint that you hold",
    "witnesses_missing": "signed by a key you trust, but by fewer witnesses than the file of trusted keys asks for",
    "continues_signer_not_established": "it continues the checkpoint that you hold, signer not established",
    "consistent_signer_not_established": "consistent, signer not established"}

# The verdict on a bundle, the witnesses, and what else there is to say; what is wrong stands in `findings`. `trust` and
# `since` are the bytes of files, `now` milliseconds since 1970.
def judge(data, trust=None, since=None, now=None):
    findings.clear()
    lawful.judged_by.clear()
    try:
        policy = Policy(trust) if trust is not None else None
        kept = read_checkpoint(since) if since is not None else None
    except BAD as error:
        raise Usage(str(error))
    try:
        bundle = verify(data, policy, kept, int(clock.time() * 1000) if now is None else now)
    except BAD as error:
        bundle = found(0, "bundle", str(error))
    verdict, witnesses = judge_signers(bundle, policy, kept) if bundle else ("failed", [])
    return verdict, witnesses, bundle

def main(path, *options):
    asked = dict(zip(options[::2], options[1::2]))
    read = lambda option: open(asked[option], "rb").read() if option in asked else None
    try:
        now = milliseconds(asked["--now"]) if "--now" in asked else None
        verdict, witnesses, bundle = judge(open(path, "rb").read(), read("--trust"), read("--since"), now)
    except (Usage, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    [print(*finding) for finding in sorted(findings, key=lambda finding: finding[0])]
    for at, (field, _, subject, _) in bundle.unopened if bundle else []:
        print("a commitment that is not opened:", at, subject, "/" + field)
    [print("last number of %s: %d" % number) for number in (bundle.county if bundle else [])]
    sentence = SENTENCES[verdict]
    print(sentence % min(bundle.head["size"], bundle.last) if "%d" in sentence else sentence)
    print("witnessed by " + ", ".join(witnesses) if witnesses else NOT_WITNESSED)
    [print("rules by which each command was judged: " + ", ".join(rules)) for rules in lawful.judged_by]
    return 0 if verdict in ("verified", "continues_checkpoint") else 5

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
