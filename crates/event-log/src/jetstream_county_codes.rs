//! Which counties bore which codes, as the stream tells it: read from the few events by which counties come about and get
//! other codes, not from the whole log.

use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};
use domain::EventBody;
use domain::ids::PlaceId;
use domain::place::{Level, PlaceCode};

use crate::envelope::decode;
use crate::log::{LogError, Position};

/// A code, and the position after which it is the county's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Borne {
    pub(crate) code: String,
    pub(crate) after: Position,
}

/// Every code of every county, in the order of the log.
#[derive(Debug, Default)]
pub(crate) struct CountyCodes(Vec<(PlaceId, Borne)>);

impl CountyCodes {
    /// Reads them from a city's stream.
    pub(crate) async fn read(stream: &Stream, city: &str, store: &str) -> Result<Self, LogError> {
        let mut found = Self::default();
        // A county's own events name no township.
        for past_tense in ["registered", "recoded"] {
            let subject = format!("lianjian.{city}.*._.place.{past_tense}");
            let mut position = 0;
            loop {
                let message = match stream.get_first_raw_message_by_subject(&subject, position + 1).await {
                    Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => break,
                    found => found.map_err(|error| LogError::not_answering(store, error))?,
                };
                position = message.sequence;
                // What does not read is the service's business, which says so.
                if let Ok(decoded) = decode(&message.payload) {
                    found.note(position, &decoded.event.body);
                }
            }
        }
        found.0.sort_by_key(|(_, borne)| borne.after);
        Ok(found)
    }

    fn note(&mut self, position: Position, body: &EventBody) {
        let mut begin = |place: PlaceId, code: &PlaceCode, after: Position| {
            if code.level() == Level::County {
                self.0.push((place, Borne { code: code.to_string(), after }));
            }
        };
        match body {
            EventBody::PlaceRegistered(data) => begin(data.place, &data.code, position.saturating_sub(1)),
            EventBody::PlaceRecoded(data) => begin(data.place, &data.code, position),
            _ => {}
        }
    }

    /// All codes of the county that bears one, or was the last to.
    pub(crate) fn of(&self, code: &str) -> Option<Vec<Borne>> {
        let (place, _) = self.0.iter().rfind(|(_, borne)| borne.code == code)?;
        Some(self.of_place(*place))
    }

    /// All codes of the county after which a consumer was named: the first that bore the code, for a name is older than
    /// whatever became of the code.
    pub(crate) fn of_name(&self, code: &str) -> Vec<Borne> {
        let first = self.0.iter().find(|(_, borne)| borne.code == code);
        first.map_or_else(
            || vec![Borne { code: code.to_owned(), after: 0 }],
            |(place, _)| self.of_place(*place),
        )
    }

    fn of_place(&self, place: PlaceId) -> Vec<Borne> {
        let own = self.0.iter().filter(|(other, _)| *other == place);
        let mut codes: Vec<Borne> = Vec::new();
        for (_, borne) in own {
            if codes.iter().all(|known| known.code != borne.code) {
                codes.push(borne.clone());
            }
        }
        codes
    }

    /// A code among these that more than one county bore.
    pub(crate) fn shared(&self, codes: &[Borne]) -> Option<String> {
        let is_shared = |code: &&Borne| {
            let mut bearers =
                self.0.iter().filter(|(_, borne)| borne.code == code.code).map(|(place, _)| place);
            bearers.next().is_some_and(|first| bearers.any(|other| other != first))
        };
        codes.iter().find(is_shared).map(|borne| borne.code.clone())
    }
}

#[cfg(test)]
mod tests {
    use domain::event_data::places::PlaceRecoded;
    use ulid::Ulid;

    use super::*;

    fn recode(codes: &mut CountyCodes, position: Position, place: u128, (earlier, code): (&str, &str)) {
        let recoded = PlaceRecoded {
            place: PlaceId(Ulid(place)),
            code: code.parse().unwrap(),
            earlier_code: earlier.parse().unwrap(),
            numbered_after: None,
        };
        codes.note(position, &EventBody::PlaceRecoded(recoded));
    }

    fn begun() -> CountyCodes {
        let county = |place, code: &str, after| (PlaceId(Ulid(place)), Borne { code: code.into(), after });
        CountyCodes(vec![county(1, "510811", 1), county(2, "510812", 2)])
    }

    fn names(codes: &[Borne]) -> Vec<&str> {
        codes.iter().map(|borne| borne.code.as_str()).collect()
    }

    #[test]
    fn a_county_has_all_codes_that_it_bore() {
        let mut codes = begun();
        recode(&mut codes, 7, 1, ("510811", "510817"));
        recode(&mut codes, 8, 9, ("510811100", "510811199"));
        recode(&mut codes, 9, 1, ("510817", "510819"));
        for code in ["510811", "510817", "510819"] {
            assert_eq!(names(&codes.of(code).unwrap()), ["510811", "510817", "510819"], "{code}");
        }
        assert_eq!(codes.of("510811").unwrap()[1].after, 7);
        assert_eq!(names(&codes.of("510812").unwrap()), ["510812"]);
        assert_eq!((codes.of("510813"), codes.of("510811100")), (None, None));
        assert_eq!(codes.shared(&codes.of("510811").unwrap()), None);
    }

    #[test]
    fn a_code_of_two_counties_is_shared() {
        let mut codes = begun();
        recode(&mut codes, 7, 1, ("510811", "510817"));
        recode(&mut codes, 8, 2, ("510812", "510811"));
        let (first, second) = (codes.of("510817").unwrap(), codes.of("510811").unwrap());
        assert_eq!((names(&first), names(&second)), (vec!["510811", "510817"], vec!["510812", "510811"]));
        for codes_of in [first, second] {
            assert_eq!(codes.shared(&codes_of).as_deref(), Some("510811"));
        }
        assert_eq!(names(&codes.of_name("510811")), ["510811", "510817"], "the name is older");
    }
}
