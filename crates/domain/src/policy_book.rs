//! The policies that a city and its counties have issued, and which figures they put in force where and when.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::document_number::{DocumentNumber, Sha256Hex};
use crate::event::EventMeta;
use crate::event_data::policies::PolicyIssued;
use crate::ids::PolicyId;
use crate::place::{Level, PlaceCode};
use crate::policy::{CodeLists, CodeName, Policy, Stricter};
use crate::rule_book;
use crate::text::Text;
use crate::thresholds::{ThresholdChanges, Thresholds};

/// 市县制定的政策 / a policy as the log tells it
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssuedPolicy {
    /// 政策编号 / the id of the policy
    pub id: PolicyId,
    /// 适用的市或县 / where it holds: the city or a county of it
    pub jurisdiction: PlaceCode,
    /// 制定机关的层级 / the tier of the body that issued it
    pub issued_by: Level,
    /// 施行首日 / the first day on which it holds
    pub from: Date,
    /// 发布政策的文号 / the number of its document
    pub document: Option<DocumentNumber>,
    /// 所定的阈值 / the thresholds that it sets
    pub figures: ThresholdChanges,
    /// 所增加的代码 / the codes that it adds, by list
    pub code_lists: CodeLists,
    /// 记录的位置 / the position of its event
    pub position: u64,
}

/// The edition of the rule book that the log follows, as it says itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedEdition {
    /// Which edition.
    pub edition: u32,
    /// The program that follows it.
    pub program: Text,
    /// SHA-256 of the checker that it publishes.
    pub checker_sha256: Sha256Hex,
    /// The position of the event.
    pub position: u64,
}

/// By what commands are decided: the edition of the rule book that the log follows, and every policy issued, by the day
/// from which it holds and then by position.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PolicyBook {
    adopted: Option<AdoptedEdition>,
    issued: Vec<Arc<IssuedPolicy>>,
}

impl PolicyBook {
    /// From here on the log follows this edition.
    pub(crate) fn adopt(&mut self, adopted: AdoptedEdition) {
        self.adopted = Some(adopted);
    }

    /// The edition that the log follows; nothing before it says so.
    pub fn adopted(&self) -> Option<&AdoptedEdition> {
        self.adopted.as_ref()
    }

    /// The edition by which the log is decided: the program's own until the log says which.
    pub fn edition<'a>(&self, defaults: &'a Policy) -> &'a Policy {
        match &self.adopted {
            Some(adopted) if adopted.edition != defaults.version => {
                rule_book::edition(adopted.edition).unwrap_or(defaults)
            }
            _ => defaults,
        }
    }

    /// Puts a policy in its place.
    pub(crate) fn issue(&mut self, meta: &EventMeta, data: &PolicyIssued) {
        let policy = IssuedPolicy {
            id: data.policy,
            jurisdiction: data.jurisdiction.clone(),
            issued_by: data.level,
            from: meta.effective_date,
            document: meta.document.as_ref().map(|document| document.number.clone()),
            figures: data.figures,
            code_lists: data.code_lists.clone(),
            position: meta.position,
        };
        let after =
            self.issued.partition_point(|held| (held.from, held.position) < (policy.from, policy.position));
        self.issued.insert(after, Arc::new(policy));
    }

    /// This book with a policy as if it had been issued after all others: of its body it has the last word on every day.
    pub(crate) fn proposing(&self, policy: IssuedPolicy) -> Self {
        let mut book = self.clone();
        book.issued.push(Arc::new(policy));
        book
    }

    /// The number of a policy's document is put right.
    pub(crate) fn renumber(&mut self, id: PolicyId, number: &DocumentNumber) {
        for policy in self.issued.iter_mut().filter(|policy| policy.id == id) {
            Arc::make_mut(policy).document = Some(number.clone());
        }
    }

    /// A county's policies go on under its next code.
    pub(crate) fn follow(&mut self, earlier: &PlaceCode, code: &PlaceCode) {
        for policy in self.issued.iter_mut().filter(|policy| policy.jurisdiction == *earlier) {
            Arc::make_mut(policy).jurisdiction = code.clone();
        }
    }

    /// The policies in the order in which they take effect.
    pub fn issued(&self) -> impl Iterator<Item = &IssuedPolicy> {
        self.issued.iter().map(AsRef::as_ref)
    }

    /// The policy of that id.
    pub fn get(&self, id: PolicyId) -> Option<&IssuedPolicy> {
        self.issued().find(|policy| policy.id == id)
    }

    /// The entry of a code that some policy has added to a list: one code means the same wherever it is on the list.
    pub fn added_code(&self, list: &str, code: &str) -> Option<&CodeName> {
        let mut entries = self.issued().filter_map(|policy| policy.code_lists.get(list)).flatten();
        entries.find(|entry| entry.code.as_str() == code)
    }

    /// The entries that policies in force on a day in a county have added to a list, and that may be chosen then.
    pub fn added(&self, list: &str, on: Date, county: &PlaceCode) -> Vec<&CodeName> {
        let in_force = self.in_force(on, Some(county)).into_iter().flatten();
        let entries = in_force.filter_map(|policy| policy.code_lists.get(list)).flatten();
        entries.filter(|entry| entry.valid_to.is_none_or(|last| on <= last)).collect()
    }

    /// The policies that hold on a day in a county, or in the city as a whole, the strongest last: the city's, those of
    /// the city for the county, the county's own.
    fn in_force(&self, on: Date, county: Option<&PlaceCode>) -> [Vec<&IssuedPolicy>; 3] {
        let on_day = || self.issued().filter(move |policy| policy.from <= on);
        let of_county = |own: bool| {
            let here = on_day().filter(|policy| Some(&policy.jurisdiction) == county);
            here.filter(|policy| own == (policy.issued_by < Level::City)).collect()
        };
        let of_city = on_day().filter(|policy| policy.jurisdiction.level() == Level::City);
        [of_city.collect(), of_county(false), of_county(true)]
    }

    /// The policy in force on a day in a county, or in the city as a whole.
    pub fn resolve(&self, defaults: &Policy, on: Date, county: Option<&PlaceCode>) -> Policy {
        let defaults = self.edition(defaults);
        let mut policy = Policy { on: Some(on), ..defaults.clone() };
        let [of_city, for_county, of_county] = self.in_force(on, county);
        for issued in of_city.iter().chain(&for_county) {
            policy.thresholds.change(&issued.figures, |_, _| true);
        }
        // A county goes on from its city's figures of that day, not of the one on which it issued its own.
        let own = of_county.iter().fold(ThresholdChanges::default(), |all, issued| all.then(&issued.figures));
        let city = policy.thresholds;
        policy.thresholds.change(&own, |name, changed| defaults.is_as_strict(name, changed, &city));
        let issued = of_city.iter().chain(&for_county).chain(&of_county);
        for (list, entries) in issued.flat_map(|issued| &issued.code_lists) {
            policy.extend_list(list, entries);
        }
        policy
    }
}

