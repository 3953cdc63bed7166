//! `confirm-registration` 存量确认: the county confirms what was registered; one document may confirm hundreds.

use std::collections::BTreeSet;

use crate::case::Case;
use crate::commands::composition;
use crate::commands::merge_branches::all_functions;
use crate::commands::registered_facts::{About, awaiting, check_facts, check_members};
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::registrations::RegistrationConfirmed;
use crate::ids::JointBranchId;
use crate::joint_branch::{Arrangement, JointBranch, Phase};
use crate::mechanism::Mechanism;
use crate::on_file::known;
use crate::place::{Level, PlaceCode};
use crate::recall::Recorded;
use crate::registration::MAX_CONFIRMED;
use crate::rejection::{RegistrationRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 确认存量登记 / confirms what was registered as it stood
    pub struct ConfirmRegistration {
        /// 县(区)的代码 / the code of the county
        pub county: PlaceCode,
        /// 所确认的联合党组织，一次最多 500 个 / the joint branches that are confirmed, 500 at most at a time
        pub joint_branches: Vec<JointBranchId>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "confirm-registration",
    title: say("存量确认", "Confirm registrations"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Registration],
    givers: Givers::County,
    exceptions: &[],
    fits: Some(|joint| joint.phase == Phase::AwaitingConfirmation),
    yields: &["joint-branch.registration-confirmed"],
    along: &[],
    refused_when: "no document; by who registered it; not waiting for confirmation; a member has joined a merger, or the secretary another post, since",
    rules: &[
        "register-county",
        "registration-county",
        "registration-listed-once",
        "registration-many",
        "phase",
        "four-eyes",
        "document-required",
        "one-merger",
        "member-active",
        "one-secretary-post",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2026-06-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2026〕66号", "issued": "2026-06-18"},
  "data": {"county": "510811", "joint_branches": ["01J8KQ2M000000000000000017"]}
}"#,
    example_follows: &["register-joint-branch"],
};

pub(crate) fn entity(data: &ConfirmRegistration) -> Option<Entity> {
    match data.joint_branches.as_slice() {
        [one] => Some(Entity::JointBranch(*one)),
        _ => None,
    }
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ConfirmRegistration) -> Result<Vec<EventBody>, Rejection> {
    let county = case.place(&data.county, "/data/county")?;
    if county.level != Level::County {
        case.refuse(RegistrationRejection::NotACounty { found: data.county.clone() })?;
    }
    case.require_scope(&case.state.scope_of_place(county.id), data.county.as_str())?;
    case.require_organ(Level::County, county)?;
    case.required_document()?;
    let found = data.joint_branches.len();
    if found == 0 {
        case.refuse(Rejection::EmptyList { what: say("联合党组织", "the joint branches") })?;
    }
    if found > MAX_CONFIRMED {
        case.refuse(RegistrationRejection::TooMany { found, allowed: MAX_CONFIRMED })?;
    }
    let mut seen = BTreeSet::new();
    let mut events = Vec::with_capacity(found);
    for (index, id) in data.joint_branches.iter().enumerate() {
        let joint_branch = awaiting(case, *id, &format!("/data/joint_branches/{index}"))?;
        let name = || joint_branch.name.to_string();
        let own = case.state.ancestor(joint_branch.lead_township, Level::County);
        if own.is_none_or(|own| own.id != county.id) {
            let county = data.county.clone();
            case.refuse(RegistrationRejection::OtherCounty { name: name(), county })?;
        }
        if !seen.insert(*id) {
            case.refuse(RegistrationRejection::Repeated { name: name() })?;
        }
        events.push(confirm(case, joint_branch)?);
    }
    Ok(events)
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ConfirmRegistration> {
    let confirmed = |event: &&EventBody| match event {
        EventBody::RegistrationConfirmed(RegistrationConfirmed { joint_branch, functions: _ }) => {
            Some(*joint_branch)
        }
        _ => None,
    };
    let joint_branches: Vec<_> = recorded.events.iter().map(confirmed).collect::<Option<_>>()?;
    let first = recorded.state.joint_branches.get(joint_branches.first()?)?;
    let county = recorded.state.ancestor(first.lead_township, Level::County)?;
    Some(ConfirmRegistration { county: recorded.code(county.id)?, joint_branches })
}

/// What held when it was registered holds still, and somebody else says so.
fn confirm(case: &Case<'_>, joint_branch: &JointBranch) -> Result<EventBody, Rejection> {
    let not_registered = || RegistrationRejection::NotRegistered { name: joint_branch.name.to_string() };
    let registration = case.state.registrations.get(&joint_branch.id).ok_or_else(not_registered)?;
    case.four_eyes(
        std::iter::once(&registration.registered_by),
        say("登记了该联合党组织", "registered this joint branch"),
    )?;
    let members = composition::members_of(case, joint_branch.lead_township, &joint_branch.members)?;
    check_members(case, joint_branch.id, joint_branch.arrangement, &members)?;
    let register = case.state.register_over(joint_branch.lead_township).ok_or_else(not_registered)?;
    let about = About::of(joint_branch, register, &members);
    check_facts(case, &about, &registration.facts)?;
    let functions = match joint_branch.arrangement {
        Arrangement::Merger => all_functions(case),
        Arrangement::Pairing => known(&registration.facts.functions).cloned().unwrap_or_default(),
    };
    Ok(EventBody::RegistrationConfirmed(RegistrationConfirmed { joint_branch: joint_branch.id, functions }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::{CommandBody, RegisterJointBranch};
    use crate::function::Function;
    use crate::joint_branch::{Form, Grade};
    use crate::on_file::OnFile;
    use crate::organization::OrganizationStatus;
    use crate::registration::{PastGrade, PastSecretary};
    use crate::testing::city::{JOINT, OTHER_JOINT, SECRETARY, TOWNSHIP_ORGAN, V1, V2, V3, V4};
    use crate::testing::drafts::registrations::{confirm, open, register, standing};
    use crate::testing::drafts::{
        Draft, assign, clerk, dissolve, evaluate, merge, officer, proposal, propose, survey, text,
    };
    use crate::testing::{City, date};

    fn confirming(ids: &[JointBranchId]) -> Draft {
        let data = ConfirmRegistration { county: "510811".parse().unwrap(), joint_branches: ids.to_vec() };
        Draft { body: CommandBody::ConfirmRegistration(data), ..confirm() }
    }

    fn waiting_with(change: impl FnOnce(&mut RegisterJointBranch)) -> City {
        let mut data = standing(&[V1, V2]);
        change(&mut data);
        City::new().given(open("2026-06-01")).given(register(data))
    }

    fn waiting() -> City {
        waiting_with(|_| {})
    }

    #[test]
    fn from_then_on_it_is_at_work_and_its_originals_are_suspended() {
        let functions: Vec<_> = Function::FOUR.iter().map(|name| Function(text(name))).collect();
        let after =
            waiting().when(confirm()).then(&[EventBody::RegistrationConfirmed(RegistrationConfirmed {
                joint_branch: JOINT,
                functions,
            })]);
        let found = after.joint();
        assert_eq!((found.phase, found.functions[&V1].len()), (Phase::Operating, 4));
        assert_eq!(found.vacant_since, None, "nobody says that the post is empty");
        assert!(found.filings_owed.is_empty(), "a county files nothing with itself");
        for member in [V1, V2] {
            let organization = after.organization(member);
            assert_eq!(
                (&organization.status, organization.merger),
                (&OrganizationStatus::Suspended, Some(JOINT))
            );
        }
        // It ends as every other: by the county, with a successor for each.
        let ends = dissolve(crate::joint_branch::Ground::PurposeAchieved, &[(V1, V1), (V2, V2)]);
        after.when(ends.on("2026-06-28")).accepted();
    }

    #[test]
    fn what_is_known_of_it_is_taken_up_and_nothing_of_before_is_owed() {
        let grades = vec![PastGrade { quarter: "2026Q1".parse().unwrap(), grade: Grade::Poor }];
        let after = waiting_with(|data| {
            let since = "2017-03".parse().unwrap();
            data.secretary = Some(OnFile::Value(PastSecretary {
                person: SECRETARY,
                since: Some(since),
                source: None,
                basis: None,
            }));
            data.term_end = Some(OnFile::Value(date("2027-03-31")));
            data.grades = Some(OnFile::Value(grades));
            data.established = Some(OnFile::Value("2016-05".parse().unwrap()));
        })
        .when(confirm())
        .accepted();
        let found = after.joint();
        assert_eq!(found.secretary.as_ref().unwrap().term_end, Some(date("2027-03-31")));
        assert_eq!(after.state.persons[&SECRETARY].secretary_of, [JOINT].into());
        assert_eq!(found.establishment.as_ref().unwrap().effective_date, date("2016-05-01"));
        assert!(found.evaluations.contains_key(&"2026Q1".parse().unwrap()) && found.poor_standing.is_empty());
        assert_eq!(after.state.owed_from(found), Some(date("2026-06-30")));
        // A quarter of before may be graded, and calls for no order; one that ends from then on does.
        let poor = after.given(evaluate("2018Q4", Grade::Poor).on("2026-06-29"));
        assert!(poor.joint().poor_standing.is_empty());
        let later = poor.given(evaluate("2026Q2", Grade::Poor).on("2026-07-10").recorded("2026-07-10"));
        assert_eq!(later.joint().poor_standing.len(), 1);
    }

    #[test]
    fn a_pairing_holds_what_was_stated_and_its_members_work_on() {
        let after = waiting_with(|data| {
            data.arrangement = Arrangement::Pairing;
            data.form = Some(OnFile::Value(Form::None));
            data.functions = Some(OnFile::Value(vec![Function(text("industry"))]));
        })
        .when(confirm())
        .accepted();
        let organization = after.organization(V1);
        assert_eq!(organization.status, OrganizationStatus::Active);
        assert!(organization.pairings.contains(&JOINT));
        assert_eq!(after.joint().functions[&V2].len(), 1);
    }

    #[test]
    fn another_confirms_on_a_document_what_waits() {
        let own = officer("officer-1");
        let by_own = City::new().given(open("2026-06-01")).given(register(standing(&[V1, V2])).by(own));
        by_own.when(confirm()).refused_by("four-eyes");
        waiting().when(confirm().no_paper()).refused(Rejection::DocumentMissing);
        waiting().when(confirm().behalf(TOWNSHIP_ORGAN)).refused_by("deciding-body");
        waiting().when(confirm().by(clerk())).refused_by("role");
        City::proposed().given(open("2026-06-01")).when(confirm()).refused_by("phase");
        waiting().given(confirm()).when(confirm()).refused_by("phase");
        let township = |draft: Draft| {
            let mut draft = draft;
            if let CommandBody::ConfirmRegistration(data) = &mut draft.body {
                data.county = "510811100".parse().unwrap();
            }
            draft
        };
        waiting().when(township(confirm())).refused_by("register-county");
    }

    #[test]
    fn one_document_confirms_many_each_once() {
        let both =
            waiting().given(register(RegisterJointBranch { id: Some(OTHER_JOINT), ..standing(&[V3, V4]) }));
        let after = both.when(confirming(&[JOINT, OTHER_JOINT])).accepted();
        assert!(
            [JOINT, OTHER_JOINT].iter().all(|id| after.state.joint_branches[id].phase == Phase::Operating)
        );
        both.when(confirming(&[JOINT, JOINT])).refused_by("registration-listed-once");
        both.when(confirming(&[]))
            .refused(Rejection::EmptyList { what: say("联合党组织", "the joint branches") });
        let many = vec![JOINT; MAX_CONFIRMED + 1];
        both.when(confirming(&many)).refused(
            RegistrationRejection::TooMany { found: MAX_CONFIRMED + 1, allowed: MAX_CONFIRMED }.into(),
        );
    }

    #[test]
    fn a_county_confirms_what_lies_in_it() {
        // The scope of the officer ends there; an office of the whole city would be told by the rule.
        let elsewhere = |mut draft: Draft| {
            if let CommandBody::ConfirmRegistration(data) = &mut draft.body {
                data.county = "510824".parse().unwrap();
            }
            let actor = crate::testing::drafts::local();
            draft.by(actor).behalf(crate::testing::city::OTHER_COUNTY_ORGAN).simulated(true)
        };
        let city = City::empty();
        let city = crate::testing::city::drafts()
            .into_iter()
            .fold(city, |city, draft| city.given(draft.simulated(true)));
        let waiting = city
            .given(open("2026-06-01").simulated(true))
            .given(register(standing(&[V1, V2])).simulated(true));
        waiting.when(elsewhere(confirm())).refused_by("registration-county");
    }

    #[test]
    fn what_has_changed_since_the_registration_stops_it() {
        let other = OTHER_JOINT;
        let merged = waiting()
            .given(
                propose(crate::commands::ProposeJointBranch { id: Some(other), ..proposal(&[V1, V3]) })
                    .on("2026-06-11"),
            )
            .given(survey_of(other))
            .given(merge_of(other));
        merged.when(confirm()).refused_by("one-merger");
        let posted = waiting_with(|data| {
            let since = "2017".parse().unwrap();
            data.secretary = Some(OnFile::Value(PastSecretary {
                person: SECRETARY,
                since: Some(since),
                source: None,
                basis: None,
            }));
            data.members = vec![V3, V4];
            data.id = Some(OTHER_JOINT);
        });
        let headed = posted
            .given(propose(proposal(&[V1, V2])))
            .given(survey(&[(V1, 100, 100), (V2, 100, 100)]))
            .given(merge())
            .given(assign(SECRETARY));
        headed.when(confirming(&[OTHER_JOINT])).refused_by("one-secretary-post");
        let closed = waiting().given(crate::testing::drafts::changes::abolish(V2, V3));
        closed.when(confirm()).refused_by("member-active");
    }

    fn survey_of(id: JointBranchId) -> Draft {
        let mut draft = survey(&[(V1, 100, 100), (V3, 100, 100)]).on("2026-06-12");
        if let CommandBody::RecordWillSurvey(data) = &mut draft.body {
            data.joint_branch = id;
            data.villages.iter_mut().for_each(|village| village.date = date("2026-06-11"));
        }
        draft
    }

    fn merge_of(id: JointBranchId) -> Draft {
        let mut draft =
            merge().on("2026-06-13").paper("昭委组〔2026〕70号", "2026-06-13").decided("2026-06-13");
        if let CommandBody::MergeBranches(crate::commands::MergeBranches(data)) = &mut draft.body {
            data.joint_branch = id;
        }
        draft
    }
}
