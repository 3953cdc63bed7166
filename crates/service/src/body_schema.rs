//! The body of a command against the command's own published schema, before anything else reads it: what the schema does
//! not name never gets as far as a digest, and the sender learns of every wrong value at once.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::{LazyLock, OnceLock};

use domain::CommandBody;
use domain::actor::Authority;
use domain::date::Date;
use domain::document_number::{DocumentNumber, DocumentNumberError};
use domain::partial_date::PartialDate;
use domain::place_name::PlaceName;
use domain::say::Say;
use domain::text::Text;
use json_schema::{READER_KEYWORD, Reader, Schema, ValidationError, ValidationErrorKind};
use serde_json::Value;

use crate::command_schemas::request_schema;
use crate::shape_error::{Located, ShapeError, joined};

/// The most errors that one refusal lists.
pub const MAX_SHAPE_ERRORS: usize = 50;

/// A schema, compiled.
struct Compiled {
    schema: Value,
    compiled: Schema,
}

/// Each command's schema, compiled when its first request comes.
static COMPILED: LazyLock<BTreeMap<&'static str, OnceLock<Option<Compiled>>>> =
    LazyLock::new(|| CommandBody::NAMES.iter().map(|name| (*name, OnceLock::new())).collect());

fn compiled(name: &str) -> Option<&'static Compiled> {
    COMPILED.get(name)?.get_or_init(|| compile(name)).as_ref()
}

fn compile(name: &str) -> Option<Compiled> {
    let schema = request_schema(name)?;
    let mut copy = schema.clone();
    for (name, definition) in copy["$defs"].as_object_mut()? {
        if reader(name).is_some()
            && let Some(definition) = definition.as_object_mut()
        {
            definition.insert(READER_KEYWORD.to_owned(), name.as_str().into());
        }
    }
    let compiled = Schema::compile_with_readers(&copy, reader);
    let compiled = compiled.inspect_err(|error| tracing::error!(%error, name, "a schema does not compile"));
    Some(Compiled { schema, compiled: compiled.ok()? })
}

/// Everything that keeps the body from being a request of that command.
pub fn check(name: &str, body: &Value) -> Result<(), Vec<ShapeError>> {
    // A command whose schema is missing is none that anybody may give.
    let Some(Compiled { schema, compiled }) = compiled(name) else { return Err(Vec::new()) };
    let mut errors = Errors { schema, said: BTreeSet::new(), errors: Vec::new() };
    if !compiled.is_valid(body) {
        compiled.errors(body).iter().for_each(|error| errors.take(error));
        return Err(errors.errors);
    }
    one_name_twice(body, "", &mut errors);
    if errors.errors.is_empty() { Ok(()) } else { Err(errors.errors) }
}

/// Two keys that are one name once they are read, as with a blank behind one of them: of their values one would be lost.
fn one_name_twice(value: &Value, at: &str, errors: &mut Errors<'_>) {
    match value {
        Value::Object(fields) => {
            // Keys of letters and digits alone read as themselves, and those are different already.
            let is_plain = |key: &str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let may_meet = !fields.keys().all(|key| is_plain(key));
            let mut seen: BTreeMap<String, &str> = BTreeMap::new();
            for (key, field) in fields {
                let pointer = joined(at, key);
                let name = || key.parse::<Text>().map_or_else(|_| key.clone(), String::from);
                if may_meet && let Some(first) = seen.insert(name(), key) {
                    let said = Say::of(
                        format!("「{first}」与「{key}」是同一名称，请只留一项"),
                        format!("`{first}` and `{key}` are one name: leave one of them"),
                    );
                    errors.add(Located::find(errors.schema, &pointer).because(pointer.clone(), &said));
                }
                one_name_twice(field, &pointer, errors);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                one_name_twice(item, &format!("{at}/{index}"), errors);
            }
        }
        _ => {}
    }
}

/// What is to be said of a value that no schema refuses and the service cannot read all the same.
pub(crate) fn unreadable(name: &str, pointer: String) -> ShapeError {
    let schema = compiled(name).map_or(&Value::Null, |compiled| &compiled.schema);
    Located::find(schema, &pointer).not_as_expected(pointer.clone(), None)
}

/// Errors as they are found, one a value.
struct Errors<'a> {
    schema: &'a Value,
    said: BTreeSet<String>,
    errors: Vec<ShapeError>,
}