impl PolicyBook {
    /// The policy that set a figure as it is on a day in a county, or in the city as a whole; nothing for a default.
    pub fn setter(
        &self,
        defaults: &Policy,
        on: Date,
        county: Option<&PlaceCode>,
        name: &str,
    ) -> Option<&IssuedPolicy> {
        let found = self.resolve(defaults, on, county).thresholds.rank(name);
        let sets = |policy: &&IssuedPolicy| {
            let mut figures = self.edition(defaults).thresholds;
            figures.change(&policy.figures, |_, _| true);
            policy.figures.names().contains(&name) && figures.rank(name) == found
        };
        self.in_force(on, county).into_iter().flatten().rfind(sets)
    }
}

impl Policy {
    /// Adds codes to a list; one that is there already stays what it is.
    fn extend_list(&mut self, list: &str, entries: &[CodeName]) {
        let held = Arc::make_mut(&mut self.code_lists).entry(list.to_owned()).or_default();
        for entry in entries {
            if held.iter().all(|held| held.code != entry.code) {
                held.push(entry.clone());
            }
        }
    }

    /// Whether a figure is at least as strict as in other figures; one without bounds only if it is the same.
    pub(crate) fn is_as_strict(&self, name: &str, figures: &Thresholds, than: &Thresholds) -> bool {
        let (Some(own), Some(other)) = (figures.rank(name), than.rank(name)) else { return false };
        match self.bounds.get(name).map(|bounds| bounds.stricter) {
            Some(Stricter::Higher) => own >= other,
            Some(Stricter::Lower) => own <= other,
            None => own == other,
        }
    }
}

/// The figures of every day and county, resolved once for a view that looks at many.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyCalendar {
    city: Vec<(Date, Thresholds)>,
    counties: BTreeMap<PlaceCode, Vec<(Date, Thresholds)>>,
}

impl PolicyCalendar {
    /// The calendar of the policies issued.
    pub fn new(defaults: &Policy, book: &PolicyBook) -> Self {
        let mut days: Vec<Date> =
            std::iter::once(Date::EARLIEST).chain(book.issued().map(|policy| policy.from)).collect();
        // A policy that is only proposed stands behind those that hold later.
        days.sort_unstable();
        days.dedup();
        let editions = |county: Option<&PlaceCode>| {
            days.iter().map(|day| (*day, book.resolve(defaults, *day, county).thresholds)).collect::<Vec<_>>()
        };
        let own = book.issued().filter(|policy| policy.jurisdiction.level() == Level::County);
        let counties = own.map(|policy| (policy.jurisdiction.clone(), editions(Some(&policy.jurisdiction))));
        Self { counties: counties.collect(), city: editions(None) }
    }

    /// The figures in force on a day in a county, or in the city as a whole.
    pub fn thresholds(&self, county: Option<&PlaceCode>, on: Date) -> &Thresholds {
        let editions = county.and_then(|county| self.counties.get(county)).unwrap_or(&self.city);
        let begun = editions.partition_point(|(from, _)| *from <= on);
        &editions[begun.saturating_sub(1)].1
    }
}
