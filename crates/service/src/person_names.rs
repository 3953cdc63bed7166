//! The names of registered persons, for which the free text of every command is searched: a log that nobody can erase
//! holds none of them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::CommandBody;
use domain::holder::{name_key, without_dots};
use domain::ids::PersonId;
use domain::person::Person;
use event_log::{ControlStore, LogError};
use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use serde_json::Value;

use crate::names::NAME_POINTER;
use crate::request::Prepared;

/// A single character is a surname, and a word of half the texts there are.
const MIN_NAME_CHARACTERS: usize = 2;
/// Fields that give a place or an organization its public name, which may be that of its founder.
const DESIGNATIONS: [&str; 2] = ["/name", "/host"];
/// What makes a place of the name before it: 文华 may be a person, 文华村 is a village.
const PLACE_ENDINGS: [char; 9] = ['村', '乡', '镇', '县', '区', '市', '社', '组', '街'];

/// What a request is searched for.
struct Sought<'a> {
    /// The pointers of fields that may hold any name.
    passed_over: BTreeSet<String>,
    /// Whose names count.
    is_meant: &'a dyn Fn(PersonId) -> bool,
}

/// The names that the erasable store holds, as of a state's persons.
#[derive(Debug, Clone, Default)]
pub struct PersonNames {
    seen: OrdMap<PersonId, Arc<Person>>,
    of_persons: HashMap<PersonId, BTreeSet<String>>,
    /// Who bears the name, by its keys.
    names: HashMap<String, BTreeSet<PersonId>>,
    /// By its first character, the lengths in bytes of names that begin so: most characters begin none.
    lengths: HashMap<char, BTreeSet<usize>>,
}

impl PersonNames {
    /// Whether these are the persons whose names it holds.
    pub fn are_of(&self, persons: &OrdMap<PersonId, Arc<Person>>) -> bool {
        self.seen.ptr_eq(persons)
    }

    /// Looks up the persons that changed since the last time; one whose name was erased is forgotten. Costs nothing
    /// where none did.
    pub fn follow(
        &mut self,
        persons: &OrdMap<PersonId, Arc<Person>>,
        control: &dyn ControlStore,
    ) -> Result<(), LogError> {
        if self.are_of(persons) {
            return Ok(());
        }
        let changed: Vec<PersonId> = self
            .seen
            .diff(persons)
            .map(|difference| match difference {
                DiffItem::Add(id, _) | DiffItem::Remove(id, _) => *id,
                DiffItem::Update { new: (id, _), .. } => *id,
            })
            .collect();
        for id in changed {
            let name = control.value_of(&id.to_string(), NAME_POINTER)?;
            self.set(id, name);
        }
        self.seen = persons.clone();
        Ok(())
    }

    /// Notes the name that a command registers, before its event is on the log.
    pub fn note(&mut self, prepared: &Prepared) {
        if let CommandBody::RegisterPerson(data) = &prepared.command.body {
            let id = data.id.unwrap_or(PersonId(prepared.command.header.id.0));
            self.set(id, Some(data.name.0.to_string()));
        }
    }

    fn set(&mut self, id: PersonId, name: Option<String>) {
        for old in self.of_persons.remove(&id).unwrap_or_default() {
            if let Some(bearers) = self.names.get_mut(&old) {
                bearers.remove(&id);
                if bearers.is_empty() {
                    self.names.remove(&old);
                }
            }
        }
        let keys = name.map(|name| keys_of(&name)).unwrap_or_default();
        for key in &keys {
            if let Some(first) = key.chars().next() {
                self.lengths.entry(first).or_default().insert(key.len());
            }
            self.names.entry(key.clone()).or_default().insert(id);
        }
        if !keys.is_empty() {
            self.of_persons.insert(id, keys);
        }
    }

    /// The pointer of the first text of a request that holds a registered person's name.
    pub fn find(&self, prepared: &Prepared) -> Option<String> {
        self.find_of(prepared, &|_| true)
    }

    /// As `find`, of those persons only.
    pub fn find_of(&self, prepared: &Prepared, is_meant: &dyn Fn(PersonId) -> bool) -> Option<String> {
        if self.names.is_empty() {
            return None;
        }
        let erasable = CommandBody::erasable_pointers(prepared.command.body.name());
        let passed_over = erasable
            .iter()
            .map(String::as_str)
            .chain(DESIGNATIONS)
            .map(|pointer| format!("/data{pointer}"))
            .collect();
        self.search(&prepared.request, "", &Sought { passed_over, is_meant })
    }

    fn search(&self, value: &Value, pointer: &str, sought: &Sought<'_>) -> Option<String> {
        match value {
            _ if sought.passed_over.contains(pointer) => None,
            Value::String(text) => self.is_in(text, sought).then(|| pointer.to_owned()),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .find_map(|(index, item)| self.search(item, &format!("{pointer}/{index}"), sought)),
            Value::Object(fields) => fields.iter().find_map(|(key, field)| {
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                if self.is_in(key, sought) { Some(pointer) } else { self.search(field, &pointer, sought) }
            }),
            _ => None,
        }
    }

