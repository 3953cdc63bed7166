//! 存量登记: what existed before a county kept its register here. Each fact is a value of the office's own papers, or is
//! said not to be on file: nothing is made up to satisfy a rule that came later.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::function::Function;
use crate::ids::{PersonId, PlaceId};
use crate::joint_branch::{Arrangement, Form, Grade, JointBranch, Mode, Secretary};
use crate::on_file::{OnFile, known};
use crate::partial_date::PartialDate;
use crate::post::{CommitteeMember, SecretaryBasis};
use crate::quarter::Quarter;
use crate::say::Say;
use crate::text::Text;

/// The most joint branches that one document confirms: one event each, and an append holds no more than a thousand.
pub const MAX_CONFIRMED: usize = 500;

data! {
    /// 登记所依据的台账或档案 / the ledger or file that a registration rests on
    pub struct Source {
        /// 台账或档案名称，如 2018年党支部合建共建清单 / the title of the ledger or file
        pub title: Text,
        /// 档号；没有则不填 / the number in the archive, where there is one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub archive_number: Option<Text>,
        /// 页码或行号，如 第12行；没有则不填 / the page or row, such as 第12行, where there is one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub page: Option<Text>,
        /// 原文备注；没有则不填 / what the ledger notes besides, in its own words
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<Text>,
    }

    /// 当时批准成立的文件 / the document by which it was established then
    pub struct Approval {
        /// 批准成立的文号 / the number of the document
        pub number: DocumentNumber,
        /// 印发日期；不详则不填 / the day of issue, where it is known
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub issued: Option<Date>,
        /// 发文机关的名称；不详则不填 / who issued it, by name, where it is known
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub issuer: Option<Text>,
    }

    /// 当时的群众意愿调查 / the will survey of then
    pub struct PastSurvey {
        /// 调查日期；不详则不填 / the day of the survey, where it is known
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub held: Option<PartialDate>,
        /// 征求户数 / how many households were asked
        pub asked: u32,
        /// 同意户数，不多于征求户数 / how many of them were in favour
        pub in_favour: u32,
    }

    /// 现任书记 / the secretary in post
    pub struct PastSecretary {
        /// 任书记的人员 / the person who is secretary
        pub person: PersonId,
        /// 任职起始日期，可只写年月或年份；不详则不填 / since when, of which the month or the year may be all that is known; absent where nothing is
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub since: Option<PartialDate>,
        /// 书记来源：政策代码表中的代码；不详则不填 / where the secretary comes from: a code of the policy's list `secretary_sources`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub source: Option<Text>,
        /// 产生方式：选举产生或指派；不详则不填 / whether elected or assigned, where it is known
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub basis: Option<SecretaryBasis>,
    }

    /// 启用前一个季度的评估等次 / the grade of a quarter before the register was opened
    pub struct PastGrade {
        /// 评估的季度，须在启用日之前结束 / the quarter, which ended before the register was opened
        pub quarter: Quarter,
        /// 评估等次：好、一般、较差 / the grade of the quarter: good, fair or poor
        pub grade: Grade,
    }

    /// 合署办公地点 / where its people work together
    pub struct PastCoLocation {
        /// 办公地点的记录编号 / the id of the place where it works
        pub place: PlaceId,
        /// 合署办公的开始日期；不详则不填 / since when it works there, where it is known
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub since: Option<PartialDate>,
    }
}

/// Declares the facts of a registration: each is a field of [`Facts`], a [`FactName`], and a name for people.
macro_rules! facts {
    ($($(#[doc = $doc:literal])+ $variant:ident, $field:ident: $type:ty = say($zh:literal, $en:literal);)+) => {
        data! {
            /// 登记时载明的事实，逐项为档案所载的值或注明档案未见；未写的即未说明 / what a registration states, each as the papers say it or as not on file; what is absent was not said
            #[derive(Default)]
            pub struct Facts {
                $(
                    $(#[doc = $doc])+
                    #[serde(default, skip_serializing_if = "Option::is_none")]
                    pub $field: Option<OnFile<$type>>,
                )+
            }
        }

        /// 存量登记的一项事实 / one of the facts of a registration
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum FactName {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl FactName {
            /// Every fact, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name for people of each, by its name on the wire.
            pub const TITLES: &'static [(&'static str, &'static Say)] =
                &[$((stringify!($field), &crate::say::say($zh, $en))),+];

            /// The name for people.
            pub fn title(self) -> &'static Say {
                match self { $(Self::$variant => const { &crate::say::say($zh, $en) },)+ }
            }

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($field),)+ }
            }
        }

        impl Facts {
            /// Whether the fact is on file, is said not to be (with the reason), or was not said (nothing).
            pub fn state_of(&self, name: FactName) -> Option<OnFile<()>> {
                match name { $(FactName::$variant => self.$field.clone().map(|found| found.map(drop)),)+ }
            }

            /// Puts what another one states in place of what this one states.
            pub fn complete(&mut self, with: &Self) {
                $(if with.$field.is_some() { self.$field.clone_from(&with.$field); })+
            }
        }
    };
}

