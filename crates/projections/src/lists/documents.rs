//! The register of documents 文号登记簿, per issuer: number, date, when it was recorded, and what cites it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use domain::actor::Authority;
use domain::date::{Date, Timestamp};
use domain::document_number::{Document, DocumentNumber, Sha256Hex};
use domain::event_data::documents::DocumentCorrected;
use domain::ids::CommandId;
use domain::say::say;
use domain::{Event, EventBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::number::{Number, Unit};
use crate::person::HasSecretary;
use crate::table::{About, Column, Shown, Words};

type Own = Column<DocumentRow>;

/// The most citations that a row names; all are counted.
const MAX_CITATIONS: usize = 100;
/// How many of them its line in the table names.
const SHOWN_CITATIONS: usize = 3;

/// 引用文件的一条记录：同一次办理的第一条 / an event that cites a document: the first of its command
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventCitation {
    /// 记录的位置 / the position of the event
    pub position: u64,
    /// 事件类型 / the type of the event
    #[serde(rename = "type")]
    pub event_type: Cow<'static, str>,
}

/// 文号登记簿中的一件文件 / a document of the register
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentRow {
    /// 发文机关的编号 / the body that issued it
    pub issuer: Authority,
    /// 发文机关名称 / the name of who issued it
    pub issuer_name: Option<String>,
    /// 文件的文号 / the number of the document
    pub number: DocumentNumber,
    /// 发文日期 / the day on which it was issued
    pub issued: Date,
    /// 扫描件的 SHA-256 / SHA-256 of the scan
    pub sha256: Option<Sha256Hex>,
    /// 更正前的文号、印发日期和校验值，先后排列；没有更正过即为空 / the document as it read before each correction, the first one first; empty where it was never corrected
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected_from: Vec<Document>,
    /// 扫描件是否已按规定删除，校验值仍在 / whether the scan was erased by a decision while its hash stays
    #[serde(default)]
    pub scan_erased: bool,
    /// 首次录入的时间 / when it was first recorded
    pub recorded_at: Timestamp,
    /// 发文日期是否早于同一字号中较小的文号 / whether its date lies before that of a lower number of its series
    pub out_of_order: bool,
    /// 引用次数 / how many commands cite it
    pub citations: u64,
    /// 引用它的记录，最多列出前 100 条 / the events that cite it, the first hundred
    pub cited_by: Vec<EventCitation>,
}

/// A document as far as the log was read.
struct Noted {
    row: DocumentRow,
    /// The last command that cites it: each counts once.
    last_command: Option<CommandId>,
}

/// What was noted of the log: the documents by issuer, series and number within it.
#[derive(Default)]
pub(super) struct Documents {
    documents: BTreeMap<(String, String, u32), Noted>,
    /// The scans that a decision erased.
    erased: BTreeSet<Sha256Hex>,
}

impl HasSecretary for DocumentRow {}

impl ListOf for Documents {
    type Row = DocumentRow;
    type Line = DocumentRow;

    const SPEC: Spec = Spec {
        name: "documents",
        title: say("文号登记簿", "Register of documents"),
        purpose: say(
            "各机关的文号登记簿：日期顺序、扫描件、被哪些记录引用",
            "each office's register of document numbers: their order, their scans, and the records that cite them",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Column<DocumentRow>] = &[
        Own::text("number", say("文号", "Document"), |row| Shown::text(&row.number)).brief(),
        Own::choice("issuer", say("发文机关", "Issuer"), |row| match &row.issuer_name {
            Some(name) => Shown::text(name),
            None => Shown::text(&row.issuer),
        })
        .brief(),
        Own::text("issued", say("发文日期", "Issued on"), |row| Shown::text(row.issued)).brief(),
        Own::choice("out_of_order", say("日期倒序", "Out of order"), |row| Shown::flag(row.out_of_order))
            .brief(),
        Own::choice("scan", say("扫描件", "Scan"), |row| match &row.sha256 {
            None => Words::Said(say("无", "none")).into(),
            Some(_) if row.scan_erased => Words::Said(say("已按规定删除", "erased by a decision")).into(),
            Some(hash) => {
                Shown::from(Words::Said(say("有扫描件", "scanned"))).about(About::Scan(hash.clone()))
            }
        }),
        Own::text("corrected_from", say("更正前", "Before its correction"), |row| {
            let line = |document: &Document| Words::Text(format!("{} {}", document.number, document.issued));
            Words::Items(row.corrected_from.iter().map(line).collect()).into()
        }),
        Own::text("recorded", say("记录时间", "Recorded"), |row| Words::Time(row.recorded_at).into()).brief(),
        Own::number("citations", say("引用次数", "Citations"), |row| Shown::count(row.citations)).brief(),
        Own::text("cited_by", say("引用的记录", "Cited by"), |row| {
            let one = |cited: &EventCitation| {
                let position = Words::Text(format!("#{}", cited.position));
                Words::Run(vec![Words::Event(cited.event_type.to_string()), position])
            };
            let shown =
                Shown::from(Words::Items(row.cited_by.iter().take(SHOWN_CITATIONS).map(one).collect()));
            row.cited_by.first().map_or(shown.clone(), |first| shown.about(About::Event(first.position)))
        }),
    ];

    const READS: Option<fn(&Event) -> bool> = Some(|event| {
        event.documents().next().is_some()
            || matches!(event.body, EventBody::DocumentCorrected(_) | EventBody::ScanErased(_))
    });

    fn begin(_: &ListScope<'_>) -> Self {
        Self::default()
    }

    fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        for (issuer, document) in event.documents() {
            self.cite(scope, &issuer, document, event);
        }
        if let EventBody::DocumentCorrected(data) = &event.body {
            self.correct(scope, data, event);
        }
        if let EventBody::ScanErased(data) = &event.body {
            self.erased.extend(data.scans.iter().cloned());
        }
    }

    fn finish(mut self, _: &ListScope<'_>) -> Found<DocumentRow> {
        self.mark_order();
        let erased = self.erased;
        let mut documents: Vec<_> = self.documents.into_values().map(|noted| noted.row).collect();
        for row in &mut documents {
            row.scan_erased = row.sha256.as_ref().is_some_and(|hash| erased.contains(hash));
        }
        // Stable: within a rank the issuer, the series and the number keep their order.
        documents.sort_by_key(|document| (!document.out_of_order, document.sha256.is_some()));
        let count = |belongs: fn(&DocumentRow) -> bool| {
            Number::from(documents.iter().filter(|document| belongs(document)).count())
        };
        let figures = [
            (
                "documents",
                count(|_| true),
                Unit::Documents,
                say("本地各机关文件中被引用的", "documents of the issuers here that are cited"),
            ),
            (
                "out_of_order",
                count(|document| document.out_of_order),
                Unit::Documents,
                say(
                    "发文日期早于同一字号中较小文号的",
                    "documents dated before a lower number of their series",
                ),
            ),
            (
                "without_scan",
                count(|document| document.sha256.is_none()),
                Unit::Documents,
                say("没有扫描件哈希的", "documents without the hash of a scan"),
            ),
        ];
        Found::new(figures, documents)
    }

    fn lines(row: DocumentRow) -> Vec<DocumentRow> {
        vec![row]
    }
}

impl Documents {
    fn cite(&mut self, scope: &ListScope<'_>, issuer: &Authority, document: &Document, event: &Event) {
        if !scope.holds(&scope.scope_of_issuer(issuer)) {
            return;
        }
        let Noted { row, last_command } = self.noted(scope, issuer, document, event);
        // The first mention fixes number and date; a later one may add the hash of the scan.
        if row.sha256.is_none() {
            row.sha256.clone_from(&document.sha256);
        }
        if *last_command != Some(event.meta.command_id) {
            *last_command = Some(event.meta.command_id);
            row.citations += 1;
            if row.cited_by.len() < MAX_CITATIONS {
                let (position, event_type) = (event.meta.position, event.body.event_type().into());
                row.cited_by.push(EventCitation { position, event_type });
            }
        }
    }

    /// The row of a document, begun where there is none yet.
    fn noted(
        &mut self,
        scope: &ListScope<'_>,
        issuer: &Authority,
        document: &Document,
        event: &Event,
    ) -> &mut Noted {
        let number = &document.number;
        let key = (issuer.to_string(), number.series().to_owned(), number.serial());
        self.documents.entry(key).or_insert_with(|| Noted {
            row: DocumentRow {
                issuer: issuer.clone(),
                issuer_name: name_of(scope, issuer),
                number: number.clone(),
                issued: document.issued,
                sha256: None,
                scan_erased: false,
                corrected_from: Vec::new(),
                recorded_at: event.meta.recorded_at,
                out_of_order: false,
                citations: 0,
                cited_by: Vec::new(),
            },
            last_command: None,
        })
    }

    /// A number that is put right takes the decision's citation along; a day or a hash is put right where it stands.
    fn correct(&mut self, scope: &ListScope<'_>, data: &DocumentCorrected, event: &Event) {
        if !scope.holds(&scope.scope_of_issuer(&data.issuer)) {
            return;
        }
        let key_of =
            |number: &DocumentNumber| (data.issuer.to_string(), number.series().to_owned(), number.serial());
        let (earlier, now) = (key_of(&data.earlier_document.number), key_of(&data.document.number));
        if earlier == now {
            if let Some(Noted { row, .. }) = self.documents.get_mut(&earlier) {
                row.issued = data.document.issued;
                row.sha256.clone_from(&data.document.sha256);
                row.corrected_from.push(data.earlier_document.clone());
            }
            return;
        }
        let Some(Noted { row, .. }) = self.documents.get_mut(&earlier) else { return };
        let is_moved = |cited: &EventCitation| cited.position == data.corrected_position;
        let moved: Vec<_> = row.cited_by.extract_if(.., |cited| is_moved(cited)).collect();
        row.citations = row.citations.saturating_sub(1);
        let mut corrected_from = vec![data.earlier_document.clone()];
        if row.citations == 0 {
            // Nobody cites the wrong number any more; what it was put right from itself goes along.
            corrected_from.splice(0..0, std::mem::take(&mut row.corrected_from));
            self.documents.remove(&earlier);
        }
        let row = &mut self.noted(scope, &data.issuer, &data.document, event).row;
        if row.sha256.is_none() {
            row.sha256.clone_from(&data.document.sha256);
        }
        row.corrected_from.extend(corrected_from);
        row.citations += 1;
        row.cited_by.extend(moved);
        row.cited_by.sort_by_key(|cited| cited.position);
    }

    fn mark_order(&mut self) {
        let mut latest: Option<(&(String, String, u32), Date)> = None;
        for (key, Noted { row, .. }) in &mut self.documents {
            let before = latest.filter(|(other, _)| (&other.0, &other.1) == (&key.0, &key.1));
            row.out_of_order = before.is_some_and(|(_, day)| row.issued < day);
            let day = before.map_or(row.issued, |(_, day)| day.max(row.issued));
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
