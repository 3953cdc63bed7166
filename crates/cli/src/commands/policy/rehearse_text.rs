//! A rehearsal on a terminal: the sentence that says it, the counts, and each case with its document.

use std::collections::BTreeMap;

use domain::place::PlaceCode;
use domain::policy::Severity;
use domain::say::{Language, Say};
use labels::rehearsal as w;
use labels::terms::term;
use projections::{DeadlineShift, ObligationKind, Rehearsal, RehearsedCase, RuleFound, Shift, wire_code};
use site::rehearsal_summary;

use crate::commands::show::figure_name;
use crate::exit::Failure;
use crate::output::Output;

/// The most cases, deadlines and documents that are printed; the JSON lists more.
const LISTED: usize = 200;

/// Prints it.
pub fn print(told: &Rehearsal, language: Language, output: &mut Output) -> Result<(), Failure> {
    let sheet = Sheet { told, language, names: names(told) };
    let simulated =
        if told.simulated { language.pick("（模拟数据）", " (simulated data)") } else { "" };
    let title = w::REHEARSAL.in_language(language);
    let (place, as_of, position) = (&told.jurisdiction, told.as_of, told.position);
    output.line(language.pick(
        format!("{title}：{place}{simulated}，截至 {as_of}，日志第 1 至 {position} 条"),
        format!("{title}: {place}{simulated}, as of {as_of}, events 1 to {position}"),
    ))?;
    output.line("")?;
    output.line(sheet.summary())?;
    if told.not_judged > 0 {
        output.line(w::not_judged(told.not_judged).in_language(language))?;
    }
    w::CAVEATS.iter().try_for_each(|caveat| output.line(caveat.in_language(language)))?;
    for (title, header, lines) in sheet.tables() {
        if lines.is_empty() {
            continue;
        }
        output.line("")?;
        output.line(title.in_language(language))?;
        let header = header.iter().map(|title| title.in_language(language).to_owned()).collect();
        output.table(&std::iter::once(header).chain(lines).collect::<Vec<_>>())?;
    }
    sheet.listed(w::CASES, told.cases_found, told.cases.iter().map(|case| sheet.case(case)), output)?;
    let deadlines = told.deadlines.iter().map(|shift| sheet.deadline(shift));
    sheet.listed(w::DEADLINES_LISTED, told.deadlines_found, deadlines, output)
}

/// The names of counties, as the counts say them.
fn names(told: &Rehearsal) -> BTreeMap<&PlaceCode, &str> {
    let of_commands = told.by_county.iter().map(|tally| (&tally.county, &tally.name));
    let of_deadlines = told.by_deadline.iter().map(|tally| (&tally.county, &tally.name));
    let named = of_commands.chain(of_deadlines);
    named.filter_map(|(code, name)| Some((code.as_ref()?, name.as_ref()?.as_str()))).collect()
}

/// A heading, the titles of its columns, and its lines.
type Table = (&'static Say, Vec<&'static Say>, Vec<Vec<String>>);

struct Sheet<'a> {
    told: &'a Rehearsal,
    language: Language,
    names: BTreeMap<&'a PlaceCode, &'a str>,
}

