//! Views made a moment ago: the same question about the same rows on the same day has the same answer, and a page that
//! many look at is counted once between two events.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use domain::date::Date;
use event_log::Position;
use projections::View;

/// How many views are kept.
const MAX_KEPT: usize = 32;
/// A view with more rows than this is made anew each time, so that what is kept stays small.
const MAX_KEPT_ROWS: usize = 500;

/// All that an answer depends on, but for the reader's own part in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CacheKey {
    /// What is asked, as [`super::questions::Question::key`] says it.
    pub(crate) question: String,
    /// Up to which position the log was read.
    pub(crate) position: Position,
    /// Only what was in effect on that day, where one was named.
    pub(crate) as_of: Option<Date>,
    /// The day on which it is looked at.
    pub(crate) on: Date,
}

/// One answer: whoever asks while it is made waits for it instead of making it too.
#[derive(Default)]
enum Slot {
    #[default]
    Unmade,
    Kept(Arc<dyn Any + Send + Sync>),
    /// It is too long to be kept, so each makes its own.
    TooLong,
}

/// The views kept, the latest first.
#[derive(Default)]
pub(crate) struct RecentViews(Mutex<VecDeque<(CacheKey, Arc<Mutex<Slot>>)>>);

impl RecentViews {
    /// The view that was kept, or the one made now.
    pub(crate) fn get_or_make<R: Send + Sync + 'static, E>(
        &self,
        asked: CacheKey,
        make: impl FnOnce() -> Result<View<R>, E>,
    ) -> Result<Arc<View<R>>, E> {
        let slot = self.slot(asked);
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = match &*slot {
            Slot::Kept(view) => view.clone().downcast::<View<R>>().ok(),
            Slot::TooLong => None,
            Slot::Unmade => {
                let view = Arc::new(make()?);
                let is_short = view.rows.len() <= MAX_KEPT_ROWS;
                *slot = if is_short { Slot::Kept(view.clone()) } else { Slot::TooLong };
                return Ok(view);
            }
        };
        drop(slot);
        kept.map_or_else(|| make().map(Arc::new), Ok)
    }

    /// The place of an answer, moved to the front.
    fn slot(&self, asked: CacheKey) -> Arc<Mutex<Slot>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|(known, _)| *known == asked).and_then(|index| kept.remove(index));
        let slot = known.map(|(_, slot)| slot).unwrap_or_default();
        kept.truncate(MAX_KEPT - 1);
        kept.push_front((asked, slot.clone()));
        slot
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn asked(position: Position) -> CacheKey {
        let on = "2026-07-01".parse().unwrap();
        CacheKey { question: "City".to_owned(), position, as_of: None, on }
    }

    fn view(rows: usize) -> View<()> {
        View {
            scope: "5108".into(),
            answers_for: None,
            as_of: "2026-07-01".parse().unwrap(),
            position: 1,
            simulated: true,
            figures: std::collections::BTreeMap::new(),
            breakdowns: None,
            by_actor: std::collections::BTreeMap::new(),
            yellow_cards: Vec::new(),
            rows: vec![(); rows],
        }
    }

    /// How many times the views of these questions are made, one after the other.
    fn made(questions: &[CacheKey], rows: usize) -> usize {
        let (recent, made) = (RecentViews::default(), Cell::new(0));
        for asked in questions {
            let make = || {
                made.set(made.get() + 1);
                Ok::<_, ()>(view(rows))
            };
            recent.get_or_make(asked.clone(), make).unwrap();
        }
        made.get()
    }

    #[test]
    fn the_same_question_is_answered_once() {
        assert_eq!(made(&[asked(1), asked(1)], 1), 1);
    }

    #[test]
    fn who_asks_while_an_answer_is_made_waits_for_it() {
        let (recent, made) = (RecentViews::default(), std::sync::atomic::AtomicUsize::new(0));
        let all_ask = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    all_ask.wait();
                    let make = || {
                        made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        // The others ask meanwhile.
                        std::thread::yield_now();
                        Ok::<_, ()>(view(1))
                    };
                    recent.get_or_make(asked(1), make).unwrap();
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn an_answer_is_recomputed_when_anything_it_depends_on_changes() {
        let day = Some("2026-06-30".parse().unwrap());
        let other = [
            CacheKey { position: 2, ..asked(1) },
            CacheKey { as_of: day, ..asked(1) },
            CacheKey { on: "2026-07-02".parse().unwrap(), ..asked(1) },
            CacheKey { question: "Policies".to_owned(), ..asked(1) },
        ];
        for other in other {
            assert_eq!(made(&[asked(1), other.clone()], 1), 2, "{other:?}");
        }
    }

    #[test]
    fn only_so_many_are_kept_and_none_that_is_long() {
        let last = MAX_KEPT as u64;
        let all: Vec<CacheKey> = (0..=last).chain([last, 0]).map(asked).collect();
        assert_eq!(made(&all, 1), MAX_KEPT + 2, "the first was dropped, the last was not");
        assert_eq!(made(&[asked(1), asked(1)], MAX_KEPT_ROWS + 1), 2);
    }
}
