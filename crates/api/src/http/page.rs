//! Pages of a list: a cursor says where the next one begins, at which position, and for which question.

use std::ops::Range;

use domain::hexadecimal;
use event_log::Position;
use sha2::{Digest, Sha256};

use super::query::{Query, malformed};
use crate::problem::Problem;

/// Bytes of the question's hash in a cursor.
const QUESTION_BYTES: usize = 8;

/// Which part of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The position at which the first page was read; nothing for the first page itself.
    pub(crate) position: Option<Position>,
    offset: usize,
    limit: usize,
    question: String,
}

impl Page {
    /// Reads `limit` and `cursor`. A cursor of another question, or of another day's, is refused.
    pub(crate) fn read(query: &Query, bound: &str) -> Result<Self, Problem> {
        let question = hexadecimal(&Sha256::digest(bound)[..QUESTION_BYTES]);
        let limit = query.limit()?;
        let Some(cursor) = query.text("cursor") else {
            return Ok(Self { position: None, offset: 0, limit, question });
        };
        let mut parts = cursor.splitn(3, '.');
        let position = parts.next().and_then(|part| part.parse().ok());
        let offset = parts.next().and_then(|part| part.parse().ok());
        let (Some(position), Some(offset), true) = (position, offset, parts.next() == Some(&question)) else {
            let zh = "cursor 不属于此查询，请从第一页重新开始".to_owned();
            return Err(malformed(
                zh,
                "the cursor is not of this query; start again from the first page".to_owned(),
            ));
        };
        Ok(Self { position: Some(position), offset, limit, question })
    }

    /// Which of so many rows stand on the page, and the cursor of the next one.
    pub(crate) fn range(&self, rows: usize, position: Position) -> (Range<usize>, Option<String>) {
        let end = self.offset.saturating_add(self.limit);
        let next = (rows > end).then(|| format!("{position}.{end}.{}", self.question));
        (self.offset.min(rows)..end.min(rows), next)
    }

    /// The rows of the page, and the cursor of the next one.
    pub(crate) fn cut<T>(&self, mut rows: Vec<T>, position: Position) -> (Vec<T>, Option<String>) {
        let (range, next) = self.range(rows.len(), position);
        (rows.drain(range).collect(), next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::routes::{Endpoint, ROUTES};

    fn query(text: &str) -> Query {
        let route = ROUTES.iter().find(|route| route.endpoint == Endpoint::Places).unwrap();
        Query::read(&format!("/x?{text}").parse().unwrap(), route.query).unwrap()
    }

    #[test]
    fn pages_follow_one_another_at_the_position_of_the_first() {
        let rows: Vec<u32> = (0..5).collect();
        let first = Page::read(&query("limit=2"), "q").unwrap();
        let (page, cursor) = first.cut(rows.clone(), 9);
        assert_eq!((page, first.position), (vec![0, 1], None));
        let second = Page::read(&query(&format!("limit=2&cursor={}", cursor.unwrap())), "q").unwrap();
        assert_eq!(second.position, Some(9));
        let (page, cursor) = second.cut(rows.clone(), 9);
        assert_eq!(page, [2, 3]);
        let third = Page::read(&query(&format!("limit=2&cursor={}", cursor.unwrap())), "q").unwrap();
        assert_eq!(third.cut(rows, 9), (vec![4], None));
    }

    #[test]
    fn a_cursor_of_another_question_is_refused() {
        let (_, cursor) = Page::read(&query("limit=1"), "q").unwrap().cut(vec![1, 2], 9);
        let cursor = format!("limit=1&cursor={}", cursor.unwrap());
        assert!(Page::read(&query(&cursor), "other").is_err());
        for broken in ["cursor=", "cursor=1", "cursor=x.1.y", "cursor=1.99999999999999999999999.y"] {
            assert!(Page::read(&query(broken), "q").is_err(), "{broken}");
        }
    }
}
