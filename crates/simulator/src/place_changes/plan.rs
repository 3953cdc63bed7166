//! Puts accepted proposals in order and says them as commands: who takes a code waits for who bears it, who goes over
//! into a new place waits for that place, and a tier waits for the tier above.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::document_number::Document;
use domain::ids::CommandId;
use domain::place::{Level, PlaceCode};
use domain::text::Text;
use serde_json::{Value, json};

use super::{Known, Proposal, code_above};
use crate::generate::line::labelled_ulid;
use crate::places_file::LineProblem;

mod order;
mod rows;

use order::in_order;
use rows::{Bearers, check};

/// What all commands of an import have in common.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// From which day the changes hold.
    pub as_of: Date,
    /// The position of the log at which the lists were compared: the same file gives the same commands again.
    pub position: u64,
    /// The decision on the changes.
    pub document: Option<Document>,
    /// On whose authority: the city, or each place's county.
    pub by_county: bool,
    /// The city.
    pub city: PlaceCode,
}

/// A command, and the line of the proposals that it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedCommand {
    pub line: u64,
    pub id: CommandId,
    pub name: &'static str,
    pub body: Value,
}

/// The commands, in the order in which they are to be given, and the places as they will be.
#[derive(Debug, Default)]
pub struct Plan {
    pub commands: Vec<PlannedCommand>,
    /// Code, name and code above of every place that is then.
    pub places: Vec<(PlaceCode, Text, Option<PlaceCode>)>,
}

/// What is done to one place, in one step.
#[derive(Debug, Clone, PartialEq)]
enum Act {
    Register(PlaceCode, Text),
    Take(PlaceCode),
    Rename(Text),
    End(Vec<usize>),
    Close,
}

/// A step of the plan.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    line: u64,
    /// Who is changed.
    bearer: usize,
    act: Act,
}

/// Orders what was accepted. Refused with the lines of the file: a code that nobody bears or two would, a place named
/// twice, and steps that wait for each other in a circle.
pub fn plan(known: &[Known], proposals: &[Proposal], occasion: &Occasion) -> Result<Plan, Vec<LineProblem>> {
    let accepted: Vec<&Proposal> = proposals.iter().filter(|one| one.accepted).collect();
    let checked = check(known, &accepted)?;
    let mut says = Saying { occasion, bearers: checked.bearers, after: checked.after, plan: Plan::default() };
    let mut closings = Vec::new();
    for level in [Level::City, Level::County, Level::Township, Level::Village] {
        let of_tier = checked.steps.iter().filter(|step| says.bearers.level(step.bearer) == level);
        // What a township leaves behind goes before it does.
        let (closing, steps): (Vec<_>, Vec<_>) =
            of_tier.cloned().partition(|step| step.act == Act::Close && level > Level::Village);
        for step in in_order(steps, &says.bearers)? {
            says.say(step)?;
        }
        closings.splice(0..0, closing);
    }
    for step in closings {
        says.say(step)?;
    }
    says.plan.places = says.bearers.list();
    Ok(says.plan)
}

/// Says one step after the other, and keeps in mind who bears which code by then.
struct Saying<'a> {
    occasion: &'a Occasion,
    bearers: Bearers,
    /// Who bears a code after all steps.
    after: BTreeMap<PlaceCode, usize>,
    plan: Plan,
}

