//! The events of a server, one after the other with their positions.

use std::io::{BufRead, BufReader, Read};

use domain::place::PlaceCode;
use event_log::MAX_EVENT_BYTES;
use serde::Deserialize;

use crate::exit::Failure;
use crate::import_line::{Lines, RawLine};
use crate::remote::Server;

/// Where an event says that it stands.
#[derive(Deserialize)]
struct Sequence<'a> {
    #[serde(borrow)]
    sequence: &'a str,
}

/// The events that a token may read, as the server sends them.
pub struct Events<'a, R> {
    server: &'a Server,
    lines: Lines<BufReader<R>>,
    last: u64,
}

impl<'a> Events<'a, Box<dyn Read>> {
    /// Asks for all that concerns the token's scope after a position.
    pub fn open(server: &'a Server, after: u64) -> Result<Self, Failure> {
        Self::ask(server, after, &format!("/api/v1/events?after={after}"))
    }

    /// Asks for the whole city's; a token that may not read it is refused.
    pub fn of_city(server: &'a Server, city: &PlaceCode) -> Result<Self, Failure> {
        Self::of_city_after(server, city, 0)
    }

    /// Asks for the whole city's after a position.
    pub fn of_city_after(server: &'a Server, city: &PlaceCode, after: u64) -> Result<Self, Failure> {
        Self::ask(server, after, &format!("/api/v1/events?scope={city}&after={after}"))
    }

    fn ask(server: &'a Server, after: u64, path: &str) -> Result<Self, Failure> {
        // Without a limit the server sends everything.
        let reader: Box<dyn Read> = Box::new(server.get_lines(path)?);
        Ok(Self {
            server,
            lines: Lines::new(BufReader::with_capacity(1 << 16, reader), "events"),
            last: after,
        })
    }

    /// The next event; nothing at the end. One that says not where it stands is taken to follow the last.
    pub fn next(&mut self) -> Result<Option<(u64, Vec<u8>)>, Failure> {
        match next_line(&mut self.lines, self.server)? {
            None => Ok(None),
            Some(RawLine::Bytes(body)) => {
                let sequence = serde_json::from_slice::<Sequence<'_>>(&body).ok();
                let position = sequence.and_then(|found| found.sequence.parse().ok());
                self.last = position.unwrap_or(self.last + 1);
                Ok(Some((self.last, body)))
            }
            Some(RawLine::TooLong) => Err(self.server.unreachable(format!("> {MAX_EVENT_BYTES} bytes"))),
        }
    }
}

/// An answer that breaks off is the server's failure, not a short log.
fn next_line(lines: &mut Lines<impl BufRead>, server: &Server) -> Result<Option<RawLine>, Failure> {
    let next = lines.next().map_err(|failure| match failure {
        Failure::Input { cause, .. } => server.unreachable(cause),
        other => other,
    })?;
    Ok(next.map(|(_, line)| line))
}
