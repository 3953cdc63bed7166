//! Files over HTTP: any table as CSV or workbook, what each file says of itself, and how it is called.

use api::http::answer::{saved_as, typed};
use api::http::query::wrong;
use api::problem::Problem;
use axum::body::Bytes;
use axum::response::Response;
use domain::place::PlaceCode;
use labels as w;
use service::condition::Stops;

use super::page_request::PageRequest;
use crate::exports::{Encoding, Imprint, PaperError, csv, xlsx};
use crate::pages::table::Table;
use crate::pages::visit::Visit;

impl PageRequest {
    /// The table as the paper that `format` names; nothing where a page is asked for.
    pub(super) fn paper(&self, table: &Table) -> Result<Option<Response>, Problem> {
        let Some(format) = self.visit.parameter("format") else { return Ok(None) };
        let visit = &self.visit;
        let mut table = table.clone();
        table.arrange(visit);
        table.hide(visit);
        let lines = |encoding| csv(visit, &table, encoding).map_err(paper_problem);
        let (bytes, media_type, ending) = match format {
            "xlsx" => (xlsx(visit, &table, &imprint(self)).map_err(paper_problem)?, XLSX, "xlsx"),
            "csv" => (lines(Encoding::Utf8)?, "text/csv; charset=utf-8", "csv"),
            "gb18030" => (lines(Encoding::Gb18030)?, "text/csv; charset=gb18030", "csv"),
            other => return Err(wrong("format", other, " csv、gb18030 或 xlsx", "csv, gb18030 or xlsx")),
        };
        Ok(Some(file(visit, &FileName::of_page(visit, &table.name, &table.title), ending, media_type, bytes)))
    }
}

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(super) const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// What a paper says of itself.
pub(super) fn imprint(asked: &PageRequest) -> Imprint {
    let visit = &asked.visit;
    let mut sentences = Vec::new();
    if let Some(on) = visit.on {
        let on = visit.say(&on.say()).to_owned();
        let last = visit.position;
        sentences.push(
            visit.language.pick(
                format!("数据截至{on}，至第{last}号记录。"),
                format!("As of {on}, up to record {last}."),
            ),
        );
    }
    // What stops nothing is for whoever runs the service, not for whoever reads the paper.
    let grave = visit.notices.conditions.iter().filter(|raised| raised.condition.stops() > Stops::Nothing);
    sentences.extend(grave.map(|raised| visit.say(&raised.say()).to_owned()));
    if visit.notices.simulated {
        sentences.push(visit.say(w::SIMULATED_PAPER).to_owned());
    }
    let check = format!("{}/check", asked.origin.as_deref().unwrap_or_default());
    sentences.push(match visit.notices.witnesses {
        0 => visit.language.pick(
            format!("尚未经第三方共同签证（核验：{check}）。"),
            format!("Not yet cosigned by a third party (to be checked at {check})."),
        ),
        count => visit.language.pick(
            format!("已由{count}个见证人共同签证（核验：{check}）。"),
            format!("Cosigned by {count} witnesses (to be checked at {check})."),
        ),
    });
    Imprint { sentences }
}

/// How a file is called: the place, what it is, and the day or quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileName {
    /// The name for programs that read no other letters, without its ending.
    pub(super) ascii: String,
    /// The place; empty where what it is says so.
    pub(super) scope: String,
    /// What it is.
    pub(super) what: String,
    /// The day, month or quarter.
    pub(super) when: String,
}

impl FileName {
    /// A file of a page: of the place that the page is of, and its day.
    pub(super) fn of_page(visit: &Visit, slug: &str, what: &str) -> Self {
        let codes = visit.path.split('/').chain(visit.parameter("scope"));
        let code = codes.filter_map(|part| part.parse::<PlaceCode>().ok()).next_back();
        let own = || visit.principal.as_ref().map(|own| own.scope.clone());
        let code = code.or_else(own).map(|code| code.to_string()).unwrap_or_default();
        let on = visit.on.map(|on| on.to_string()).unwrap_or_default();
        // Titles of pages name the place first; others are of what the page is about.
        let about = visit.trail.last().map_or(visit.scope_name.as_str(), |(name, _)| name.as_str());
        let is_named = what.contains(" · ") || what.starts_with(about) || about == what;
        Self {
            ascii: format!("lianjian-{slug}-{code}-{on}-{}", visit.position),
            scope: if is_named { String::new() } else { about.to_owned() },
            what: what.to_owned(),
            when: visit.on.map(|on| visit.say(&on.say()).to_owned()).unwrap_or_default(),
        }
    }

    /// The whole name in the language of the page, with its ending.
    fn whole(&self, visit: &Visit, ending: &str) -> String {
        let between = visit.language.pick("", " ");
        let what = self.what.replace(" · ", between);
        let parts = [self.scope.as_str(), what.as_str(), self.when.as_str()];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}.{ending}", said.join(between))
    }
}

/// A file to be saved.
pub(super) fn file(
    visit: &Visit,
    name: &FileName,
    ending: &str,
    media_type: &'static str,
    bytes: Vec<u8>,
) -> Response {
    let response = typed(media_type, Bytes::from(bytes));
    saved_as(response, &format!("{}.{ending}", name.ascii), &name.whole(visit, ending))
}

pub(super) fn paper_problem(error: PaperError) -> Problem {
    Problem::internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use domain::say::Language;

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn a_file_is_called_by_place_matter_and_day() {
        let mut visit = visit(Language::Zh, &[("scope", "510811")]);
        let name = FileName::of_page(&visit, "register", "昭化区 · 联建清单");
        assert_eq!(name.whole(&visit, "xlsx"), "昭化区联建清单2019年6月30日.xlsx");
        assert_eq!(name.ascii, "lianjian-register-510811-2019-06-30-7");
        let name = FileName::of_page(&visit, "log", "日志");
        assert_eq!(name.whole(&visit, "csv"), "广元市日志2019年6月30日.csv");
        visit.trail = vec![("广元市".into(), None), ("昭化区".into(), None)];
        visit.path = "/counties/510811".into();
        visit.parameters.clear();
        let name = FileName::of_page(&visit, "places", "各乡镇");
        assert_eq!(name.whole(&visit, "csv"), "昭化区各乡镇2019年6月30日.csv");
        assert!(name.ascii.contains("510811"));
        visit.language = Language::En;
        let name = FileName::of_page(&visit, "register", "昭化区 · Register");
        assert_eq!(name.whole(&visit, "xlsx"), "昭化区 Register 2019-06-30.xlsx");
    }
}
