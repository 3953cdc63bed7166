//! `complete-registration` 存量补记: what was not on file is found later and added, with what it rests on.

use serde_json::{Value, json};

use crate::case::Case;
use crate::commands::register_joint_branch::CoLocationEntry;
use crate::commands::registered_facts::{About, check_facts, register_over};
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::registrations::RegistrationCompleted;
use crate::ids::JointBranchId;
use crate::joint_branch::{JointBranch, Phase};
use crate::mechanism::Mechanism;
use crate::on_file::{OnFile, known};
use crate::place::Level;
use crate::recall::Recorded;
use crate::registration::{FactName, Facts, PastCoLocation, Registration, Source};
use crate::rejection::{RegistrationRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 补记存量登记的一项事实 / adds one fact to a registration
    pub struct CompleteRegistration {
        /// 联合党组织的记录编号 / the id of the joint branch
        pub joint_branch: JointBranchId,
        /// 补记的事项 / which of the facts
        pub field: FactName,
        /// 补记的值，格式同存量登记的该项；文号、日期、代码可直接填写 / the value, in the shape that the fact has in a registration; of a document the number will do
        pub value: Value,
        /// 补记的依据 / what it rests on
        pub source: Source,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "complete-registration",
    title: say("存量补记", "Complete a registration"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Registration],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| {
        joint.is_registered && (joint.phase.is_live() || joint.phase == Phase::AwaitingConfirmation)
    }),
    yields: &["joint-branch.registration-completed"],
    along: &[],
    refused_when: "not registered as it stood; on file already; a value that does not fit",
    rules: &[
        "registration-of",
        "registration-on-file",
        "registration-value",
        "registration-quarters",
        "registration-fact",
        "phase",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2026-06-25",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {
    "joint_branch": "01J8KQ2M000000000000000017",
    "field": "approval",
    "value": {"number": "昭委组〔2016〕21号", "issued": "2016-05-09"},
    "source": {"title": "区委组织部2016年发文汇编", "page": "第88页"}
  }
}"#,
    example_follows: &["confirm-registration"],
};

