"""Checks a proof of a figure: how many, of how many, and that none is missing. Of the standard library, with note.py and
ed25519.py beside it; it shares no code with lianjian. README.md says which rules hold.

    python3 figures.py FILE [--trust trusted.keys]
"""
import base64, datetime, re, sys
from note import LOG, MAX_BYTES, Policy, read_checkpoint, sha256, signers, unbase64

HEADING, FORM, CLAIM = "lianjian.cn/figures-proof@v1", "lianjian-figures/1", ["figure", "of", "scope"]
MAX_COUNT, MAX_FIGURES, MAX_PARTS, MAX_STEPS = 2**53 - 1, 64, 256, 96
# The tiers from below: what one node is called, several joined ones, and which keys it has.
ULID = "[0-9A-HJKMNP-TV-Z]{26}"
TIERS = [("row", "rows", "[JV]" + ULID), ("township", "townships", "[0-9]{9}|_"), ("county", "counties", "[0-9]{6}|_"),
         ("city", "cities", "[0-9]{4}")]

def demand(holds, what):
    if not holds:
        raise ValueError(what)

def hashed(kind, text):
    return sha256(("lianjian.cn figures 1 %s\n%s" % (kind, text)).encode())

# A node: a line of text, its tier, its first and last key, what it counts.
class Node:
    def __init__(self, text):
        words = text.split(" ")
        self.text, self.tier = text, next((tier for tier, names in enumerate(TIERS) if words[0] in names[:2]), 0)
        one, several, key = TIERS[self.tier]
        demand((words[0], len(words)) in ((one, 4), (several, 5)), "a line: " + text[:60])
        demand(re.fullmatch("(0|[1-9][0-9]{0,15})(,(0|[1-9][0-9]{0,15}))*", words[-2]), "counts: " + words[-2][:60])
        self.first, self.last, self.counts = words[1], words[-3], [int(count) for count in words[-2].split(",")]
        demand(re.fullmatch(key, self.first) and re.fullmatch(key, self.last) and self.first <= self.last
               and (self.first == self.last) == (words[0] == one) and max(self.counts) <= MAX_COUNT
               and len(self.counts) <= MAX_FIGURES and len(unbase64(words[-1])) == 32, "a line: " + text[:60])

def written(tier, first, last, counts, digest):
    keys = [TIERS[tier][0], first] if first == last else [TIERS[tier][1], first, last]
    return Node(" ".join(keys + [",".join(map(str, counts)), base64.b64encode(digest).decode()]))

# Both lines are hashed whole, each with its own keys and counts.
def join(left, right):
    demand(left.tier == right.tier and left.last < right.first and len(left.counts) == len(right.counts),
           "neighbours that overlap, stand in another order or count otherwise: " + right.first)
    counts = [one + other for one, other in zip(left.counts, right.counts)]
    return written(left.tier, left.first, right.last, counts, hashed("branch", left.text + "\n" + right.text + "\n"))

def join_all(nodes):
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    half = 1 << (len(nodes) - 1).bit_length() - 1
    return join(join_all(nodes[:half]), join_all(nodes[half:]))

def place(word, code, inner, figures):
    tier = next((tier for tier, words in enumerate(TIERS) if tier and word == words[0]), 0)
    demand(tier and (inner is None or inner.tier == tier - 1), "a place of another tier: " + code[:60])
    counts = inner.counts if inner else [0] * figures
    return written(tier, code, code, counts, hashed("place", (inner.text if inner else "-") + "\n"))

# What was signed: a checkpoint of an origin of its own, with five further lines.
def read_statement(note, head):
    origin, size, root, form, *lines = note["text"].decode()[:-1].split("\n")
    demand(form == FORM and len(lines) == 4, "a statement of another form: " + form[:60])
    demand((origin, note["size"], note["root"]) == (head["origin"] + "/figures", head["size"], head["root"]), "another head")
    fields, (day, policy, names, city) = zip(*(line.split(" ", 1) for line in lines))
    names, city = names.split(","), Node(city)
    demand(fields == ("day", "policy", "names", "tree") and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", day)
           and datetime.date.fromisoformat(day) and len(unbase64(policy)) == 32 and city.tier == 3, "a statement")
    demand(names[0] == "recorded" and len(names) == len(set(names)) == len(city.counts)
           and all(re.fullmatch("[a-z_]{1,60}", name) for name in names), "the names of the figures")
    return day, names, city

def read_claim(text):
    heading, *lines = text.split("\n")
    demand(heading == HEADING, "no proof of a figure, or of another version: " + heading[:60])
    claim = {}
    for field in CLAIM + ["counted", "row", "absent"]:
        if lines and lines[0].startswith(field + " "):
            claim[field] = lines.pop(0)[len(field) + 1:]
    demand(list(claim) in (CLAIM, CLAIM + ["counted", "row"], CLAIM + ["absent"]) and re.fullmatch("[0-9]+", claim["scope"])
           and re.fullmatch(ULID, claim.get("counted", claim.get("absent", "0" * 26))), "the first lines")
    return claim, [line.split(" ", 1) for line in lines]

