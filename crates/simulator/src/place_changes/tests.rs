//! Lists against lists: what is proposed for real years and made-up ones, and that what is accepted gives the list.

use std::collections::BTreeMap;

use domain::account::Role;
use domain::actor::Actor;
use domain::date::{Date, Timestamp};
use domain::place::{Level, PlaceCode};
use domain::{CityState, Policy};
use service::request::{CommandRequest, prepare};
use service::trial::Trial;

use super::compare::{Comparison, compare};
use super::plan::{Occasion, Plan, plan};
use super::{Confidence, Kind, Known, Proposal};
use crate::places_file::{self, LineProblem, PlaceLine};

mod proposals;
mod random;
mod years;

/// A city whose places the tests change by real decisions.
struct City {
    state: CityState,
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn lines(text: &str) -> Vec<PlaceLine> {
    places_file::read_bytes(format!("code,name,level,parent\n{text}").as_bytes()).unwrap().lines
}

/// The rows of a list as text: the county 510811 with a township 100, and what is given.
fn list(rows: &[(&str, &str)]) -> Vec<PlaceLine> {
    let mut text = "5108,广元市,city,51\n510811,昭化区,county,5108\n".to_owned();
    for (code, name) in rows {
        let above = super::code_above(&code.parse().unwrap()).unwrap();
        let level = code.parse::<PlaceCode>().unwrap().level().as_str();
        text.push_str(&format!("{code},{name},{level},{above}\n"));
    }
    lines(&text)
}

impl City {
    fn of(first: &[PlaceLine], on: &str) -> Self {
        let city = first[0].code.as_str()[..4].parse().unwrap();
        let mut own = Self { state: CityState::new(city) };
        let commands = places_file::commands(first, day(on));
        own.give(commands.into_iter().map(|command| (command.id, "register-place", command.body)));
        own
    }

    fn give(
        &mut self,
        commands: impl Iterator<Item = (domain::ids::CommandId, &'static str, serde_json::Value)>,
    ) {
        let now = "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
        let policy = Policy::defaults().unwrap().into();
        let mut trial = Trial::new(self.state.clone(), policy, std::sync::Arc::default(), now);
        for (id, name, body) in commands {
            let actor = Actor { id: "local".into(), role: Role::Local, scope: self.state.city.clone() };
            let said = body.to_string();
            let request =
                CommandRequest { id, name: name.into(), body, actor, if_match: None, traceparent: None };
            let decided = trial.decide(&prepare(request).unwrap());
            decided.unwrap_or_else(|rejection| panic!("{name} {said}: {}", rejection.say().en));
        }
        self.state = trial.state().clone();
    }

    fn known(&self) -> Vec<Known> {
        let known = |code: &PlaceCode, id: &domain::ids::PlaceId| {
            let place = &self.state.places[id];
            let above = place.parent.and_then(|parent| self.state.places.get(&parent));
            Known {
                id: place.id,
                code: code.clone(),
                name: place.name.clone(),
                parent: above.map(|above| above.code.clone()),
            }
        };
        self.state.places_by_code.iter().map(|(code, id)| known(code, id)).collect()
    }

    fn compare(&self, list: &[PlaceLine]) -> Comparison {
        compare(&self.known(), list)
    }

    fn occasion(&self, on: &str) -> Occasion {
        let city = self.state.city.clone();
        Occasion { as_of: day(on), position: 7, document: None, by_county: false, city }
    }

    fn plan(&self, proposals: &[Proposal], on: &str) -> Result<Plan, Vec<LineProblem>> {
        plan(&self.known(), proposals, &self.occasion(on))
    }

    /// Gives the commands of what is accepted.
    fn apply(&mut self, proposals: &[Proposal], on: &str) {
        let plan = self.plan(proposals, on).unwrap_or_else(|problems| panic!("{problems:?}"));
        self.give(plan.commands.into_iter().map(|command| (command.id, command.name, command.body)));
        let said: Vec<_> = plan.places.iter().map(|(code, name, _)| (code.clone(), name.clone())).collect();
        let there: Vec<_> = self.known().into_iter().map(|place| (place.code, place.name)).collect();
        assert_eq!(said, there, "the plan knows what it comes to");
    }

    /// Code, name and place above of every place.
    fn places(&self) -> BTreeMap<String, (String, Option<String>)> {
        let entry = |place: Known| {
            let above = place.parent.map(|code| code.to_string());
            (place.code.to_string(), (place.name.to_string(), above))
        };
        self.known().into_iter().map(entry).collect()
    }
}

fn rows_of(list: &[PlaceLine]) -> BTreeMap<String, (String, Option<String>)> {
    let entry = |line: &PlaceLine| {
        let above = line.parent.as_ref().map(ToString::to_string);
        (line.code.to_string(), (line.name.to_string(), above))
    };
    list.iter().map(entry).collect()
}

fn all_accepted(comparison: &Comparison) -> Vec<Proposal> {
    comparison.proposals.iter().cloned().map(|one| Proposal { accepted: true, ..one }).collect()
}

fn of_level(proposals: &[Proposal], level: Level, kind: Kind) -> usize {
    proposals.iter().filter(|one| one.code.level() == level && one.kind == kind).count()
}
