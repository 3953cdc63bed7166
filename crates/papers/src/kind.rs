//! Which papers there are: what each is called, what it is about, what it rests on, and what its template may name.

use std::str::FromStr;

use domain::say::{Say, say};

use crate::fields::Field;
use crate::kinds::{
    approval, circular, election_report, meeting_minutes, rectification_notice, request, supervision_slip,
    term_reminder,
};
use crate::record::{OF_DOCUMENT, OF_JOINT_BRANCH};

/// A kind of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaperKind {
    /// 请示, of a proposal.
    Request,
    /// 批复, of an establishing.
    Approval,
    /// 选举结果报告.
    ElectionReport,
    /// 换届提醒函.
    TermReminder,
    /// 整改通知书.
    RectificationNotice,
    /// 督办单.
    SupervisionSlip,
    /// 会议纪要, of a coordination meeting.
    MeetingMinutes,
    /// 通报, of a quarter's grades in a county.
    Circular,
}

/// What a paper is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A joint branch.
    JointBranch,
    /// A supervision.
    Supervision,
    /// A coordination meeting.
    Meeting,
    /// A county in a quarter.
    County,
}

impl PaperKind {
    /// All of them, in the order in which an office writes them.
    pub const ALL: [Self; 8] = [
        Self::Request,
        Self::Approval,
        Self::ElectionReport,
        Self::TermReminder,
        Self::RectificationNotice,
        Self::SupervisionSlip,
        Self::MeetingMinutes,
        Self::Circular,
    ];

    /// The code, in addresses and file names.
    pub fn code(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Approval => "approval",
            Self::ElectionReport => "election-report",
            Self::TermReminder => "term-reminder",
            Self::RectificationNotice => "rectification-notice",
            Self::SupervisionSlip => "supervision-slip",
            Self::MeetingMinutes => "meeting-minutes",
            Self::Circular => "circular",
        }
    }

    /// What people call it.
    pub fn title(self) -> Say {
        match self {
            Self::Request => say("请示", "request"),
            Self::Approval => say("批复", "approval"),
            Self::ElectionReport => say("选举结果报告", "report of an election"),
            Self::TermReminder => say("换届提醒函", "reminder that a term ends"),
            Self::RectificationNotice => say("整改通知书", "notice of rectification"),
            Self::SupervisionSlip => say("督办单", "supervision slip"),
            Self::MeetingMinutes => say("会议纪要", "minutes of a coordination meeting"),
            Self::Circular => say("通报", "circular on a quarter's grades"),
        }
    }

    /// What it is about.
    pub fn about(self) -> About {
        match self {
            Self::SupervisionSlip => About::Supervision,
            Self::MeetingMinutes => About::Meeting,
            Self::Circular => About::County,
            _ => About::JointBranch,
        }
    }

    /// What must be on record before there is such a paper.
    pub(crate) fn rests_on(self) -> Say {
        match self {
            Self::Request => say("请示（申报）", "proposal"),
            Self::Approval => say("成立决定", "decision that establishes it"),
            Self::ElectionReport => say("选举", "election"),
            Self::TermReminder => say("任期", "term"),
            Self::RectificationNotice => say("整改要求", "order of rectification"),
            Self::SupervisionSlip => say("督办", "supervision"),
            Self::MeetingMinutes => say("联系会议", "coordination meeting"),
            Self::Circular => say("应当评估的联合党组织", "joint branch that was to be graded"),
        }
    }

    /// What its template may name.
    pub fn fields(self) -> Vec<Field> {
        let own = match self {
            Self::Request => request::FIELDS,
            Self::Approval => approval::FIELDS,
            Self::ElectionReport => election_report::FIELDS,
            Self::TermReminder => term_reminder::FIELDS,
            Self::RectificationNotice => rectification_notice::FIELDS,
            Self::SupervisionSlip => supervision_slip::FIELDS,
            Self::MeetingMinutes => meeting_minutes::FIELDS,
            Self::Circular => circular::FIELDS,
        };
        let of_subject = if self.about() == About::JointBranch { OF_JOINT_BRANCH } else { &[] };
        [OF_DOCUMENT, of_subject, own].concat()
    }

    /// The template that the product brings.
    pub(crate) fn built_in(self) -> &'static str {
        match self {
            Self::Request => include_str!("../templates/request.txt"),
            Self::Approval => include_str!("../templates/approval.txt"),
            Self::ElectionReport => include_str!("../templates/election-report.txt"),
            Self::TermReminder => include_str!("../templates/term-reminder.txt"),
            Self::RectificationNotice => include_str!("../templates/rectification-notice.txt"),
            Self::SupervisionSlip => include_str!("../templates/supervision-slip.txt"),
            Self::MeetingMinutes => include_str!("../templates/meeting-minutes.txt"),
            Self::Circular => include_str!("../templates/circular.txt"),
        }
    }

    /// What the file of a template of its kind is called.
    pub fn file_name(self) -> String {
        format!("{}.txt", self.code())
    }
}

/// The codes of all kinds, for those who misspell one.
pub fn codes() -> String {
    PaperKind::ALL.map(PaperKind::code).join(", ")
}

impl FromStr for PaperKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.code() == text).ok_or(UnknownKind)
    }
}

/// No kind of paper bears the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownKind;

impl std::fmt::Display for UnknownKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "no such paper; there are: {}", codes())
    }
}

impl std::error::Error for UnknownKind {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_on_templates_names_every_kind_with_its_fields() {
        let document = include_str!("../../../docs/papers.md");
        let line = |begin: &str| document.lines().find(|line| line.starts_with(begin)).unwrap();
        let of_all = [line("Every template may name"), line("Those on a joint branch")].concat();
        for kind in PaperKind::ALL {
            let own = line(&format!("| `{}` |", kind.code()));
            for Field { name, is_block } in kind.fields() {
                let shown = if is_block { format!("**{name}**") } else { name.to_owned() };
                assert!(own.contains(&shown) || of_all.contains(&shown), "{kind:?}: {shown}");
            }
        }
    }
}