# The row of a joint branch: its name, and the positions of the events from which it was counted.
def is_row(node, key, text):
    name, events = text.split("\n", 1)
    return re.fullmatch("[^\0-\x1f\x7f-\x9f]*", name) and re.fullmatch("[0-9 ]*", events) and node.tier == 0 \
        and node.counts[0] == 1 and node.text == written(0, key, key, node.counts, hashed("row", text)).text

# Whether a proof begins as one of its kind does: of a township with itself, of a county or city with all its parts, of a
# joint branch with its row, of an absence with the neighbours between which it would stand.
def check_kind(claim, scope, begin, steps):
    key, enters = "J" + claim.get("counted", claim.get("absent", "")), [text for sign, text in steps if sign == "^"][:1]
    is_scope_entered = enters == [TIERS[scope.tier][0] + " " + claim["scope"]]
    is_whole = is_scope_entered and steps[0][0] == "^"
    if "counted" in claim:
        return len(begin) == 1 and is_row(begin[0], key, unbase64(claim["row"]).decode())
    if "absent" in claim:
        is_outside = is_whole and (not begin or len(begin) == 1 and not begin[0].first <= key <= begin[0].last)
        return scope.tier == 1 and is_scope_entered and (is_outside or len(begin) == 2 and begin[0].last < key < begin[1].first)
    if scope.tier == 1:
        return [node.text for node in begin] == [scope.text]
    return is_whole and all(node.tier and node.first == node.last for node in begin)

# What a proof shows; ValueError where its counts do not add up to what was signed.
def check(data):
    parts = data.decode().split("\n\n")
    demand(len(data) <= MAX_BYTES and len(parts) == 5, "no proof of a figure: a claim, a statement and a checkpoint")
    statement = read_checkpoint((parts[1] + "\n\n" + parts[2] + "\n").encode())
    head = read_checkpoint((parts[3] + "\n\n" + parts[4]).encode())
    (claim, steps), (day, names, city) = read_claim(parts[0]), read_statement(statement, head)
    begin = [Node(text) for sign, text in steps if sign == "+"]
    demand(len(begin) <= MAX_PARTS and len(steps) - len(begin) <= MAX_STEPS
           and all(sign == "+" for sign, _ in steps[:len(begin)])
           and all(len(node.counts) == len(names) for node in begin), "where it begins, or how far it goes")
    passed = [join_all(begin)]
    for sign, text in steps[len(begin):]:
        node = passed[-1]
        demand(sign == "^" and " " in text or sign in ("<", ">") and node, "a step: " + text[:60])
        passed.append(place(*text.split(" ", 1), node, len(names)) if sign == "^"
                      else join(Node(text), node) if sign == "<" else join(node, Node(text)))
    demand(passed[-1] and passed[-1].text == city.text, "what was added up is not what was signed")
    scope = next((node for node in passed if node and node.first == node.last == claim["scope"]), None)
    demand(scope and check_kind(claim, scope, begin, steps[len(begin):]), "not the way of such a proof through " + claim["scope"])
    demand(claim["figure"] in names and claim["of"] in names, "no such figure")
    figure, whole = (names.index(claim[field]) for field in ("figure", "of"))
    return {"claim": claim, "day": day, "position": head["size"], "count": scope.counts[figure], "of": scope.counts[whole],
            "own": begin[0].counts[figure] if "counted" in claim else None, "notes": (statement, head)}

# Who stands for it: a key of the log under statement and head, and as many witnesses as are asked for under the head.
def establish(shown, policy):
    signed = [[key for key, _ in signers(note, policy.keys())] for note in shown["notes"]] if policy else [[]]
    origin = shown["notes"][1]["origin"]
    if not all(any(key[2] == LOG and key[0] == origin for key in keys) for keys in signed):
        return "consistent_signer_not_established"
    return "verified" if not policy.asks_for_witnesses() or policy.is_quorum(signed[1]) else "witnesses_missing"

def judge(data, policy):
    try:
        return establish(check(data), policy), check(data)
    except ValueError as wrong:
        return "failed", str(wrong)

if __name__ == "__main__":
    file, *trust = [open(path, "rb").read(MAX_BYTES + 1) for path in sys.argv[1:] if path != "--trust"]
    verdict, shown = judge(file, Policy(trust[0]) if trust else None)
    if verdict != "failed":
        print("{figure} of {scope}: {0} of {1} {of} on {day}, from events 1 to {position}".format(
            shown["count"], shown["of"], day=shown["day"], position=shown["position"], **shown["claim"]))
    print(verdict if verdict != "failed" else "verification failed: " + shown)
    sys.exit(0 if verdict == "verified" else 5)
