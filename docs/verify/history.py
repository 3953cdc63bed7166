"""What a whole log has said so far: places, organizations, joint branches, persons and accounts, each event folded in turn.
Only what lawful.py asks is remembered. It shares no code with the program that wrote the log.
"""
import calendar, time as clock
from versions import type_of
VILLAGE, TOWNSHIP, COUNTY, CITY = range(4)
LEVELS = {"village": VILLAGE, "township": TOWNSHIP, "county": COUNTY, "city": CITY}
OF_SERVICE = ("account.issued", "account.revoked", "account.renewed", "account.second-factor-reset", "access-log.anchored", "log.durability-declared", "log.clock-accepted", "log.rule-book-adopted", "log.signing-keys-declared")
def seconds(time):
    return calendar.timegm(clock.strptime(time[:19], "%Y-%m-%dT%H:%M:%S"))
def recording(event):
    return {"by": event["actor"], "event": event["id"], "position": int(event["sequence"]), "on": event["effectivedate"], "corrected_by": set()}
def on_file(facts, name, otherwise):
    """The value of a fact; `otherwise` where it was not said, or is said not to be on file."""
    value = facts.get(name, otherwise)
    return otherwise if isinstance(value, dict) and "not_on_file" in value else value
class Record:
    """A thing of the log, with what it is remembered by."""
    def __init__(self, **known):
        self.__dict__.update(known)
