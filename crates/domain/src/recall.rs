//! What a command is recalled from: its events, as they stand in the log, and the state before them.
//!
//! A log holds no commands. Whoever doubts a decision asks each command's own file which command its events came from, and
//! decides that one again ([`crate::lawful`]).

use crate::erasable::Erasable;
use crate::event::{EventBody, EventMeta};
use crate::ids::{PersonId, PlaceId};
use crate::place::PlaceCode;
use crate::state::CityState;
use crate::text::Text;

/// What stands in an erasable field of a recalled command: rules never look at what may be erased.
const ERASABLE: &str = "—";

/// The events of one command, and the state before them.
pub(crate) struct Recorded<'a> {
    /// The state before the first of them.
    pub(crate) state: &'a CityState,
    /// When, by whom, on which paper: the same of all of them.
    pub(crate) meta: &'a EventMeta,
    /// The one that says what the others follow from.
    pub(crate) lead: &'a EventBody,
    /// All of them, in order.
    pub(crate) events: &'a [&'a EventBody],
}

impl Recorded<'_> {
    /// The code by which a command names the place on its effective date.
    pub(crate) fn code(&self, place: PlaceId) -> Option<PlaceCode> {
        let found = self.state.places.get(&place)?;
        let on = self.meta.effective_date;
        if found.bears_code_from() <= on {
            return Some(found.code.clone());
        }
        let mut codes = self.state.past_codes.iter();
        let was_borne = |(_, uses): &(_, &Vec<crate::place::CodeUse>)| {
            uses.iter().any(|used| used.place == place && used.from <= on && on < used.until)
        };
        codes.find(was_borne).map(|(code, _)| code.clone())
    }

    /// As `code`, where a command need not name one: nothing only where the place that it names is unknown.
    pub(crate) fn code_where_named(&self, place: Option<PlaceId>) -> Option<Option<PlaceCode>> {
        place.map_or(Some(None), |place| self.code(place).map(Some))
    }

    /// Whom the same command took out of the post.
    pub(crate) fn relieved(&self) -> Option<PersonId> {
        self.events.iter().find_map(|event| match event {
            EventBody::SecretaryRelieved(relieved) => Some(relieved.person),
            EventBody::FirstSecretaryRelieved(relieved) => Some(relieved.person),
            _ => None,
        })
    }

    /// A text that the log only commits to.
    pub(crate) fn erasable_text(&self) -> Option<Erasable<Text>> {
        Text::try_from(ERASABLE).ok().map(Erasable)
    }
}
