//! `register-joint-branch` 存量登记: a joint branch that exists comes onto the register as it stands, from the office's own papers.

use std::sync::Arc;

use crate::case::Case;
use crate::code::Code;
use crate::commands::composition;
use crate::commands::form_kind;
use crate::commands::registered_facts::{About, check_facts, check_members, not_open, register_over};
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::registrations::JointBranchRegistered;
use crate::function::Function;
use crate::ids::{JointBranchId, OrganizationId};
use crate::joint_branch::{Arrangement, Form, Mode, Phase};
use crate::mechanism::Mechanism;
use crate::on_file::{OnFile, known};
use crate::partial_date::PartialDate;
use crate::place::{Level, Place, PlaceCode};
use crate::post::CommitteeMember;
use crate::registration::{
    Approval, Facts, PastCoLocation, PastGrade, PastSecretary, PastSurvey, Register, Source,
};
use crate::rejection::{RegistrationRejection, Rejection};
use crate::say::say;
use crate::spec::{Choice, Givers, Group, Spec, Use};
use crate::text::Text;

data! {
    /// 合署办公地点，按代码 / where its people work together, by code
    pub struct CoLocationEntry {
        /// 办公地点的区划代码 / the code of the place where it works
        pub place: PlaceCode,
        /// 合署办公的开始日期；不详则不填 / since when it works there, where it is known
        pub since: Option<PartialDate>,
    }

    /// 存量登记：登记已有的联合党组织，逐项填写档案所载的值或注明档案未见 / registers a joint branch that exists: each fact as the papers give it, or as not on file
    pub struct RegisterJointBranch {
        /// 自定的记录编号；不填则用指令的编号；退回后重新登记时填原编号 / the id to give it, the command's own id where absent; the same id where it was sent back
        pub id: Option<JointBranchId>,
        /// 联合党组织的名称 / the name of the joint branch
        pub name: Text,
        /// 合建或共建 / whether the organizations merge or pair
        pub arrangement: Arrangement,
        /// 成员党组织，至少两个 / the organizations that are its members, at least two
        pub members: Vec<OrganizationId>,
        /// 牵头乡镇的代码 / the code of the township that leads
        pub lead_township: PlaceCode,
        /// 登记所依据的台账或档案 / the ledger or file that it rests on
        pub source: Source,
        /// 合建共建的方式 / the mode of joining
        pub mode: Option<OnFile<Mode>>,
        /// 组织形式 / the form of the joint branch
        pub form: Option<OnFile<Form>>,
        /// 形式细类：政策代码表中的代码，如片区联合党委；没有则不填 / the kind of the form, a code of the policy's list `forms`, where a policy has added it
        pub form_kind: Option<Code>,
        /// 成立日期，须早于启用日，可只写年月或年份 / the day of establishing, before the register is kept from; the month or the year may be all that is known
        pub established: Option<OnFile<PartialDate>>,
        /// 批准成立的文件 / the document by which it was established
        pub approval: Option<OnFile<Approval>>,
        /// 当时的群众意愿调查 / the will survey of then
        pub survey: Option<OnFile<PastSurvey>>,
        /// 现任书记 / the secretary in post
        pub secretary: Option<OnFile<PastSecretary>>,
        /// 书记任期届满日期 / the last day of the secretary's term
        pub term_end: Option<OnFile<Date>>,
        /// 班子成员及分工 / the members of the committee with their duties
        pub committee: Option<OnFile<Vec<CommitteeMember>>>,
        /// 启用前各季度的评估等次 / the grades of quarters before the register is kept from
        pub grades: Option<OnFile<Vec<PastGrade>>>,
        /// 共建统筹的职能；合建不填 / the functions that a pairing coordinates; absent for a merger
        pub functions: Option<OnFile<Vec<Function>>>,
        /// 合署办公地点 / where its people work together
        pub co_location: Option<OnFile<CoLocationEntry>>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "register-joint-branch",
    title: say("存量登记", "Register what exists"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Registration],
    givers: Givers::Township,
    exceptions: &[],
    fits: None,
    yields: &["joint-branch.registered"],
    along: &[],
    refused_when: "the register is not open; not established before it; a member is in a merger, or in another one that waits; the secretary has another post",
    rules: &[
        "register-open",
        "register-closed",
        "registration-past",
        "registration-quarters",
        "registration-fact",
        "registration-member",
        "registration-secretary",
        "one-merger",
        "joint-members",
        "member-once",
        "member-active",
        "member-is-branch",
        "one-county",
        "form",
        "code-list",
        "one-secretary-post",
    ],
    choices: &[Choice::Of { field: "arrangement", uses: &[Use::may("functions", &["pairing"])] }],
    example: r#"{
  "effective_date": "2026-06-10",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {
    "id": "01J8KQ2M000000000000000017",
    "name": "田岩青松联合党总支",
    "arrangement": "pairing",
    "members": ["01J8KQ2M000000000000000002", "01J8KQ2M000000000000000003"],
    "lead_township": "510811210",
    "source": {"title": "昭化区党支部合建共建清单（2017年）", "page": "第12行"},
    "mode": "not_stated",
    "form": "general_branch",
    "established": "2016-05",
    "approval": {"not_on_file": "2016年发文登记簿缺失"},
    "survey": {"not_on_file": "档案未见"},
    "secretary": {"not_on_file": "台账未载"},
    "grades": [{"quarter": "2018Q2", "grade": "good"}],
    "functions": ["industry"]
  }
}"#,
    example_follows: &["open-register"],
};

