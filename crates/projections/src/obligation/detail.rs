//! Why something is owed. It is put into words only where it is shown: a city owes thousands of things, a page shows few.

use std::borrow::Cow;

use domain::date::Date;
use domain::filing::FilingMatter;
use domain::ids::OrganizationId;
use domain::post::SecretaryCommitment;
use domain::quarter::Quarter;
use domain::say::Say;
use domain::text::Text;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why something is owed; it is written as its words in both languages.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// A proposal awaits its decision.
    Proposed {
        on: Date,
        due_months: u32,
    },
    /// The villages of a proposal have not been asked.
    NotAsked {
        proposed_on: Date,
    },
    /// A proposal was sent back.
    SentBack {
        on: Date,
    },
    AgreementEnds {
        on: Date,
    },
    Ungraded {
        quarter: Quarter,
    },
    GradedPoor {
        quarter: Quarter,
        on: Date,
    },
    RectificationOrdered {
        on: Date,
    },
    TerminationDue {
        since: Date,
    },
    Vacant {
        since: Date,
    },
    /// Somebody was elected secretary.
    NotApproved {
        on: Date,
    },
    TermEnds {
        on: Date,
    },
    NotFiled {
        position: u64,
        matter: FilingMatter,
        since: Date,
    },
    NotCommitted {
        commitment: SecretaryCommitment,
    },
    /// An original that a merger gave back.
    NotElected {
        organization: OrganizationId,
        name: Text,
        since: Date,
    },
    NotAnswered {
        issued_on: Date,
    },
    /// What a coordination meeting decided is carried out.
    DecidedInMeeting {
        met_on: Date,
        session: u32,
        item: u32,
    },
    /// Its supervision is answered.
    DecisionAnswered {
        on: Date,
    },
    NotReviewed {
        year: i16,
    },
    /// A member village ended or left.
    PlaceChanged {
        since: Date,
    },
    /// The place of an organ ended, and the organ was neither abolished nor given another place.
    PlaceOfOrganEnded {
        since: Date,
    },
    /// The words alone, as an answer that was read holds them.
    Said(Say),
}

impl Detail {
    /// The reason in words.
    #[expect(clippy::too_many_lines, reason = "a closed match: a sentence for each reason")]
    pub fn say(&self) -> Say {
        match self {
            Self::Proposed { on, due_months } => Say::of(
                format!("{on}提出，一般应在{due_months}个月内作出决定"),
                format!("proposed on {on}; decided within {due_months} month(s) as a rule"),
            ),
            Self::NotAsked { proposed_on } => Say::of(
                format!("{proposed_on}提出，尚未开展群众意愿调查"),
                format!("proposed on {proposed_on}; its villages have not been asked"),
            ),
            Self::SentBack { on } => {
                Say::of(format!("{on}退回补充，尚未再报"), format!("sent back on {on}; not handed in again"))
            }
            Self::AgreementEnds { on } => Say::of(
                format!("结对共建协议期限至{on}，应续签或终止共建"),
                format!("the agreement holds until {on}: it is renewed, or the pairing ends"),
            ),
            Self::Ungraded { quarter } => {
                Say::of(format!("{}尚未评估", quarter.say().zh), format!("{quarter} is not evaluated"))
            }
            Self::GradedPoor { quarter, on } => Say::of(
                format!("{}评为较差（{on}），尚未下达整改", quarter.say().zh),
                format!("{quarter} was graded poor on {on}; no rectification is ordered"),
            ),
            Self::RectificationOrdered { on } => Say::of(
                format!("{on}下达整改，期满应验收"),
                format!("ordered on {on}; reviewed by the deadline"),
            ),
            Self::TerminationDue { since } => {
                Say::of(format!("{since}起应予终止"), format!("termination is due since {since}"))
            }
            Self::Vacant { since } => {
                Say::of(format!("书记自{since}起空缺"), format!("without a secretary since {since}"))
            }
            Self::NotApproved { on } => Say::of(
                format!("{on}选出书记，上级尚未批复"),
                format!("a secretary was elected on {on}; the committee above has not approved"),
            ),
            Self::TermEnds { on } => {
                Say::of(format!("书记任期至{on}"), format!("the secretary's term ends on {on}"))
            }
            Self::NotFiled { position, matter, since } => Say::of(
                format!("{since}{}，尚未备案（第 {position} 条记录）", matter.chinese()),
                format!("{} of {since} is not filed (event {position})", matter.as_str()),
            ),
            Self::NotCommitted { commitment } => {
                let (kind, english) = (commitment.kind, commitment.kind.as_str().replace('_', " "));
                let year = commitment.year.map(|year| year.to_string()).unwrap_or_default();
                Say::of(
                    format!("书记尚未作出{year}{}", kind.chinese()),
                    format!("the secretary has not made the commitment: {english} {year}").trim_end(),
                )
            }
            Self::NotElected { name, since, .. } => Say::of(
                format!("「{name}」于{since}恢复，尚未换届选举"),
                format!("{name} was given back on {since} and has not elected"),
            ),
            Self::NotAnswered { issued_on } => Say::of(
                format!("{issued_on}督办，尚未办复"),
                format!("supervised on {issued_on}, not answered"),
            ),
            Self::DecidedInMeeting { met_on, session, item } => {
                let meeting = domain::meeting::name(met_on.year(), *session);
                Say::of(
                    format!("{}（{met_on}）第{item}项，尚未办结", meeting.zh),
                    format!("item {item} of {} ({met_on}); not done with", meeting.en),
                )
            }
            Self::DecisionAnswered { on } => Say::of(
                format!("督办已于{on}答复，尚未销号"),
                format!("its supervision was answered on {on}; not closed"),
            ),
            Self::NotReviewed { year } => Say::of(
                format!("书记{year}年度尚未述职评议"),
                format!("the secretary's year {year} is not reviewed"),
            ),
            Self::PlaceChanged { since } => Say::of(
                format!("{since}有成员村发生区划变化，尚未作出决定"),
                format!("a member village ended or left on {since}; no decision is taken"),
            ),
            Self::PlaceOfOrganEnded { since } => Say::of(
                format!("所在区划自{since}起已不存在，尚未撤销或变更为承接地的机关"),
                format!(
                    "its place is no more since {since}; it is neither abolished nor given the place that goes on"
                ),
            ),
            Self::Said(words) => words.clone(),
        }
    }
}

impl Serialize for Detail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.say().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Detail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Say::deserialize(deserializer).map(Self::Said)
    }
}

impl JsonSchema for Detail {
    fn schema_name() -> Cow<'static, str> {
        Say::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        Say::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Say::json_schema(generator)
    }
}