class State:
    """One city after some of its events."""
    def __init__(self, city):
        self.city, self.simulated, self.imported, self.policies, self.level = city, None, False, [], COUNTY
        self.places, self.codes, self.past_codes, self.organizations, self.persons = {}, {}, {}, {}, {}
        self.joint_branches, self.supervisions, self.yellow_cards, self.meetings, self.accounts, self.decisions = {}, {}, {}, {}, {}, {}
    def above(self, place, level):
        found = self.places.get(place)
        while found and found.level < level:
            found = self.places.get(found.parent)
        return found if found and found.level == level else None
    def scope_of_place(self, place):
        return [found.code for found in (self.above(place, TOWNSHIP), self.above(place, COUNTY)) if found]
    def scope_of_organization(self, organization):
        return self.scope_of_place(self.organizations[organization].location)
    def county_of(self, place):
        found = self.above(place, COUNTY)
        return found and found.code
    def going_on(self, place):
        found = self.places.get(place)
        while found and found.ended:
            found = self.places.get(found.successors[0]) if len(found.successors) == 1 else None
        return found
    def deciding_level(self, on, county):
        """That of the rule book; the city may lower it for itself or a county, a county may only be as strict as its city."""
        level, own = self.level, None
        in_force = sorted((one for one in self.policies if one.since <= on), key=lambda one: (one.since, one.position))
        for ranked in ([one for one in in_force if len(one.code) == 4],
                       [one for one in in_force if one.code == county and one.level == CITY]):
            for one in ranked:
                level = one.figure if one.figure is not None else level
        for one in in_force:
            if one.code == county and one.level < CITY and one.figure is not None:
                own = one.figure
        return own if own is not None and own >= level else level
    def villages_of(self, joint_branch):
        members = [self.organizations[member] for member in joint_branch.members if member in self.organizations]
        return {member.village: member for member in members if member.village}
    def counted_since(self, joint_branch):
        """Who changed what it rests on after it was proposed."""
        known = [self.organizations[member] for member in joint_branch.members if member in self.organizations]
        recorded = [one for member in known for one in
                    [member.formal, member.probationary, member.figures.get("wealth"), member.figures.get("strength")] if one]
        return {one["by"] for one in recorded if one["position"] > joint_branch.position}
    # How each event changes what is remembered.
    def fold(self, event):
        kind, data = type_of(event), event["data"]
        if kind not in OF_SERVICE:
            self.simulated = event.get("simulated", False) if self.simulated is None else self.simulated
            is_of_places = kind.startswith("place.") and kind not in ("place.funded", "place.premises-paid", "place.corrected")
            self.imported |= not (kind in ("organization.registered", "organization.updated") or is_of_places)
        if "documentnumber" in event and not event["subject"].startswith(("account/", "log/", "access-log/")):
            self.decisions.setdefault(event["commandid"], Record(
                subject=event["subject"], issuer=event["onbehalfof"], number=event["documentnumber"], recorded=recording(event)))
        entity, happened = kind.split(".")
        getattr(self, "fold_" + entity.replace("-", "_"), lambda *_: None)(happened, event, data)
    def fold_account(self, happened, event, data):
        if happened == "issued":
            self.accounts[data["account"]] = Record(role=data["role"], code=data["scope"], place=self.codes.get(data["scope"]),
                                                    expires_on=data.get("expires_on"), revoked_at=None, holder=data.get("holder", data["account"]))
        elif happened == "renewed" and data["account"] in self.accounts:
            found = self.accounts[data["account"]]
            found.expires_on, found.holder = data["expires_on"], data.get("holder", found.holder)
        elif happened == "revoked" and data["account"] in self.accounts:
            self.accounts[data["account"]].revoked_at = seconds(event["time"])
    def fold_document(self, happened, event, data):
        found = self.decisions.get(data["decision"]) if happened == "corrected" else None
        if found:
            found.recorded["corrected_by"].add(event["actor"])
            found.number = data["document"]["number"]
    def place_of(self, subject):
        """The place in which what an event is about lies."""
        kind, key = subject.split("/")
        if kind == "person":
            kind, key = "organization", self.persons[key].organization
        if kind == "policy":
            code = [one.code for one in self.policies if one.id == key][0]
            return self.codes[code] if code in self.codes else self.past_codes[code][-1]
        return {"joint-branch": lambda: self.joint_branches[key].lead, "organization": lambda: self.organizations[key].location,
                "supervision": lambda: self.supervisions[key].to, "yellow-card": lambda: self.yellow_cards[key].to,
                "meeting": lambda: self.meetings[key].place, "place": lambda: key}[kind]()
    def decisions_corrected(self, decision, number):
        """The decision itself where the number is put right, else all that rest on the same paper."""
        same = lambda one: (one.issuer, one.number) == (decision.issuer, number)
        return [one for one in self.decisions.values() if same(one)] if decision.number == number else [decision]
    def fold_log(self, happened, _, data):
        if happened == "rule-book-adopted":
            self.level = LEVELS[data["rule_book"]["figures"]["deciding_level"]]
    def fold_policy(self, _, event, data):
        figure = data.get("figures", {}).get("deciding_level")
        self.policies.append(Record(id=data["policy"], code=data["jurisdiction"], level=LEVELS[data["level"]], since=event["effectivedate"],
                                    position=int(event["sequence"]), figure=LEVELS.get(figure)))
    def fold_supervision(self, happened, _, data):
        if happened == "issued":
            self.supervisions[data["supervision"]] = Record(to=data["to"])
    def fold_yellow_card(self, happened, _, data):
        if happened == "issued":
            self.yellow_cards[data["yellow_card"]] = Record(to=data["to"], level=LEVELS[data["level"]])
    def fold_meeting(self, happened, _, data):
        if happened == "recorded":
            self.meetings[data["meeting"]] = Record(place=data["place"])
    def fold_person(self, happened, _, data):
        if happened == "registered":
            self.persons[data["person"]] = Record(organization=data["organization"], hold=None)
        elif happened.startswith("hold-") and data["person"] in self.persons:
            self.persons[data["person"]].hold = LEVELS[data["level"]] if happened == "hold-placed" else None
    def fold_place(self, happened, event, data):
        if happened == "registered":
            self.places[data["place"]] = Record(id=data["place"], code=data["code"], level=LEVELS[data["level"]], parent=data.get("parent"), since=event["effectivedate"],
                                                ended=False, successors=[], name=recording(event), premises={})
            self.codes[data["code"]] = data["place"]
        if happened == "premises-paid" and data["village"] in self.places:
            project = self.places[data["village"]].premises.setdefault((data["begun_in"], data["project"]), Record(total=data["total"], paid=[]))
            project.paid.append(data["milestone"])
        place = self.places.get(data.get("place"))
        if place is None:
            return
        if happened == "renamed":
            place.name = recording(event)
        elif happened == "corrected" and place.name["position"] == data["corrected_position"]:
            place.name["corrected_by"].add(event["actor"])
        if happened in ("moved", "received"):
            place.parent = data["parent"]
        if happened in ("recoded", "moved", "received") and place.code != data["code"]:
            self.free_code(place)
            place.code = data["code"]
            self.codes[place.code] = place.id
        if happened == "merged":
            inside = lambda table, field: [one for one in table if getattr(table[one], field) == place.id]
            children = [one for one in inside(self.places, "parent") if not self.places[one].ended]
            part = {"successor": data["into"], "places": children, "organizations": inside(self.organizations, "location"),
                    "joint_branches": inside(self.joint_branches, "lead")}
            self.pass_on(place, [part])
            for asked in inside(self.supervisions, "to"):
                self.supervisions[asked].to = data["into"]
            for warned in inside(self.yellow_cards, "to"):
                self.yellow_cards[warned].to = data["into"]
            for met in inside(self.meetings, "place"):
                self.meetings[met].place = data["into"]
        elif happened in ("split", "closed"):
            self.pass_on(place, data.get("parts", []))
    def free_code(self, place):
        if self.codes.get(place.code) == place.id:
            del self.codes[place.code]
        self.past_codes.setdefault(place.code, []).append(place.id)
    def pass_on(self, place, parts):
        place.ended, place.successors = True, [part["successor"] for part in parts]
        self.free_code(place)
        # Premises go where the village's organization goes, or else to the first successor.
        for seat in ([part for part in parts if part.get("organizations")] or parts)[:1]:
            self.places[seat["successor"]].premises.update(place.premises)
            place.premises = {}
        for part in parts:
            for one in part.get("places", []):
                self.places[one].parent = part["successor"]
            for one in part.get("organizations", []):
                found = self.organizations[one]
                found.location = part["successor"]
                found.village = part["successor"] if found.village == place.id else found.village
            for one in part.get("joint_branches", []):
                self.joint_branches[one].lead = part["successor"]
    def fold_organization(self, happened, event, data):
        recorded = lambda: recording(event)
        if happened == "registered":
            self.organizations[data["organization"]] = Record(
                location=data["location"], form=data["form"], since=event["effectivedate"], ended_on=None,
                village=data.get("host_place") if data["host_kind"] == "village" else None, name=recorded(), formal=recorded(),
                probationary=recorded(), figures={}, first_secretary=None)
        found = self.organizations.get(data["organization"])
        if found is None:
            return
        if happened == "updated":
            is_latest = lambda known: known is None or known["on"] <= event["effectivedate"]
            found.formal = recorded() if "formal_members" in data and is_latest(found.formal) else found.formal
            found.probationary = recorded() if "probationary_members" in data and is_latest(found.probationary) else found.probationary
            found.figures.update((figure, dict(recorded(), value=one["value"])) for figure, one in data.get("profile", {}).items()
                                 if is_latest(found.figures.get(figure)))
        elif happened in ("abolished", "closed"):
            found.ended_on, found.first_secretary = event["effectivedate"], None
        elif happened.startswith("first-secretary-"):
            found.first_secretary = data["person"] if happened == "first-secretary-assigned" else None
        elif happened == "changed":
            found.name = recorded() if "name" in data else found.name
            found.form, found.location = data.get("form", found.form), data.get("location", found.location)
            if "host" in data:
                found.village = data.get("host_place") if data["host_kind"] == "village" else None
        elif happened == "corrected":
            stated = [found.name] if "name" in data else []
            for one in stated + [found.figures[figure] for figure in data.get("profile", {}) if figure in found.figures]:
                if one["position"] == data["corrected_position"]:
                    one["corrected_by"].add(event["actor"])
    def fold_joint_branch(self, happened, event, data):
        if happened in ("proposed", "registered"):
            self.joint_branches[data["joint_branch"]] = Record(
                id=data["joint_branch"], arrangement=data["arrangement"], members=list(data["members"]), lead=data["lead_township"],
                by=event["actor"], position=int(event["sequence"]), surveyed_by=set(), surveys={}, resolved_by={}, established_by=None, is_due=False,
                secretary=None, functions={}, grades={}, ordered=set(), reviewed=set(), counted=set(), name=recording(event),
                waits=happened == "registered", facts=data.get("facts", {}))
        found = self.joint_branches.get(data["joint_branch"])
        if found is None:
            return
        if happened == "surveyed":
            found.surveyed_by.add(event["actor"])
            found.surveys[data["survey"]] = {one["village"]: self.households_of(found, one["village"]) for one in data["villages"]}
        elif happened == "members-resolved":
            found.resolved_by.update((one["organization"], event["actor"]) for one in data["resolutions"])
        elif happened == "established":
            found.established_by = LEVELS[data["level"]]
        elif happened == "registration-confirmed":
            found.waits, found.established_by = False, COUNTY
            self.take_up(found, event, dict(found.facts, functions=data.get("functions", [])))
        elif happened == "registration-rejected":
            found.waits = False
        elif happened == "registration-completed" and found.established_by is None:
            together = on_file(found.facts, "grades", []) + on_file(data["facts"], "grades", [])
            found.facts = dict(found.facts, **data["facts"], **({"grades": together} if together else {}))
        elif happened == "registration-completed":
            self.take_up(found, event, data["facts"])
        elif happened == "secretary-assigned":
            found.secretary = data["person"]
        elif happened == "secretary-relieved":
            found.secretary = None
        elif happened in ("functions-transferred", "functions-returned"):
            for member in data["from"]:
                held, moved = found.functions.pop(member, set()), set(data["functions"])
                held = held | moved if happened == "functions-transferred" else held - moved
                found.functions.update({member: held} if held else {})
        elif happened in ("evaluated", "evaluation-corrected"):
            before = found.grades.get(data["quarter"], (None, set()))[1] if happened == "evaluation-corrected" else set()
            found.grades[data["quarter"]] = (data["grade"], before | {event["actor"]})
        elif happened == "rectification-ordered":
            found.ordered, found.reviewed, found.counted = {event["actor"]}, set(), self.counted_since(found)
            found.counted |= {one.figures["households"]["by"] for one in self.villages_of(found).values()
                              if "households" in one.figures and one.figures["households"]["position"] > found.position}
        elif happened == "rectification-reviewed":
            found.reviewed, found.is_due = {event["actor"]}, data["termination_due"]
        elif happened == "dissolved":
            found.is_due = False
        elif happened == "member-admitted":
            found.members.append(data["organization"])
        elif happened == "member-released":
            found.members = [member for member in found.members if member != data["organization"]]
        elif happened == "changed":
            found.lead, found.name = data.get("lead_township", found.lead), recording(event) if "name" in data else found.name
        elif happened == "corrected" and found.name["position"] == data["corrected_position"]:
            found.name["corrected_by"].add(event["actor"])
    def take_up(self, found, event, facts):
        """What the papers of a joint branch that was there before say of it, once it is confirmed."""
        for member in found.members if on_file(facts, "functions", []) else []:
            found.functions[member] = found.functions.get(member, set()) | set(facts["functions"])
        found.secretary = on_file(facts, "secretary", {}).get("person", found.secretary)
        for one in on_file(facts, "grades", []):
            found.grades.setdefault(one["quarter"], (one["grade"], {event["actor"]}))
    def who_changed_households(self, joint_branch, base, village):
        """Since the proposal, unless somebody else has put the same figure on file again."""
        now = self.households_of(joint_branch, village)
        is_confirmed = now and now["value"] == base["value"] and now["position"] > base["position"] and now["by"] != base["by"]
        return {base["by"]} if base["position"] > joint_branch.position and not is_confirmed else set()
    def households_of(self, joint_branch, village):
        others = [one for key, one in sorted(self.organizations.items()) if one.village == village and not one.ended_on]
        organization = self.villages_of(joint_branch).get(village) or (others[0] if others else None)
        return organization and organization.figures.get("households")