pub(crate) fn entity(data: &CompleteRegistration) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &CompleteRegistration) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    let name = joint_branch.name.to_string();
    let registration = case.state.registrations.get(&joint_branch.id);
    let registration = registration.ok_or(RegistrationRejection::NotRegistered { name })?;
    case.require_phase(
        joint_branch,
        |phase| phase.is_live() || phase == Phase::AwaitingConfirmation,
        say("存量登记待确认，或运行中", "registered and not confirmed, or live"),
    )?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    let facts = facts(case, data)?;
    check_absent(joint_branch, registration, data.field, &facts)?;
    let members: Vec<_> =
        joint_branch.members.iter().filter_map(|id| case.state.organizations.get(id)).collect();
    let register = register_over(case, lead)?;
    let about = About::of(joint_branch, register, &members);
    let mut together = registration.facts.clone();
    together.complete(&facts);
    check_facts(case, &about, &only_with(&together, data.field))?;
    Ok(vec![EventBody::RegistrationCompleted(RegistrationCompleted {
        joint_branch: joint_branch.id,
        field: data.field,
        facts,
        source: data.source.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<CompleteRegistration> {
    let EventBody::RegistrationCompleted(RegistrationCompleted { joint_branch, field, facts, source }) =
        recorded.lead.clone()
    else {
        return None;
    };
    let value = match known(&facts.co_location) {
        Some(found) => {
            serde_json::to_value(CoLocationEntry { place: recorded.code(found.place)?, since: found.since })
        }
        None => serde_json::to_value(&facts),
    };
    let mut value = value.ok()?;
    if field != FactName::CoLocation {
        value = value.get_mut(field.as_str())?.take();
    }
    Some(CompleteRegistration { joint_branch, field, value, source })
}

/// The value as the fact that it is.
fn facts(case: &Case<'_>, data: &CompleteRegistration) -> Result<Facts, Rejection> {
    let refused = |detail: String| RegistrationRejection::Value { what: data.field.title().clone(), detail };
    if data.field == FactName::CoLocation {
        let found: CoLocationEntry =
            serde_json::from_value(data.value.clone()).map_err(|error| refused(error.to_string()))?;
        let place = case.place(&found.place, "/data/value/place")?.id;
        let co_location = Some(OnFile::Value(PastCoLocation { place, since: found.since }));
        return Ok(Facts { co_location, ..Facts::default() });
    }
    let value = match (data.field, &data.value) {
        // Of a document the number alone may be known.
        (FactName::Approval, Value::String(number)) => json!({ "number": number }),
        (_, value) => value.clone(),
    };
    let facts: Facts = serde_json::from_value(json!({ data.field.as_str(): value }))
        .map_err(|error| refused(error.to_string()))?;
    match facts.state_of(data.field) {
        Some(OnFile::Value(())) => Ok(facts),
        _ => Err(refused("not_on_file".to_owned()).into()),
    }
}

/// Nothing that is on file is replaced: neither what was registered nor what has been decided here since.
fn check_absent(
    joint_branch: &JointBranch,
    registration: &Registration,
    field: FactName,
    facts: &Facts,
) -> Result<(), Rejection> {
    let registered = matches!(registration.facts.state_of(field), Some(OnFile::Value(())));
    let is_known = match field {
        // Papers that name none say nothing of it.
        FactName::Mode | FactName::Form => field.is_recorded_on(joint_branch),
        // A survey of today is another one than that of then.
        FactName::Survey => registered,
        FactName::Grades => {
            let registered = known(&registration.facts.grades).into_iter().flatten();
            let quarters: Vec<_> = registered.map(|found| found.quarter).collect();
            let found = known(&facts.grades).into_iter().flatten().map(|found| found.quarter);
            found
                .into_iter()
                .any(|quarter| quarters.contains(&quarter) || joint_branch.evaluations.contains_key(&quarter))
        }
        _ => registered || field.is_recorded_on(joint_branch),
    };
    if is_known {
        return Err(RegistrationRejection::OnFile { what: field.title().clone() }.into());
    }
    Ok(())
}

/// The fact itself, with those that it is held against.
fn only_with(facts: &Facts, field: FactName) -> Facts {
    let mut kept = Facts { form: facts.form.clone(), ..Facts::default() };
    match field {
        FactName::Mode => kept.mode.clone_from(&facts.mode),
        FactName::Form => {}
        FactName::Established => kept.established.clone_from(&facts.established),
        FactName::Approval => kept.approval.clone_from(&facts.approval),
        FactName::Survey => kept.survey.clone_from(&facts.survey),
        FactName::Secretary | FactName::TermEnd => {
            kept.term_end.clone_from(&facts.term_end);
            if field == FactName::Secretary {
                kept.secretary.clone_from(&facts.secretary);
            }
        }
        FactName::Committee => kept.committee.clone_from(&facts.committee),
        FactName::Grades => {
            kept.grades.clone_from(&facts.grades);
            kept.established.clone_from(&facts.established);
        }
        FactName::Functions => kept.functions.clone_from(&facts.functions),
        FactName::CoLocation => kept.co_location.clone_from(&facts.co_location),
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::joint_branch::Grade;
    use crate::joint_branch::Mode;
    use crate::testing::City;
    use crate::testing::city::{SECOND, SECRETARY, V1, V2, place};
    use crate::testing::drafts::registrations::{complete, confirm, open, register, send_back, standing};
    use crate::testing::drafts::{assign, text};

    fn waiting() -> City {
        City::new().given(open("2026-06-01")).given(register(standing(&[V1, V2])))
    }

    fn confirmed() -> City {
        waiting().given(confirm())
    }

    fn approval() -> serde_json::Value {
        json!({"number": "昭委组〔2016〕21号", "issued": "2016-05-09"})
    }

    #[test]
    fn what_is_found_is_added_with_its_source() {
        let after = confirmed().when(complete(FactName::Approval, approval())).accepted();
        let found = after.joint();
        let number = found.establishment.as_ref().unwrap().document.as_ref().unwrap();
        assert_eq!(number.to_string(), "昭委组〔2016〕21号");
        let registration = &after.state.registrations[&found.id];
        assert_eq!(registration.completions.len(), 1);
        assert_eq!(registration.facts.state_of(FactName::Approval), Some(OnFile::Value(())));
        // It may be found before the county confirms, too; and a number alone will do.
        waiting().when(complete(FactName::Approval, json!("昭委组〔2016〕21号"))).accepted();
    }

    #[test]
    fn each_fact_is_taken_up() {
        let after = confirmed()
            .given(complete(FactName::Secretary, json!({"person": SECRETARY, "since": "2017-03"})))
            .given(complete(FactName::TermEnd, json!("2027-03-31")))
            .given(complete(FactName::Committee, json!([{"person": SECOND, "duty": "组织委员"}])))
            .given(complete(FactName::Grades, json!([{"quarter": "2026Q1", "grade": "good"}])))
            .given(complete(FactName::Grades, json!([{"quarter": "2025Q4", "grade": "fair"}])))
            .given(complete(FactName::CoLocation, json!({"place": "510811100"})))
            .given(complete(FactName::Established, json!("2016-05")))
            .given(complete(FactName::Survey, json!({"asked": 100, "in_favour": 90})))
            .given(complete(FactName::Mode, json!("other")));
        let found = after.joint();
        assert_eq!(found.secretary.as_ref().map(|secretary| secretary.person), Some(SECRETARY));
        assert_eq!(found.term.as_ref().map(|term| term.end.to_string()).as_deref(), Some("2027-03-31"));
        assert_eq!((found.committee.len(), found.evaluations.len()), (1, 2));
        assert_eq!(found.evaluations[&"2025Q4".parse().unwrap()].grade, Grade::Fair);
        assert_eq!(found.co_location.unwrap().place, place("510811100"));
        assert_eq!((found.mode.clone(), found.surveys.len()), (Mode::Other, 0));
        let registered = known(&after.state.registrations[&found.id].facts.grades).unwrap();
        assert_eq!(registered.len(), 2);
    }

    #[test]
    fn a_secretary_found_later_has_the_term_that_was_on_file() {
        let mut data = standing(&[V1, V2]);
        data.term_end = Some(OnFile::Value("2027-03-31".parse().unwrap()));
        data.established = Some(OnFile::Value("2016-05".parse().unwrap()));
        let city = City::new().given(open("2026-06-01")).given(register(data)).given(confirm());
        assert!(city.joint().term.is_none(), "a term is somebody's");
        let after = city.given(complete(FactName::Secretary, json!({"person": SECRETARY})));
        let secretary = after.joint().secretary.clone().unwrap();
        assert_eq!(secretary.term_end.unwrap().to_string(), "2027-03-31");
        assert_eq!(secretary.since.to_string(), "2016-05-01");
        assert_eq!(after.joint().term.as_ref().unwrap().end.to_string(), "2027-03-31");
    }

    #[test]
    fn nothing_on_file_is_replaced() {
        let again = |field, value| {
            confirmed().given(complete(FactName::Approval, approval())).when(complete(field, value))
        };
        again(FactName::Approval, approval()).refused_by("registration-on-file");
        again(FactName::Form, json!("general_branch")).refused_by("registration-on-file");
        let graded =
            confirmed().given(complete(FactName::Grades, json!([{"quarter": "2026Q1", "grade": "good"}])));
        graded
            .when(complete(FactName::Grades, json!([{"quarter": "2026Q1", "grade": "poor"}])))
            .refused_by("registration-on-file");
        let headed = confirmed().given({
            let mut draft = assign(SECRETARY).on("2026-06-24");
            if let crate::commands::CommandBody::AssignSecretary(data) = &mut draft.body {
                data.term_start = "2026-06-24".parse().unwrap();
            }
            draft
        });
        headed
            .when(complete(FactName::Secretary, json!({"person": SECOND, "since": "2017"})))
            .refused_by("registration-on-file");
    }

    #[test]
    fn a_value_has_the_shape_of_its_fact_and_holds_what_a_registration_holds() {
        for (field, value) in [
            (FactName::Approval, json!(7)),
            (FactName::Approval, json!({"not_on_file": "仍未见"})),
            (FactName::TermEnd, json!("2027-02-30")),
            (FactName::CoLocation, json!({"place": "x"})),
            (FactName::Grades, json!({"quarter": "2026Q1"})),
        ] {
            confirmed().when(complete(field, value)).refused_by("registration-value");
        }
        let late = json!([{"quarter": "2026Q2", "grade": "good"}]);
        confirmed().when(complete(FactName::Grades, late)).refused_by("registration-quarters");
        let over = json!({"asked": 1, "in_favour": 2});
        confirmed().when(complete(FactName::Survey, over)).refused_by("registration-fact");
    }

    #[test]
    fn only_what_was_registered_and_stands_is_completed() {
        let merged = City::merged().given(open("2026-06-01"));
        let refused = RegistrationRejection::NotRegistered { name: text("联合党支部").to_string() };
        merged.when(complete(FactName::Approval, approval())).refused(refused.into());
        waiting().given(send_back()).when(complete(FactName::Approval, approval())).refused_by("phase");
    }
}