impl Errors<'_> {
    fn take(&mut self, error: &ValidationError<'_>) {
        let at = error.instance_path().as_str();
        let located = || Located::find(self.schema, at);
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let pointer = joined(at, property.as_str().unwrap_or_default());
                let said = Located::find(self.schema, &pointer).missing(pointer);
                self.add(said);
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                let known = located();
                let said: Vec<_> =
                    unexpected.iter().map(|key| known.unexpected(joined(at, key), key)).collect();
                said.into_iter().for_each(|said| self.add(said));
            }
            // Of what may be left out, that it is not left out is no fault: what it should have been is.
            ValidationErrorKind::AnyOf { context } => {
                let is_null = |errors: &&Vec<ValidationError<'_>>| {
                    errors.iter().any(|inner| inner.instance_path() == error.instance_path())
                        && errors.iter().all(|inner| inner.schema_path().as_str().ends_with("/type"))
                };
                // Of a value in whose place a reason may stand, whoever gives a reason means that.
                let is_reason = error.instance().get("not_on_file").is_some();
                let reason = context.last().filter(|_| is_reason);
                let value = context.iter().find(|errors| !is_null(errors)).or_else(|| context.first());
                let meant = reason.or(value);
                meant.into_iter().flatten().for_each(|inner| self.take(inner));
            }
            ValidationErrorKind::PropertyNames { error } => {
                let key = error.instance().as_str().unwrap_or_default();
                let pointer = joined(at, key);
                let is_reader = matches!(error.kind(), ValidationErrorKind::Custom { .. });
                let said = match read_text(key) {
                    Err(Some(fault)) if is_reader => {
                        Located::find(self.schema, &pointer).because(pointer, &fault)
                    }
                    _ => located().unexpected_key(pointer, key),
                };
                self.add(said);
            }
            ValidationErrorKind::UniqueItems => self.add(located().repeated(at.to_owned())),
            ValidationErrorKind::Custom { .. } => {
                let located = located();
                let text = error.instance().as_str().unwrap_or_default();
                // A reader refuses without its reason, which is not one text: it is asked again.
                let fault = reader(located.type_name()).and_then(|read| read(text).err().flatten());
                self.add(match fault {
                    Some(fault) => located.because(at.to_owned(), &fault),
                    None => located.not_as_expected(at.to_owned(), None),
                });
            }
            ValidationErrorKind::Type { .. } => {
                self.add(located().not_as_expected(at.to_owned(), Some(error.instance())));
            }
            _ => self.add(located().not_as_expected(at.to_owned(), None)),
        }
    }

    fn add(&mut self, error: ShapeError) {
        if self.errors.len() < MAX_SHAPE_ERRORS && self.said.insert(error.pointer.clone()) {
            self.errors.push(error);
        }
    }
}

/// Why a reader refuses a text: a reason of its own, or that it is not what is expected there.
type Refused = Option<Say>;

fn read<T: FromStr>(text: &str) -> Result<(), Refused> {
    text.parse::<T>().map(drop).map_err(|_| None)
}

fn read_text(text: &str) -> Result<(), Refused> {
    text.parse::<Text>().map(drop).map_err(|error| Some(error.say()))
}

fn read_place_name(text: &str) -> Result<(), Refused> {
    text.parse::<PlaceName>().map(drop).map_err(|error| Some(error.say()))
}

fn read_number(text: &str) -> Result<(), Refused> {
    text.parse::<DocumentNumber>().map(drop).map_err(|error| match error {
        DocumentNumberError::Characters(error) => Some(error.say()),
        DocumentNumberError::Shape { .. } => None,
    })
}

