//! What a brief is told from, and the turns of phrase that its parts share.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::place::{Level, PlaceCode};
use domain::policy::Rule;
use domain::say::Language;
use projections::rows::JointBranchRow;
use projections::{DecisionEntry, FigureName, FigureView, Obligation};

use crate::pages::meeting::matter::Matter;

/// How many things of one kind are told one by one.
pub(crate) const MAX_ENTRIES: usize = 5;

/// How matters stood at the end of the last quarter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Before {
    /// The figures of that day.
    pub(crate) figures: BTreeMap<FigureName, FigureView>,
    /// How many matters were overdue.
    pub(crate) overdue: u64,
}

/// What a brief is told from.
pub(crate) struct Told<'a> {
    /// The place's figures, joint branches and what is owed, as the slides of the meeting have them.
    pub(crate) matter: Matter<'a>,
    /// The end of the last quarter; nothing where there was nothing then.
    pub(crate) before: Option<&'a Before>,
    /// What coordination meetings decided for the place.
    pub(crate) decisions: &'a [DecisionEntry],
    /// The rules, for what they ask and where they come from.
    pub(crate) rules: &'a BTreeMap<String, Rule>,
}

impl Told<'_> {
    /// The language.
    pub(crate) fn language(&self) -> Language {
        self.matter.visit.language
    }

    /// One of two texts.
    pub(crate) fn pick(&self, zh: impl Into<String>, en: impl Into<String>) -> String {
        self.language().pick(zh.into(), en.into())
    }

    /// A day as an office writes it.
    pub(crate) fn day(&self, day: Date) -> String {
        self.matter.visit.say(&day.say()).to_owned()
    }

    /// What a figure was at the end of the last quarter; nothing where there was nothing then.
    fn then(&self, name: &str) -> Option<u64> {
        self.before.map(|before| before.figures.get(name).map_or(0, |own| own.value.as_f64() as u64))
    }

    /// A figure, and how it compares with the end of the last quarter.
    pub(crate) fn compared(&self, name: &str) -> String {
        change(self.language(), self.matter.count(name), self.then(name))
    }

    /// The same, where it is not what it was.
    pub(crate) fn changed(&self, name: &str) -> String {
        let now = self.matter.count(name);
        change(self.language(), now, self.then(name).filter(|then| *then != now))
    }

    /// A place by its name; in a brief of the city with the county before it.
    pub(crate) fn place(&self, code: &PlaceCode) -> String {
        let name = (self.matter.place_name)(code);
        let county = code.county().filter(|_| code.level() < Level::County && self.is_of_city());
        match county {
            Some(county) => {
                let county = (self.matter.place_name)(&county);
                self.pick(format!("{county}{name}"), format!("{name}, {county}"))
            }
            None => name,
        }
    }

    /// A joint branch by its name and where it is led from.
    pub(crate) fn joint_branch(&self, row: &JointBranchRow) -> String {
        let place = row.lead_township.as_ref().map(|lead| self.place(&lead.code)).unwrap_or_default();
        self.named(row.name.as_str(), &place)
    }

    /// What something that is owed is about, and who is to act.
    pub(crate) fn about(&self, owed: &Obligation) -> String {
        let row = owed.joint_branch.and_then(|id| self.matter.rows.iter().find(|row| row.id == id));
        match row {
            Some(row) => self.joint_branch(row),
            None if owed.organization.is_some() => self.named(owed.name.as_str(), &self.owner(owed)),
            None => {
                let quoted = self.pick(format!("“{}”", unstopped(owed.name.as_str())), owed.name.as_str());
                self.named(&quoted, &self.owner(owed))
            }
        }
    }

    /// Who is to act.
    pub(crate) fn owner(&self, owed: &Obligation) -> String {
        owed.owner.code.as_ref().map_or_else(|| self.matter.name.to_owned(), |code| self.place(code))
    }

    fn named(&self, name: &str, place: &str) -> String {
        self.pick(format!("{place}{name}"), format!("{name} ({place})"))
    }

    /// Whether the brief is of a city.
    pub(crate) fn is_of_city(&self) -> bool {
        self.matter.code.level() == Level::City
    }
}

/// How a count compares with the end of the last quarter; nothing where there is none to compare with.
pub(crate) fn change(language: Language, now: u64, then: Option<u64>) -> String {
    let Some(then) = then else { return String::new() };
    match (now.saturating_sub(then), then.saturating_sub(now)) {
        (0, 0) => language.pick("，与上季度末持平", ", as at the end of the last quarter").to_owned(),
        (more, 0) => language.pick(
            format!("，比上季度末增加{more}个"),
            format!(", {more} more than at the end of the last quarter"),
        ),
        (_, fewer) => language.pick(
            format!("，比上季度末减少{fewer}个"),
            format!(", {fewer} fewer than at the end of the last quarter"),
        ),
    }
}

/// The first entries, numbered, each with how many matters it tells, and how many more matters there are.
pub(crate) fn numbered(language: Language, entries: &[(String, usize)]) -> Vec<String> {
    let mut lines: Vec<String> = (1..)
        .zip(entries.iter().take(MAX_ENTRIES))
        .map(|(number, (entry, _))| language.pick(format!("{number}．{entry}"), format!("{number}. {entry}")))
        .collect();
    if let rest @ 1.. = entries.iter().skip(MAX_ENTRIES).map(|(_, matters)| matters).sum::<usize>() {
        lines.push(language.pick(format!("另有{rest}项。"), format!("{rest} more.")));
    }
    lines
}

/// A text without its full stop, so that a sentence can go on.
pub(crate) fn unstopped(text: &str) -> &str {
    text.trim().trim_end_matches(['。', '.', '；', ';'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_compared_where_there_is_something_to_compare_with() {
        let zh = |now, then| change(Language::Zh, now, then);
        assert_eq!(zh(3, None), "");
        assert_eq!(zh(3, Some(3)), "，与上季度末持平");
        assert_eq!(zh(5, Some(3)), "，比上季度末增加2个");
        assert_eq!(zh(0, Some(3)), "，比上季度末减少3个");
        assert_eq!(change(Language::En, 5, Some(3)), ", 2 more than at the end of the last quarter");
    }

    #[test]
    fn entries_are_numbered_and_the_rest_is_counted() {
        let entries = |count: usize| (0..count).map(|at| (format!("甲{at}。"), 2)).collect::<Vec<_>>();
        assert!(numbered(Language::Zh, &entries(0)).is_empty());
        assert_eq!(numbered(Language::Zh, &entries(1)), ["1．甲0。"]);
        assert_eq!(numbered(Language::Zh, &entries(MAX_ENTRIES)).len(), MAX_ENTRIES);
        let many = numbered(Language::Zh, &entries(MAX_ENTRIES + 3));
        assert_eq!((many.len(), many.last().unwrap().as_str()), (MAX_ENTRIES + 1, "另有6项。"));
        assert_eq!(numbered(Language::En, &entries(MAX_ENTRIES + 1)).last().unwrap(), "2 more.");
    }
}
