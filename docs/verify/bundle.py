"""The file of a bundle: a tar in one spelling only, and its manifest. What is otherwise raises ValueError."""
import json, re
from note import read_keys, sha256

MAX_FILES, MAX_NAME_BYTES = 10_000, 99
FIELDS = ["format", "city", "origin", "size", "first", "last", "scope", "events", "witnesses", "note", "files"]
WITNESSED, SCHEMA = "(witnessed|witnessed-again)/[0-9]{20}", r"schemas/events/[a-z0-9.-]+\.json"
CARRIED = r"rule-books/[0-9]+\.json|verify/[A-Za-z0-9.-]+"

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
        if data[at:at + 512] != header or data[end:after] != bytes(after - end) or name in files \
                or not 0 < len(name) <= MAX_NAME_BYTES or len(files) == MAX_FILES:
            raise ValueError("byte %d" % at)
        files[name], at = data[at + 512:end], after
    if data[at:] == bytes(1024):
        return files
    raise ValueError("byte %d" % at)

def is_count(value):
    return type(value) is int and 0 <= value < 2**64

def is_text(value):
    return type(value) is str

# The only bytes in which a value is written.
def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()

def read_manifest(text):
    manifest = json.loads(text)
    if type(manifest) is not dict or list(manifest) != FIELDS or manifest["format"] != "lianjian-bundle/1" \
            or (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode() != text:
        raise ValueError("manifest.json")
    counts, texts, entries = ("size", "first", "last", "events"), ("city", "origin"), manifest["files"]
    right = [all(is_count(manifest[name]) for name in counts), all(is_text(manifest[name]) for name in texts),
             all(manifest[name] is None or is_text(manifest[name]) for name in ("scope", "note")),
             type(manifest["witnesses"]) is list and all(is_text(name) for name in manifest["witnesses"]),
             type(entries) is dict and list(entries) == sorted(entries)]
    if not all(right) or not all(type(entry) is dict and list(entry) == ["bytes", "sha256"] and is_count(entry["bytes"])
                                 and is_text(entry["sha256"]) for entry in entries.values()):
        raise ValueError("manifest.json")
    city, scope = manifest["city"], manifest["scope"]
    is_county = scope is None or re.fullmatch("[0-9]{6}", scope) and len(city) == 4 and scope.startswith(city)
    if manifest["origin"] != "lianjian.cn/cities/" + city or not is_county \
            or not 1 <= manifest["first"] <= max(manifest["last"], 1) or manifest["last"] > manifest["size"]:
        raise ValueError("manifest.json: origin, scope, first, last")
    return manifest

# The files in their order, the manifest, the keys, and whether it is the whole log.
def read_bundle(data):
    files = read_tar(data)
    manifest = read_manifest(files.pop("manifest.json") if list(files)[-1:] == ["manifest.json"] else b"")
    is_whole = manifest["scope"] is None and (manifest["first"], manifest["last"]) == (1, manifest["size"])
    heads, schemas, carried = (sorted(name for name in files if re.fullmatch(form, name)) for form in (WITNESSED, SCHEMA, CARRIED))
    order = ["checkpoint", "keys"] + heads + ["events.ndjson", "leaves" if is_whole else "proofs.ndjson"]
    order += ["names.ndjson"] * ("names.ndjson" in files) + schemas + carried
    if list(files) != order or set(files) != set(manifest["files"]):
        raise ValueError("manifest.json: files")
    return files, manifest, is_whole, read_keys(files["keys"])

# What a hash can say: that something changed.
def changed_files(files, manifest):
    entry = lambda data: {"bytes": len(data), "sha256": sha256(data).hex()}
    return [name for name in files if entry(files[name]) != manifest["files"][name]]
