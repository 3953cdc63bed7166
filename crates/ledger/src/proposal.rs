//! What is proposed of a ledger: a row a joint branch, each value with how sure it is, why, and what the ledger says; the
//! organizations and persons that are needed; and what was passed over.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::place::PlaceCode;
use domain::say::{Say, say};

use crate::values::Confidence;

macro_rules! keys {
    ($($(#[doc = $doc:literal])* $name:ident = $zh:literal, $en:literal, $pointer:literal;)+) => {
        /// A value of a joint branch on the sheet.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Key { $($(#[doc = $doc])* $name,)+ }

        impl Key {
            /// Every value, in the order of the sheet.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What the sheet calls it.
            pub fn title(self) -> Say {
                match self { $(Self::$name => say($zh, $en),)+ }
            }

            /// Where it stands in the command.
            pub fn pointer(self) -> &'static str {
                match self { $(Self::$name => $pointer,)+ }
            }
        }
    };
}

keys! {
    /// The name of the joint branch.
    Name = "联合党组织名称", "name", "/data/name";
    /// 合建 or 共建.
    Arrangement = "合建/共建", "arrangement", "/data/arrangement";
    /// The township that leads.
    Township = "牵头乡镇", "lead township", "/data/lead_township";
    /// The members.
    Members = "成员党组织", "members", "/data/members";
    /// The mode.
    Mode = "方式", "mode", "/data/mode";
    /// The form.
    Form = "组织形式", "form", "/data/form";
    /// Since when it exists.
    Established = "成立时间", "established", "/data/established";
    /// The document of approval.
    Approval = "批准文号", "approval", "/data/approval";
    /// Its day.
    ApprovalDay = "批准日期", "day of the approval", "/data/approval/issued";
    /// The will survey.
    Survey = "群众意愿调查", "will survey", "/data/survey";
    /// The secretary.
    Secretary = "书记", "secretary", "/data/secretary";
    /// Since when.
    SecretarySince = "书记任职时间", "secretary since", "/data/secretary/since";
    /// The end of the term.
    TermEnd = "任期届满", "end of the term", "/data/term_end";
    /// The committee.
    Committee = "班子成员", "committee", "/data/committee";
    /// Grades of quarters.
    Grades = "历次评估", "grades", "/data/grades";
    /// What a pairing coordinates.
    Functions = "统筹职能", "functions", "/data/functions";
    /// Where its people work together.
    CoLocation = "合署办公", "co-location", "/data/co_location";
    /// The archive number of the source.
    Archive = "档案号", "archive number", "/data/source/archive_number";
    /// Page and rows of the source.
    Page = "页码、行号", "page and row", "/data/source/page";
    /// What the ledger notes besides.
    Note = "原文备注", "note of the ledger", "/data/source/note";
}

impl Key {
    /// Without these there is no joint branch.
    pub const NEEDED: [Self; 4] = [Self::Name, Self::Arrangement, Self::Township, Self::Members];

    /// Whether it is a fact that may be not on file.
    pub fn may_be_missing(self) -> bool {
        !Self::NEEDED.contains(&self)
            && !matches!(
                self,
                Self::ApprovalDay | Self::SecretarySince | Self::Archive | Self::Page | Self::Note
            )
    }
}

/// What begins a value that says that something is not on file.
pub const NOT_ON_FILE: &str = "档案未见";

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What will be recorded, as the officer may change it.
    pub accepted: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why.
    pub why: Vec<Say>,
    /// The cells of the ledger with their texts.
    pub origin: Vec<(String, String)>,
}

impl Value {
    /// Nothing, and there need be nothing.
    pub fn none(why: Say) -> Self {
        Self { accepted: String::new(), confidence: Confidence::Certain, why: vec![why], origin: Vec::new() }
    }

    /// Whether it says that something is not on file.
    pub fn is_not_on_file(&self) -> bool {
        self.accepted.starts_with(NOT_ON_FILE)
    }

    /// Adds a reason to look, and takes the confidence down to it.
    pub fn doubt(&mut self, confidence: Confidence, why: Say) {
        self.confidence = self.confidence.min(confidence);
        self.why.push(why);
    }
}

/// A joint branch.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What ties its persons to it: where it stands in the ledger.
    pub number: String,
    /// Whether it will be registered.
    pub is_accepted: bool,
    /// What there is to say of the row as a whole.
    pub remarks: Vec<Say>,
    /// Its values.
    pub values: BTreeMap<Key, Value>,
}

impl Row {
    /// What will be recorded of a value.
    pub fn accepted(&self, key: Key) -> &str {
        self.values.get(&key).map_or("", |value| value.accepted.as_str())
    }

    /// What is not on file.
    pub fn missing(&self) -> Vec<Key> {
        self.values.iter().filter(|(_, value)| value.is_not_on_file()).map(|(key, _)| *key).collect()
    }
}

/// An organization that is needed and not registered.
#[derive(Debug, Clone, PartialEq)]
pub struct NeededOrganization {
    /// Its name.
    pub name: String,
    /// 党支部, 党总支 or 党委.
    pub form: String,
    /// What kind of host it has, in Chinese.
    pub host_kind: String,
    /// The host: a village's code, or the name of a unit.
    pub host: String,
    /// The village or township in which it lies, as people name it.
    pub location: String,
    /// The code of the place where a unit lies.
    pub location_code: String,
    /// How many formal members.
    pub formal_members: Option<u32>,
    /// How many probationary ones.
    pub probationary_members: Option<u32>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why.
    pub why: Vec<Say>,
    /// The cells of the ledger.
    pub origin: Vec<(String, String)>,
}

/// A person who is needed and not registered.
#[derive(Debug, Clone, PartialEq)]
pub struct NeededPerson {
    /// The joint branch: the number of its row.
    pub row: String,
    /// 书记 or 班子成员.
    pub post: &'static str,
    /// The name.
    pub name: String,
    /// The organization, as a member is written.
    pub organization: String,
    /// How sure the organization is.
    pub confidence: Confidence,
    /// Why.
    pub why: Vec<Say>,
    /// The cells of the ledger.
    pub origin: Vec<(String, String)>,
}

/// What was not read, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct NotRead {
    /// Where: a column, a row or a sheet.
    pub place: String,
    /// Why.
    pub why: Say,
    /// What stands there.
    pub text: String,
}

/// What a ledger comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The county.
    pub county: PlaceCode,
    /// Its name.
    pub county_name: String,
    /// From which day the entries hold.
    pub on: Date,
    /// What the source is called.
    pub source: String,
    /// The deciding body on whose authority it is registered.
    pub organ: String,
    /// The joint branches.
    pub rows: Vec<Row>,
    /// Organizations.
    pub organizations: Vec<NeededOrganization>,
    /// Persons.
    pub persons: Vec<NeededPerson>,
    /// Columns, rows and sheets that were not read.
    pub not_read: Vec<NotRead>,
    /// How the columns were read: heading and field.
    pub columns: Vec<(String, String)>,
    /// What keeps it from being recorded as it stands.
    pub warnings: Vec<Say>,
    /// How many rows that were read are hidden in the ledger.
    pub hidden_rows: usize,
}
