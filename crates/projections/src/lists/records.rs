//! Lists of records, by county and actor: 补录, rules set aside, corrections. Of each event only its position is kept.

use std::collections::BTreeMap;

use domain::Event;
use domain::ids::CommandId;
use serde_json::{Value, json};

use super::scope::{ListScope, corrects};
use super::{List, ListName, ListRow};
use crate::reading::{Bilingual, ViewError};

const RECORDS: &str = "条 (records)";

/// Whether an event belongs on the list.
type Belongs = fn(&ListScope<'_>, &Event) -> bool;

/// What was noted of the log.
pub(super) struct Records {
    belongs: Belongs,
    /// The positions by county and actor.
    groups: BTreeMap<(String, String), Vec<u64>>,
    /// A command stands on a list once, by its first event that belongs there.
    last_command: Option<CommandId>,
}

impl Records {
    pub(super) fn new(belongs: Belongs) -> Self {
        Self { belongs, groups: BTreeMap::new(), last_command: None }
    }

    pub(super) fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        let meta = &event.meta;
        if self.last_command == Some(meta.command_id) || !(self.belongs)(scope, event) {
            return;
        }
        let own = scope.scope_of(event);
        if scope.holds(&own) {
            self.last_command = Some(meta.command_id);
            let group = (own.county_token().to_owned(), meta.actor.clone());
            self.groups.entry(group).or_default().push(meta.position);
        }
    }

    pub(super) fn list(self, scope: &ListScope<'_>, name: ListName) -> List {
        let count: usize = self.groups.values().map(Vec::len).sum();
        let actors = self.groups.keys().map(|(_, actor)| actor).collect::<std::collections::BTreeSet<_>>();
        let figures = [
            (figure_name(name), count.into(), RECORDS, define(scope, name)),
            (
                "actors",
                actors.len().into(),
                "个 (actors)",
                Bilingual::new("所列记录的经办人", "actors of the records listed"),
            ),
        ];
        let mut by_actor: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for ((county, actor), positions) in &self.groups {
            by_actor.entry(county.clone()).or_default().insert(actor.clone(), positions.len() as u64);
        }
        let rows = self.groups.into_values().flatten().map(ListRow::Record).collect();
        let mut list = scope.list(figures, rows);
        list.view.by_actor = by_actor;
        list
    }
}

/// Recorded so many days after it took effect that it is 补录. A correction takes effect on the day of its own decision.
pub(super) fn is_late(scope: &ListScope<'_>, event: &Event) -> bool {
    let late_days = scope.figures_of(&scope.scope_of(event)).late_entry_days;
    !event.body.is_of_service() && delay_days(event) >= i64::from(late_days)
}

/// A rule was set aside for it.
pub(super) fn is_overriding(_: &ListScope<'_>, event: &Event) -> bool {
    event.meta.override_.is_some()
}

/// It corrects a record.
pub(super) fn is_correcting(_: &ListScope<'_>, event: &Event) -> bool {
    corrects(&event.body)
}

fn delay_days(event: &Event) -> i64 {
    event.meta.recorded_at.day().days_since(event.meta.effective_date).into()
}

fn figure_name(name: ListName) -> &'static str {
    match name {
        ListName::LateEntries => "late_entries",
        ListName::Overrides => "overrides",
        _ => "corrections",
    }
}

fn define(scope: &ListScope<'_>, name: ListName) -> Bilingual {
    match name {
        ListName::LateEntries => {
            let days = scope.reading.figures_in(&scope.code).late_entry_days;
            Bilingual::new(
                format!("补录：录入日晚于生效日{days}天以上（含）的指令，每条指令计一次"),
                format!("commands recorded {days} days or more after their effective date, each once"),
            )
        }
        ListName::Overrides => Bilingual::new(
            "附理由和文件突破提醒性规则的指令，每条指令计一次",
            "commands that set a warning aside, with a reason and a document, each once",
        ),
        _ => Bilingual::new("对已有记录的更正，每次更正计一次", "corrections of records, each once"),
    }
}

/// A record as a list shows it. Who acted is an opaque id; a name is joined for those who may see it.
pub(super) fn row(event: &Event) -> Result<Value, ViewError> {
    let meta = &event.meta;
    let mut row = json!({
        "position": meta.position,
        "id": meta.id,
        "type": event.body.event_type(),
        "subject": event.body.entity().to_string(),
        "county": meta.scope.county,
        "township": meta.scope.township,
        "effective_date": meta.effective_date,
        "recorded_at": meta.recorded_at,
        "delay_days": delay_days(event).max(0),
        "actor": meta.actor,
        "actor_role": meta.role,
        "on_behalf_of": meta.on_behalf_of,
        "document": meta.document,
        "decided_by": meta.decided_by,
        "command_id": meta.command_id,
    });
    if let Some(override_) = &meta.override_ {
        let rules: Vec<_> = meta.warnings.iter().map(|warning| warning.rule.as_str()).collect();
        row["override"] = json!(override_);
        row["rules"] = json!(rules);
    }
    if corrects(&event.body) {
        row["data"] = serde_json::to_value(&event.body)
            .map_err(|error| ViewError::Unwritable { detail: error.to_string() })?;
    }
    Ok(row)
}
