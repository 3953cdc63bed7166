//! Commands of 存量登记.

use super::{Draft, county, officer, text, township};
use crate::commands::{
    CommandBody, CompleteRegistration, ConfirmRegistration, OpenRegister, RegisterJointBranch,
    RejectRegistration,
};
use crate::ids::OrganizationId;
use crate::joint_branch::{Arrangement, Form, Mode};
use crate::on_file::OnFile;
use crate::registration::{FactName, Source};
use crate::testing::city::{JOINT, LEAD};
use crate::testing::date;

/// The county opens its register from that day on, for a year.
pub fn open(from: &str) -> Draft {
    let closes_on = date(from).plus_months(12);
    let data = OpenRegister { county: "510811".parse().unwrap(), from: date(from), closes_on };
    county(CommandBody::OpenRegister(data), "昭委组〔2026〕61号", "2026-06-01")
}

/// The ledger that registrations rest on.
pub fn source() -> Source {
    Source {
        title: text("2018年合建清单"), archive_number: None, page: Some(text("第3行")), note: None
    }
}

/// A merger of these as it stands, of which nothing else is on file.
pub fn standing(members: &[OrganizationId]) -> RegisterJointBranch {
    let nothing = || text("档案未见");
    RegisterJointBranch {
        id: Some(JOINT),
        name: text("联合党支部"),
        arrangement: Arrangement::Merger,
        members: members.to_vec(),
        lead_township: LEAD.parse().unwrap(),
        source: source(),
        mode: Some(OnFile::Value(Mode::NotStated)),
        form: Some(OnFile::Value(Form::Branch)),
        form_kind: None,
        established: Some(OnFile::NotOnFile(nothing())),
        approval: Some(OnFile::NotOnFile(nothing())),
        survey: Some(OnFile::NotOnFile(nothing())),
        secretary: None,
        term_end: None,
        committee: None,
        grades: None,
        functions: None,
        co_location: None,
    }
}

/// It is registered by the township's clerk.
pub fn register(data: RegisterJointBranch) -> Draft {
    township(CommandBody::RegisterJointBranch(data), "2026-06-10")
}

/// The county confirms it.
pub fn confirm() -> Draft {
    let data = ConfirmRegistration { county: "510811".parse().unwrap(), joint_branches: vec![JOINT] };
    county(CommandBody::ConfirmRegistration(data), "昭委组〔2026〕66号", "2026-06-20")
        .by(officer("officer-1"))
}

/// The county sends it back.
pub fn send_back() -> Draft {
    let data = RejectRegistration { joint_branch: JOINT, reason: text("成员与台账不一致") };
    county(CommandBody::RejectRegistration(data), "昭委组〔2026〕67号", "2026-06-20")
}

/// One of its facts is found.
pub fn complete(field: FactName, value: serde_json::Value) -> Draft {
    let data = CompleteRegistration { joint_branch: JOINT, field, value, source: source() };
    township(CommandBody::CompleteRegistration(data), "2026-06-25")
}