pub(crate) fn entity(_: &RegisterJointBranch) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RegisterJointBranch) -> Result<Vec<EventBody>, Rejection> {
    let lead = case.place(&data.lead_township, "/data/lead_township")?;
    if lead.level != Level::Township {
        return Err(Case::unknown(say("乡镇", "township"), &data.lead_township, "/data/lead_township"));
    }
    case.require_scope(&case.state.scope_of_place(lead.id), data.lead_township.as_str())?;
    case.require_organ(Level::Township, lead)?;
    let id = data.id.unwrap_or(JointBranchId(case.command.id.0));
    let is_taken = case.state.joint_branches.get(&id).is_some_and(|found| found.phase != Phase::SentBack);
    if is_taken {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    let register = open_register(case, lead)?;
    let members = composition::members_of(case, lead.id, &data.members)?;
    let facts = Facts {
        mode: data.mode.clone(),
        form: data.form.clone(),
        established: data.established.clone(),
        approval: data.approval.clone(),
        survey: data.survey.clone(),
        secretary: data.secretary.clone(),
        term_end: data.term_end.clone(),
        committee: data.committee.clone(),
        grades: data.grades.clone(),
        functions: data.functions.clone(),
        co_location: co_location(case, data.co_location.as_ref())?,
    };
    check_members(case, id, data.arrangement, &members)?;
    let form = known(&facts.form).copied().and_then(Form::regulated);
    form_kind::check(case, form, data.form_kind.as_ref())?;
    let about = About {
        id,
        arrangement: data.arrangement,
        form_kind: data.form_kind.as_ref(),
        register,
        members: &members,
    };
    check_facts(case, &about, &facts)?;
    Ok(vec![EventBody::JointBranchRegistered(JointBranchRegistered {
        joint_branch: id,
        name: data.name.clone(),
        arrangement: data.arrangement,
        members: data.members.clone(),
        lead_township: lead.id,
        form_kind: data.form_kind.clone(),
        source: data.source.clone(),
        facts,
    })])
}

/// The register of the county in which a township lies, while what existed before may be registered.
fn open_register<'a>(case: &Case<'a>, township: &Place) -> Result<&'a Arc<Register>, Rejection> {
    let register = register_over(case, township)?;
    if register.opened_on > case.on() {
        case.refuse(not_open(case, township))?;
    }
    if case.on().max(case.command.recorded_at.day()) > register.closes_on {
        case.refuse(RegistrationRejection::Closed { closed_on: register.closes_on })?;
    }
    Ok(register)
}