impl Sheet<'_> {
    fn say(&self, words: &Say) -> String {
        words.in_language(self.language).to_owned()
    }

    fn summary(&self) -> String {
        let place = self.told.jurisdiction.to_string();
        self.say(&rehearsal_summary(self.told, &place))
    }

    fn county(&self, code: Option<&PlaceCode>) -> String {
        let Some(code) = code else { return self.say(w::WHOLE_CITY) };
        self.names.get(code).map_or_else(|| code.to_string(), |name| format!("{code} {name}"))
    }

    fn tables(&self) -> Vec<Table> {
        let told = self.told;
        let by_county = told.by_county.iter().map(|tally| {
            let counts =
                [tally.judged, tally.refused, tally.warned, tally.no_longer_warned, tally.decided_otherwise];
            line(self.county(tally.county.as_ref()), counts)
        });
        let by_rule = told.by_rule.iter().map(|tally| {
            let mut cells = vec![self.say(&tally.asks), self.severity(tally.severity)];
            cells
                .extend([tally.refused, tally.warned, tally.no_longer_warned].map(|count| count.to_string()));
            cells
        });
        let by_document = told
            .by_document
            .iter()
            .take(LISTED)
            .map(|tally| line(tally.document.to_string(), [tally.refused, tally.otherwise]));
        let figures = told.figures.iter().map(|shift| {
            let place = shift.place_name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
            vec![
                figure_name(&shift.figure, self.language),
                format!("{}{place}", shift.place),
                shift.before.to_string(),
                shift.after.to_string(),
                self.say(&shift.unit.say()),
            ]
        });
        let deadlines = told.by_deadline.iter().map(|tally| {
            let counts = [tally.late, tally.in_time, tally.earlier, tally.later, tally.owed, tally.not_owed];
            let mut cells = line(self.county(tally.county.as_ref()), counts);
            cells.insert(1, kind(tally.kind, self.language));
            cells
        });
        let counts = [w::REFUSED, w::WARNED, w::NO_LONGER_WARNED];
        vec![
            (
                w::BY_COUNTY,
                [&[w::COUNTY, w::JUDGED][..], &counts, &[w::DECIDED_OTHERWISE]].concat(),
                by_county.collect(),
            ),
            (w::BY_RULE, [&[w::RULE, w::SEVERITY][..], &counts].concat(), by_rule.collect()),
            (w::BY_DOCUMENT, vec![w::DOCUMENT, w::REFUSED, w::OTHERWISE], by_document.collect()),
            (w::FIGURES, vec![w::FIGURE, w::PLACE, w::IN_FORCE, w::PROPOSED_VALUE, UNIT], figures.collect()),
            (
                w::DEADLINES,
                vec![w::COUNTY, w::KIND, w::LATE, w::IN_TIME, w::EARLIER, w::LATER, w::OWED, w::NOT_OWED],
                deadlines.collect(),
            ),
        ]
    }

    /// Prints what is listed, numbered, and how many are not.
    fn listed(
        &self,
        title: &Say,
        found: u64,
        lines: impl Iterator<Item = Vec<String>>,
        output: &mut Output,
    ) -> Result<(), Failure> {
        if found == 0 {
            return Ok(());
        }
        output.line("")?;
        output.line(format!("{} ({found})", self.say(title)))?;
        let mut printed = 0;
        for (number, lines) in (1..).zip(lines.take(LISTED)) {
            for (at, line) in lines.iter().enumerate() {
                output.line(if at == 0 { format!("{number}. {line}") } else { format!("    {line}") })?;
            }
            printed = number;
        }
        match found - printed {
            0 => Ok(()),
            more => output.line(w::more(more).in_language(self.language)),
        }
    }

    fn case(&self, case: &RehearsedCase) -> Vec<String> {
        let document = case.document.as_ref().map(|number| format!("  {number}")).unwrap_or_default();
        let name = case.name.as_ref().map(|name| format!("  {name}")).unwrap_or_default();
        let county =
            case.county.as_ref().map(|code| format!("  {}", self.county(Some(code)))).unwrap_or_default();
        let title = self.say(&case.title);
        let mut lines = vec![format!("{}  {title}{name}{document}{county}", case.effective_date)];
        lines.extend(case.refused_by.as_ref().map(|found| self.found(w::REFUSED, found)));
        lines.extend(case.warned_by.iter().map(|found| self.found(w::WARNED, found)));
        if !case.no_longer_warned_by.is_empty() {
            let words = case.no_longer_warned_by.iter().map(|rule| self.asks(rule));
            lines.push(self.told(w::NO_LONGER_WARNED, &words.collect::<Vec<_>>().join("；")));
        }
        if !case.changed.is_empty() {
            let words = case.changed.iter().map(|event| labels::events::event(self.language, event));
            lines.push(self.told(w::DECIDED_OTHERWISE, &words.collect::<Vec<_>>().join("、")));
        }
        lines
    }

    fn severity(&self, severity: Severity) -> String {
        wire_code(&severity).map_or_else(String::new, |code| term(self.language, "Severity", &code))
    }

    fn asks(&self, rule: &str) -> String {
        let known = self.told.by_rule.iter().find(|tally| tally.rule == rule);
        known.map_or_else(|| rule.to_owned(), |tally| self.say(&tally.asks))
    }

    fn found(&self, what: &Say, found: &RuleFound) -> String {
        let may_be_set_aside = found.severity == Severity::Warn && std::ptr::eq(what, w::REFUSED);
        let aside =
            if may_be_set_aside { self.language.pick("（可破例）", " (unless approved)") } else { "" };
        self.told(what, &format!("{}{aside}", found.detail.in_language(self.language)))
    }

    fn told(&self, what: &Say, text: &str) -> String {
        format!("{}{}{text}", what.in_language(self.language), self.language.pick("：", ": "))
    }

    fn deadline(&self, shift: &DeadlineShift) -> Vec<String> {
        let day = |day: Option<domain::date::Date>| day.map_or_else(|| "—".to_owned(), |day| day.to_string());
        let kind = kind(shift.kind, self.language);
        let met = match (&shift.met_on, &shift.document) {
            (Some(day), Some(document)) => format!("{} {day} {document}", self.say(w::MET)),
            (Some(day), None) => format!("{} {day}", self.say(w::MET)),
            (None, _) => self.say(w::OPEN),
        };
        let what = self.say(match shift.shift {
            Shift::Late => w::LATE,
            Shift::InTime => w::IN_TIME,
            Shift::Earlier => w::EARLIER,
            Shift::Later => w::LATER,
            Shift::Owed => w::OWED,
            Shift::NotOwed => w::NOT_OWED,
        });
        let (before, after) = (day(shift.due_before), day(shift.due_after));
        vec![
            format!("{}  {kind}  {what}  {before} → {after}  {met}", shift.name),
            self.say(&shift.detail.say()),
        ]
    }
}

const UNIT: &Say = &domain::say::say("单位", "Unit");

fn line<const N: usize>(first: String, counts: [u64; N]) -> Vec<String> {
    std::iter::once(first).chain(counts.map(|count| count.to_string())).collect()
}

fn kind(kind: ObligationKind, language: Language) -> String {
    wire_code(&kind).map_or_else(String::new, |code| term(language, "Obligation", &code))
}
