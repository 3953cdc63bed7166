"""Whether those whom a whole log names could have done what it says: who, where, for which body, on which document.
A command is not in the log, its events are. Each command's events are held against the state folded from those before
it. Only rules that every version of the program has held are judged. README.md lists them; verify.py calls check().
"""
import datetime, re
from commands import BY_DECIDING_LEVEL, COMMANDS, COUNTY_ALONE, OF_ACCOUNTS, OF_CITY_OFFICE, OF_IMPORT, OF_SERVICE
from history import CITY, COUNTY, LEVELS, TOWNSHIP, VILLAGE, State, seconds
from versions import type_of
TIER_OF_CODE = {12: VILLAGE, 9: TOWNSHIP, 6: COUNTY, 4: CITY}
RULES = ("command-digest", "no-command", "role-forbidden", "actor-unknown", "local-forbidden", "outside-scope", "unknown-reference",
         "deciding-body", "decision-missing", "decided-on", "document-missing", "four-eyes", "county-alone")
judged_by = []
MILESTONES = ["start", "structure", "acceptance"]
UNDER_WAY = 5 * 60  # A request that was admitted may be recorded a little after its account was revoked or expired.
class Lawless(Exception):
    """The rule that is broken, and by what."""
def need(holds, rule, detail=""):
    if not holds:
        raise Lawless(rule, str(detail))
def get(table, key, what):
    need(key in table, "unknown-reference", "%s/%s" % (what, key))
    return table[key]
TIERS_OF_ROLE = {"township_clerk": (TOWNSHIP,), "county_officer": (COUNTY,), "subscriber": (COUNTY,), "auditor": (COUNTY, CITY),
                 "city_office": (CITY,), "security_admin": (CITY,), "system_admin": (CITY,), "local": (CITY,)}
def role_may(role, command, deciding_level):
    return {"local": True, "security_admin": command in OF_ACCOUNTS,
            "county_officer": command not in OF_SERVICE, "city_office": command in OF_CITY_OFFICE,
            "township_clerk": command not in OF_SERVICE | COUNTY_ALONE
            and not (command in BY_DECIDING_LEVEL and deciding_level > TOWNSHIP)}.get(role, False)
