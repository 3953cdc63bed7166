//! A search of the access log: who looked at what, by person, by what was looked at, and by day.

use std::ops::ControlFlow;

use domain::date::Date;
use event_log::{AccessEntry, AccessStore, LogError};

use crate::access_log::AccessNote;

/// The most entries that one answer looks through; who asks for more goes on from its cursor.
pub const MAX_LOOKED_THROUGH: usize = 200_000;

/// What is looked for; nothing set: every entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// The account, or what else stands for who it was.
    pub who: Option<String>,
    /// A part of the address that was looked at, such as an id, a code or the name of a list.
    pub about: Option<String>,
    /// The first day, in China.
    pub from: Option<Date>,
    /// The last one.
    pub to: Option<Date>,
}

/// A part of what was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The entries, with their notes; one that does not read was not written by this program, and is given as it is.
    pub entries: Vec<(AccessEntry, Option<AccessNote>)>,
    /// Where the next part begins; nothing at the end.
    pub next: Option<u64>,
}

impl Sought {
    /// Whether anything narrows the search.
    pub fn is_anything(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an entry is looked for.
    pub fn holds(&self, note: &AccessNote) -> bool {
        let day = note.time.day();
        self.who.as_ref().is_none_or(|who| *who == note.who)
            && self.about.as_ref().is_none_or(|about| note.path.contains(about.as_str()))
            && self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| day <= to)
    }
}

/// Looks through the entries of a log from a cursor on, the oldest or the newest first, for at most so many that are looked
/// for and that the reader may see. Blocks.
pub fn search(
    store: &AccessStore,
    sought: &Sought,
    is_newest_first: bool,
    cursor: Option<u64>,
    limit: usize,
    may_see: impl Fn(&AccessNote) -> bool,
) -> Result<Found, LogError> {
    let (mut found, mut looked_through, mut last) = (Found::default(), 0, None);
    let mut visit = |entry: AccessEntry| {
        if found.entries.len() == limit || looked_through == MAX_LOOKED_THROUGH {
            found.next = last;
            return ControlFlow::Break(());
        }
        looked_through += 1;
        last = Some(entry.number);
        // `audit verify` judges what does not read; it is shown to whoever looks through everything.
        match serde_json::from_slice::<AccessNote>(&entry.body) {
            Ok(note) if sought.holds(&note) && may_see(&note) => found.entries.push((entry, Some(note))),
            Ok(_) => {}
            Err(_) if sought.is_anything() => found.entries.push((entry, None)),
            Err(_) => {}
        }
        ControlFlow::Continue(())
    };
    if is_newest_first {
        store.scan_back(cursor.unwrap_or(i64::MAX.cast_unsigned()), &mut visit)?;
    } else {
        store.scan(cursor.unwrap_or(0), &mut visit)?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use domain::date::Timestamp;
    use event_log::NewAccess;

    use super::*;
    use crate::access_log::Act;

    /// Somebody looks at something, on the given day of June 2026 and at one o'clock at night in China.
    fn note(who: &str, path: &str, day: u32) -> AccessNote {
        let time: Timestamp = format!("2026-06-{:02}T17:00:00.000Z", day - 1).parse().unwrap();
        AccessNote {
            time,
            who: who.to_owned(),
            role: None,
            scope: None,
            act: Act::Read,
            path: path.to_owned(),
            status: 200,
            address: None,
            count: None,
        }
    }

    fn store(notes: &[AccessNote]) -> (tempfile::TempDir, AccessStore) {
        let directory = tempfile::tempdir().unwrap();
        let store = AccessStore::open(directory.path(), "I1").unwrap();
        let entry = |note: &AccessNote| NewAccess {
            time_milliseconds: note.time.milliseconds(),
            body: serde_json::to_vec(note).unwrap(),
        };
        store.append(&notes.iter().map(entry).collect::<Vec<_>>()).unwrap();
        (directory, store)
    }

    fn numbers(found: &Found) -> Vec<u64> {
        found.entries.iter().map(|(entry, _)| entry.number).collect()
    }

    #[test]
    fn it_is_found_by_who_by_what_and_by_day_from_either_end() {
        let notes = [
            note("A", "/joint-branches/X", 2),
            note("B", "/lists/funding?scope=5108", 2),
            note("A", "/api/v1/joint-branches/X/timeline", 3),
            note("B", "/joint-branches/X", 4),
        ];
        let (_directory, store) = store(&notes);
        let text = |text: &str| Some(text.to_owned());
        let day = |day: u32| Some(format!("2026-06-{day:02}").parse().unwrap());
        for (sought, expected) in [
            (Sought::default(), vec![1, 2, 3, 4]),
            (Sought { who: text("A"), ..Sought::default() }, vec![1, 3]),
            (Sought { about: text("joint-branches/X"), ..Sought::default() }, vec![1, 3, 4]),
            (Sought { from: day(3), ..Sought::default() }, vec![3, 4]),
            (Sought { from: day(2), to: day(2), ..Sought::default() }, vec![1, 2]),
            (Sought { who: text("B"), about: text("X"), from: day(4), to: day(4) }, vec![4]),
            (Sought { who: text("C"), ..Sought::default() }, vec![]),
            (Sought { from: day(4), to: day(2), ..Sought::default() }, vec![]),
        ] {
            let found = search(&store, &sought, false, None, 10, |_| true).unwrap();
            assert_eq!((numbers(&found), found.next), (expected.clone(), None), "{sought:?}");
            let newest = search(&store, &sought, true, None, 10, |_| true).unwrap();
            assert_eq!(numbers(&newest), expected.into_iter().rev().collect::<Vec<_>>());
        }
        let own = search(&store, &Sought::default(), false, None, 10, |note| note.who == "B").unwrap();
        assert_eq!(numbers(&own), [2, 4]);
    }

    #[test]
    fn parts_follow_each_other_without_a_gap_from_either_end() {
        let notes: Vec<_> = (0..9).map(|number| note(["A", "B"][number % 2], "/", 2)).collect();
        let (_directory, store) = store(&notes);
        let sought = Sought { who: Some("A".to_owned()), ..Sought::default() };
        for is_newest_first in [false, true] {
            let (mut cursor, mut all) = (None, Vec::new());
            loop {
                let found = search(&store, &sought, is_newest_first, cursor, 2, |_| true).unwrap();
                assert!(found.entries.len() <= 2);
                all.extend(numbers(&found));
                cursor = found.next;
                if cursor.is_none() {
                    break;
                }
            }
            let expected = if is_newest_first { [9, 7, 5, 3, 1] } else { [1, 3, 5, 7, 9] };
            assert_eq!(all, expected);
        }
    }

    #[test]
    fn what_does_not_read_is_shown_to_who_looks_through_everything() {
        let (_directory, store) = store(&[note("A", "/", 2)]);
        store.append(&[NewAccess { time_milliseconds: 1, body: b"{}".to_vec() }]).unwrap();
        let all = search(&store, &Sought::default(), false, None, 10, |_| false).unwrap();
        assert_eq!((numbers(&all), all.entries[0].1.is_none()), (vec![2], true));
        let narrowed = Sought { who: Some("A".to_owned()), ..Sought::default() };
        assert_eq!(numbers(&search(&store, &narrowed, false, None, 10, |_| true).unwrap()), [1]);
    }
}