fn co_location(
    case: &Case<'_>,
    entry: Option<&OnFile<CoLocationEntry>>,
) -> Result<Option<OnFile<PastCoLocation>>, Rejection> {
    Ok(match entry {
        Some(OnFile::Value(found)) => {
            let place = case.place(&found.place, "/data/co_location/place")?.id;
            Some(OnFile::Value(PastCoLocation { place, since: found.since }))
        }
        Some(OnFile::NotOnFile(reason)) => Some(OnFile::NotOnFile(reason.clone())),
        None => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::PersonId;
    use crate::policy::LegalEffect;
    use crate::registration::FactName;
    use crate::testing::city::{
        ABROAD, JOINT, OTHER_JOINT, PROBATIONER, SECOND, SECRETARY, TOWNSHIP_ORGAN, UNIT, V1, V2, V3, V4,
        place,
    };
    use crate::testing::drafts::policies::list_area_committee;
    use crate::testing::drafts::registrations::{confirm, open, register, standing};
    use crate::testing::drafts::{Draft, text};
    use crate::testing::{City, date};

    fn opened() -> City {
        City::new().given(open("2026-06-01"))
    }

    fn with(change: impl FnOnce(&mut RegisterJointBranch)) -> Draft {
        let mut data = standing(&[V1, V2]);
        change(&mut data);
        register(data)
    }

    fn secretary(person: PersonId, since: &str) -> Option<OnFile<PastSecretary>> {
        let since = since.parse().unwrap();
        Some(OnFile::Value(PastSecretary { person, since: Some(since), source: None, basis: None }))
    }

    fn day(text: &str) -> Option<OnFile<PartialDate>> {
        Some(OnFile::Value(text.parse().unwrap()))
    }

    #[test]
    fn what_exists_is_registered_without_a_fact_being_made_up() {
        let city = opened();
        let after = city.when(register(standing(&[V1, V2]))).accepted();
        let found = after.joint();
        assert_eq!(
            (found.phase, found.form, &found.establishment),
            (Phase::AwaitingConfirmation, Form::Branch, &None)
        );
        assert!(after.organization(V1).merger.is_none(), "nothing follows until it is confirmed");
        let registration = &after.state.registrations[&JOINT];
        assert_eq!(registration.facts.state_of(FactName::Survey), Some(OnFile::NotOnFile(text("档案未见"))));
        assert_eq!(registration.facts.state_of(FactName::Secretary), None);
        assert_eq!(
            (registration.registered_by.as_str(), registration.registered_on),
            ("clerk-1", date("2026-06-30"))
        );
    }

    #[test]
    fn the_register_is_open_and_the_joint_branch_is_older() {
        City::new().when(register(standing(&[V1, V2]))).refused_by("register-open");
        opened().when(register(standing(&[V1, V2])).on("2026-05-31")).refused_by("register-open");
        let closed = register(standing(&[V1, V2])).recorded("2027-06-02");
        opened().when(closed).refused(RegistrationRejection::Closed { closed_on: date("2027-06-01") }.into());
        for (established, is_lawful) in [
            ("2026-05-31", true),
            ("2026-06-01", false),
            ("2026-05", true),
            ("2026-06", false),
            ("2026", true),
            ("2027", false),
        ] {
            let outcome = opened().when(with(|data| data.established = day(established)));
            if is_lawful { drop(outcome.accepted()) } else { outcome.refused_by("registration-past") }
        }
    }

    #[test]
    fn the_members_exist_and_are_in_no_other_merger() {
        let refused = |members: &[OrganizationId], rule: &str| {
            opened().when(register(standing(members))).refused_by(rule);
        };
        refused(&[V1], "joint-members");
        refused(&[V1, V1], "member-once");
        refused(&[V1, ABROAD], "one-county");
        refused(&[V1, TOWNSHIP_ORGAN], "member-is-branch");
        opened().when(register(standing(&[V1, UNIT]))).accepted();
        opened().when(with(|data| data.form = Some(OnFile::Value(Form::None)))).refused_by("form");
        let other = RegisterJointBranch { id: Some(OTHER_JOINT), ..standing(&[V2, V3]) };
        let waiting = opened().given(register(standing(&[V1, V2])));
        waiting.when(register(other.clone())).refused_by("registration-member");
        // A pairing takes no member away.
        let pairing = RegisterJointBranch {
            arrangement: Arrangement::Pairing,
            form: Some(OnFile::Value(Form::None)),
            ..other
        };
        waiting.when(register(pairing)).accepted();
        let merged = City::merged().given(open("2026-06-01"));
        merged
            .when(register(RegisterJointBranch { id: Some(OTHER_JOINT), ..standing(&[V1, V3]) }))
            .refused_by("one-merger");
        let abolished = City::abolished().given(open("2026-06-01"));
        abolished
            .when(register(RegisterJointBranch { id: Some(OTHER_JOINT), ..standing(&[V2, V3]) }))
            .refused_by("member-active");
        waiting.when(register(standing(&[V3, V4]))).refused_by("id-in-use");
    }

    #[test]
    fn a_kind_of_form_is_one_that_the_policy_lists_for_the_form() {
        let listing =
            |effect: LegalEffect| City::new().given(list_area_committee(effect)).given(open("2026-06-01"));
        let area = |arrangement: Arrangement, form: Option<OnFile<Form>>| {
            with(|data| {
                (data.arrangement, data.form) = (arrangement, form);
                data.form_kind = "area_committee".parse().ok();
            })
        };
        let committee = || Some(OnFile::Value(Form::Committee));
        let functional = listing(LegalEffect::Functional);
        let after = functional.when(area(Arrangement::Pairing, committee())).accepted();
        let found = after.joint();
        assert_eq!((found.form, &found.form_kind), (Form::Committee, &"area_committee".parse().ok()));
        let confirmed = after.given(confirm());
        assert_eq!(confirmed.joint().form_kind, "area_committee".parse().ok());
        functional.when(area(Arrangement::Merger, committee())).refused_by("form");
        listing(LegalEffect::Organic).when(area(Arrangement::Pairing, committee())).refused_by("form");
        for form in [Some(OnFile::Value(Form::Branch)), Some(OnFile::NotOnFile(text("台账未载"))), None] {
            functional.when(area(Arrangement::Pairing, form)).refused_by("code-list");
        }
        opened().when(area(Arrangement::Pairing, committee())).refused_by("code-list");
    }

    #[test]
    fn a_person_heads_one_whatever_the_ledger_says_of_membership_and_since_when() {
        let by = |person, since: &str| with(|data| data.secretary = secretary(person, since));
        let waiting = opened().given(by(SECRETARY, "2016"));
        assert!(waiting.state.persons[&SECRETARY].secretary_of.is_empty());
        let other = |person| {
            let data = RegisterJointBranch {
                id: Some(OTHER_JOINT),
                secretary: secretary(person, "2017"),
                ..standing(&[V3, V4])
            };
            register(data)
        };
        waiting.when(other(SECRETARY)).refused_by("registration-secretary");
        waiting.when(other(SECOND)).accepted();
        opened().when(by(PROBATIONER, "2016")).accepted();
        let undated = with(|data| {
            data.secretary = Some(OnFile::Value(PastSecretary {
                person: SECRETARY,
                since: None,
                source: None,
                basis: None,
            }));
        });
        opened().when(undated).accepted();
        let headed = City::headed().given(open("2026-06-01"));
        headed.when(other(SECRETARY)).refused_by("one-secretary-post");
        opened().when(by(SECRETARY, "2026-07")).refused_by("registration-fact");
        let unknown = with(|data| {
            let source = Some(text("no_such_source"));
            data.secretary = Some(OnFile::Value(PastSecretary {
                person: SECRETARY,
                since: "2016".parse().ok(),
                source,
                basis: None,
            }));
        });
        opened().when(unknown).refused_by("code-list");
    }

    #[test]
    fn its_facts_agree_with_each_other() {
        let refused = |change: fn(&mut RegisterJointBranch)| {
            opened().when(with(change)).refused_by("registration-fact");
        };
        refused(|data| data.mode = Some(OnFile::Value(Mode::StrongWeak)));
        refused(|data| data.functions = Some(OnFile::Value(vec![Function(text("industry"))])));
        refused(|data| data.survey = Some(OnFile::Value(PastSurvey { held: None, asked: 5, in_favour: 6 })));
        refused(|data| {
            data.secretary = secretary(SECRETARY, "2018-03-01");
            data.term_end = Some(OnFile::Value(date("2018-02-28")));
        });
        refused(|data| {
            data.approval = Some(OnFile::Value(
                serde_json::from_value(json!({"number": "昭委组〔2026〕18号", "issued": "2026-06-02"}))
                    .unwrap(),
            ))
        });
        refused(|data| {
            let member = CommitteeMember { person: SECRETARY, duty: text("组织委员") };
            data.committee = Some(OnFile::Value(vec![member.clone(), member]));
        });
        refused(|data| {
            data.co_location =
                Some(OnFile::Value(CoLocationEntry { place: "510824100".parse().unwrap(), since: None }))
        });
        let no_organ = with(|data| {
            data.arrangement = Arrangement::Pairing;
            data.form = Some(OnFile::Value(Form::None));
            data.term_end = Some(OnFile::Value(date("2028-02-28")));
        });
        opened().when(no_organ).refused_by("registration-fact");
        let year = with(|data| {
            data.approval = Some(OnFile::Value(
                serde_json::from_value(json!({"number": "昭委组〔2016〕18号", "issued": "2017-01-02"}))
                    .unwrap(),
            ))
        });
        opened().when(year).refused_by("document-year");
        opened()
            .when(with(|data| {
                data.mode = Some(OnFile::Value(serde_json::from_value(json!("village_chain")).unwrap()))
            }))
            .refused_by("code-list");
    }

    #[test]
    fn earlier_grades_are_of_quarters_that_it_lived_and_that_ended_before() {
        let graded = |quarters: &[&str]| {
            let grades = quarters.iter().map(|quarter| PastGrade {
                quarter: quarter.parse().unwrap(),
                grade: crate::joint_branch::Grade::Poor,
            });
            let grades = grades.collect();
            with(|data| {
                data.established = day("2018-05");
                data.grades = Some(OnFile::Value(grades));
            })
        };
        opened().when(graded(&["2018Q2", "2026Q1"])).accepted();
        for wrong in [&["2018Q1"][..], &["2026Q2"], &["2019Q1", "2019Q1"]] {
            opened().when(graded(wrong)).refused_by("registration-quarters");
        }
    }

    #[test]
    fn where_it_works_is_named_by_its_code() {
        let co_location =
            Some(OnFile::Value(CoLocationEntry { place: "510811100".parse().unwrap(), since: None }));
        let after = opened().when(with(|data| data.co_location = co_location)).accepted();
        let facts = &after.state.registrations[&JOINT].facts;
        assert_eq!(known(&facts.co_location).unwrap().place, place("510811100"));
    }
}
