//! Tables: columns that say for each line what a cell shows, in neither language yet. The page, the terminal, CSV and the
//! workbook are all written from them.

use domain::date::{Date, Timestamp};
use domain::document_number::Sha256Hex;
use domain::ids::{JointBranchId, OrganizationId};
use domain::money::Money;
use domain::place::PlaceCode;
use domain::place_names::called;
use domain::post::ApprovalOwed;
use domain::quarter::Quarter;
use domain::say::{Language, Say, say};
use domain::text::Text;
use serde::Serialize;

use crate::person::PersonLabel;
use crate::rows::PlaceLabel;

/// A column of a table of lines.
pub struct Column<Line: 'static> {
    /// What stands above it.
    pub head: Head,
    /// What it shows of a line.
    pub get: fn(&Line) -> Shown,
}

/// What stands above a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// What addresses and files call it.
    pub key: &'static str,
    /// What people call it.
    pub title: Say,
    /// What its cells hold.
    pub kind: Kind,
    /// Whether it is among the few that a terminal is wide enough for.
    pub is_brief: bool,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Texts.
    Text,
    /// Texts among which one chooses.
    Choice,
    /// Numbers.
    Number,
}

impl<Line> Column<Line> {
    /// A column of texts.
    pub const fn text(key: &'static str, title: Say, get: fn(&Line) -> Shown) -> Self {
        Self { head: Head { key, title, kind: Kind::Text, is_brief: false }, get }
    }

    /// A column of texts among which one chooses.
    pub const fn choice(key: &'static str, title: Say, get: fn(&Line) -> Shown) -> Self {
        Self { head: Head { key, title, kind: Kind::Choice, is_brief: false }, get }
    }

    /// A column of numbers.
    pub const fn number(key: &'static str, title: Say, get: fn(&Line) -> Shown) -> Self {
        Self { head: Head { key, title, kind: Kind::Number, is_brief: false }, get }
    }

    /// The same, shown on a terminal too.
    #[must_use]
    pub const fn brief(mut self) -> Self {
        self.head.is_brief = true;
        self
    }
}

/// What a cell shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What it says.
    pub words: Words,
    /// The number by which it is sorted and counted, where it is one.
    pub number: Option<f64>,
    /// What it is about, where that has a page of its own.
    pub about: Option<About>,
    /// How much attention it wants.
    pub mark: Option<Mark>,
}

/// What a cell says, before it is put into a language.
#[derive(Debug, Clone, PartialEq)]
pub enum Words {
    /// Nothing.
    Empty,
    /// Not known, or there is none: never a zero.
    Dash,
    /// A text of the record.
    Text(String),
    /// A text of the program.
    Said(Say),
    /// The code of an enumeration, by the name of the enumeration.
    Term(&'static str, String),
    /// The type of an event.
    Event(String),
    /// A place, by its code.
    Place(PlaceCode),
    /// An id or a code whose name is looked up.
    Named(String),
    /// A time.
    Time(Timestamp),
    /// A quarter.
    Quarter(Quarter),
    /// A quarter without its year.
    QuarterOfYear(Quarter),
    /// Words that follow one another.
    Run(Vec<Self>),
    /// A value, and the bound that its source gives it.
    Bounded(Box<(Self, Self)>),
    /// A label, and what it is of.
    Labelled(Box<(Self, Self)>),
    /// Names, one after the other.
    Names(Vec<Self>),
    /// Items, one after the other.
    Items(Vec<Self>),
}

/// What has a page of its own.
#[derive(Debug, Clone, PartialEq)]
pub enum About {
    /// A joint branch.
    JointBranch(JointBranchId),
    /// An organization.
    Organization(OrganizationId),
    /// A county or township.
    Place(PlaceCode),
    /// The event at a position of the log.
    Event(u64),
    /// A document's scan.
    Scan(Sha256Hex),
    /// A page, by its path.
    Page(String),
}

/// How much attention a cell wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// None: it is as it should be.
    Quiet,
    /// It should be looked at.
    Warn,
    /// Something is overdue or amiss.
    Bad,
}

/// What whoever writes a table knows besides its lines.
pub trait Names {
    /// The name of a place.
    fn place(&self, code: &PlaceCode) -> String;
    /// The name of an id or code; nothing where it has none.
    fn named(&self, key: &str) -> Option<String>;
    /// The code of an enumeration in words.
    fn term(&self, list: &'static str, code: &str) -> String;
    /// The type of an event in words.
    fn event(&self, event_type: &str) -> String;
    /// A time as the reader's clock shows it.
    fn time(&self, time: Timestamp) -> String;
}

impl Words {
    /// The text in a language.
    pub fn text(&self, language: Language, names: &dyn Names) -> String {
        let joined = |items: &[Self], between: &str| {
            items.iter().map(|item| item.text(language, names)).collect::<Vec<_>>().join(between)
        };
        match self {
            Self::Empty => String::new(),
            Self::Dash => "—".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Said(said) => said.in_language(language).to_owned(),
            Self::Term(list, code) => names.term(list, code),
            Self::Event(event_type) => names.event(event_type),
            Self::Place(code) => names.place(code),
            Self::Named(key) => names.named(key).unwrap_or_else(|| key.clone()),
            Self::Time(time) => names.time(*time),
            Self::Quarter(quarter) => quarter.say().in_language(language).to_owned(),
            Self::QuarterOfYear(quarter) => {
                let (_, of_year) = quarter.year_and_quarter();
                of_year.in_language(language).to_owned()
            }
            Self::Run(items) => joined(items, " "),
            Self::Bounded(pair) => {
                format!("{}（{}）", pair.0.text(language, names), pair.1.text(language, names))
            }
            Self::Labelled(pair) => {
                let (label, value) = (pair.0.text(language, names), pair.1.text(language, names));
                language.pick(format!("{label} {value}"), format!("{label}: {value}"))
            }
            Self::Names(items) => joined(items, language.pick("、", ", ")),
            Self::Items(items) => joined(items, language.pick("；", "; ")),
        }
    }
}

impl Shown {
    /// An empty cell.
    pub fn empty() -> Self {
        Words::Empty.into()
    }

