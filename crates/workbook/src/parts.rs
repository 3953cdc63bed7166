//! The parts of a workbook: which there are, and each unpacked through one counter for all of them.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Error, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::xml::{attribute, reader, says_yes};
use super::{Limits, WorkbookError};

/// The most parts of a workbook; a large one has some dozens.
const MAX_PARTS: usize = 2_000;
/// How the kinds of parts end that are looked for.
const BOOK: &str = "/officeDocument";
const SHEET: &str = "/worksheet";
const TEXTS: &str = "/sharedStrings";
const STYLES: &str = "/styles";

/// The parts of a workbook.
pub(super) struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// By their paths in lower case: some programs write them otherwise than they refer to them.
    by_path: HashMap<String, usize>,
    unpacked: u64,
    pub(super) limits: &'a Limits,
}

/// Where the parts of a workbook are that are read.
pub(super) struct Book {
    /// The sheets of cells, in their order; at least one.
    pub(super) sheets: Vec<BookSheet>,
    pub(super) texts: Option<String>,
    pub(super) styles: Option<String>,
    /// Whether its days are counted from 1904 on.
    pub(super) is_from_1904: bool,
}

/// A sheet of cells.
pub(super) struct BookSheet {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) is_hidden: bool,
}

/// A sheet as the workbook lists it.
struct Named {
    name: String,
    id: String,
    is_hidden: bool,
}

/// A part as it is unpacked.
type Part<'p, 'a> = Reader<BufReader<Counted<'p, 'a>>>;

/// Reads no more than what is left for all parts together.
struct Counted<'p, 'a> {
    inner: ZipFile<'p, Cursor<&'a [u8]>>,
    unpacked: &'p mut u64,
    limit: u64,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        *self.unpacked += count as u64;
        if *self.unpacked > self.limit {
            return Err(Error::other("more is unpacked than is read"));
        }
        Ok(count)
    }
}

impl<'a> Parts<'a> {
    pub(super) fn open(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, WorkbookError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| WorkbookError::NoWorkbook)?;
        if archive.len() > MAX_PARTS {
            return Err(limits.too_large());
        }
        let mut by_path = HashMap::new();
        for index in 0..archive.len() {
            if let Some(Ok(name)) = archive.name_for_index(index) {
                by_path.insert(name.replace('\\', "/").to_lowercase(), index);
            }
        }
        Ok(Self { archive, by_path, unpacked: 0, limits })
    }

    /// Reads a part to its end, or until `visit` has seen enough, event by event.
    pub(super) fn each<B>(
        &mut self,
        path: &str,
        mut visit: impl FnMut(Event<'_>) -> Result<Option<B>, WorkbookError>,
    ) -> Result<Option<B>, WorkbookError> {
        let mut part = self.part(path)?;
        let mut buffer = Vec::new();
        let broken = loop {
            buffer.clear();
            match part.read_event_into(&mut buffer) {
                Ok(Event::Eof) => return Ok(None),
                Ok(event) => {
                    if let Some(found) = visit(event)? {
                        return Ok(Some(found));
                    }
                }
                Err(_) => break WorkbookError::NoWorkbook,
            }
        };
        drop(part);
        Err(if self.unpacked > self.limits.unpacked_bytes { self.limits.too_large() } else { broken })
    }

    fn part(&mut self, path: &str) -> Result<Part<'_, 'a>, WorkbookError> {
        let index = *self.by_path.get(&path.to_lowercase()).ok_or(WorkbookError::NoWorkbook)?;
        let inner = self.archive.by_index(index).map_err(|_| WorkbookError::NoWorkbook)?;
        let counted = Counted { inner, unpacked: &mut self.unpacked, limit: self.limits.unpacked_bytes };
        Ok(reader(BufReader::new(counted)))
    }

    /// Where the workbook has what is read of it.
    pub(super) fn book(&mut self) -> Result<Book, WorkbookError> {
        let roots = self.related("")?;
        let path = roots.into_iter().find(|(_, kind, _)| kind.ends_with(BOOK)).map(|(_, _, path)| path);
        let path = path.unwrap_or_else(|| "xl/workbook.xml".to_owned());
        let (mut is_from_1904, mut named) = (false, Vec::new());
        self.each::<()>(&path, |event| {
            if let Event::Start(element) = &event {
                match element.local_name().as_ref() {
                    "workbookPr" => is_from_1904 = says_yes(element, "date1904"),
                    "sheet" if named.len() < MAX_PARTS => named.push(Named {
                        name: attribute(element, "name").unwrap_or_default(),
                        id: attribute(element, "id").unwrap_or_default(),
                        is_hidden: attribute(element, "state").is_some_and(|state| state != "visible"),
                    }),
                    _ => {}
                }
            }
            Ok(None)
        })?;
        let related = self.related(&path)?;
        let of_kind = |end: &str| {
            let found = related.iter().find(|(_, kind, _)| kind.ends_with(end));
            found
                .map(|(_, _, path)| path.clone())
                .filter(|path| self.by_path.contains_key(&path.to_lowercase()))
        };
        // Sheets of diagrams have no cells.
        let path_of = |id: &str| {
            let found = related.iter().find(|(own, kind, _)| own == id && kind.ends_with(SHEET));
            found.map(|(_, _, path)| path.clone())
        };
        let with_path = |sheet: Named| {
            Some(BookSheet { path: path_of(&sheet.id)?, name: sheet.name, is_hidden: sheet.is_hidden })
        };
        let sheets: Vec<BookSheet> = named.into_iter().filter_map(with_path).collect();
        if sheets.is_empty() {
            return Err(WorkbookError::NoWorkbook);
        }
        Ok(Book { sheets, texts: of_kind(TEXTS), styles: of_kind(STYLES), is_from_1904 })
    }

    /// What a part refers to: by which id, of which kind, at which path.
    fn related(&mut self, path: &str) -> Result<Vec<(String, String, String)>, WorkbookError> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let from = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut related = Vec::new();
        self.each::<()>(&format!("{from}_rels/{name}.rels"), |event| {
            if let Event::Start(element) = &event
                && element.local_name().as_ref() == "Relationship"
                && let (Some(id), Some(kind), Some(target)) =
                    (attribute(element, "Id"), attribute(element, "Type"), attribute(element, "Target"))
            {
                let target = target.replace('\\', "/");
                let path = target.strip_prefix('/').map_or_else(|| format!("{from}{target}"), str::to_owned);
                if related.len() == MAX_PARTS {
                    return Err(WorkbookError::NoWorkbook);
                }
                related.push((id, kind, path));
            }
            Ok(None)
        })?;
        Ok(related)
    }
}
