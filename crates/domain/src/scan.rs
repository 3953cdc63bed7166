//! Scans as the log tells of them: hashes that events name, by which documents, and which were erased.

use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use crate::actor::Authority;
use crate::date::Date;
use crate::document_number::{Document, DocumentNumber, Sha256Hex};
use crate::entity::Entity;
use crate::event::{Event, EventBody};
use crate::ids::OrganizationId;

/// Scans that events name, by their hashes.
pub type NamedScans = OrdMap<Sha256Hex, Arc<NamedScan>>;

/// A scan that at least one event names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NamedScan {
    /// As which document, and in what.
    pub uses: Vec<ScanUse>,
    /// Since when its bytes are gone for good.
    pub erased_on: Option<Date>,
}

/// A document with a scan, and what an event says with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanUse {
    /// Who issued the document.
    pub issuer: Authority,
    /// Its number.
    pub number: DocumentNumber,
    /// What the event is about.
    pub entity: Entity,
}

/// Notes every scan that an event names, that of its own document and those of papers in its data, and which it says are erased.
pub fn note_scans(scans: &mut NamedScans, event: &Event) {
    for (issuer, document) in event.documents() {
        if let Some(hash) = &document.sha256 {
            note(
                scans,
                hash,
                ScanUse { issuer, number: document.number.clone(), entity: event.body.entity() },
            );
        }
    }
    if let EventBody::DocumentCorrected(data) = &event.body
        && let Some(hash) = &data.document.sha256
    {
        let (issuer, number) = (data.issuer.clone(), data.document.number.clone());
        note(scans, hash, ScanUse { issuer, number, entity: event.body.entity() });
    }
    if let EventBody::ScanErased(data) = &event.body {
        for hash in &data.scans {
            let scan = scans.entry(hash.clone()).or_default();
            Arc::make_mut(scan).erased_on.get_or_insert(event.meta.effective_date);
        }
    }
}

fn note(scans: &mut NamedScans, hash: &Sha256Hex, found: ScanUse) {
    let scan = scans.entry(hash.clone()).or_default();
    if !scan.uses.contains(&found) {
        Arc::make_mut(scan).uses.push(found);
    }
}

impl Event {
    /// Every document that the event rests on or holds, with who issued it: its own first, then those in its data.
    pub fn documents(&self) -> impl Iterator<Item = (Authority, &Document)> {
        let giver = &self.meta.on_behalf_of;
        let own = self.meta.document.iter().map(|document| (giver.clone(), document));
        let papers = self.body.papers().into_iter();
        own.chain(papers.map(|(issuer, document)| {
            (issuer.map_or_else(|| giver.clone(), Authority::Organization), document)
        }))
    }
}

impl EventBody {
    /// The documents in the data of an event, with who issued them where that is another than who gave the command.
    fn papers(&self) -> Vec<(Option<OrganizationId>, &Document)> {
        let consents = match self {
            Self::JointBranchEstablished(data) => data.consents.as_slice(),
            Self::JointBranchDissolved(data) => data.superior.as_slice(),
            Self::MemberAdmitted(data) => data.consents.as_slice(),
            Self::JointBranchChanged(data) => data.consents.as_slice(),
            Self::PersonErased(data) => std::slice::from_ref(&data.consent),
            Self::ScanErased(data) => std::slice::from_ref(&data.consent),
            Self::PlaceLeft(data) => data.consent.as_slice(),
            Self::PlaceMoved(data) | Self::PlaceReceived(data) => data.consent.as_slice(),
            _ => &[],
        };
        // The superior that lets members be left out is the committee on whose behalf the election is recorded.
        let not_counted = match self {
            Self::ElectionHeld(data) => data.not_counted.as_ref(),
            Self::OrganizationElectionHeld(data) => data.not_counted.as_ref(),
            _ => None,
        };
        let not_counted = not_counted.and_then(|found| found.document.as_ref());
        let consents = consents.iter().map(|consent| (Some(consent.organization), &consent.document));
        consents.chain(not_counted.map(|document| (None, document))).collect()
    }
}

#[cfg(test)]
mod tests {
    use schemars::SchemaGenerator;

    use crate::event::EventBody;

    /// The event types whose data holds documents: `papers` gives them, and `note_scans` those of a correction. A scan that
    /// only a forgotten one names would count as named by nobody, and be swept.
    const WITH_DOCUMENTS: &[&str] = &[
        "document.corrected",
        "document.scan-erased",
        "joint-branch.changed",
        "joint-branch.dissolved",
        "joint-branch.election-held",
        "joint-branch.established",
        "joint-branch.member-admitted",
        "organization.election-held",
        "person.erased",
        "place.left",
        "place.moved",
        "place.received",
    ];

    #[test]
    fn no_event_holds_a_document_whose_scan_nobody_notes() {
        let holds = |event_type: &&&str| {
            let mut generator = SchemaGenerator::default();
            let (_, versions) = EventBody::versions(event_type).unwrap();
            let version = *versions.last().unwrap();
            EventBody::data_schema(event_type, version, &mut generator).unwrap();
            generator.definitions().contains_key("Document")
        };
        let mut found: Vec<&str> = EventBody::TYPES.iter().filter(holds).copied().collect();
        found.sort_unstable();
        assert_eq!(found, WITH_DOCUMENTS, "say in EventBody::papers which documents an event holds");
    }
}