facts! {
    /// 合建共建的方式 / the mode of joining
    Mode, mode: Mode = say("方式", "mode");
    /// 组织形式 / the form of the joint branch
    Form, form: Form = say("形式", "form");
    /// 成立日期，可只写年月或年份 / the day of establishing, of which the month or the year may be all that is known
    Established, established: PartialDate = say("成立日期", "day of establishing");
    /// 批准成立的文件 / the document by which it was established
    Approval, approval: Approval = say("批复文号", "document of approval");
    /// 群众意愿调查 / the will survey of then
    Survey, survey: PastSurvey = say("群众意愿调查", "will survey");
    /// 现任书记 / the secretary in post
    Secretary, secretary: PastSecretary = say("书记", "secretary");
    /// 书记任期届满日期 / the last day of the secretary's term
    TermEnd, term_end: Date = say("任期届满日期", "end of the term");
    /// 支委会（委员会）组成及分工 / the members of the committee with their duties
    Committee, committee: Vec<CommitteeMember> = say("班子成员", "committee");
    /// 启用前各季度的评估等次 / the grades of quarters before the register was opened
    Grades, grades: Vec<PastGrade> = say("历次评估", "earlier grades");
    /// 共建统筹的职能 / the functions that a pairing coordinates
    Functions, functions: Vec<Function> = say("统筹的职能", "functions coordinated");
    /// 合署办公地点 / where its people work together
    CoLocation, co_location: PastCoLocation = say("合署办公", "co-location");
}

impl Facts {
    /// The secretary in post, counted from the day that `secretary_since` gives.
    pub fn secretary_in_post(&self, otherwise: Date) -> Option<Secretary> {
        let found = known(&self.secretary)?;
        Some(Secretary {
            person: found.person,
            source: found.source.as_ref().map_or_else(String::new, ToString::to_string),
            basis: found.basis.unwrap_or(SecretaryBasis::NotStated),
            since: self.secretary_since(otherwise),
            term_end: known(&self.term_end).copied(),
        })
    }

    /// Since when the secretary is counted to be in post: as the papers say it, else from the establishing on, else from
    /// another day.
    pub fn secretary_since(&self, otherwise: Date) -> Date {
        let stated = known(&self.secretary).and_then(|found| found.since);
        let established = known(&self.established).copied();
        stated.or(established).map_or(otherwise, PartialDate::earliest)
    }
}

impl FactName {
    /// Whether what is recorded of the joint branch says it by now, whatever its papers said.
    pub fn is_recorded_on(self, joint_branch: &JointBranch) -> bool {
        match self {
            Self::Mode => joint_branch.mode != Mode::NotStated,
            Self::Form => joint_branch.form != Form::NotStated,
            Self::Secretary => joint_branch.secretary.is_some(),
            Self::TermEnd => joint_branch.term.is_some(),
            Self::Committee => !joint_branch.committee.is_empty(),
            Self::Grades => !joint_branch.evaluations.is_empty(),
            Self::Functions => !joint_branch.functions.is_empty(),
            Self::CoLocation => joint_branch.co_location.is_some(),
            Self::Survey => !joint_branch.surveys.is_empty(),
            Self::Established | Self::Approval => false,
        }
    }

    /// Whether the fact can be there at all: a pairing without an organ has no posts, and a merger takes all functions.
    pub fn applies_to(self, joint_branch: &JointBranch) -> bool {
        match self {
            Self::Secretary | Self::TermEnd | Self::Committee => joint_branch.form != Form::None,
            Self::Functions => joint_branch.arrangement == Arrangement::Pairing,
            _ => true,
        }
    }
}

/// How a joint branch came onto the register from before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Registration {
    pub source: Source,
    pub facts: Facts,
    /// Who registered it: another confirms.
    pub registered_by: String,
    /// The day of recording.
    pub registered_on: Date,
    pub confirmed: Option<Confirmation>,
    /// Why the county sent it back.
    pub sent_back: Option<Text>,
    /// What was found later.
    pub completions: Vec<Completion>,
}

/// 存量确认 / the confirmation of a registration
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confirmation {
    /// 确认生效日期 / the day on which it took effect
    pub effective_date: Date,
    /// 录入日期 / the day on which it was recorded
    pub recorded_on: Date,
    /// 确认的文号 / the number of the document
    pub document: Option<DocumentNumber>,
}

/// 存量补记 / what was found later and added
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Completion {
    /// 补记的事项 / which of the facts
    pub field: FactName,
    /// 补记的依据 / what it rests on
    pub source: Source,
    /// 录入日期 / the day on which it was recorded
    pub recorded_on: Date,
    /// 记录的位置 / the position of its event
    pub position: u64,
}

/// The register of a county 启用: from which day it is kept here, and until when what existed before may be registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Nothing is owed for days before.
    pub from: Date,
    /// The last day for what existed before.
    pub closes_on: Date,
    /// Since when it is open.
    pub opened_on: Date,
    pub document: Option<DocumentNumber>,
    /// Where the log says so.
    pub position: u64,
}
