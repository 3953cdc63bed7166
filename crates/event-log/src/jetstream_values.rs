//! The copy in memory of a bucket's values, and what its keys and values look like.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::control::{Erasable, TokenHash};
use crate::log::Position;

const DRAFTS: &str = "erasable";
const TOKENS: &str = "token";
const ENTRIES: &str = "entry";
/// Digits of a draft's hash that its key carries: enough to tell apart those of one command.
const HASH_BYTES: usize = 8;

/// The fields of one command as one instance was about to record it: one value, so all of them or none.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Draft {
    /// The position after which its append was to stand; once the log has passed it, the draft counts or never will.
    after: Position,
    fields: Vec<Field>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Field {
    pointer: String,
    subject: String,
    salt: Vec<u8>,
    value: String,
}

impl Draft {
    pub(crate) fn of(erasables: &[Erasable], after: Position) -> Self {
        let fields = erasables.iter().cloned();
        let fields = fields.map(|Erasable { pointer, subject, salt, value, .. }| Field {
            pointer,
            subject,
            salt,
            value,
        });
        Self { after, fields: fields.collect() }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Strings and numbers always make JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// The key of a command's fields. Two instances that decide the same command salt it differently.
pub(crate) fn draft_key(fields: &[Erasable]) -> String {
    let command = fields.first().map_or("", |field| &field.command_id);
    let hash = fields.iter().fold(Sha256::new(), |hash, field| hash.chain_update(&field.salt)).finalize();
    let digits = domain::hexadecimal(&hash[..HASH_BYTES]);
    format!("{DRAFTS}.{command}.{digits}")
}

pub(crate) fn token_key(account: &str) -> String {
    format!("{TOKENS}.{account}")
}

pub(crate) fn entry_key(key: &str) -> String {
    format!("{ENTRIES}.{key}")
}

/// What the bucket holds, by key, and what is asked of it on every request, indexed.
#[derive(Default)]
pub(crate) struct Values {
    drafts: BTreeMap<String, (u64, Draft)>,
    /// The keys of the drafts that hold a subject's field, in the order of their revisions.
    by_subject: HashMap<(String, String), BTreeMap<u64, String>>,
    tokens: HashMap<String, (u64, TokenHash)>,
    accounts: HashMap<TokenHash, String>,
    entries: HashMap<String, (u64, Vec<u8>)>,
}

impl Values {
    /// Takes over a change of the bucket; nothing for the value: it is gone.
    pub(crate) fn set(&mut self, key: &str, revision: u64, value: Option<&[u8]>) {
        let (kind, rest) = key.split_once('.').unwrap_or((key, ""));
        match kind {
            DRAFTS => self.set_draft(key, revision, value),
            TOKENS => self.set_token(rest, revision, value),
            ENTRIES => match value {
                Some(value) => drop(self.entries.insert(rest.to_owned(), (revision, value.to_vec()))),
                None => drop(self.entries.remove(rest)),
            },
            _ => {}
        }
    }

    fn set_draft(&mut self, key: &str, revision: u64, value: Option<&[u8]>) {
        // The index goes by revision: the fields of the value before leave it before those of the new one come.
        if let Some((before, draft)) = self.drafts.remove(key) {
            for field in draft.fields {
                let subject = (field.subject, field.pointer);
                if let Some(revisions) = self.by_subject.get_mut(&subject) {
                    revisions.remove(&before);
                    if revisions.is_empty() {
                        self.by_subject.remove(&subject);
                    }
                }
            }
        }
        let Some(value) = value else { return };
        match serde_json::from_slice::<Draft>(value) {
            Ok(draft) => {
                for field in &draft.fields {
                    let subject = (field.subject.clone(), field.pointer.clone());
                    self.by_subject.entry(subject).or_default().insert(revision, key.to_owned());
                }
                self.drafts.insert(key.to_owned(), (revision, draft));
            }
            Err(error) => tracing::error!(key, %error, "a value of the control store does not read"),
        }
    }

    fn set_token(&mut self, account: &str, revision: u64, value: Option<&[u8]>) {
        if let Some((_, hash)) = self.tokens.remove(account) {
            self.accounts.remove(&hash);
        }
        if let Some(hash) = value.and_then(|value| TokenHash::try_from(value).ok()) {
            self.tokens.insert(account.to_owned(), (revision, hash));
            self.accounts.insert(hash, account.to_owned());
        }
    }

    pub(crate) fn revision_of(&self, key: &str) -> Option<u64> {
        let (kind, rest) = key.split_once('.').unwrap_or((key, ""));
        match kind {
            DRAFTS => self.drafts.get(key).map(|(revision, _)| *revision),
            TOKENS => self.tokens.get(rest).map(|(revision, _)| *revision),
            _ => self.entries.get(rest).map(|(revision, _)| *revision),
        }
    }

    fn drafts_of<'a>(&'a self, command: &str) -> impl Iterator<Item = (&'a String, &'a Draft)> + use<'a> {
        let first = format!("{DRAFTS}.{command}.");
        let drafts = self.drafts.range(first.clone()..);
        drafts.take_while(move |(key, _)| key.starts_with(&first)).map(|(key, (_, draft))| (key, draft))
    }

    pub(crate) fn of_command(&self, command: &str) -> Vec<Erasable> {
        let fields = self.drafts_of(command).flat_map(|(_, draft)| &draft.fields);
        let erasables = fields.map(|field| Erasable {
            command_id: command.to_owned(),
            pointer: field.pointer.clone(),
            subject: field.subject.clone(),
            salt: field.salt.clone(),
            value: field.value.clone(),
        });
        erasables.collect()
    }

