//! What a cell of a sheet is chosen from: the words in its list, and the code or id behind what somebody wrote there.

use domain::errors;
use domain::holder::name_key;

use super::render::{Pick, Picks};

/// The longest part of what was written that is repeated.
const MAX_SAID_CHARACTERS: usize = 20;
/// What official lists say at the end of a village's name, and what it is called here.
const OFFICIAL: [(&str, &str); 3] =
    [("村村民委员会", "村"), ("村民委员会", "村"), ("社区居民委员会", "社区")];
/// The fewest digits of a code of a place.
const MIN_CODE_DIGITS: usize = 4;

errors! {
    /// Why what was written in a cell names nothing that it may hold.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) enum NameError {
        /// Nothing is called so that may be chosen here; whether something else is, is not said.
        #[zh("「{written}」不在此项可选的名单中（名单只列本辖区内可办理此事项的）；请从下拉列表中选，或填写其代码")]
        #[en("`{written}` is not in the list of this column, which names what lies in your area and fits: choose from the list, or write its code")]
        Unknown {
            /// What was written.
            written: String,
        },
        /// Several are called so.
        #[zh("「{written}」在可选的名单中有 {count} 个，无从得知是哪一个；请从下拉列表中选带所在地的全称")]
        #[en("`{written}` is the name of {count} in the list of this column: choose the one that is meant from the list, where its place stands beside it")]
        Ambiguous {
            /// What was written.
            written: String,
            /// How many.
            count: usize,
        },
    }
}

/// The entries of a list.
#[derive(Debug, PartialEq)]
pub(crate) struct Offered {
    entries: Vec<Entry>,
    /// Whether nothing else may be written.
    is_only: bool,
}

#[derive(Debug, PartialEq)]
struct Entry {
    /// The id or code.
    key: String,
    /// What stands in the list: no two the same.
    text: String,
    /// The key, the text, and the name without what stands behind it, each however it is spelled.
    spelled: [String; 3],
}

impl Offered {
    /// The list of what can be picked in a form.
    pub(crate) fn new(picks: Picks) -> Self {
        let (picks, is_only) = match picks {
            Picks::Only(picks) => (picks, true),
            Picks::Usual(picks) => (picks, false),
        };
        let entry_of = |(key, text): &Pick| {
            let is_shared = picks.iter().filter(|(_, other)| other == text).count() > 1;
            let spelled = [name_key(key), name_key(text), name_key(name_in(text))];
            let text = if is_shared { format!("{text} {key}") } else { text.clone() };
            Entry { key: key.clone(), text, spelled }
        };
        Self { entries: picks.iter().map(entry_of).collect(), is_only }
    }

    /// What stands in the list.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.text.as_str())
    }

    /// What stands in the list for an id or code.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| entry.text.as_str())
    }

    /// The id or code that is meant: itself, as it stands in the list, or a name that only one bears.
    pub(crate) fn key_of(&self, written: &str) -> Result<String, NameError> {
        let is_meant = |entry: &&Entry| entry.key == written || entry.text == written;
        if let Some(entry) = self.entries.iter().find(is_meant) {
            return Ok(entry.key.clone());
        }
        let sought = name_key(written);
        // What is no name is judged where the command is decided, as in any other request.
        if is_id_or_code(written) {
            return Ok(written.to_owned());
        }
        let said = || written.chars().take(MAX_SAID_CHARACTERS).collect();
        let known = name_key(
            &OFFICIAL
                .iter()
                .fold(written.to_owned(), |text, (official, called)| text.replace(official, called)),
        );
        for (sought, part) in
            [&sought, &known].into_iter().flat_map(|name| (0..3).map(move |part| (name, part)))
        {
            let called: Vec<_> = self.entries.iter().filter(|entry| entry.spelled[part] == *sought).collect();
            match called[..] {
                [] => {}
                [only] => return Ok(only.key.clone()),
                _ => return Err(NameError::Ambiguous { written: said(), count: called.len() }),
            }
        }
        if self.is_only { Err(NameError::Unknown { written: said() }) } else { Ok(written.to_owned()) }
    }
}

/// The name alone: a list says the place, the organization or the code behind it.
fn name_in(text: &str) -> &str {
    let behind = text.strip_suffix('）').and_then(|rest| rest.rfind('（').map(|at| &rest[..at]));
    let before_code = || text.rsplit_once(' ').filter(|(_, code)| is_id_or_code(code)).map(|(name, _)| name);
    behind.or_else(before_code).filter(|name| !name.is_empty()).unwrap_or(text)
}

fn is_id_or_code(text: &str) -> bool {
    let is_code = text.len() >= MIN_CODE_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    is_code || (text.len() == ulid::ULID_LEN && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(picks: &[(&str, &str)]) -> Offered {
        let picks = picks.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
        Offered::new(Picks::Only(picks.collect()))
    }

    #[test]
    fn a_name_is_the_key_of_the_only_one_that_bears_it_however_it_is_spelled() {
        let list = offered(&[
            ("1", "红星村党支部（红星村 510811210205）"),
            ("2", "新民村党支部（新民村 510811210206）"),
            ("510811210", "元坝镇 510811210"),
        ]);
        for written in [
            "红星村党支部",
            " 红 星村党支部　",
            "红星村党支部（红星村 510811210205）",
            "红星村党支部(红星村510811210205)",
        ] {
            assert_eq!(list.key_of(written), Ok("1".into()), "{written}");
        }
        for written in ["元坝镇", "元坝镇　５１０８１１２１０", "510811210"] {
            assert_eq!(list.key_of(written), Ok("510811210".into()), "{written}");
        }
        // As official lists call the village.
        assert_eq!(list.key_of("红星村党支部（红星村民委员会 510811210205）"), Ok("1".into()));
        // Another county's code is judged with the command, as everywhere.
        assert_eq!(list.key_of("510812"), Ok("510812".into()));
    }

    #[test]
    fn a_name_that_nobody_or_several_bear_is_refused_and_names_nobody_else() {
        let list = offered(&[
            ("1", "红星村（甲镇）"),
            ("2", "红星村（乙镇）"),
            ("3", "联合党支部"),
            ("4", "联合党支部"),
        ]);
        assert_eq!(list.key_of("红星村"), Err(NameError::Ambiguous { written: "红星村".into(), count: 2 }));
        assert_eq!(list.key_of("东风村"), Err(NameError::Unknown { written: "东风村".into() }));
        // What the list itself says is never ambiguous.
        for (text, key) in list.texts().zip(["1", "2", "3", "4"]) {
            assert_eq!(list.key_of(text), Ok(key.into()), "{text}");
        }
    }

    #[test]
    fn what_is_only_usual_may_be_written_otherwise() {
        let list = Offered::new(Picks::Usual(vec![("cadre_training".into(), "干部培训".into())]));
        assert_eq!(list.key_of("干部培训"), Ok("cadre_training".into()));
        assert_eq!(list.key_of("别的"), Ok("别的".into()));
    }
}
