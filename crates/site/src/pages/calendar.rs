//! A month with what falls due on its days.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::say::Say;
use labels as w;
use maud::{Markup, html};
use projections::{Obligation, ObligationKind};

use super::acts::{Doing, subject};
use super::lists::word;
use super::table::grouped;
use super::visit::{Visit, with_query};

/// How many things of one kind a day names; more of them are counted.
const NAMED_OF_KIND: usize = 3;
/// The days of a week.
const WEEK: usize = 7;
/// Their names, Monday first.
const WEEKDAYS: [(&str, &str); WEEK] =
    [("一", "Mon"), ("二", "Tue"), ("三", "Wed"), ("四", "Thu"), ("五", "Fri"), ("六", "Sat"), ("日", "Sun")];

/// A month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month(Date);

impl Month {
    /// The month of a day.
    pub(crate) fn of(day: Date) -> Self {
        Self(Date::new(day.year(), day.month(), 1).unwrap_or(day))
    }

    /// `2026-12`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != 7 {
            return None;
        }
        format!("{text}-01").parse().ok().map(Self)
    }

    /// The first day.
    pub(crate) fn first(self) -> Date {
        self.0
    }

    /// The last day.
    pub(crate) fn last(self) -> Date {
        self.0.plus_months(1).plus_days(-1)
    }

    /// So many months later.
    pub(crate) fn later(self, months: i32) -> Self {
        Self(self.0.plus_months(months))
    }

    /// Whether a day lies in it.
    pub(crate) fn has(self, day: Date) -> bool {
        Self::of(day) == self
    }

    /// `2026年12月`.
    pub(crate) fn say(self) -> Say {
        Say::of(format!("{}年{}月", self.0.year(), self.0.month()), self.code())
    }

    /// As the address has it.
    pub(crate) fn code(self) -> String {
        self.0.to_string()[..7].to_owned()
    }

    /// The weeks that it touches, each of seven days; those of other months are none.
    fn weeks(self) -> Vec<[Option<Date>; WEEK]> {
        let before = weekday(self.first());
        let mut weeks = Vec::new();
        let mut day = self.first().plus_days(-i32::try_from(before).unwrap_or(0));
        while day <= self.last() {
            let mut week = [None; WEEK];
            for place in &mut week {
                *place = self.has(day).then_some(day);
                day = day.plus_days(1);
            }
            weeks.push(week);
        }
        weeks
    }
}

/// The place of a day in its week, Monday being 0.
fn weekday(day: Date) -> usize {
    // 1 January 2018 was a Monday.
    let monday = Date::new(2018, 1, 1).unwrap_or(Date::EARLIEST);
    usize::try_from(day.days_since(monday).rem_euclid(7)).unwrap_or(0)
}

/// What the page shows.
pub(crate) struct Calendar<'a> {
    pub(crate) month: Month,
    /// The code of the place.
    pub(crate) scope: &'a str,
    /// What falls due in the month, the most pressing first.
    pub(crate) due: &'a [&'a Obligation],
    /// The day on which it is looked at.
    pub(crate) today: Date,
    /// Whether a later month is told as well.
    pub(crate) has_next: bool,
    /// What the reader may do about it.
    pub(crate) doing: Doing<'a>,
}

/// The page's matter.
pub(crate) fn page(visit: &Visit, calendar: &Calendar<'_>) -> Markup {
    let Calendar { month, due, today, .. } = calendar;
    let to = |months: i32| visit.here(&[("month", &month.later(months).code())]);
    let mut by_day = BTreeMap::<Date, Vec<&Obligation>>::new();
    for owed in *due {
        by_day.entry(owed.due).or_default().push(owed);
    }
    let file = with_query("/calendar.ics", [("scope", calendar.scope), ("month", &month.code())].into_iter());
    html! {
        p.screen {
            a.button href=(to(-1)) rel="prev" { (visit.say(w::MONTH_BEFORE)) } " "
            @if calendar.has_next { a.button href=(to(1)) rel="next" { (visit.say(w::MONTH_AFTER)) } " " }
            a.button href=(visit.link(&file)) { (visit.say(w::CALENDAR_FILE)) }
        }
        p.note { (visit.say(w::CALENDAR_NOTE)) }
        table.calendar {
            caption.hidden { (visit.say(&month.say())) }
            thead { tr { @for (zh, en) in WEEKDAYS { th scope="col" { (visit.language.pick(zh, en)) } } } }
            tbody { @for week in month.weeks() { tr { @for (place, day) in week.iter().enumerate() {
                @match day {
                    None => td.other {},
                    Some(day) => {
                        @let found = by_day.get(day);
                        td.today[day == today].free[found.is_none()] {
                            p.number { time datetime=(day) { (number(*day)) } span.weekday { (visit.language.pick("星期", "")) (visit.language.pick(WEEKDAYS[place].0, WEEKDAYS[place].1)) } }
                            @if let Some(found) = found { (entries(visit, calendar, found, *day < *today)) }
                        }
                    },
                }
            } } } }
        }
        @if due.is_empty() { p { (visit.say(w::NOTHING_DUE)) } }
    }
}

/// The day of the month.
fn number(day: Date) -> String {
    day.to_string()[8..].trim_start_matches('0').to_owned()
}

fn entries(visit: &Visit, calendar: &Calendar<'_>, found: &[&Obligation], is_late: bool) -> Markup {
    let mut by_kind = BTreeMap::<ObligationKind, Vec<&Obligation>>::new();
    for owed in found {
        by_kind.entry(owed.kind).or_default().push(owed);
    }
    html! {
        ul.late[is_late] {
            @for (kind, alike) in &by_kind {
                @let said = word(visit, "Obligation", kind);
                @if alike.len() > NAMED_OF_KIND {
                    @let all = with_query("/obligations", [("scope", calendar.scope), ("f_kind", &said)].into_iter());
                    li { a href=(visit.link(&all)) { (said) " " (visit.language.pick(format!("{} 项", grouped(alike.len())), grouped(alike.len()))) } }
                } @else {
                    @for owed in alike {
                        li {
                            @match (calendar.doing)(owed).first() { Some((form, _)) => { a.form href=(form) { (said) } } None => { (said) } }
                            " " @if let Some(link) = subject(visit, owed) { a href=(link) { (owed.name) } } @else { (owed.name) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_stands_in_whole_weeks_from_monday_on() {
        let month = Month::parse("2026-12").unwrap();
        let weeks = month.weeks();
        // 1 December 2026 is a Tuesday, and the 31st a Thursday.
        assert_eq!((weeks.len(), weeks[0][0], weeks[0][1]), (5, None, "2026-12-01".parse().ok()));
        assert_eq!((weeks[4][3], weeks[4][4]), ("2026-12-31".parse().ok(), None));
        assert_eq!(weeks.iter().flatten().flatten().count(), 31);
        let short = Month::parse("2021-02").unwrap();
        assert_eq!((short.weeks().len(), short.last().to_string().as_str()), (4, "2021-02-28"));
    }

    #[test]
    fn only_a_month_is_read_as_one() {
        assert_eq!(Month::parse("2026-01").unwrap().later(-1).code(), "2025-12");
        for text in ["2026-13", "2026", "2026-1", "2026-01-05", "x"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }
}
