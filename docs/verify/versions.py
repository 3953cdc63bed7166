"""At which version each event type stands, and how the data of an earlier version becomes that of the next.

An event that bears a version newer than this checker knows is never passed over: it is a finding, and the way out of it is a
newer copy of these files. It shares no code with the program that wrote the log.
"""
import re
ELECTIONS = ("joint-branch.election-held", "organization.election-held")
# A type that is not named here stands at version 1.
STANDS_AT = {name: 2 for name in ELECTIONS}
# By type and version: what makes of its data the data of the next version. Every formal member was entitled to vote.
UPCASTS = {(name, 1): lambda data: {**data, "entitled": data["formal_members"]} for name in ELECTIONS}
class TooNew(Exception):
    """This checker is older than the log."""
def split(full_type):
    found = re.fullmatch(r"cn\.lianjian\.([a-z-]+\.[a-z-]+)\.v([1-9][0-9]*)", full_type)
    if not found:
        raise ValueError("no event type: " + full_type)
    return found[1], int(found[2])
def type_of(event):
    """The type without its version."""
    return split(event["type"])[0]
def as_of_today(event):
    """The event with the data of the version at which its type stands."""
    name, version = split(event["type"])
    known = STANDS_AT.get(name, 1)
    if version > known:
        raise TooNew("%s in version %d: this checker knows it up to version %d and is older than the log" % (name, version, known))
    data = event["data"]
    for step in range(version, known):
        data = UPCASTS[name, step](data)
    return {**event, "data": data}
