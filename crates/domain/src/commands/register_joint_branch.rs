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
use crate::recall::Recorded;
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

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RegisterJointBranch> {
    let EventBody::JointBranchRegistered(JointBranchRegistered {
        joint_branch,
        name,
        arrangement,
        members,
        lead_township,
        form_kind,
        source,
        facts,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    let co_location = match facts.co_location {
        Some(OnFile::Value(PastCoLocation { place, since })) => {
            Some(OnFile::Value(CoLocationEntry { place: recorded.code(place)?, since }))
        }
        Some(OnFile::NotOnFile(reason)) => Some(OnFile::NotOnFile(reason)),
        None => None,
    };
    Some(RegisterJointBranch {
        id: Some(joint_branch),
        name,
        arrangement,
        members,
        lead_township: recorded.code(lead_township)?,
        source,
        mode: facts.mode,
        form: facts.form,
        form_kind,
        established: facts.established,
        approval: facts.approval,
        survey: facts.survey,
        secretary: facts.secretary,
        term_end: facts.term_end,
        committee: facts.committee,
        grades: facts.grades,
        functions: facts.functions,
        co_location,
    })
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
mod tests;