impl Saying<'_> {
    fn say(&mut self, step: Step) -> Result<(), Vec<LineProblem>> {
        let (line, at) = (step.line, step.bearer);
        match step.act {
            Act::Register(code, name) => {
                let parent = self.above(line, &code)?;
                let mut data = json!({ "code": code, "name": name, "level": code.level() });
                if let Some(above) = code_above(&code) {
                    data["parent"] = json!(above);
                }
                self.bearers.put(at, code, name, parent);
                self.command(line, at, "register-place", data);
            }
            Act::Take(code) => self.take(line, at, code)?,
            Act::Rename(name) => {
                self.change(line, at, "rename", json!({ "name": name }));
                self.bearers.rename(at, name);
            }
            Act::End(successors) => self.end(line, at, &successors),
            Act::Close => {
                self.change(line, at, "close", json!({}));
                self.bearers.end(at);
            }
        }
        Ok(())
    }

    /// Who lies above a code at this moment; the tiers above have been settled before.
    fn above(&self, line: u64, code: &PlaceCode) -> Result<Option<usize>, Vec<LineProblem>> {
        let Some(above) = code_above(code) else { return Ok(None) };
        let found = self.bearers.at(&above);
        if found.is_none() && above.level() < Level::City {
            let chinese = format!("{code} 的上级 {above} 在变更后不存在；请一并采纳或登记上级");
            let english = format!("{above} above {code} would not exist then: accept or register it too");
            return Err(vec![LineProblem { line, column: "new_codes", chinese, english }]);
        }
        Ok(found)
    }

    fn take(&mut self, line: u64, at: usize, code: PlaceCode) -> Result<(), Vec<LineProblem>> {
        let parent = self.above(line, &code)?;
        let is_moved = code.level() < Level::County && self.bearers.parent(at) != parent;
        let is_recoded = *self.bearers.code(at) != code;
        match (is_moved, is_recoded) {
            (true, _) => {
                let mut fields = json!({ "parent": code_above(&code) });
                if is_recoded {
                    fields["code"] = json!(code);
                }
                self.change(line, at, "move", fields);
            }
            (false, true) => self.change(line, at, "recode", json!({ "code": code })),
            // It came along with the place above.
            (false, false) => return Ok(()),
        }
        self.bearers.take(at, code, parent);
        Ok(())
    }

    fn end(&mut self, line: u64, at: usize, successors: &[usize]) {
        let codes: Vec<PlaceCode> = successors.iter().map(|to| self.bearers.code(*to).clone()).collect();
        let mut fields = json!({ "successors": codes });
        if let [only] = successors {
            self.change(line, at, "merge", fields);
            for child in self.bearers.children(at) {
                self.bearers.set_parent(child, *only);
            }
        } else {
            let shares: Vec<(usize, usize)> = self
                .bearers
                .children(at)
                .into_iter()
                .map(|child| (child, self.taker(child, successors)))
                .collect();
            let share = |(child, to): &(usize, usize)| json!({ "place": self.bearers.code(*child), "successor": self.bearers.code(*to) });
            if !shares.is_empty() {
                fields["shares"] = shares.iter().map(share).collect();
            }
            self.change(line, at, "split", fields);
            for (child, to) in shares {
                self.bearers.set_parent(child, to);
            }
        }
        self.bearers.end(at);
    }

    /// Which successor of a split takes a place below: the one under which the file has it in the end.
    fn taker(&self, child: usize, successors: &[usize]) -> usize {
        let last = self.bearers.last_code(child);
        let above = code_above(&last).and_then(|above| self.after.get(&above).copied());
        above.filter(|above| successors.contains(above)).or(successors.first().copied()).unwrap_or(child)
    }

    fn change(&mut self, line: u64, at: usize, change: &str, mut fields: Value) {
        let Some(id) = self.bearers.id(at) else { return };
        fields["place"] = json!(id);
        fields["change"] = json!(change);
        self.command(line, at, "change-place", fields);
    }

    fn command(&mut self, line: u64, at: usize, name: &'static str, data: Value) {
        let occasion = self.occasion;
        let county = self.bearers.county(at).filter(|_| occasion.by_county);
        let on_behalf_of = county.unwrap_or_else(|| occasion.city.clone());
        let mut body =
            json!({ "effective_date": occasion.as_of, "on_behalf_of": on_behalf_of, "data": data });
        if let Some(document) = &occasion.document {
            body["document"] = json!(document);
        }
        let id = CommandId(labelled_ulid(&format!("import places/{}/{name}/{body}", occasion.position)));
        self.plan.commands.push(PlannedCommand { line, id, name, body });
    }
}

fn problem(line: u64, column: &'static str, chinese: String, english: String) -> LineProblem {
    LineProblem { line, column, chinese, english }
}
