//! What meets each kind of obligation: the commands, with the fields that their forms are filled with. Said once, for every
//! page that shows something owed.

use domain::CommandKind;
use domain::joint_branch::{Arrangement, Ground};
use domain::organization::{HostKind, OrganizationForm, OrganizationStatus};
use domain::place::Level;
use domain::post::SecretaryBasis;
use domain::say::Say;
use projections::rows::{JointBranchRow, OrganizationRow};
use projections::{Detail, Obligation, ObligationKind, wire_code};

use super::visit::{Visit, with_query};

/// What a reader may do about something owed: where, and what the button says.
pub(crate) type Doors = Vec<(String, &'static str)>;
/// Finds what the reader may do about something owed.
pub(crate) type Doing<'a> = &'a dyn Fn(&Obligation) -> Doors;

/// Whose act it is, among those who may give the command at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Whoever may give it for that place.
    Any,
    /// Only to whom it falls.
    Owner,
    /// Only a tier above that.
    Above,
}

/// A command that meets an obligation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Act {
    /// The command.
    pub(crate) command: CommandKind,
    /// Whose act it is.
    pub(crate) by: By,
    /// The fields of its data that are known, by name.
    pub(crate) fields: Vec<(&'static str, String)>,
}

impl Act {
    /// A command of which no field is known yet.
    fn new(command: CommandKind) -> Self {
        Self { command, by: By::Any, fields: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: Option<String>) -> Self {
        self.fields.extend(value.map(|value| (name, value)));
        self
    }

    fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    /// What its button says.
    pub(crate) fn title(&self) -> &'static Say {
        &self.command.spec().title
    }

    /// Its form, filled with what is known.
    pub(crate) fn path(&self) -> String {
        let fields = self.fields.iter().map(|(name, value)| (*name, value.as_str()));
        with_query(&format!("/work/{}", self.command.name()), fields)
    }
}

/// The commands that meet an obligation, the usual one first; `row` is the joint branch that owes it.
#[expect(clippy::too_many_lines, reason = "a closed match: an act for each kind")]
pub(crate) fn acts(owed: &Obligation, row: Option<&JointBranchRow>) -> Vec<Act> {
    use CommandKind as Command;
    let act = |command| Act::new(command).with("joint_branch", owed.joint_branch.map(|id| id.to_string()));
    let organization = || owed.organization.map(|id| id.to_string());
    let supervision = || owed.supervision.map(|id| id.to_string());
    let meeting = || owed.meeting.map(|id| id.to_string());
    let item = || owed.item.map(|item| item.to_string());
    let quarter = || owed.quarter.map(|quarter| quarter.to_string());
    match owed.kind {
        ObligationKind::Survey => vec![act(Command::RecordWillSurvey)],
        ObligationKind::Approval => {
            let is_pairing = row.is_some_and(|row| row.arrangement == Arrangement::Pairing);
            let approve = if is_pairing { Command::PairBranches } else { Command::MergeBranches };
            vec![act(approve), act(Command::ReturnProposal)]
        }
        ObligationKind::Supplement => vec![act(Command::ResubmitProposal)],
        ObligationKind::Evaluation => vec![act(Command::EvaluateQuarter).with("quarter", quarter())],
        ObligationKind::RectificationOrder => vec![act(Command::OrderRectification)],
        ObligationKind::Rectification => vec![act(Command::ReviewRectification)],
        ObligationKind::Dissolution => {
            vec![act(Command::DissolveJointBranch).with("ground", wire_code(&Ground::RectificationFailed))]
        }
        ObligationKind::Secretary => vec![act(Command::AssignSecretary), act(Command::RecordElection)],
        ObligationKind::SecretaryApproval => {
            let elected = row.and_then(|row| row.approval_owed).map(|owed| owed.person.to_string());
            let basis = wire_code(&SecretaryBasis::Elected);
            vec![act(Command::AssignSecretary).with("person", elected).with("basis", basis)]
        }
        ObligationKind::Term => vec![act(Command::RecordElection), act(Command::RenewTerm)],
        ObligationKind::Agreement => vec![act(Command::RecordAgreement), act(Command::DissolveJointBranch)],
        ObligationKind::Filing => {
            let (matter, position) = match &owed.detail {
                Detail::NotFiled { position, matter, .. } => {
                    (Some(matter.as_str().to_owned()), Some(position.to_string()))
                }
                _ => (None, None),
            };
            let file = act(Command::FileWithCounty).with("organization", organization());
            vec![file.with("matter", matter).with("position", position)]
        }
        ObligationKind::Commitment => {
            let (kind, year) = match &owed.detail {
                Detail::NotCommitted { commitment } => {
                    (Some(commitment.kind.as_str().to_owned()), commitment.year.map(|year| year.to_string()))
                }
                _ => (None, None),
            };
            vec![act(Command::RecordCommitment).with("kind", kind).with("year", year)]
        }
        ObligationKind::Election => {
            // The original elects, not the joint branch that it came from.
            let original = match &owed.detail {
                Detail::NotElected { organization, .. } => Some(organization.to_string()),
                _ => None,
            };
            vec![Act::new(Command::RecordElection).with("organization", original)]
        }
        ObligationKind::Supervision => {
            vec![Act::new(Command::AnswerSupervision).with("supervision", supervision()).by(By::Owner)]
        }
        ObligationKind::MeetingDecision => match owed.supervision {
            Some(_) => {
                vec![Act::new(Command::AnswerSupervision).with("supervision", supervision()).by(By::Owner)]
            }
            None => {
                let to = owed.owner.code.as_ref().map(ToString::to_string);
                let issue =
                    Act::new(Command::IssueSupervision).with("meeting", meeting()).with("item", item());
                vec![issue.with("to", to).by(By::Above)]
            }
        },
        ObligationKind::DecisionClosing => {
            vec![
                Act::new(Command::CloseDecision)
                    .with("meeting", meeting())
                    .with("item", item())
                    .by(By::Owner),
            ]
        }
        ObligationKind::YearlyReview => {
            let person = row.and_then(|row| row.secretary.as_ref()).map(|found| found.person.to_string());
            let year = match &owed.detail {
                Detail::NotReviewed { year } => Some(year.to_string()),
                _ => None,
            };
            let review = Act::new(Command::RecordYearlyReview).with("person", person).with("year", year);
            vec![review.with("level", wire_code(&Level::Village))]
        }
        ObligationKind::PlaceChanged => {
            let ground = wire_code(&Ground::PlaceChanged);
            vec![act(Command::ReleaseMember), act(Command::DissolveJointBranch).with("ground", ground)]
        }
        ObligationKind::EndedOrgan => {
            let of = |command| Act::new(command).with("organization", organization());
            vec![of(Command::AbolishOrganization), of(Command::ChangeOrganization)]
        }
    }
}

