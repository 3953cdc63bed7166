//! The examples of the commands, given in a small city of their own: what each command says of itself holds there.

#![expect(clippy::unwrap_used, clippy::panic, reason = "an example that is refused is a failed test")]

#[cfg(test)]
use std::collections::{BTreeMap, BTreeSet};

#[cfg(test)]
use schemars::SchemaGenerator;
use serde_json::{Value, json};
use ulid::Ulid;

use crate::account::Role;
use crate::actor::Actor;
use crate::commands::{CommandBody, CommandKind};
use crate::decide::Decision;
use crate::event::Event;
#[cfg(test)]
use crate::event::EventBody;
#[cfg(test)]
use crate::ids::JointBranchId;
use crate::ids::{CommandId, OrganizationId};
#[cfg(test)]
use crate::policy::Policy;
use crate::rejection::Rejection;
#[cfg(test)]
use crate::spec::Choice;
use crate::spec::{Exception, Givers};
use crate::testing::drafts::Draft;
use crate::testing::{City, RECORDED, instant};

/// Ids of the examples that the city gives itself: the command of the survey, the last event and the last command.
const SURVEY: &str = "01J8KQ2M000000000000000010";
const LAST_EVENT: &str = "01J8KQ2M000000000000000015";
/// The last command.
const LAST_COMMAND: &str = "01J8KQ2M000000000000000021";

/// The merger and the pairing of the examples.
#[cfg(test)]
const MERGER: &str = "01J8KQ2M000000000000000008";
#[cfg(test)]
const PAIRING: &str = "01J8KQ2M000000000000000009";

