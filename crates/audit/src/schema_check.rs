//! Each event against the JSON Schema of its type in its version, the same that an outsider downloads.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use event_log::Position;
use event_log::schemas::event_schema;
use event_log::versions::TypeVersion;
use json_schema::Schema;

use crate::envelope_check::quoted;
use crate::finding::{Finding, FindingKind};

/// The schema of every version of every type, compiled when its first event is met.
pub(crate) struct Schemas {
    /// Nothing where the type has none.
    compiled: BTreeMap<TypeVersion, OnceLock<Option<Schema>>>,
}

impl Schemas {
    /// Nothing compiled yet.
    pub(crate) fn new() -> Self {
        Self { compiled: TypeVersion::known().map(|of| (of, OnceLock::new())).collect() }
    }

    /// Holds the stored bytes of an event of that type and version against its schema.
    pub(crate) fn check(
        &self,
        position: Position,
        of: TypeVersion,
        body: &[u8],
        findings: &mut Vec<Finding>,
    ) {
        let compile = || {
            let schema = event_schema(of)?;
            Schema::compile(&schema).ok()
        };
        let schema = self.compiled.get(&of).and_then(|schema| schema.get_or_init(compile).as_ref());
        let Some(schema) = schema else {
            findings.push(Finding::new(position, FindingKind::Schema, format!("{of}: -")));
            return;
        };
        // What is no JSON was found before.
        let Ok(value) = serde_json::from_slice(body) else { return };
        if let Some(error) = schema.first_error(&value) {
            let detail = format!("{}: {error}", error.instance_path());
            findings.push(Finding::new(position, FindingKind::Schema, quoted(&detail)));
        }
    }
}