    fn is_in(&self, text: &str, sought: &Sought<'_>) -> bool {
        if text.is_ascii() {
            return false;
        }
        let text = name_key(text);
        text.char_indices().any(|(start, first)| {
            let lengths = self.lengths.get(&first).into_iter().flatten();
            lengths.filter_map(|length| text.split_at_checked(start + length)).any(|(before, after)| {
                let bearers = self.names.get(&before[start..]);
                bearers.is_some_and(|bearers| bearers.iter().any(|id| (sought.is_meant)(*id)))
                    && !after.starts_with(PLACE_ENDINGS)
            })
        })
    }
}

/// The spellings by which a name is found: one whatever dot stands between its parts, and one without it. Names written
/// in Latin letters only would be found inside codes and ids.
fn keys_of(name: &str) -> BTreeSet<String> {
    let key = name_key(name);
    let is_searched = !key.is_ascii() && key.chars().count() >= MIN_NAME_CHARACTERS;
    if is_searched { [without_dots(&key), key].into() } else { BTreeSet::new() }
}

#[cfg(test)]
mod tests {
    use domain::account::Role;
    use domain::actor::Actor;
    use serde_json::json;

    use super::*;
    use crate::request::{CommandRequest, prepare};

    fn prepared(name: &str, key: u128, body: Value) -> Prepared {
        let actor = Actor { id: "a".into(), role: Role::Local, scope: "5108".parse().unwrap() };
        let id = domain::ids::CommandId(key.into());
        let request =
            CommandRequest { id, name: name.into(), body, actor, if_match: None, traceparent: None };
        prepare(request).unwrap_or_else(|error| panic!("{error:?}"))
    }

    fn person(key: u128, name: &str) -> Prepared {
        let data = json!({"name": name, "organization": "01ARZ3NDEKTSV4RRFFQ69G5FAV"});
        prepared(
            "register-person",
            key,
            json!({"effective_date": "2019-03-01", "on_behalf_of": "5108", "data": data}),
        )
    }

    fn names(names: &[&str]) -> PersonNames {
        let mut known = PersonNames::default();
        (1..).zip(names).for_each(|(key, name)| known.note(&person(key, name)));
        known
    }

    /// Where a finding of this text is refused.
    fn finding(known: &PersonNames, text: &str) -> Option<String> {
        let data = json!({
            "joint_branch": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "quarter": "2019Q1", "grade": "good",
            "findings": ["无", text]
        });
        let body = json!({"effective_date": "2019-05-01", "on_behalf_of": "5108", "data": data});
        known.find(&prepared("evaluate-quarter", 99, body))
    }

    #[test]
    fn a_registered_name_is_found_where_it_stands() {
        let known = names(&["王小明", "李四", "买买提·艾力"]);
        for text in ["王小明汇报", "由李四办理", "李 四", "见买买提·艾力的意见"] {
            assert_eq!(finding(&known, text).as_deref(), Some("/data/findings/1"), "{text}");
        }
        for dot in ["•", "‧", "・", "．", ".", "･", " ", "。", ""] {
            let text = format!("见买买提{dot}艾力的意见");
            assert_eq!(finding(&known, &text).as_deref(), Some("/data/findings/1"), "{text}");
        }
        for text in ["王小汇报", "由李·四办理", "李村四组", "书记汇报", ""] {
            let text = format!("{text}无");
            assert_eq!(finding(&known, &text), None, "{text}");
        }
    }

    #[test]
    fn a_village_may_be_called_like_a_person() {
        let known = names(&["文华"]);
        assert_eq!(finding(&known, "文华村活动少"), None);
        assert!(finding(&known, "文华村由文华负责").is_some());
        let data = json!({"name": "文华党支部", "form": "branch", "host_kind": "unit", "host": "文华公司", "formal_members": 3, "probationary_members": 0});
        let body = json!({"effective_date": "2019-03-01", "on_behalf_of": "5108", "data": data});
        assert_eq!(known.find(&prepared("register-organization", 9, body)), None);
    }

    #[test]
    fn keys_meetings_and_reasons_are_searched_and_erasable_fields_are_not() {
        let known = names(&["王小明"]);
        assert_eq!(known.find(&person(9, "王小明")), None);
        let relieve = |reason: &str, meeting: &str| {
            let data = json!({"joint_branch": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "person": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "reason": reason});
            let decided_by = json!({"meeting": meeting, "date": "2019-03-01"});
            let body = json!({"effective_date": "2019-03-01", "on_behalf_of": "5108", "decided_by": decided_by, "data": data});
            known.find(&prepared("relieve-secretary", 9, body))
        };
        assert_eq!(relieve("王小明调走", "党委会"), None);
        assert_eq!(relieve("调走", "王小明主持的会议").as_deref(), Some("/decided_by/meeting"));
        let figure = json!({"value": 1, "unit": "次", "period": "2019", "source": "台账"});
        let data = json!({"joint_branch": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "quarter": "2019Q1", "grade": "good", "indicators": {"王小明走访": figure}});
        let body = json!({"effective_date": "2019-05-01", "on_behalf_of": "5108", "data": data});
        let found = known.find(&prepared("evaluate-quarter", 9, body));
        assert_eq!(found.as_deref(), Some("/data/indicators/王小明走访"));
    }

    #[test]
    fn a_name_is_known_as_long_as_one_person_bears_it() {
        let mut known = names(&["王小明", "王小明"]);
        known.set(PersonId(1_u128.into()), None);
        assert!(finding(&known, "王小明").is_some());
        known.set(PersonId(2_u128.into()), Some("王大明".into()));
        assert_eq!((finding(&known, "王小明"), finding(&known, "王大明").is_some()), (None, true));
    }
}