class Act:
    """A command under judgement: who acted, before which state."""
    def __init__(self, state, event, command, data):
        self.state, self.event, self.command, self.data = state, event, command, data
        self.role, self.on, self.actor, self.behalf = (event[name] for name in ("actorrole", "effectivedate", "actor", "onbehalfof"))
        self.scope = self.scope_of_actor()
    def scope_of_actor(self):
        """Where the actor might act at that moment."""
        state, actor, event = self.state, self.actor, self.event
        scope = None
        if re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", actor):
            account, admitted = state.accounts.get(actor), seconds(event["time"]) - UNDER_WAY
            day = str(datetime.datetime.fromtimestamp(admitted + 8 * 3600, datetime.timezone.utc).date())  # The day in China.
            if account and account.role == self.role and (account.expires_on is None or day <= account.expires_on) \
                    and (account.revoked_at is None or account.revoked_at >= admitted):
                place = state.going_on(account.place) or state.places.get(account.place)
                scope = place.code if place else account.code
        elif actor == "local" or actor.startswith("local:"):
            scope = state.city if self.role == "local" or event.get("simulated") else None
        elif event.get("simulated"):  # Somebody made up says in the id where, as `demo-clerk-510811100`.
            desk, _, code = actor.rpartition("-")
            is_known = code == state.city or code in state.codes or code in state.past_codes
            scope = code if desk and is_known and TIER_OF_CODE.get(len(code)) in TIERS_OF_ROLE.get(self.role, ()) else None
        need(scope, "actor-unknown", actor + " " + self.role)
        return scope
    def deciding_level(self):
        county = None
        if "joint_branch" in self.data:
            county = self.state.county_of(self.known("joint_branch").lead)
        elif "organization" in self.data and self.data["organization"] in self.state.organizations:
            county = self.state.county_of(self.state.organizations[self.data["organization"]].location)
        return self.state.deciding_level(self.on, county)
    def check_authority(self):
        level = self.deciding_level() if self.command in BY_DECIDING_LEVEL else COUNTY
        is_organ_of_city = self.command == "register-organization" and (self.data["form"], self.data["host_kind"]) == ("organ", "city")
        may = role_may(self.role, self.command, level) or self.role == "city_office" and is_organ_of_city
        need(may, "role-forbidden", self.role + ": " + self.command)
        is_import = self.command in OF_IMPORT and not self.state.imported
        need(self.role != "local" or self.event.get("simulated") or self.command in OF_SERVICE or is_import, "local-forbidden", self.command)
        if len(self.behalf) == 26:
            get(self.state.organizations, self.behalf, "organization")
            return self.within(self.state.scope_of_organization(self.behalf), "onbehalfof " + self.behalf)
        need(self.behalf == self.state.city or self.behalf in self.state.codes, "unknown-reference", "place/" + self.behalf)
        self.within(self.scope_of(self.behalf), "onbehalfof " + self.behalf)
    def scope_of(self, code, parent=None):
        """What the digits of a code say, as older versions read it, and where the place that bears it, or the one above, lies today."""
        return scope_of_code(code) + self.state.scope_of_place(self.state.codes.get(code, parent))
    def within(self, target, what):
        need(len(self.scope) == 4 or any(code.startswith(self.scope) for code in target), "outside-scope", what + ": " + self.scope)
    def known(self, field):
        table = {"joint_branch": self.state.joint_branches, "person": self.state.persons, "supervision": self.state.supervisions,
                 "yellow_card": self.state.yellow_cards, "meeting": self.state.meetings}[field]
        return get(table, self.data[field], field.replace("_", "-"))
    def place(self, place):
        found = get(self.state.places, place, "place")
        self.within(self.state.scope_of_place(place), "place/" + found.code)
        return found
    def organization(self, organization):
        found = get(self.state.organizations, organization, "organization")
        self.within(self.state.scope_of_organization(organization), "organization/" + organization)
        return found
    def joint_branch(self):
        found = self.known("joint_branch")
        self.within(self.state.scope_of_place(found.lead), "joint-branch/" + found.id)
        return found
    def home(self):
        return self.organization(self.known("person").organization).location
    def is_organ(self, organization):
        return organization.form == "organ" and not (organization.ended_on and organization.ended_on <= self.on)
    def organ(self, needed, over):
        """The authority is a body of at least that tier that decides on what lies there; gives its tier."""
        found, level = self.state.organizations.get(self.behalf), None
        if found and found.since <= self.on and self.is_organ(found):
            tier = self.state.places[found.location].level
            above = self.state.above(over, tier)
            level = tier if above and above.id == found.location else None
        need(level is not None and level >= needed, "deciding-body", "%s: %d" % (self.behalf, needed))
        return level
    def decision(self, needed, over):
        level = self.organ(needed, over)
        need(self.event.get("decideddate", "9999") <= self.event.get("decidedon", self.on), "decision-missing", self.command)
        return level
    def says(self, level):
        need(LEVELS[self.data["level"]] == level, "deciding-body", "%s: %s" % (self.behalf, self.data["level"]))
    def document(self):
        need("documentnumber" in self.event, "document-missing", self.command)
    def four_eyes(self, before, what):
        """The holder of the actor's account is none of those who did that before, under whatever account."""
        accounts = self.state.accounts
        holder = lambda actor: accounts[actor].holder if actor in accounts else actor
        need(holder(self.actor) not in [holder(one) for one in before], "four-eyes", self.actor + ": " + what)
    # What several commands share.
    def as_established(self, found):
        deciding = self.deciding_level()
        return self.decision(max(deciding, found.established_by or 0), found.lead)
    def not_who_proposed(self, found):
        self.four_eyes({found.by}, "proposed this joint branch")
        self.four_eyes(found.surveyed_by, "recorded its will survey")
        self.four_eyes(set(found.resolved_by.values()), "recorded a members' resolution")
    def not_who_counted(self, found, villages):
        self.four_eyes(self.state.counted_since(found), "recorded counts or figures of the members since the proposal")
        if self.data.get("survey"):
            bases = get(found.surveys, self.data["survey"], "survey")
            changed = [self.state.who_changed_households(found, bases[one], one) for one in villages if bases.get(one)]
            self.four_eyes(set().union(*changed), "recorded the households on which the survey counts")
    def on_members(self):
        found = self.joint_branch()
        self.says(self.as_established(found))
        self.document()
        self.not_who_proposed(found)
        village = get(self.state.organizations, self.data["organization"], "organization").village
        self.not_who_counted(found, [village])
    def dissolved(self):
        found = self.joint_branch()
        self.says(self.as_established(found))
        self.document()
        self.not_who_proposed(found)
        if found.is_due:
            poor = [by for grade, by in found.grades.values() if grade == "poor"]
            self.four_eyes(set().union(*poor), "recorded a poor grade")
            self.four_eyes(found.ordered, "ordered the rectification")
            self.four_eyes(found.reviewed, "reviewed the rectification")
            self.four_eyes(found.counted, "recorded the figures on which satisfaction counts")
    def corrects(self, recorded):
        need(recorded and recorded["event"] == self.data["corrected_event"], "no-command", self.event["type"])
        self.four_eyes({recorded["by"]} | recorded["corrected_by"], "recorded or corrected it")
    def by_county(self, place):
        self.document()
        found = self.place(place)
        self.organ(max(COUNTY, found.level), place)
    def on_organization(self):
        found = self.organization(self.data["organization"])
        level = self.state.places[found.location].level
        above = min(level + 1, CITY) if found.form == "organ" else level
        self.decision(max(self.deciding_level(), above), found.location)
        self.document()
    def of_organization(self, least):
        location = self.organization(self.data["organization"]).location
        self.organ(max(least, self.state.places[location].level), location)