    /// A text of the record.
    pub fn text(text: impl ToString) -> Self {
        Words::Text(text.to_string()).into()
    }

    /// A text of the record; a dash where there is none.
    pub fn or_dash(text: Option<impl ToString>) -> Self {
        text.map_or(Words::Dash.into(), Self::text)
    }

    /// A text of the record; empty where there is none.
    pub fn or_empty(text: Option<impl ToString>) -> Self {
        text.map_or(Self::empty(), Self::text)
    }

    /// A count.
    pub fn count(count: impl Into<u64>) -> Self {
        let count = count.into();
        Self { number: Some(count as f64), ..Self::text(count) }
    }

    /// A count that is marked unless it is nought.
    pub fn bad_count(count: u64) -> Self {
        let shown = Self::count(count);
        if count > 0 { shown.marked(Mark::Bad) } else { shown }
    }

    /// An amount of money in yuan; a dash where none is known.
    pub fn money(money: Option<Money>) -> Self {
        let number = money.map(|money| u64::from(money.amount) as f64);
        Self { number, ..Self::or_dash(money) }
    }

    /// The value of an enumeration.
    pub fn term(list: &'static str, value: &impl Serialize) -> Self {
        term(list, value).into()
    }

    /// Yes or no; a yes wants attention.
    pub fn flag(is_so: bool) -> Self {
        Self::yes(is_so).marked(if is_so { Mark::Bad } else { Mark::Quiet })
    }

    /// Yes or no.
    pub fn yes(is_so: bool) -> Self {
        Words::Said(if is_so { say("是", "yes") } else { say("否", "no") }).into()
    }

    /// The secretary in post, or when one was elected who waits for approval, or since when the post is vacant.
    pub fn secretary(
        secretary: Option<&PersonLabel>,
        approval_owed: Option<ApprovalOwed>,
        vacant_since: Option<Date>,
    ) -> Self {
        match (secretary, approval_owed, vacant_since) {
            (Some(person), _, _) => match person.name() {
                Some(name) => Self::text(name),
                None => Words::Said(say("（姓名不显示）", "(name not shown)")).into(),
            },
            (None, Some(owed), _) => {
                let on = owed.held_on;
                let waits = Say::of(
                    format!("已当选、待批复（{on}选举）"),
                    format!("elected on {on}, to be approved"),
                );
                Self::from(Words::Said(waits)).marked(Mark::Warn)
            }
            (None, None, Some(since)) => {
                let vacant = Say::of(format!("空缺自 {since}"), format!("vacant since {since}"));
                Self::from(Words::Said(vacant)).marked(Mark::Warn)
            }
            (None, None, None) => Self::empty(),
        }
    }

    /// A joint branch by its name.
    pub fn joint_branch(id: JointBranchId, name: &Text) -> Self {
        Self::text(name).about(About::JointBranch(id))
    }

    /// A place by its name.
    pub fn place(place: Option<&PlaceLabel>) -> Self {
        place.map_or(Self::empty(), |place| {
            Self::text(called(place.name.as_str())).about(About::Place(place.code.clone()))
        })
    }

    /// A place of which only the code is known.
    pub fn place_code(code: Option<&PlaceCode>) -> Self {
        code.map_or(Self::empty(), |code| {
            Self::from(Words::Place(code.clone())).about(About::Place(code.clone()))
        })
    }

    /// A position of the log, which leads to its event.
    pub fn position(position: u64) -> Self {
        Self::count(position).about(About::Event(position))
    }

    /// A day; empty where there is none.
    pub fn day(day: Option<Date>) -> Self {
        Self::or_empty(day)
    }

    /// The same, about something that has a page.
    #[must_use]
    pub fn about(self, about: About) -> Self {
        Self { about: Some(about), ..self }
    }

    /// The same, with a mark.
    #[must_use]
    pub fn marked(self, mark: Mark) -> Self {
        Self { mark: Some(mark), ..self }
    }
}

impl From<Words> for Shown {
    fn from(words: Words) -> Self {
        Self { words, number: None, about: None, mark: None }
    }
}

/// The value of an enumeration, by its code on the wire.
pub(crate) fn term(list: &'static str, value: &impl Serialize) -> Words {
    wire_code(value).map_or(Words::Empty, |code| Words::Term(list, code))
}

/// The code of an enumeration's value on the wire; nothing for what is no code.
pub fn wire_code(value: &impl Serialize) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => Some(code),
        _ => None,
    }
}
