//! JSON Schemas (2020-12), compiled once: the only crate that names the validator.
//!
//! The validator is generic over how JSON is represented, so each crate that names it compiles the whole of it again. Here
//! that happens once, beside the chain of the other crates ([decision 91](../../docs/decisions/0091-what-a-build-costs.md)).

use jsonschema::paths::Location;
use jsonschema::{Keyword, Validator};
use serde_json::{Map, Value};

pub use jsonschema::ValidationError;
pub use jsonschema::error::ValidationErrorKind;

/// The keyword under which a schema names a [`Reader`].
pub const READER_KEYWORD: &str = "lianjian-reader";

/// Looks at a text for what no schema can say, such as that a day exists. The validator reports only that it refused: who
/// wants to know why asks it again.
pub type Reader<E> = fn(&str) -> Result<(), E>;

/// A compiled schema.
#[derive(Debug)]
pub struct Schema(Validator);

impl Schema {
    /// Compiles a schema; its formats are checked as well.
    pub fn compile(schema: &Value) -> Result<Self, ValidationError<'static>> {
        Self::compile_with_readers(schema, |_| None::<Reader<()>>)
    }

    /// Compiles a schema whose [`READER_KEYWORD`]s name readers: `readers` gives each by its name.
    pub fn compile_with_readers<E: 'static>(
        schema: &Value,
        readers: fn(&str) -> Option<Reader<E>>,
    ) -> Result<Self, ValidationError<'static>> {
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        let keyword = of_keyword(move |_, name, _| {
            let reader = name.as_str().and_then(readers);
            let made = reader.map(|reader| Box::new(ReaderKeyword(reader)) as Box<dyn for<'i> Keyword<'i>>);
            made.ok_or_else(|| ValidationError::schema("no reader of that name"))
        });
        options.with_keyword(READER_KEYWORD, keyword).build(schema).map(Self)
    }

    /// Whether the value is as the schema says.
    pub fn is_valid(&self, value: &Value) -> bool {
        self.0.is_valid(value)
    }

    /// The first thing that is not as the schema says.
    pub fn first_error<'v>(&self, value: &'v Value) -> Option<ValidationError<'v>> {
        self.0.validate(value).err()
    }

    /// Everything that is not as the schema says.
    pub fn errors<'v>(&'v self, value: &'v Value) -> Vec<ValidationError<'v>> {
        self.0.iter_errors(value).collect()
    }
}

type Made<'a> = Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>>;

/// Says of a closure that it takes any lifetime, which is not inferred.
fn of_keyword<F>(make: F) -> F
where
    F: for<'a> Fn(&'a Map<String, Value>, &'a Value, Location) -> Made<'a>,
{
    make
}

struct ReaderKeyword<E>(Reader<E>);

impl<'i, E> Keyword<'i> for ReaderKeyword<E> {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        let Value::String(text) = instance else { return Ok(()) };
        (self.0)(text).map_err(|_| ValidationError::custom(""))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        instance.as_str().is_none_or(|text| (self.0)(text).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn short(text: &str) -> Result<(), String> {
        if text.len() < 5 { Ok(()) } else { Err("too long".to_owned()) }
    }

    #[test]
    fn every_error_is_found_formats_and_readers_included() {
        let schema = json!({
            "type": "object",
            "properties": {
                "on": { "type": "string", "format": "date" },
                "name": { "type": "string", READER_KEYWORD: "short" },
                "count": { "type": "integer" },
            },
        });
        let schema = Schema::compile_with_readers(&schema, |name| {
            (name == "short").then_some(short as Reader<String>)
        });
        let schema = schema.unwrap();
        let good = json!({ "on": "2026-06-30", "name": "abc", "count": 1 });
        assert!(schema.is_valid(&good) && schema.errors(&good).is_empty());
        let bad = json!({ "on": "2026-06-31", "name": "abcdef", "count": "1" });
        let mut at: Vec<String> =
            schema.errors(&bad).iter().map(|error| error.instance_path().to_string()).collect();
        at.sort();
        assert_eq!(at, ["/count", "/name", "/on"]);
        assert!(!schema.is_valid(&bad) && schema.first_error(&bad).is_some());
    }

    #[test]
    fn a_schema_that_names_an_unknown_reader_does_not_compile() {
        assert!(Schema::compile(&json!({ READER_KEYWORD: "other" })).is_err());
        assert!(Schema::compile(&json!({ "type": "nothing" })).is_err());
    }
}