/// The commands that fit an organization as it stands, the usual one first, each filled with whom it is about.
pub(crate) fn acts_of(row: &OrganizationRow) -> Vec<Act> {
    use CommandKind as Command;
    let is_abolished = matches!(row.status, OrganizationStatus::Abolished { .. });
    if is_abolished {
        return Vec::new();
    }
    let (is_organ, works) = (row.form == OrganizationForm::Organ, row.status == OrganizationStatus::Active);
    let is_of_village = row.host_kind == HostKind::Village;
    let first_secretary = row.first_secretary.as_ref().map(|found| found.person.to_string());
    let act = |command| Act::new(command).with("organization", Some(row.id.to_string()));
    let fitting = [
        (!is_organ, act(Command::UpdateOrganization)),
        (!is_organ, act(Command::RegisterPerson)),
        (!is_organ && works && row.merger.is_none(), act(Command::RecordElection)),
        (is_of_village && first_secretary.is_none(), act(Command::AssignFirstSecretary)),
        (first_secretary.is_some(), act(Command::RelieveFirstSecretary).with("person", first_secretary)),
        (!is_organ, act(Command::LinkOrganization)),
        (works, act(Command::ChangeOrganization)),
        (!is_organ && works, act(Command::AssignSuperior)),
        (works, act(Command::AbolishOrganization)),
    ];
    fitting.into_iter().filter(|(fits, _)| *fits).map(|(_, act)| act).collect()
}

/// What tells an obligation from every other, the same on every day on which it is owed.
pub(crate) fn identity(owed: &Obligation, row: Option<&JointBranchRow>) -> String {
    let kind = wire_code(&owed.kind).unwrap_or_default();
    let about = [
        owed.joint_branch.map(|id| id.to_string()),
        owed.organization.map(|id| id.to_string()),
        owed.meeting.map(|id| id.to_string()),
        owed.item.map(|item| item.to_string()),
    ];
    let fields = acts(owed, row).into_iter().next().map(|act| act.fields).unwrap_or_default();
    // Who is in post, and what was ordered since, may change while it is still the same thing that is owed.
    let fixed = |(name, _): &(&str, String)| matches!(*name, "quarter" | "kind" | "year" | "position");
    let fields = fields.into_iter().filter(fixed).map(|(_, value)| value);
    let owed_by_original = match &owed.detail {
        Detail::NotElected { organization, .. } => Some(organization.to_string()),
        _ => None,
    };
    let supervision = match owed.kind {
        ObligationKind::Supervision => owed.supervision.map(|id| id.to_string()),
        _ => None,
    };
    let parts = about.into_iter().flatten().chain(supervision).chain(owed_by_original).chain(fields);
    std::iter::once(kind).chain(parts).collect::<Vec<_>>().join("-")
}

/// The page of what an obligation is about.
pub(crate) fn subject(visit: &Visit, owed: &Obligation) -> Option<String> {
    match (owed.joint_branch, owed.organization, owed.meeting) {
        (Some(id), _, _) => Some(visit.link(&format!("/joint-branches/{id}"))),
        (None, Some(id), _) => Some(visit.link(&format!("/organizations/{id}"))),
        (None, None, Some(_)) => Some(visit.link("/lists/meeting-decisions")),
        (None, None, None) => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
