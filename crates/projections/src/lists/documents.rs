//! The register of documents 文号登记簿, per issuer: number, date, when it was recorded, and what cites it.

use std::collections::BTreeMap;

use domain::actor::Authority;
use domain::consent::Consent;
use domain::date::{Date, Timestamp};
use domain::document_number::{Document, DocumentNumber, Sha256Hex};
use domain::ids::CommandId;
use domain::{Event, EventBody};
use serde::Serialize;

use super::scope::ListScope;
use super::{List, ListRow};
use crate::reading::Bilingual;

/// The most citations that a row names; all are counted.
const MAX_CITATIONS: usize = 100;

const DOCUMENTS: &str = "件 (documents)";

/// An event that cites a document: the first of its command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Citation {
    position: u64,
    #[serde(rename = "type")]
    event_type: &'static str,
}

/// A document of the register.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegisteredDocument {
    issuer: Authority,
    issuer_name: Option<String>,
    number: DocumentNumber,
    issued: Date,
    /// SHA-256 of the scan.
    sha256: Option<Sha256Hex>,
    recorded_at: Timestamp,
    /// Its date lies before that of a lower number of its series.
    out_of_order: bool,
    citations: usize,
    /// The first of them.
    cited_by: Vec<Citation>,
    #[serde(skip)]
    last_command: Option<CommandId>,
}

/// What was noted of the log: the documents by issuer, series and number within it.
#[derive(Default)]
pub(super) struct Register {
    documents: BTreeMap<(String, String, u32), RegisteredDocument>,
}

impl Register {
    pub(super) fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        if let Some(document) = &event.meta.document {
            self.cite(scope, &event.meta.on_behalf_of, document, event);
        }
        let consents: &[Consent] = match &event.body {
            EventBody::JointBranchEstablished(data) => &data.consents,
            EventBody::MemberAdmitted(data) => &data.consents,
            EventBody::JointBranchChanged(data) => &data.consents,
            _ => &[],
        };
        for consent in consents {
            self.cite(scope, &Authority::Organization(consent.organization), &consent.document, event);
        }
    }

    fn cite(&mut self, scope: &ListScope<'_>, issuer: &Authority, document: &Document, event: &Event) {
        if !scope.holds(&scope.scope_of_issuer(issuer)) {
            return;
        }
        let number = &document.number;
        let key = (issuer.to_string(), number.series().to_owned(), number.serial());
        let known = self.documents.entry(key).or_insert_with(|| RegisteredDocument {
            issuer: issuer.clone(),
            issuer_name: name_of(scope, issuer),
            number: number.clone(),
            issued: document.issued,
            sha256: None,
            recorded_at: event.meta.recorded_at,
            out_of_order: false,
            citations: 0,
            cited_by: Vec::new(),
            last_command: None,
        });
        // The first mention fixes number and date; a later one may add the hash of the scan.
        if known.sha256.is_none() {
            known.sha256.clone_from(&document.sha256);
        }
        if known.last_command != Some(event.meta.command_id) {
            known.last_command = Some(event.meta.command_id);
            known.citations += 1;
            if known.cited_by.len() < MAX_CITATIONS {
                let (position, event_type) = (event.meta.position, event.body.event_type());
                known.cited_by.push(Citation { position, event_type });
            }
        }
    }

    pub(super) fn list(mut self, scope: &ListScope<'_>) -> List {
        self.mark_order();
        let mut documents: Vec<_> = self.documents.into_values().collect();
        // Stable: within a rank the issuer, the series and the number keep their order.
        documents.sort_by_key(|document| (!document.out_of_order, document.sha256.is_some()));
        let count = |belongs: fn(&RegisteredDocument) -> bool| {
            documents.iter().filter(|document| belongs(document)).count().into()
        };
        let figures = [
            (
                "documents",
                count(|_| true),
                DOCUMENTS,
                Bilingual::new("本地各机关文件中被引用的", "documents of the issuers here that are cited"),
            ),
            (
                "out_of_order",
                count(|document| document.out_of_order),
                DOCUMENTS,
                Bilingual::new(
                    "发文日期早于同一字号中较小文号的",
                    "documents dated before a lower number of their series",
                ),
            ),
            (
                "without_scan",
                count(|document| document.sha256.is_none()),
                DOCUMENTS,
                Bilingual::new("没有扫描件哈希的", "documents without the hash of a scan"),
            ),
        ];
        let rows = documents.into_iter().map(|document| ListRow::Document(Box::new(document))).collect();
        scope.list(figures, rows)
    }

    fn mark_order(&mut self) {
        let mut latest: Option<(&(String, String, u32), Date)> = None;
        for (key, document) in &mut self.documents {
            let before = latest.filter(|(other, _)| (&other.0, &other.1) == (&key.0, &key.1));
            document.out_of_order = before.is_some_and(|(_, day)| document.issued < day);
            let day = before.map_or(document.issued, |(_, day)| day.max(document.issued));
            latest = Some((key, day));
        }
    }
}

fn name_of(scope: &ListScope<'_>, issuer: &Authority) -> Option<String> {
    let views = scope.reading.views;
    match issuer {
        Authority::Organization(id) => views.organization(*id).map(|row| row.name.to_string()),
        Authority::Place(code) => views.place_by_code(code).map(|row| row.name.to_string()),
    }
}
