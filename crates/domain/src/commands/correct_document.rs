//! `correct-document`: the number, the day or the scan's hash of the document on which a recorded decision rests. What the
//! decision says is no field of this command.

use std::sync::Arc;

use crate::case::Case;
use crate::date::Date;
use crate::document_number::{Document, DocumentNumber, Sha256Hex};
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::documents::DocumentCorrected;
use crate::evolve::entities::decision_name;
use crate::ids::CommandId;
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::recorded_decision::RecordedDecision;
use crate::rejection::{ChangeRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::state::CityState;
use crate::text::Text;

data! {
    /// 更正文号：已记录的决定所依据文件的文号、印发日期或扫描件校验值 / corrects the document of a recorded decision: its number, its day of issue or the hash of its scan
    pub struct CorrectDocument {
        /// 被更正决定的指令编号，见该决定的记录页 / the id of the command that recorded the decision, as the page of its record says it
        pub decision: CommandId,
        /// 更正后的文号，不更正的不填 / the number as it should read; what is not named stays
        pub number: Option<DocumentNumber>,
        /// 更正后的印发日期，不更正的不填 / the day of issue as it should read; what is not named stays
        pub issued: Option<Date>,
        /// 更正后的扫描件 SHA-256 校验值，不更正的不填 / the SHA-256 hash of the scan as it should read; what is not named stays
        pub sha256: Option<Sha256Hex>,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Text,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "correct-document",
    title: say("更正文号", "Correct a document number"),
    group: Group::Changes,
    mechanisms: &[Mechanism::Corrections],
    givers: Givers::County,
    exceptions: &[],
    fits: None,
    yields: &["document.corrected"],
    along: &[],
    refused_when: "no decision with a document was recorded by that command; by who recorded it; the year is not that of the number; the number is on file with another day; the paper took the same kind of decision already",
    rules: &["correctable-decision", "four-eyes", "document-required"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-09-01",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕56号", "issued": "2019-08-30"},
  "data": {"decision": "01J8KQ2M000000000000000021", "number": "昭委组〔2019〕81号", "reason": "录入时把 81 号写成了 18 号"}
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(_: &CorrectDocument) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &CorrectDocument) -> Result<Vec<EventBody>, Rejection> {
    case.required_document()?;
    let state = case.state;
    let unknown = || Rejection::from(ChangeRejection::NoSuchDecision { decision: data.decision.to_string() });
    let decision = state.decisions.get(&data.decision).ok_or_else(unknown)?;
    let place = state.place_of(decision.subject).ok_or_else(unknown)?;
    case.require_scope(&state.scope_of_place(place.id), place.name.as_str())?;
    case.require_organ(Level::County.max(place.level), place)?;
    let key = CityState::document_key(&decision.issuer, &decision.number);
    let earlier = state.documents.get(&key).ok_or_else(unknown)?;
    let now = as_it_should_read(state, data, decision, earlier);
    check_reached(case, decision, &now)?;
    if now == **earlier {
        return Err(Rejection::NothingToRecord);
    }
    if now.issued.year() != now.number.year() {
        case.refuse(Rejection::DocumentYear { number: now.number.clone(), issued: now.issued })?;
    }
    if now.number != earlier.number {
        check_number(state, data.decision, decision, &now)?;
    }
    Ok(vec![EventBody::DocumentCorrected(DocumentCorrected {
        subject: decision.subject,
        decision: data.decision,
        corrected_position: decision.recorded.position,
        corrected_effective_date: decision.recorded.effective_date,
        issuer: decision.issuer.clone(),
        document: now,
        earlier_document: Document::clone(earlier),
        reason: data.reason.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<CorrectDocument> {
    let EventBody::DocumentCorrected(DocumentCorrected {
        subject: _,
        decision,
        corrected_position: _,
        corrected_effective_date: _,
        issuer: _,
        document,
        earlier_document: _,
        reason,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(CorrectDocument {
        decision,
        reason,
        number: Some(document.number),
        issued: Some(document.issued),
        sha256: document.sha256,
    })
}

/// A paper that is on file under the right number says its own day and hash; the hash of a wrong number's paper stays behind
/// where another decision rests on that.
fn as_it_should_read(
    state: &CityState,
    data: &CorrectDocument,
    decision: &Arc<RecordedDecision>,
    earlier: &Document,
) -> Document {
    let number = data.number.clone().unwrap_or_else(|| earlier.number.clone());
    let on_file = state.documents.get(&CityState::document_key(&decision.issuer, &number));
    let is_alone = state.decisions_corrected(decision, &earlier.number).len() == 1;
    let own_hash = earlier.sha256.clone().filter(|_| number == earlier.number || is_alone);
    Document {
        issued: data.issued.unwrap_or_else(|| on_file.map_or(earlier.issued, |found| found.issued)),
        sha256: data.sha256.clone().or_else(|| on_file.and_then(|found| found.sha256.clone())).or(own_hash),
        number,
    }
}

/// Each decision that the correction reaches lies in the actor's scope, was recorded by somebody else, and is not older than
/// the day on which its paper was issued.
fn check_reached(case: &Case<'_>, decision: &Arc<RecordedDecision>, now: &Document) -> Result<(), Rejection> {
    for reached in case.state.decisions_corrected(decision, &now.number) {
        case.require_scope(&case.state.scope_of(reached.subject), now.number.as_str())?;
        let recorded = &reached.recorded;
        case.four_eyes(
            std::iter::once(&recorded.by).chain(&recorded.corrected_by),
            say("录入或更正了依据该文件的决定", "recorded a decision on that document or corrected it"),
        )?;
        case.not_after(say("发文日期", "the document's issue"), now.issued, recorded.effective_date)?;
    }
    Ok(())
}

/// One number has one day and one scan with its issuer, and takes one kind of decision on a joint branch once.
fn check_number(
    state: &CityState,
    id: CommandId,
    decision: &RecordedDecision,
    now: &Document,
) -> Result<(), Rejection> {
    if let Some(known) = state.documents.get(&CityState::document_key(&decision.issuer, &now.number)) {
        let hash_differs = known.sha256.is_some() && known.sha256 != now.sha256;
        if known.issued != now.issued || hash_differs {
            let (number, issued) = (now.number.clone(), known.issued);
            return Err(Rejection::DocumentInconsistent { number, issued });
        }
    }
    let issuer = decision.issuer.to_string();
    let joint_branches = decision.joint_branches.iter().filter_map(|id| state.joint_branches.get(id));
    let is_taken = joint_branches.into_iter().any(|found| {
        let own = found.decisions.iter().filter(|(_, command)| **command == id);
        own.filter_map(|(name, _)| name.split('/').next())
            .any(|kind| found.decisions.contains_key(&decision_name(kind, &issuer, &now.number)))
    });
    if is_taken {
        return Err(Rejection::DocumentRepeated { number: now.number.clone() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Role;
    use crate::joint_branch::Grade;
    use crate::testing::City;
    use crate::testing::city::{COUNTY_ORGAN, JOINT, SECRETARY, TOWNSHIP_ORGAN};
    use crate::testing::drafts::changes::{change, changing, correct_document, correcting};
    use crate::testing::drafts::{clerk, evaluate, officer, relieve, text};

    fn number(text: &str) -> DocumentNumber {
        text.parse().unwrap()
    }

    /// As `correcting` the last decision to another number.
    fn renumbering(city: &City, right: &str) -> CorrectDocument {
        CorrectDocument { number: Some(number(right)), ..correcting(city.last_command()) }
    }

    fn key(right: &str) -> String {
        CityState::document_key(&COUNTY_ORGAN, &number(right))
    }

    #[test]
    fn a_mistyped_number_is_put_right_wherever_the_decision_is_remembered_by_it() {
        let city = City::merged();
        let decision = city.last_command();
        let wrong = city.joint().establishment.as_ref().unwrap().document.clone().unwrap();
        let after = city.when(correct_document(renumbering(&city, "昭委组〔2019〕81号"))).accepted();
        let right = number("昭委组〔2019〕81号");
        assert_eq!(after.joint().establishment.as_ref().unwrap().document, Some(right.clone()));
        assert!(!after.state.documents.contains_key(&key(wrong.as_str())), "nobody cites it any more");
        assert_eq!(after.state.documents[&key("昭委组〔2019〕81号")].number, right);
        let corrected = &after.state.corrected_documents[&decision];
        assert_eq!((&corrected.recorded.number, &corrected.now.number), (&wrong, &right));
        assert_eq!(after.joint().latest_effective, city.joint().latest_effective);
        assert_eq!(after.state.corrections["510811"]["officer-2"], 1);
        let event = after.log.last().unwrap();
        assert_eq!(
            (event.folded_on(), event.body.entity()),
            (city.log.last().unwrap().folded_on(), Entity::JointBranch(JOINT))
        );
        // The wrong number is free for the paper that really bears it, whatever its day.
        let renamed =
            || change(crate::commands::ChangeJointBranch { name: Some(text("新名")), ..changing() });
        let real = renamed().paper(wrong.as_str(), "2019-05-20");
        after.when(real.clone()).accepted();
        city.when(real).refused(Rejection::DocumentInconsistent {
            number: wrong,
            issued: city.log.last().unwrap().meta.document.as_ref().unwrap().issued,
        });
    }

    #[test]
    fn a_wrong_day_or_hash_is_put_right_for_every_decision_on_the_paper() {
        let renamed =
            |name: &str| change(crate::commands::ChangeJointBranch { name: Some(text(name)), ..changing() });
        let city = City::merged().given(renamed("甲").paper("昭委组〔2019〕37号", "2019-05-02"));
        let first = city.last_command();
        let relieved =
            crate::testing::drafts::assign(SECRETARY).behalf(COUNTY_ORGAN).by(officer("officer-1"));
        let city = city.given(relieved.on("2019-05-21").paper("昭委组〔2019〕37号", "2019-05-02"));
        let issued =
            |day: &str| CorrectDocument { issued: Some(crate::testing::date(day)), ..correcting(first) };
        let after = city.when(correct_document(issued("2019-05-12"))).accepted();
        assert_eq!(
            after.state.documents[&key("昭委组〔2019〕37号")].issued,
            crate::testing::date("2019-05-12")
        );
        assert_eq!(after.state.corrected_documents.len(), 2);
        // On the day of the earlier of both decisions, and not after it.
        city.when(correct_document(issued("2019-05-20"))).accepted();
        let refused = Rejection::DateAfter {
            what: say("发文日期", "the document's issue"),
            date: crate::testing::date("2019-05-21"),
            limit: crate::testing::date("2019-05-20"),
        };
        city.when(correct_document(issued("2019-05-21"))).refused(refused);
        let year = Rejection::DocumentYear {
            number: number("昭委组〔2019〕37号"),
            issued: crate::testing::date("2018-12-31"),
        };
        city.when(correct_document(issued("2018-12-31"))).refused(year);
        let hash = CorrectDocument { sha256: "a".repeat(64).try_into().ok(), ..correcting(first) };
        let scanned = city.when(correct_document(hash.clone())).accepted();
        assert_eq!(scanned.state.documents[&key("昭委组〔2019〕37号")].sha256, hash.sha256);
        scanned.when(correct_document(hash).by(officer("officer-3"))).refused(Rejection::NothingToRecord);
    }

    #[test]
    fn the_rules_of_documents_hold_for_the_number_put_right() {
        let renamed =
            |name: &str| change(crate::commands::ChangeJointBranch { name: Some(text(name)), ..changing() });
        let city = City::merged().given(renamed("甲").paper("昭委组〔2019〕37号", "2019-05-20"));
        let city = city.given(renamed("乙").paper("昭委组〔2019〕38号", "2019-05-20"));
        let repeated = Rejection::DocumentRepeated { number: number("昭委组〔2019〕37号") };
        city.when(correct_document(renumbering(&city, "昭委组〔2019〕37号"))).refused(repeated);
        // Another kind of decision may rest on the same paper, on the day that is on file with it.
        let assigned =
            crate::testing::drafts::assign(SECRETARY).behalf(COUNTY_ORGAN).by(officer("officer-1"));
        let city = city.given(assigned.on("2019-05-25").paper("昭委组〔2019〕83号", "2019-05-24"));
        let after = city.when(correct_document(renumbering(&city, "昭委组〔2019〕38号"))).accepted();
        assert_eq!(
            after.state.corrected_documents[&city.last_command()].now.issued,
            crate::testing::date("2019-05-20")
        );
        let other_day = CorrectDocument {
            issued: Some(crate::testing::date("2019-05-24")),
            ..renumbering(&city, "昭委组〔2019〕38号")
        };
        city.when(correct_document(other_day)).refused(Rejection::DocumentInconsistent {
            number: number("昭委组〔2019〕38号"),
            issued: crate::testing::date("2019-05-20"),
        });
        // The paper of the kind that it took before is free again, and the one put right is taken.
        let again = renamed("丙").paper("昭委组〔2019〕38号", "2019-05-20").on("2019-05-26");
        let repeated = Rejection::DocumentRepeated { number: number("昭委组〔2019〕38号") };
        after.when(again).refused(repeated);
    }

    #[test]
    fn the_county_corrects_what_others_recorded_and_nothing_else() {
        let city = City::merged();
        let data = || renumbering(&city, "昭委组〔2019〕81号");
        let by = city.log.last().unwrap().meta.actor.clone();
        let earlier =
            say("录入或更正了依据该文件的决定", "recorded a decision on that document or corrected it");
        let refused = |actor: &str| Rejection::FourEyes { actor: actor.into(), earlier: earlier.clone() };
        city.when(correct_document(data()).by(officer(&by))).refused(refused(&by));
        city.when(correct_document(data()).no_paper()).refused(Rejection::DocumentMissing);
        let role = Role::TownshipClerk.as_str();
        city.when(correct_document(data()).by(clerk()).behalf(TOWNSHIP_ORGAN))
            .refused(Rejection::RoleForbids { role, command: "correct-document" });
        city.when(correct_document(data()).behalf(TOWNSHIP_ORGAN))
            .refused(Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County });
        // Who corrected it does not correct it again.
        let once = city.when(correct_document(data())).accepted();
        let again = CorrectDocument { number: Some(number("昭委组〔2019〕82号")), ..data() };
        once.when(correct_document(again.clone())).refused(refused("officer-2"));
        once.when(correct_document(again).by(officer("officer-3"))).accepted();
        // A grade rests on no document.
        let graded = City::headed().given(evaluate("2019Q1", Grade::Good));
        let unknown = ChangeRejection::NoSuchDecision { decision: graded.last_command().to_string() };
        graded.when(correct_document(renumbering(&graded, "昭委组〔2019〕81号"))).refused(unknown.into());
    }

    #[test]
    fn a_correction_of_the_day_survives_that_of_the_number() {
        let city = City::headed().given(relieve(SECRETARY).paper("元委〔2019〕5号", "2019-05-01"));
        let decision = city.last_command();
        let first = city.log.last().unwrap().meta.document.clone().unwrap();
        let after = city.when(correct_document(renumbering(&city, "昭委组〔2019〕81号"))).accepted();
        let again =
            CorrectDocument { number: Some(number("昭委组〔2019〕82号")), ..correcting(decision) };
        let after = after.when(correct_document(again).by(officer("officer-3"))).accepted();
        let corrected = &after.state.corrected_documents[&decision];
        assert_eq!((&corrected.recorded, corrected.now.number.as_str()), (&first, "昭委组〔2019〕82号"));
        assert!(!after.joint().decisions.keys().any(|name| name.ends_with(first.number.as_str())));
    }
}