def scope_of_code(code):
    return [code[:length] for length in (6, 9) if len(code) >= length]
# What each command asks, by the event that leads it.
def check_rules(act, kind, events):
    data, state, command = act.data, act.state, act.command
    if kind == "place.registered":
        act.within(act.scope_of(data["code"], data.get("parent")), "place/" + data["code"])
    elif kind == "organization.registered":
        act.place(data["location"])
    elif kind in ("organization.updated", "person.registered"):
        act.organization(data["organization"])
    elif command == "open-register":
        act.place(data["county"])
        act.organ(COUNTY, data["county"])
        act.document()
    elif command == "confirm-registration":
        act.document()
        for confirmed in [Act(state, event, command, event["data"]) for event in events]:
            found = confirmed.joint_branch()
            confirmed.organ(COUNTY, found.lead)
            confirmed.four_eyes({found.by}, "registered this joint branch")
    elif command in ("reject-registration", "complete-registration"):
        act.organ(COUNTY if command == "reject-registration" else TOWNSHIP, act.joint_branch().lead)
    elif command in ("propose-joint-branch", "register-joint-branch"):
        act.place(data["lead_township"])
        act.organ(TOWNSHIP, data["lead_township"])
    elif command == "establish":
        found = act.joint_branch()
        act.says(act.decision(act.deciding_level(), found.lead))
        act.document()
        act.not_who_proposed(found)
        act.not_who_counted(found, state.villages_of(found))
        for ended in [event for event in events if type_of(event) == "joint-branch.dissolved"]:
            Act(state, ended, command, ended["data"]).dissolved()
    elif command == "dissolve-joint-branch":
        act.dissolved()
    elif command in ("admit-member", "release-member"):
        act.on_members()
        act.organization(data.get("successor") or data["organization"]) if data.get("successor", data["organization"]) != data["organization"] else None
    elif command == "change-joint-branch":
        act.says(act.as_established(act.joint_branch()))
        act.document()
        act.place(data["lead_township"]) if "lead_township" in data else None
    elif command == "return-proposal":
        found = act.joint_branch()
        act.organ(act.deciding_level(), found.lead)
        act.four_eyes({found.by}, "proposed this joint branch")
    elif command == "reject-proposal":
        act.decision(act.deciding_level(), act.joint_branch().lead)
    elif command in ("assign-secretary", "relieve-secretary", "appoint-committee", "delegate-power", "revoke-power", "renew-term"):
        act.decision(TOWNSHIP, act.joint_branch().lead)
        act.document() if command == "renew-term" else None
    elif command in ("transfer-functions", "return-functions"):
        found = act.joint_branch()
        need(found.arrangement == "pairing", "no-command", kind)
        act.organ(TOWNSHIP, found.lead)
    elif command in ("withdraw-proposal", "resubmit-proposal", "evaluate-quarter", "order-rectification") or kind == "joint-branch.election-held":
        act.organ(TOWNSHIP, act.joint_branch().lead)
    elif command == "record-commitment":
        level = act.organ(TOWNSHIP, act.joint_branch().lead)
        need(level == TOWNSHIP, "deciding-body", act.behalf)
    elif command == "correct-evaluation":
        found = act.joint_branch()
        level = act.organ(TOWNSHIP, found.lead)
        grade, by = get(found.grades, data["quarter"], "quarter")
        if grade == "poor":
            need(act.role in ("county_officer", "local") and level >= COUNTY, "county-alone", act.role + ": raising a poor grade")
            act.document()
        act.four_eyes(by, "recorded the evaluation")
    elif command == "review-rectification":
        found = act.joint_branch()
        act.decision(COUNTY, found.lead)
        act.document()
        act.four_eyes(found.counted, "recorded the figures on which satisfaction counts")
        act.four_eyes(found.ordered, "ordered the rectification")
    elif kind == "joint-branch.filed":
        act.organ(COUNTY, act.joint_branch().lead)
    elif kind in ("organization.filed", "organization.election-held"):
        act.of_organization(COUNTY if kind == "organization.filed" else TOWNSHIP)
    elif command in ("assign-first-secretary", "relieve-first-secretary"):
        act.of_organization(COUNTY)
        act.document()
    elif command == "link-organization":
        get(state.organizations, data["organization"], "organization")
        need(("joint_branch" in data) != ("other" in data), "no-command", kind)
        place = act.joint_branch().lead if "joint_branch" in data else act.organization(data["other"]).location
        act.organ(max(TOWNSHIP, state.places[place].level), place)
    elif command == "record-funding":
        need(act.place(data["village"]).level == VILLAGE, "no-command", kind)
        if "supplement" in data or "settled" in data:
            need(act.role != "township_clerk", "county-alone", act.role + ": supplement and settlement")
            act.organ(COUNTY, data["village"])
    elif command == "record-premises-payment":
        village = act.place(data["village"])
        act.organ(COUNTY, data["village"])
        act.document()
        project = village.premises.get((data["begun_in"], data["project"]))
        fits = data["milestone"] == "start" and data["begun_in"] == village.id if project is None \
            else project.total == data["total"] and project.paid + [data["milestone"]] == MILESTONES[:len(project.paid) + 1]
        need(fits and village.level == VILLAGE and village.since <= act.on and not village.ended, "no-command", kind)
    elif command == "assign-superior":
        act.on_organization()
        act.joint_branch()
    elif command == "change-organization":
        act.on_organization()
        act.place(data["location"]) if "location" in data else None
    elif command == "abolish-organization":
        act.on_organization()
        act.organization(data["successor"])
    elif command == "issue-supervision":
        above = COUNTY if act.place(data["to"]).level == TOWNSHIP else CITY
        act.says(act.organ(above, data["to"]))
    elif command == "answer-supervision":
        to = act.known("supervision").to
        level = act.place(to).level
        need(act.organ(level, to) == level, "deciding-body", act.behalf)
    elif command == "issue-yellow-card":
        above = COUNTY if act.place(data["to"]).level == TOWNSHIP else CITY
        act.says(act.organ(above, data["to"]))
        act.document()
    elif command == "lift-yellow-card":
        card = act.known("yellow_card")
        act.place(card.to)
        act.organ(card.level, card.to)
        act.document()
    elif command == "record-meeting":
        level = act.place(data["place"]).level
        need(act.organ(max(level, COUNTY), data["place"]) == level, "deciding-body", act.behalf)
        act.document()
    elif command == "close-decision":
        place = act.known("meeting").place
        act.organ(act.place(place).level, place)
    elif command == "record-yearly-review":
        act.decision(min(LEVELS[data["level"]] + 1, CITY), act.home())
        act.document()
    elif command in ("hold-person", "lift-hold"):
        act.says(act.decision(COUNTY, act.home()))
        act.document()
        placed = act.known("person").hold
        need(command == "hold-person" or placed is None or LEVELS[data["level"]] >= placed, "deciding-body", act.behalf)
    elif command in ("erase-person", "erase-scan"):
        home = act.home() if command == "erase-person" else act.organization(data["issuer"]).location
        first = act.decision(COUNTY, home)
        act.document()
        consenting = data["consent"]["organization"]
        organ = get(state.organizations, consenting, "organization")
        tier = state.places[organ.location].level
        above = state.above(home, tier)
        is_second = act.is_organ(organ) and tier not in (first, VILLAGE) and above and above.id == organ.location
        need(is_second and act.behalf != consenting, "deciding-body", consenting)
    elif command == "correct-record" and kind == "organization.corrected":
        found = get(state.organizations, data["organization"], "organization")
        act.by_county(found.location)
        act.corrects(found.name) if "name" in data else None
        [act.corrects(found.figures.get(figure)) for figure in data.get("profile", {})]
    elif command == "correct-record":
        found = get(state.places, data["place"], "place") if kind == "place.corrected" else act.joint_branch()
        act.by_county(data["place"] if kind == "place.corrected" else found.lead)
        act.corrects(found.name)
    elif command == "correct-document":
        found = get(state.decisions, data["decision"], "decision")
        act.by_county(state.place_of(found.subject))
        need((found.subject, found.recorded["position"], found.issuer, found.number) == (
            data["subject"], data["corrected_position"], data["issuer"], data["earlier_document"]["number"]), "no-command", kind)
        for one in state.decisions_corrected(found, data["document"]["number"]):
            act.four_eyes({one.recorded["by"]} | one.recorded["corrected_by"], "recorded or corrected it")
    elif command == "change-place":
        act.place(data["place"])
    elif command == "issue-policy":
        place = get(state.places, state.codes.get(data["jurisdiction"]), "place " + data["jurisdiction"])
        act.within(act.scope_of(data["jurisdiction"]), "place/" + data["jurisdiction"])
        act.says(act.decision(max(place.level, COUNTY), place.id))
        act.document()
    elif "joint_branch" in data:  # A fact about a joint branch, such as an activity.
        act.joint_branch()