/// The readers of types whose schema says less than they demand: a day must exist, a text hold no telephone number.
fn reader(type_name: &str) -> Option<Reader<Refused>> {
    Some(match type_name {
        "Text" | "FigureValue" => read_text,
        "DocumentNumber" => read_number,
        "PlaceName" => read_place_name,
        "Date" => read::<Date>,
        "PartialDate" => read::<PartialDate>,
        "Authority" => read::<Authority>,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use domain::account::Role;
    use domain::actor::Actor;
    use serde_json::json;

    use super::*;
    use crate::command_schemas::{example, names};
    use crate::request::{CommandRequest, prepare};

    /// The pointers of all values inside a value, its own first.
    fn pointers(value: &Value, at: &str) -> Vec<String> {
        let inner: Vec<_> = match value {
            Value::Object(fields) => {
                fields.iter().flat_map(|(key, field)| pointers(field, &joined(at, key))).collect()
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.flat_map(|(index, item)| pointers(item, &format!("{at}/{index}"))).collect()
            }
            _ => Vec::new(),
        };
        std::iter::once(at.to_owned()).chain(inner).collect()
    }

    fn is_read(name: &str, body: Value) -> bool {
        let actor = Actor { id: "a".into(), role: Role::CountyOfficer, scope: "510811".parse().unwrap() };
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        prepare(CommandRequest { id, name: name.into(), body, actor, if_match: None, traceparent: None })
            .is_ok()
    }

    #[test]
    fn every_command_has_a_schema_that_compiles_and_takes_its_example() {
        for name in CommandBody::NAMES {
            assert!(compiled(name).is_some(), "{name}");
        }
        for name in names() {
            assert_eq!(check(name, &example(name).unwrap()), Ok(()), "{name}");
        }
        assert!(check("merge-villages", &json!({})).is_err());
    }

    #[test]
    fn an_object_written_as_an_array_is_refused_where_it_stands() {
        let mut cases = 0;
        for name in names() {
            let example = example(name).unwrap();
            for pointer in pointers(&example, "") {
                let mut body = example.clone();
                let place = body.pointer_mut(&pointer).unwrap();
                let Some(fields) = place.as_object() else { continue };
                // A fact that is found later has the shape of any fact: its command holds it to its own.
                if (name, pointer.as_str()) == ("complete-registration", "/data/value") {
                    continue;
                }
                *place = fields.values().cloned().collect();
                let errors = check(name, &body).unwrap_err();
                assert!(errors.iter().any(|error| error.pointer == pointer), "{name} {pointer}: {errors:?}");
                cases += 1;
            }
        }
        assert!(cases > 150, "{cases}");
    }

    /// Whatever stands in the place of whatever: what the schema takes the service reads, and what it does not take is said
    /// in our own words.
    #[test]
    fn what_the_schema_takes_is_read_and_what_it_refuses_is_said_in_words() {
        let long = "长".repeat(501);
        let wrong = [
            json!(null),
            json!(true),
            json!(-1),
            json!(3.0),
            json!(2.5),
            json!(4_294_967_296_u64),
            json!(1e300),
            json!(""),
            json!("  "),
            json!(long),
            json!("x / y"),
            json!("电话13800138000"),
            json!("a\u{200b}b"),
            json!("2019-02-30"),
            json!("1899-12-31"),
            json!("2019Q5"),
            json!("51081"),
            json!([]),
            json!([1]),
            json!({}),
            json!({"good": null}),
            json!(["good"]),
        ];
        let theirs =
            ["expected", "invalid", "missing field", "unknown", "is not of type", "does not match", "$"];
        let (mut refused, mut taken) = (0, 0);
        for name in names() {
            let example = example(name).unwrap();
            for pointer in pointers(&example, "") {
                for value in &wrong {
                    let mut body = example.clone();
                    *body.pointer_mut(&pointer).unwrap() = value.clone();
                    let Err(errors) = check(name, &body) else {
                        // A whole number may be written 3.0, which the schema takes and no reader of ours does.
                        assert!(is_read(name, body) || *value == json!(3.0), "{name} {pointer}: {value}");
                        taken += 1;
                        continue;
                    };
                    refused += 1;
                    assert!(!errors.is_empty(), "{name} {pointer}: {value}");
                    for error in errors {
                        let said = format!("{} {}", error.detail, error.detail_en);
                        assert!(!theirs.iter().any(|word| said.contains(word)), "{name} {pointer}: {said}");
                        assert!(!error.detail.contains("¦") && !error.detail.is_empty(), "{error:?}");
                    }
                }
            }
        }
        assert!(refused > 5_000 && taken > 200, "{refused} {taken}");
    }

    #[test]
    fn two_keys_that_are_one_name_are_refused() {
        let figure = json!({"value": 1, "unit": "次", "period": "2019", "source": "台账"});
        let indicators = json!({"走访": figure.clone(), " 走访 ": figure.clone(), "党课": figure});
        let data = json!({"joint_branch": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "quarter": "2019Q1", "grade": "good", "indicators": indicators});
        let body = json!({"effective_date": "2019-04-01", "on_behalf_of": "5108", "data": data});
        let errors = check("evaluate-quarter", &body).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(
            errors[0].pointer.starts_with("/data/indicators/") && errors[0].detail.contains("是同一名称"),
            "{errors:?}"
        );
    }

    #[test]
    fn a_key_that_is_missing_and_a_name_that_cannot_be_one_are_told_apart() {
        let figure = json!({"value": 1, "unit": "次", "period": "2019", "source": "台账"});
        let data = json!({"joint_branch": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "quarter": "2019Q1", "indicators": {"": figure, "走访": {"value": 1}}});
        let body = json!({"effective_date": "2019-04-01", "on_behalf_of": "5108", "data": data});
        let errors = check("evaluate-quarter", &body).unwrap_err();
        let said: BTreeMap<_, _> =
            errors.iter().map(|error| (error.pointer.as_str(), error.detail.as_str())).collect();
        assert_eq!(said["/data/grade"], "缺少「等次」");
        assert_eq!(said["/data/indicators/走访/unit"], "缺少「指标」的「走访」的「单位」");
        assert_eq!(said["/data/indicators/"], "「指标」中的名称「」应为1 至 500 字的文字");
    }
}
