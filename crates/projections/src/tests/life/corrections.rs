//! The life after the endings: what was recorded wrongly and is put right.

use domain::EventBody;
use domain::document_number::Document;
use domain::entity::Entity;
use domain::event_data::documents::DocumentCorrected;
use domain::event_data::joint_branches::JointBranchCorrected;
use domain::event_data::organizations::OrganizationCorrected;
use domain::event_data::places::PlaceCorrected;
use domain::ids::JointBranchId;

use super::later::ALLIANCE;
use super::{BAIGUO, Life, SHIZI, day, text};

impl Life {
    pub(super) fn correct_names(&mut self) {
        let event_of = |life: &Self, type_: &str| {
            let found = life.events.iter().rev().find(|event| event.body.event_type() == type_);
            found.map(|event| (event.meta.id, event.meta.position)).unwrap()
        };
        let reason = text("笔误");
        let (corrected_event, corrected_position) = event_of(self, "organization.changed");
        let corrected = OrganizationCorrected {
            organization: SHIZI,
            corrected_event,
            corrected_position,
            corrected_effective_date: day("2021-02-04"),
            name: Some(text("狮子村党总支")),
            earlier_name: Some(text("狮子村总支")),
            profile: Default::default(),
            earlier_profile: Default::default(),
            reason: reason.clone(),
        };
        self.then("2021-03-01", EventBody::OrganizationCorrected(corrected));
        let (corrected_event, corrected_position) = event_of(self, "joint-branch.changed");
        let corrected = JointBranchCorrected {
            joint_branch: ALLIANCE,
            corrected_event,
            corrected_position,
            corrected_effective_date: day("2021-02-03"),
            name: text("狮五联合党支部"),
            earlier_name: text("新联合党支部"),
            reason: reason.clone(),
        };
        self.then("2021-03-02", EventBody::JointBranchCorrected(corrected));
        let township = self.events.iter().find_map(|event| match &event.body {
            EventBody::PlaceRegistered(data) if data.code.as_str() == BAIGUO => {
                Some((data.place, event.meta.id, event.meta.position))
            }
            _ => None,
        });
        let (place, corrected_event, corrected_position) = township.unwrap();
        let corrected = PlaceCorrected {
            place,
            corrected_event,
            corrected_position,
            corrected_effective_date: day("2018-01-01"),
            name: text("白果镇"),
            earlier_name: text("白果乡"),
            reason,
        };
        self.then("2021-03-03", EventBody::PlaceCorrected(corrected));
        self.correct_document("2021-03-04", ALLIANCE, ("昭委组〔2019〕81号", "2019-01-25"));
    }

    /// Corrects the document on which a joint branch was established.
    pub(in super::super) fn correct_document(
        &mut self,
        on: &str,
        joint_branch: JointBranchId,
        (number, issued): (&str, &str),
    ) {
        let decided = self.events.iter().find(|event| {
            matches!(&event.body, EventBody::JointBranchEstablished(data) if data.joint_branch == joint_branch)
        });
        let meta = decided.unwrap().meta.clone();
        let state = self.state();
        let key = format!("{}/{}", meta.on_behalf_of, state.decisions[&meta.command_id].number);
        let corrected = DocumentCorrected {
            subject: Entity::JointBranch(joint_branch),
            decision: meta.command_id,
            corrected_position: meta.position,
            corrected_effective_date: meta.effective_date,
            issuer: meta.on_behalf_of,
            document: Document { number: number.parse().unwrap(), issued: day(issued), sha256: None },
            earlier_document: state.documents[&key].as_ref().clone(),
            reason: text("文号录错"),
        };
        self.then(on, EventBody::DocumentCorrected(corrected));
    }
}