# Which event says what the command was about, and whether it could have yielded just these.
LEADING = ("joint-branch.established", "joint-branch.member-admitted", "joint-branch.member-released",
           "joint-branch.secretary-assigned", "organization.first-secretary-assigned", "place.left")
def lead_of(events):
    kinds = [type_of(event) for event in events]
    leading = [at for at, kind in enumerate(kinds) if kind in LEADING] or [at for at, kind in enumerate(kinds) if kind == "joint-branch.dissolved"]
    return leading[0] if leading else 0
def check_shape(state, events, at):
    kinds, data = [type_of(event) for event in events], [event["data"] for event in events]
    kind, own = kinds[at], data[at]
    need(kind in COMMANDS, "no-command", kind)
    found = get(state.joint_branches, own["joint_branch"], "joint-branch") if kind.startswith("joint-branch.") and kind not in ("joint-branch.proposed", "joint-branch.registered") else None
    before, after = list(zip(kinds[:at], data[:at])), list(zip(kinds[at + 1:], data[at + 1:]))
    def leaves(follow, ended):
        """The secretary leaves and every function goes back."""
        relieved = [one["person"] for name, one in follow if name == "joint-branch.secretary-relieved"]
        back = {member: set(one["functions"]) for name, one in follow if name == "joint-branch.functions-returned" for member in one["from"]}
        rest = [one for one in follow if one[0] not in ("joint-branch.secretary-relieved", "joint-branch.functions-returned")]
        return relieved == [ended.secretary] * bool(ended.secretary) and back == ended.functions \
            and all(one["joint_branch"] == ended.id for _, one in follow) and rest
    def taken_over(members):
        names = ["organization.suspended"] * len(members) + ["joint-branch.functions-transferred"]
        return [name for name, _ in after] == names and [one["organization"] for _, one in after[:-1]] == members \
            and after[-1][1]["from"] == members and all(one["joint_branch"] == found.id for _, one in after)
    left = lambda follow: [one["organization"] for name, one in follow if name in ("organization.restored", "organization.abolished")
                           and one["joint_branch"] == found.id]
    fits = len(events) == 1
    if kind == "joint-branch.established":
        while "joint-branch.dissolved" in [name for name, _ in before]:
            end = [name for name, _ in before].index("joint-branch.dissolved")
            ended = get(state.joint_branches, before[end][1]["joint_branch"], "joint-branch")
            is_shared = set(ended.members) & set(found.members)
            rest = leaves(before[:end], ended)
            need(rest == [] and is_shared and ended.arrangement == "pairing" and before[end][1]["ground"] in ("superior_decision", "members_request"), "no-command", kind)
            before = before[end + 1:]
        fits = not before and found.arrangement == own["arrangement"] and (taken_over(found.members) if own["arrangement"] == "merger" else not after)
    elif kind == "joint-branch.member-admitted":
        fits = not before and (taken_over([own["organization"]]) if found.arrangement == "merger" else not after)
    elif kind == "joint-branch.member-released":
        held = found.functions.get(own["organization"])
        back = [(one["from"], set(one["functions"])) for name, one in before if name == "joint-branch.functions-returned"]
        rest = [one for one in before if one[0] != "joint-branch.functions-returned"]
        fits = not after and back == ([([own["organization"]], held)] if held else []) and len(rest) == (found.arrangement == "merger") \
            and left(rest) == [own["organization"]] * len(rest)
    elif kind == "joint-branch.secretary-assigned":
        relieved = [(name, one["person"]) for name, one in before]
        # Who was elected anew is approved and goes on.
        goes = found.secretary and found.secretary != own["person"]
        fits = not after and relieved == ([("joint-branch.secretary-relieved", found.secretary)] if goes else [])
    elif kind == "organization.first-secretary-assigned":
        in_post = get(state.organizations, own["organization"], "organization").first_secretary
        left = {"organization": own["organization"], "person": in_post}
        fits = not after and before == ([("organization.first-secretary-relieved", left)] if in_post else [])
    elif kind == "joint-branch.registration-confirmed":
        confirmed = [one["joint_branch"] for one in data]
        waits = all(get(state.joint_branches, one, "joint-branch").waits for one in confirmed)
        fits = set(kinds) == {kind} and len(set(confirmed)) == len(confirmed) and waits
    elif kind == "joint-branch.dissolved":
        rest = leaves(before, found)
        expected = sorted(found.members) if found.arrangement == "merger" else []
        fits = not after and rest is not False and sorted(left(rest)) == expected and len(rest) == len(expected)
    elif kind == "place.left":
        fits = not before and [(name, one["place"]) for name, one in after] == [("place.received", own["place"])]
    need(fits, "no-command", kind)
