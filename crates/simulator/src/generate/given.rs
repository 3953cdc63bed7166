//! Lines that stand ready, such as the cases of a report: each is given on its day, among what is made up around them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::date::Date;
use domain::ids::EventId;
use domain::place::{Level, PlaceCode};
use serde_json::{Value, json};

use super::GenerateError;
use super::line::Line;
use super::script::Script;

/// What holds only from the day on which it is recorded, whenever that is.
const HOLDS_FROM_RECORDING: &str = "issue-policy";
/// What names an event, in a line that stands ready the command that yields it.
const NAMES_AN_EVENT: &str = "correct-record";

/// So many days after its own a proposal is entered that says nothing of its mode, as only late entries may.
const ENTERED_LATE_DAYS: i32 = 10;

/// The lines that are still to be given.
pub(super) struct Given {
    /// Each with the day on which it is entered: its own, unless one before it is entered later.
    lines: VecDeque<(Date, Line)>,
    /// What comes last of all, on the last day.
    last: Vec<Line>,
    /// The commands whose events are corrected later, with the first event of each that was given.
    named: BTreeMap<String, Option<EventId>>,
}

impl Given {
    /// In the order of their days, those of one day as they stand. What takes effect after the last day is left out.
    pub(super) fn new(mut lines: Vec<Line>, end: Date) -> Self {
        let last = lines.extract_if(.., |line| line.name == HOLDS_FROM_RECORDING).collect();
        lines.retain(|line| line.effective_date <= end);
        lines.sort_by_key(|line| line.effective_date);
        let corrections = lines.iter().filter(|line| line.name == NAMES_AN_EVENT);
        let named = corrections.filter_map(|line| line.data["event"].as_str());
        let named = named.map(|command| (command.to_owned(), None)).collect();
        let mut entered = None;
        let dated = lines.into_iter().map(|line| {
            let is_late = line.data["mode"] == "not_stated";
            let own = line.effective_date.plus_days(if is_late { ENTERED_LATE_DAYS } else { 0 });
            entered = entered.max(Some(own.min(end)));
            (entered.unwrap_or(own), line)
        });
        Self { lines: dated.collect(), last, named }
    }

    /// The villages that occur in them anywhere: nobody makes up anything about these.
    pub(super) fn villages(&self) -> BTreeSet<PlaceCode> {
        let mut villages = BTreeSet::new();
        let lines = self.lines.iter().map(|(_, line)| line).chain(&self.last);
        let others = lines.filter(|line| line.name != "register-place");
        others.for_each(|line| {
            strings(&line.data, &mut |text| {
                if let Ok(code) = text.parse::<PlaceCode>()
                    && code.level() == Level::Village
                {
                    villages.insert(code);
                }
            })
        });
        villages
    }

    /// Every text in them, to be searched for the numbers of documents.
    pub(super) fn texts(&self, note: &mut dyn FnMut(&str)) {
        for line in self.lines.iter().map(|(_, line)| line).chain(&self.last) {
            strings(&line.data, note);
            if let Some(document) = &line.document {
                note(&document.number.to_string());
            }
            if let Some(allowed) = &line.override_ {
                note(&allowed.document.to_string());
            }
        }
    }

    /// Gives those up to that day.
    pub(super) fn play_until(&mut self, script: &mut Script<'_>, day: Date) -> Result<(), GenerateError> {
        while let Some((entered, line)) = self.lines.pop_front_if(|(entered, _)| *entered <= day) {
            script.pass_to(entered);
            self.give(script, line)?;
        }
        Ok(())
    }

    /// Gives the rest up to the last day, on which comes what holds from its recording on.
    pub(super) fn play_rest(&mut self, script: &mut Script<'_>, end: Date) -> Result<(), GenerateError> {
        self.play_until(script, end)?;
        script.pass_to(end);
        for line in std::mem::take(&mut self.last) {
            self.give(script, line)?;
        }
        Ok(())
    }

    fn give(&mut self, script: &mut Script<'_>, mut line: Line) -> Result<(), GenerateError> {
        if line.name == NAMES_AN_EVENT
            && let Some(Some(event)) = line.data["event"].as_str().and_then(|command| self.named.get(command))
        {
            line.data["event"] = json!(event);
        }
        script.give(&line)?;
        if let Some(event) = self.named.get_mut(&line.id.to_string()) {
            *event = Some(script.first_event()?);
        }
        Ok(())
    }
}

fn strings(value: &Value, note: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => note(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, note)),
        Value::Object(fields) => fields.values().for_each(|field| strings(field, note)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