    pub(crate) fn keys_of_command(&self, command: &str) -> Vec<String> {
        self.drafts_of(command).map(|(key, _)| key.clone()).collect()
    }

    pub(crate) fn value_of(&self, subject: &str, pointer: &str) -> Option<String> {
        let revisions = self.by_subject.get(&(subject.to_owned(), pointer.to_owned()))?;
        // The last: an instance that decided the command again salted it anew.
        let (_, draft) = self.drafts.get(revisions.values().next_back()?)?;
        let field = draft.fields.iter().find(|field| field.subject == subject && field.pointer == pointer)?;
        Some(field.value.clone())
    }

    pub(crate) fn of_pointer(&self, pointer: &str) -> Vec<(String, String)> {
        let mut drafts: Vec<&(u64, Draft)> = self.drafts.values().collect();
        drafts.sort_by_key(|(revision, _)| *revision);
        let fields = drafts.into_iter().flat_map(|(_, draft)| &draft.fields);
        let fields = fields.filter(|field| field.pointer == pointer);
        fields.map(|field| (field.subject.clone(), field.value.clone())).collect()
    }

    pub(crate) fn commands_of_subject(&self, subject: &str) -> Vec<String> {
        let holds = |draft: &Draft| draft.fields.iter().any(|field| field.subject == subject);
        let drafts = self.drafts.iter().filter(|(_, (_, draft))| holds(draft));
        let mut ids: Vec<String> = drafts.filter_map(|(key, _)| command_of(key).map(str::to_owned)).collect();
        ids.dedup();
        ids
    }

    pub(crate) fn command_ids(&self) -> Vec<String> {
        let ids = self.drafts.keys().filter_map(|key| command_of(key).map(str::to_owned));
        let mut ids: Vec<String> = ids.collect();
        ids.dedup();
        ids
    }

    /// The drafts whose append can no longer come: the log has passed its position without the command.
    pub(crate) fn orphans(&self, last: Position, is_recorded: &dyn Fn(&str) -> bool) -> Vec<(String, u64)> {
        let orphaned = |key: &str, draft: &Draft| {
            draft.after < last && command_of(key).is_some_and(|command| !is_recorded(command))
        };
        let drafts = self.drafts.iter().filter(|(key, (_, draft))| orphaned(key, draft));
        drafts.map(|(key, (revision, _))| (key.clone(), *revision)).collect()
    }

    pub(crate) fn account_of_token(&self, hash: &TokenHash) -> Option<String> {
        self.accounts.get(hash).cloned()
    }

    pub(crate) fn tokens(&self) -> Vec<(TokenHash, String)> {
        self.accounts.iter().map(|(hash, account)| (*hash, account.clone())).collect()
    }

    pub(crate) fn entries(&self) -> Vec<(String, Vec<u8>)> {
        self.entries.iter().map(|(key, (_, value))| (key.clone(), value.clone())).collect()
    }

    pub(crate) fn entry(&self, key: &str) -> Option<Vec<u8>> {
        self.entries.get(key).map(|(_, value)| value.clone())
    }
}

fn command_of(key: &str) -> Option<&str> {
    key.split('.').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(command: &str, salt: u8, value: &str) -> Erasable {
        Erasable {
            command_id: command.to_owned(),
            pointer: "/name".to_owned(),
            subject: "P1".to_owned(),
            salt: vec![salt; 16],
            value: value.to_owned(),
        }
    }

    fn put(values: &mut Values, revision: u64, fields: &[Erasable], after: Position) {
        values.set(&draft_key(fields), revision, Some(&Draft::of(fields, after).to_bytes()));
    }

    #[test]
    fn two_instances_keep_their_own_fields_of_one_command() {
        let mut values = Values::default();
        let (one, other) = ([name("C1", 1, "张三")], [name("C1", 2, "张三")]);
        put(&mut values, 1, &one, 7);
        put(&mut values, 2, &other, 8);
        assert_eq!(values.of_command("C1").len(), 2);
        assert_eq!(values.command_ids(), ["C1"]);
        values.set(&draft_key(&one), 3, None);
        assert_eq!(values.of_command("C1"), other);
        assert_eq!(values.value_of("P1", "/name").as_deref(), Some("张三"));
        values.set(&draft_key(&other), 4, None);
        assert_eq!(values.value_of("P1", "/name"), None);
        assert!(values.by_subject.is_empty());
    }

    #[test]
    fn only_what_can_no_longer_be_recorded_is_an_orphan() {
        let mut values = Values::default();
        put(&mut values, 1, &[name("C1", 1, "张三")], 7);
        put(&mut values, 2, &[name("C2", 1, "李四")], 7);
        let orphans = |values: &Values, last| {
            let orphans = values.orphans(last, &|command| command == "C2");
            orphans.into_iter().map(|(_, revision)| revision).collect::<Vec<_>>()
        };
        assert_eq!(orphans(&values, 7), Vec::<u64>::new(), "its append may still come");
        assert_eq!(orphans(&values, 8), [1], "the log has passed it, and C2 is recorded");
        put(&mut values, 3, &[name("C1", 1, "张三")], 8);
        assert_eq!(orphans(&values, 8), Vec::<u64>::new(), "it was decided again");
    }

    #[test]
    fn a_token_gives_way_to_the_next_of_its_account() {
        let mut values = Values::default();
        values.set(&token_key("A1"), 1, Some(&[1; 32]));
        values.set(&token_key("A1"), 2, Some(&[2; 32]));
        assert_eq!(values.account_of_token(&[1; 32]), None);
        assert_eq!(values.account_of_token(&[2; 32]).as_deref(), Some("A1"));
        values.set(&token_key("A1"), 3, None);
        assert!(values.tokens().is_empty());
    }
}