/// What is on file before any example, each as a command and its data, recorded where the log is kept.
const ON_FILE: &[(&str, &str)] = &[
    ("register-place", r#"{"code": "5108", "name": "广元市", "level": "city"}"#),
    ("register-place", r#"{"code": "510811", "name": "昭化区", "level": "county", "parent": "5108"}"#),
    ("register-place", r#"{"code": "510811210", "name": "白果乡", "level": "township", "parent": "510811"}"#),
    (
        "register-place",
        r#"{"code": "510811210206", "name": "田岩村", "level": "village", "parent": "510811210"}"#,
    ),
    (
        "register-organization",
        r#"{"id": "01J8KQ2M000000000000000016", "name": "市委组织部", "form": "organ", "host_kind": "city", "host": "5108", "formal_members": 0, "probationary_members": 0}"#,
    ),
    (
        "register-organization",
        r#"{"id": "01J8KQ2M000000000000000005", "name": "昭化区委", "form": "organ", "host_kind": "county", "host": "510811", "formal_members": 0, "probationary_members": 0}"#,
    ),
    (
        "register-organization",
        r#"{"id": "01J8KQ2M000000000000000004", "name": "白果乡党委", "form": "organ", "host_kind": "township", "host": "510811210", "formal_members": 0, "probationary_members": 0}"#,
    ),
    (
        "register-organization",
        r#"{"id": "01J8KQ2M000000000000000002", "name": "田岩村党支部", "form": "branch", "host_kind": "village", "host": "510811210206", "formal_members": 22, "probationary_members": 1}"#,
    ),
    (
        "register-organization",
        r#"{"id": "01J8KQ2M000000000000000003", "name": "青松猕猴桃合作社党支部", "form": "branch", "host_kind": "cooperative", "host": "青松猕猴桃合作社", "location": "510811210", "formal_members": 2, "probationary_members": 0}"#,
    ),
    (
        "update-organization",
        r#"{"organization": "01J8KQ2M000000000000000002", "profile": {"households": {"value": 240, "unit": "户", "period": "2018", "source": "2018年农村经济统计年报"}}}"#,
    ),
    (
        "register-person",
        r#"{"id": "01J8KQ2M000000000000000011", "name": "王某", "organization": "01J8KQ2M000000000000000002", "formal_member_since": "2008-07-01"}"#,
    ),
    (
        "register-person",
        r#"{"id": "01J8KQ2M000000000000000012", "name": "赵某", "organization": "01J8KQ2M000000000000000002", "formal_member_since": "2008-07-01"}"#,
    ),
    (
        "propose-joint-branch",
        r#"{"id": "01J8KQ2M000000000000000009", "name": "田岩青松结对", "arrangement": "pairing", "mode": "other", "mode_reason": "村社共建", "form": "none", "members": ["01J8KQ2M000000000000000002", "01J8KQ2M000000000000000003"], "lead_township": "510811210", "justification": {"geography": "同村", "industry": "猕猴桃", "governance": "共用水利"}}"#,
    ),
    (
        "record-will-survey",
        r#"{"joint_branch": "01J8KQ2M000000000000000009", "villages": [{"village": "510811210206", "asked": 180, "in_favour": 150, "method": "入户问卷", "date": "2018-12-01"}]}"#,
    ),
];

/// Every event that the examples yield, and those of what is on file before them, as they were recorded: of each type at
/// least one.
pub fn recorded() -> Vec<Event> {
    let worlds = CommandKind::ALL.iter().map(|kind| {
        let mut world = World::before(*kind);
        world.give(*kind).unwrap_or_else(|rejection| panic!("{}: {rejection}", kind.name()));
        world.city.log
    });
    worlds.flatten().collect()
}

/// The city of the examples, and the command of the last survey in it.
#[derive(Clone)]
struct World {
    city: City,
    survey: CommandId,
}

impl World {
    /// What is on file before any example.
    fn new() -> Self {
        let mut world = Self { city: City::empty(), survey: CommandId(Ulid(0)) };
        for (name, data) in ON_FILE {
            let (organ, on) = match *name {
                "propose-joint-branch" | "record-will-survey" => ("01J8KQ2M000000000000000004", "2018-12-20"),
                _ => ("5108", "2016-01-01"),
            };
            let data: Value = serde_json::from_str(data).unwrap();
            let request = json!({ "effective_date": on, "on_behalf_of": organ, "data": data });
            let local = actor("local", Role::Local, "5108");
            world.city = world.city.given(draft(name, &request, Some(local)).simulated(true));
        }
        world
    }

    /// The city after the examples that an example follows, and those that they follow.
    fn before(kind: CommandKind) -> Self {
        let mut order = order(&[kind]);
        order.pop();
        Self::after(&order)
    }

    /// The city after these examples, each accepted.
    fn after(examples: &[CommandKind]) -> Self {
        let mut world = Self::new();
        for kind in examples {
            let name = kind.name();
            world.give(*kind).unwrap_or_else(|rejection| panic!("{name}: {rejection}"));
        }
        world
    }

    /// Gives the example of a command.
    fn give(&mut self, kind: CommandKind) -> Result<Decision, Rejection> {
        let decision = self.city.run(draft(kind.name(), &self.request(kind), None))?;
        if kind == CommandKind::RecordWillSurvey {
            self.survey = self.city.last_command();
        }
        Ok(decision)
    }

    /// The example of a command, with the ids that this city gave.
    fn request(&self, kind: CommandKind) -> Value {
        let last_event = self.city.log.last().unwrap().meta.id.to_string();
        let example = kind.spec().example;
        let text = example.replace(SURVEY, &self.survey.to_string()).replace(LAST_EVENT, &last_event);
        let text = text.replace(LAST_COMMAND, &self.city.last_command().to_string());
        serde_json::from_str(&text).unwrap()
    }
}

/// These examples, each after those that it follows.
fn order(examples: &[CommandKind]) -> Vec<CommandKind> {
    let mut order = Vec::new();
    examples.iter().for_each(|kind| collect(*kind, &mut order));
    order
}

fn collect(kind: CommandKind, order: &mut Vec<CommandKind>) {
    for name in kind.spec().example_follows {
        collect(CommandKind::named(name).unwrap_or_else(|| panic!("{name}")), order);
    }
    if !order.contains(&kind) {
        order.push(kind);
    }
}

fn actor(id: &str, role: Role, scope: &str) -> Actor {
    Actor { id: id.into(), role, scope: scope.parse().unwrap() }
}

/// Who gives an example: somebody of the tier on whose authority it is given, for each example another account.
fn giver(kind: CommandKind, request: &Value) -> Actor {
    let of = |role, scope| actor(kind.name(), role, scope);
    match (kind.spec().givers, request["on_behalf_of"].as_str().unwrap()) {
        (Givers::SecurityAdministrator, _) => of(Role::SecurityAdmin, "5108"),
        (Givers::Machine, _) => of(Role::Local, "5108"),
        (_, "5108" | "01J8KQ2M000000000000000016") => of(Role::CityOffice, "5108"),
        (_, "510811" | "01J8KQ2M000000000000000005") => of(Role::CountyOfficer, "510811"),
        _ => of(Role::TownshipClerk, "510811210"),
    }
}

/// A request as it would come over HTTP, by somebody or else by whom such an example is given.
fn draft(name: &str, request: &Value, actor: Option<Actor>) -> Draft {
    let body = CommandBody::deserialize(name, request["data"].clone()).unwrap();
    let body = body.unwrap_or_else(|error| panic!("{name}: {error}"));
    let on = request["effective_date"].as_str().unwrap();
    let actor = actor.unwrap_or_else(|| giver(body.kind(), request));
    let mut draft = Draft::new(body, actor, OrganizationId(Ulid(0)), on);
    let header = &mut draft.header;
    header.on_behalf_of = request["on_behalf_of"].as_str().unwrap().parse().unwrap();
    header.document = serde_json::from_value(request["document"].clone()).unwrap();
    header.decided_by = serde_json::from_value(request["decided_by"].clone()).unwrap();
    let is_ahead = draft.body.spec().has(Exception::FutureDate);
    let day = instant(&format!("{on}T04:00:00.000Z"));
    if is_ahead { draft } else { draft.recorded_at(day.max(instant(RECORDED))) }
}

#[test]
fn every_example_is_accepted_after_those_that_it_follows() {
    for kind in CommandKind::ALL {
        let spec = kind.spec();
        let decision = World::before(*kind).give(*kind);
        let decision = decision.unwrap_or_else(|rejection| panic!("{}: {rejection}", spec.name));
        assert_eq!(decision.warnings, [], "{}", spec.name);
        for event in decision.events {
            let event_type = event.event_type();
            let is_named = spec.yields.contains(&event_type) || spec.along.contains(&event_type);
            assert!(is_named, "{}: {event_type}", spec.name);
        }
    }
}

#[test]
fn a_command_is_refused_without_the_document_or_the_meeting_that_it_says_it_needs_and_not_asked_for_another()
{
    let mut wrong = Vec::new();
    for kind in CommandKind::ALL {
        let spec = kind.spec();
        for (part, is_needed) in [("document", spec.needs_document()), ("decided_by", spec.needs_meeting())] {
            let mut world = World::before(*kind);
            let mut request = world.request(*kind);
            request.as_object_mut().unwrap().remove(part);
            let is_refused = world.city.run(draft(spec.name, &request, None)).is_err();
            // The one is asked for the paper since 2018-10-28, after its example; the other where a poor grade is raised.
            let is_by_case = matches!(kind, CommandKind::AssignSecretary | CommandKind::CorrectEvaluation)
                && part == "document";
            if is_refused != is_needed && !is_by_case {
                wrong.push(format!("{} {part}: refused without: {is_refused}", spec.name));
            }
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
}

#[test]
fn every_event_is_yielded_by_a_command_and_every_rule_of_a_command_is_on_file() {
    let policy = Policy::defaults().unwrap();
    let mut yielded = BTreeMap::<&str, usize>::new();
    for kind in CommandKind::ALL {
        let spec = kind.spec();
        assert_eq!(CommandKind::named(spec.name), Some(*kind), "two commands of one name");
        spec.yields.iter().for_each(|event_type| *yielded.entry(event_type).or_default() += 1);
        spec.along.iter().for_each(|event_type| *yielded.entry(event_type).or_default() += 0);
        for rule in spec.rules {
            assert!(policy.rules.contains_key(*rule), "{}: {rule}", spec.name);
        }
        let texts = [&*spec.title.zh, &*spec.title.en, spec.refused_when];
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{}", spec.name);
        assert!(!spec.rules.is_empty() && !spec.yields.is_empty(), "{}", spec.name);
        assert_eq!(spec.mechanisms.is_empty(), !spec.is_over_http(), "{}", spec.name);
    }
    let known: BTreeSet<&str> = EventBody::TYPES.iter().copied().collect();
    assert_eq!(yielded.keys().copied().collect::<BTreeSet<_>>(), known);
    // Which command an event came from is told by the event: only establishing says it by the arrangement.
    let by_several: Vec<_> = yielded.iter().filter(|(_, commands)| **commands > 1).collect();
    assert_eq!(by_several, [(&"joint-branch.established", &2)]);
}

#[test]
fn a_command_that_names_a_joint_branch_says_which_ones_it_fits() {
    for kind in CommandKind::ALL {
        let schema = CommandBody::object_schema(kind.name(), &mut SchemaGenerator::default()).unwrap();
        let has = |field| schema.get("properties").is_some_and(|fields| fields.get(field).is_some());
        // One, or many of which each is judged by itself.
        let names_one = has("joint_branch") || has("joint_branches");
        assert_eq!(kind.spec().fits.is_some(), names_one, "{}", kind.name());
    }
}

/// Rules that refuse a command because of how the joint branch stands, whatever else the command says.
#[cfg(test)]
const RULES_OF_STANDING: &[&str] = &[
    "phase",
    "arrangement",
    "merger-is-whole",
    "no-post",
    "not-in-post",
    "poor-standing",
    "filing-once",
    "term-on-file",
    "power-holder",
    "power-not-held",
    "nothing-to-correct",
    "at-work-then",
    "registration-of",
    "agreement-pairing",
    "proposal-returned",
    "proposal-not-returned",
    "superior-joint",
];

#[test]
fn a_command_fits_a_joint_branch_where_the_rules_do_not_refuse_it_for_how_it_stands() {
    use CommandKind as K;
    let standings: [(&str, &[K]); 16] = [
        (MERGER, &[K::ProposeJointBranch]),
        (MERGER, &[K::RecordWillSurvey]),
        (MERGER, &[K::ReturnProposal]),
        (MERGER, &[K::MergeBranches]),
        (MERGER, &[K::AssignSecretary]),
        (MERGER, &[K::DelegatePower]),
        (MERGER, &[K::FileWithCounty]),
        (MERGER, &[K::EvaluateQuarter]),
        (MERGER, &[K::OrderRectification]),
        (MERGER, &[K::ReviewRectification]),
        (MERGER, &[K::AssignSecretary, K::DissolveJointBranch]),
        (PAIRING, &[]),
        (PAIRING, &[K::RejectProposal]),
        (PAIRING, &[K::WithdrawProposal]),
        (PAIRING, &[K::PairBranches]),
        (PAIRING, &[K::TransferFunctions]),
    ];
    let mut phases = BTreeSet::new();
    for (id, examples) in standings {
        let world = World::after(&order(&[&[K::RegisterPerson], examples].concat()));
        let joint_branch = &world.city.state.joint_branches[&id.parse::<JointBranchId>().unwrap()];
        phases.insert(joint_branch.phase);
        for kind in CommandKind::ALL {
            let Some(fits) = kind.spec().fits else { continue };
            let mut request = world.request(*kind);
            match request["data"].get_mut("joint_branches") {
                Some(many) => *many = json!([id]),
                None => request["data"]["joint_branch"] = id.into(),
            }
            // After every example, and before the day of recording.
            request["effective_date"] = "2026-06-29".into();
            let mut city = world.city.clone();
            let refusal =
                city.run(draft(kind.name(), &request, None)).err().map(|rejection| rejection.rule());
            let is_refused_for_it = refusal.is_some_and(|rule| RULES_OF_STANDING.contains(&rule));
            let what = format!("{} on {:?} after {examples:?}: {refusal:?}", kind.name(), joint_branch.phase);
            assert_eq!(fits(joint_branch), !is_refused_for_it, "{what}");
        }
    }
    assert_eq!(phases.len(), 7, "{phases:?}");
}

/// What a field that depends on a choice may hold, by its name.
#[cfg(test)]
fn sample(field: &str) -> Value {
    let consent = json!({
        "organization": "01J8KQ2M000000000000000016",
        "document": {"number": "广委组〔2019〕5号", "issued": "2019-01-05"}
    });
    match field {
        "superior_decision" => "昭委组〔2019〕5号".into(),
        "base_village" => "510811210206".into(),
        "code" => "510811210999".into(),
        "parent" => "510811".into(),
        "person" => "01J8KQ2M000000000000000011".into(),
        "location" => "510811210".into(),
        "superior" | "consent" => consent,
        "year" => 2019.into(),
        "successors" => json!(["510811210206"]),
        "shares" => json!([]),
        "functions" => json!(["propaganda"]),
        "industry" | "mode_reason" | "name" | "post" | "reason" => "写明的内容".into(),
        other => panic!("no sample of {other}"),
    }
}

/// The answers to a choice: the codes of its type, or those of the list that a policy extends.
#[cfg(test)]
fn answers(kind: CommandKind, field: &str, policy: &Policy) -> Vec<String> {
    let mut generator = SchemaGenerator::default();
    let schema = CommandBody::object_schema(kind.name(), &mut generator).unwrap();
    let reference = schema.get("properties").unwrap()[field]["$ref"].as_str().unwrap().to_owned();
    let name = reference.rsplit('/').next().unwrap();
    let list = match name {
        "Mode" => crate::joint_branch::Mode::LIST,
        "HostKind" => crate::organization::HostKind::LIST,
        _ => {
            let options = generator.definitions()[name]["oneOf"].as_array().unwrap();
            return options.iter().map(|option| option["const"].as_str().unwrap().to_owned()).collect();
        }
    };
    policy.codes(list).into_iter().map(str::to_owned).collect()
}

/// Every refusal of the example of a command, with other data.
#[cfg(test)]
fn refused(world: &World, kind: CommandKind, data: &Value) -> Vec<Rejection> {
    let mut request = world.request(kind);
    request["data"] = data.clone();
    let command = draft(kind.name(), &request, None).into_command(CommandId(Ulid(0xFFFF)));
    crate::decide::judgement(&world.city.state, &world.city.policy, &command).refusals
}

/// Data with a field set, or left out.
#[cfg(test)]
fn with_field(data: &Value, field: &str, value: Option<Value>) -> Value {
    let mut data = data.clone();
    let fields = data.as_object_mut().unwrap();
    match value {
        Some(value) => drop(fields.insert(field.to_owned(), value)),
        None => drop(fields.remove(field)),
    }
    data
}

#[test]
fn a_field_that_an_answer_does_not_use_is_never_missed_and_one_that_it_needs_always_is() {
    for kind in CommandKind::ALL {
        let (spec, world) = (kind.spec(), World::before(*kind));
        let example = world.request(*kind)["data"].clone();
        for choice in spec.choices {
            let Choice::Of { field, uses } = choice else { continue };
            let chosen = example[field].as_str().unwrap();
            for own in uses.iter().filter(|own| !example[own.field].is_null()) {
                let mut rows = uses.iter().filter(|row| row.field == own.field);
                assert!(rows.any(|row| row.is_by(chosen)), "{}: {own:?}", spec.name);
            }
            for answer in answers(*kind, field, &world.city.policy) {
                let used = |name: &str| {
                    uses.iter().filter(|row| row.field == name && row.is_by(&answer)).collect::<Vec<_>>()
                };
                let mut whole = with_field(&example, field, Some(answer.clone().into()));
                for name in spec.dependents(field) {
                    whole = with_field(&whole, name, (!used(name).is_empty()).then(|| sample(name)));
                }
                for name in spec.dependents(field) {
                    let with = refused(&world, *kind, &with_field(&whole, name, Some(sample(name))));
                    let without = refused(&world, *kind, &with_field(&whole, name, None));
                    // Without what is needed more is refused; with what is not, nothing less.
                    let is_missed = without.iter().any(|rejection| !with.contains(rejection));
                    let is_better = is_missed && with.iter().all(|rejection| without.contains(rejection));
                    let is_needed = used(name).iter().any(|row| row.is_needed);
                    let what = format!("{} {field} {answer}, {name}: {without:?} / {with:?}", spec.name);
                    assert!(if is_needed { is_missed } else { !is_better }, "{what}");
                }
            }
        }
    }
}

#[test]
fn of_the_fields_that_say_what_a_command_is_about_one_is_named_and_not_two() {
    for kind in CommandKind::ALL {
        let (spec, world) = (kind.spec(), World::before(*kind));
        for choice in spec.choices {
            let Choice::OneOf(fields) = choice else { continue };
            let mut data = world.request(*kind)["data"].clone();
            let named: Vec<_> = fields.iter().filter(|field| !data[**field].is_null()).collect();
            assert_eq!(named.len(), 1, "{}", spec.name);
            let none = refused(&world, *kind, &with_field(&data, named[0], None));
            for field in *fields {
                let other = if *field == "joint_branch" { PAIRING } else { "01J8KQ2M000000000000000002" };
                data[*field] = other.into();
            }
            let both = refused(&world, *kind, &data);
            assert!(!none.is_empty() && !both.is_empty(), "{}", spec.name);
        }
    }
}
