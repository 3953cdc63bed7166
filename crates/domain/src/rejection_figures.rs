//! What each refusal found and what is allowed, as two short values beside its sentence.

use crate::rejection::{ChangeRejection, PostRejection, Rejection, WorkRejection};

impl Rejection {
    /// What was found and what is allowed; nothing where the sentence alone can say it.
    pub fn found_and_allowed(&self) -> Option<(String, String)> {
        let pair =
            |found: &dyn ToString, allowed: &dyn ToString| Some((found.to_string(), allowed.to_string()));
        match self {
            Self::BranchMinimum { found, allowed }
            | Self::BranchMaximum { found, allowed }
            | Self::TooManyUnits { found, allowed }
            | Self::SuperiorDecision { found, allowed, .. }
            | Self::GeneralBranchMembers { found, allowed }
            | Self::CommitteeMembers { found, allowed } => pair(found, allowed),
            Self::SurveyFavour { found, allowed, .. } => pair(&format!("{found}%"), &format!("{allowed}%")),
            Self::SurveyBase { asked, households, allowed, .. } => {
                pair(&format!("{asked}/{households}"), &format!("{allowed}%"))
            }
            Self::SatisfactionBase { asked, base, allowed, .. } => {
                pair(&format!("{asked}/{base}"), &format!("{allowed}%"))
            }
            Self::SurveyOverBase { asked, households, .. } => pair(asked, households),
            Self::SatisfactionOverBase { asked, base, .. } => pair(asked, base),
            Self::SurveyCounts { in_favour, asked, .. } => pair(in_favour, asked),
            Self::SatisfactionCounts { satisfied, asked } => pair(satisfied, asked),
            Self::SurveyAge { held_on, allowed, .. } => pair(held_on, &format!("{allowed} months")),
            Self::FailedHistory { found, months } => pair(found, &format!("{months} months")),
            Self::PartyStanding { since, allowed } => pair(since, &format!("{allowed} years")),
            Self::Term { start, end, allowed } => {
                pair(&format!("{start}/{end}"), &format!("{allowed} years"))
            }
            Self::DeadlineOutside { deadline, earliest, latest } => {
                pair(deadline, &format!("{earliest}/{latest}"))
            }
            Self::PolicyBelowRegulation { found, allowed, .. }
            | Self::PolicyOutsideCity { found, allowed, .. } => pair(found, allowed),
            Self::UnknownCode { found, allowed, .. } => pair(found, allowed),
            Self::Post(rejection) => rejection.found_and_allowed(),
            Self::Work(WorkRejection::BaseCut { found, allowed, .. }) => pair(found, allowed),
            Self::Work(WorkRejection::FundingYear { found, earliest, latest }) => {
                pair(found, &format!("{earliest}/{latest}"))
            }
            Self::Change(ChangeRejection::DissolveInstead { found }) => pair(found, &2),
            _ => self.of_order(),
        }
    }

    /// The refusals that compare days or tiers.
    fn of_order(&self) -> Option<(String, String)> {
        let pair =
            |found: &dyn ToString, allowed: &dyn ToString| Some((found.to_string(), allowed.to_string()));
        match self {
            Self::EffectiveOrder { effective, latest, .. } => pair(effective, latest),
            Self::EffectiveFuture { effective, today } | Self::PolicyRetroactive { effective, today } => {
                pair(effective, today)
            }
            Self::DateAfter { date, limit, .. } => pair(date, limit),
            Self::QuarterNotEnded { on, end, .. } => pair(on, end),
            Self::QuarterBeforeEstablishment { quarter, first } => pair(quarter, first),
            Self::ReviewBeforeDeadline { on, deadline } => pair(on, deadline),
            Self::PlaceNotInForce { on, from, .. } => pair(on, from),
            Self::DecidingBody { found, needed, .. } => pair(found, needed),
            Self::WrongPhase { found, needed, .. } => pair(found, needed),
            _ => None,
        }
    }
}

impl PostRejection {
    /// As of any refusal.
    fn found_and_allowed(&self) -> Option<(String, String)> {
        let pair =
            |found: &dyn ToString, allowed: &dyn ToString| Some((found.to_string(), allowed.to_string()));
        match self {
            Self::TermShift { end, earliest, latest, .. } => pair(end, &format!("{earliest}/{latest}")),
            Self::CommitteeFormalMembers { found, allowed } => pair(found, allowed),
            Self::CommitteeSize { found, minimum, maximum } => pair(found, &format!("{minimum}/{maximum}")),
            Self::CommitteeUsualSize { found, allowed } => pair(found, allowed),
            Self::ElectionOverBase { present, base } => pair(present, base),
            Self::ElectionQuorum { present, base, allowed } => {
                pair(&format!("{present}/{base}"), &format!("{allowed}%"))
            }
            Self::ElectionMajority { votes, present, allowed } => {
                pair(&format!("{votes}/{present}"), &format!("{allowed}%"))
            }
            Self::ElectionVotes { votes, present } => pair(votes, present),
            _ => None,
        }
    }
}