def judge(state, events):
    digest, at = events[0]["commanddigest"], lead_of(events)
    need(re.fullmatch("[0-9a-f]{64}", digest) and digest != digest[:2] * 32, "command-digest", digest)
    check_shape(state, events, at)
    lead, kind = events[at], type_of(events[at])
    is_simulated = lead.get("simulated", False)
    need(is_simulated == (is_simulated and COMMANDS[kind] not in OF_SERVICE if state.simulated is None else state.simulated), "simulated-mixed")
    act = Act(state, lead, COMMANDS[kind], lead["data"])
    act.check_authority()
    need(lead.get("decidedon", "") < lead["effectivedate"], "decided-on", lead.get("decidedon"))
    check_rules(act, kind, events)
def check(events, city, found):
    """Judges the events of a whole log, read from JSON, with data of today's versions; calls found(position, rule, detail) for each command that is unlawful."""
    state, at = State(city), 0
    judged_by.append(RULES)
    while at < len(events):
        command = events[at:at + max(1, int(events[at]["commandcount"]))]
        command = [event for event in command if event["commandid"] == events[at]["commandid"]]
        try:
            judge(state, command)
        except Lawless as broken:
            found(int(command[0]["sequence"]), *broken.args)
        except (KeyError, AttributeError, TypeError, ValueError) as error:  # It refers to what is not there.
            found(int(command[0]["sequence"]), "unknown-reference", str(error))
        for event in command:
            state.fold(event)
        at += len(command)
