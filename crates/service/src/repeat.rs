//! A command that was given before: the first answer again, read from the log, however long ago that was. Whoever may not
//! have it is told the same whatever the request says, so that no key is a way to guess what a command said.

use std::collections::BTreeMap;

use audit::commitment::CommitmentForm;
use domain::holder::same_holder;
use domain::ids::Commitment;
use domain::say::Say;
use domain::{CityState, CommandBody, Policy, role_may};
use event_log::envelope::{self, Decoded};
use event_log::{ControlStore, EventLog};

use crate::recorded::Recorded;
use crate::request::{Prepared, digest};
use crate::submit_error::SubmitError;

/// The first answer, for one who may see it and asks the same.
pub async fn answer(
    log: &dyn EventLog,
    control: &dyn ControlStore,
    first: u64,
    (state, policy): (&CityState, &Policy),
    prepared: &Prepared,
) -> Result<Recorded, SubmitError> {
    let unavailable =
        |detail: Say| SubmitError::Unavailable { detail, outcome_unknown: false, retry_after_seconds: 2 };
    let read = |after, limit| async move { log.read(after, limit).await };
    let stored = read(first.saturating_sub(1), 1).await.map_err(|error| unavailable(error.say()))?;
    let head = stored.first().ok_or_else(|| {
        unavailable(Say::of(format!("缺第 {first} 条"), format!("event {first} is missing")))
    })?;
    let decoded = envelope::decode(&head.body).map_err(|error| unavailable(Say::same(error)))?;
    // Before anything is compared: a stranger's right guess is answered as a wrong one.
    let is_answered = may_read(&decoded, (state, policy), prepared)
        && asks_the_same(control, &decoded, prepared).map_err(|error| unavailable(error.say()))?;
    if !is_answered {
        return Err(SubmitError::KeyReused { id: prepared.command.header.id.to_string() });
    }
    let count = decoded.extra.command_count as usize;
    let mut events = vec![head.body.clone()];
    while events.len() < count {
        let after = first + events.len() as u64 - 1;
        let more = read(after, count - events.len()).await.map_err(|error| unavailable(error.say()))?;
        if more.is_empty() {
            return Err(unavailable(Say::of(
                format!("第 {first} 条起的指令不完整"),
                format!("the command at {first} is not whole"),
            )));
        }
        events.extend(more.into_iter().map(|event| event.body));
    }
    Ok(Recorded {
        command_id: prepared.command.header.id,
        position: first + count as u64 - 1,
        events,
        warnings: decoded.event.meta.warnings,
        replayed: true,
    })
}

/// Whether the request is the one recorded: its digest, made with the salts of the first time.
fn asks_the_same(
    control: &dyn ControlStore,
    recorded: &Decoded,
    prepared: &Prepared,
) -> Result<bool, event_log::LogError> {
    if prepared.erasables.is_empty() {
        return Ok(prepared.digest == recorded.extra.command_digest);
    }
    let stored = control.erasables_of_command(&prepared.command.header.id.to_string())?;
    // Several instances may have stored their own salts; the digest in the log tells which are the recorded ones.
    let with_salts = |form: CommitmentForm, which: usize| -> Option<String> {
        let mut commitments: BTreeMap<String, Commitment> = BTreeMap::new();
        for field in &prepared.erasables {
            let own = stored.iter().filter(|stored| stored.pointer == field.pointer).nth(which)?;
            commitments.insert(field.pointer.to_owned(), form.of(&own.salt, field.pointer, &field.value)?);
        }
        Some(digest(prepared.command.body.name(), &prepared.request, &commitments))
    };
    // An earlier program may have made the commitments.
    Ok(CommitmentForm::ALL.into_iter().any(|form| {
        (0..).map_while(|which| with_salts(form, which)).any(|again| again == recorded.extra.command_digest)
    }))
}

/// Who has the first answer again: whoever gave the command, under whatever account; and of what holds nothing that may be
/// erased, whoever may give such a command there.
fn may_read(recorded: &Decoded, (state, policy): (&CityState, &Policy), prepared: &Prepared) -> bool {
    let (actor, meta) = (&prepared.command.header.actor, &recorded.event.meta);
    if same_holder(state, &meta.actor, &actor.id) {
        return true;
    }
    let holds_nothing_erasable = prepared.erasables.is_empty()
        && CommandBody::erasable_pointers(prepared.command.body.name()).is_empty()
        && recorded.event.body.committed().is_none();
    holds_nothing_erasable
        && role_may(actor.role, &prepared.command.body, policy)
        && meta.scope.is_within(&actor.scope)
}
