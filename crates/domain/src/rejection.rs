//! Rejections: what was refused, by which rule, what was found and what is allowed, in Chinese and in English.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::Citation;

#[macro_use]
mod declare;

mod accounts;
mod changes;
mod establishing;
mod general;
mod meetings;
mod oversight;
mod persons;
mod places;
mod posts;
mod registrations;
mod work;

pub use accounts::AccountRejection;
pub use changes::ChangeRejection;
pub use establishing::EstablishingRejection;
pub use general::Rejection;
pub use meetings::MeetingRejection;
pub use oversight::OversightRejection;
pub use persons::PersonRejection;
pub use places::PlaceRejection;
pub use posts::PostRejection;
pub use registrations::RegistrationRejection;
pub use work::WorkRejection;

/// 办理时的提醒：违反提醒性规定而经批准，或有提示而仍予办理 / a rule of severity `warn` or `remind` that the command broke and went on
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// 规则的代号，如 branch-maximum / the id of the rule, such as `branch-maximum`
    pub rule: String,
    /// 提醒的内容：查得的和规定的 / what was found and what is allowed, in Chinese
    pub message: String,
    /// 提醒的内容，英文 / the same text in English
    pub message_en: String,
    /// 规则的依据：文件、版本和条款 / the source of the rule: document, version and article
    pub citation: Citation,
    /// 查得的数值，带单位；不能简述的没有 / what was found, with its unit, where it can be said in a word
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// 规则允许的数值，带单位 / what the rule allows, with its unit
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
}

/// How a rejection is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectionKind {
    /// The rules refuse it.
    Refused,
    /// The role or scope does not allow it.
    Forbidden,
    /// An id is already in use.
    IdInUse,
}

impl Rejection {
    /// How it is answered.
    pub fn kind(&self) -> RejectionKind {
        match self {
            Self::RoleForbids { .. } | Self::OutsideScope { .. } | Self::LocalForbidden => {
                RejectionKind::Forbidden
            }
            Self::IdInUse { .. } => RejectionKind::IdInUse,
            _ => RejectionKind::Refused,
        }
    }

    /// The JSON pointer, in the request, of the value that is refused.
    pub fn pointer(&self) -> Option<&str> {
        match self {
            Self::IdInUse { pointer, .. }
            | Self::UnknownCode { pointer, .. }
            | Self::Meeting(MeetingRejection::Long { pointer, .. }) => Some(pointer),
            Self::Establishing(
                EstablishingRejection::ResolutionCounts { pointer, .. }
                | EstablishingRejection::ResolutionOf { pointer, .. },
            )
            | Self::Meeting(
                MeetingRejection::Carrier { pointer, .. } | MeetingRejection::Due { pointer, .. },
            )
            | Self::Unknown { pointer, .. }
            | Self::PlaceNotInForce { pointer, .. }
            | Self::PersonNamed { pointer } => Some(pointer),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::joint_branch::Phase;
    use crate::say::say;

    #[test]
    fn a_rejection_gives_its_rule_its_sentences_and_what_was_found() {
        let name = "联合 / 党支部".to_owned();
        let needed = say("已成立且未撤销", "established and not dissolved");
        let refused = Rejection::WrongPhase { name, found: Phase::Proposed, needed };
        assert_eq!(refused.rule(), "phase");
        let zh = "联合党组织「联合 / 党支部」现为「待批准（请示）」，此指令要求：已成立且未撤销";
        let en =
            "the joint branch 联合 / 党支部 is proposed; this command needs: established and not dissolved";
        assert_eq!(refused.say(), say(zh, en));
        assert_eq!(refused.to_string(), format!("phase: {en}"));
        let between = ("proposed".to_owned(), "established and not dissolved".to_owned());
        assert_eq!(refused.found_and_allowed(), Some(between));
        assert_eq!(Rejection::ReasonMissing.found_and_allowed(), None);
    }

    #[test]
    fn a_rejection_of_a_subject_passes_on_what_it_says() {
        let size = PostRejection::CommitteeSize { found: 2, allowed: 3 };
        let of_any = Rejection::from(size.clone());
        assert_eq!((of_any.rule(), of_any.say()), (size.rule(), size.say()));
        assert_eq!(of_any.found_and_allowed(), Some(("2".to_owned(), "3".to_owned())));
        assert_eq!(of_any.kind(), RejectionKind::Refused);
    }
}
