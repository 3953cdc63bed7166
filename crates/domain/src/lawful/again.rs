//! Every decision is decided again: the command is recalled from its events and decided once more on the state before
//! them, under the policy of its day. It must be accepted, yield these very events and warn of the same rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::actor::Actor;
use crate::command::Command;
use crate::command_header::CommandHeader;
use crate::commands::CommandKind;
use crate::decide::decide;
use crate::event::{EventBody, EventMeta};
use crate::event_data::accounts::{AccountIssued, AccountRenewed};
use crate::ids::HolderId;
use crate::place::PlaceCode;
use crate::policy::Policy;
use crate::recall::Recorded;

use super::unlawful::Unlawful;

/// Decides again; `scope` is where the actor might act.
pub(super) fn check(
    recorded: &Recorded<'_>,
    defaults: &Policy,
    kind: CommandKind,
    scope: &PlaceCode,
) -> Result<(), Unlawful> {
    let Some(command) = recalled(recorded, kind, scope)? else { return Ok(()) };
    let decision = decide(recorded.state, defaults, &command).map_err(|rejection| {
        let (found, allowed) = rejection.found_and_allowed().unwrap_or_default();
        Unlawful::Refused { command: kind.name(), rule: rejection.rule(), found, allowed }
    })?;
    let (decided, stands) = (decision.events.iter().map(Some), recorded.events.iter().copied().map(Some));
    let longest = decision.events.len().max(recorded.events.len());
    let pairs = decided.chain(std::iter::repeat(None)).zip(stands.chain(std::iter::repeat(None)));
    if let Some((decided, stands)) = pairs.take(longest).find(|(decided, stands)| decided != stands) {
        let event_type = stands.or(decided).map_or("-", EventBody::event_type);
        return Err(Unlawful::DecidedOtherwise { command: kind.name(), event_type });
    }
    let decided: BTreeSet<&str> = decision.warnings.iter().map(|warning| warning.rule.as_str()).collect();
    let stands: BTreeSet<&str> = recorded.meta.warnings.iter().map(|warning| warning.rule.as_str()).collect();
    match decided.symmetric_difference(&stands).next() {
        Some(rule) => Err(Unlawful::WarnedOtherwise { command: kind.name(), rule: (*rule).to_owned() }),
        None => Ok(()),
    }
}

/// The command as it was given; nothing where its events are of a version that did not hold all of it.
pub(super) fn recalled(
    recorded: &Recorded<'_>,
    kind: CommandKind,
    scope: &PlaceCode,
) -> Result<Option<Command>, Unlawful> {
    if is_of_earlier_version(recorded.lead) {
        return Ok(None);
    }
    let no_command = Unlawful::NoCommand { event_type: recorded.lead.event_type() };
    let body = kind.recall(recorded).ok_or(no_command)?;
    Ok(Some(Command { header: header(recorded, scope), body }))
}

/// Events recorded before their type held all that their command said: of an election, before its kind and who was entitled
/// were asked. Their commands cannot be recalled.
fn is_of_earlier_version(lead: &EventBody) -> bool {
    match lead {
        EventBody::ElectionHeld(data) => data.kind.is_none(),
        EventBody::OrganizationElectionHeld(data) => data.kind.is_none(),
        #[cfg(any(test, feature = "testing"))]
        EventBody::PlaceRehearsed(_) => true,
        _ => false,
    }
}

fn header(recorded: &Recorded<'_>, scope: &PlaceCode) -> CommandHeader {
    let EventMeta {
        position: _,
        id: _,
        recorded_at,
        command_id,
        actor,
        role,
        on_behalf_of,
        effective_date,
        decided_on,
        document,
        decided_by,
        override_,
        warnings: _,
        simulated,
        scope: _,
    } = recorded.meta;
    let committed = recorded.events.iter().filter_map(|event| event.committed());
    let commitments: BTreeMap<_, _> =
        committed.map(|found| (found.pointer.to_owned(), found.commitment.clone())).collect();
    CommandHeader {
        id: *command_id,
        actor: Actor { id: actor.clone(), role: *role, scope: scope.clone() },
        on_behalf_of: on_behalf_of.clone(),
        effective_date: *effective_date,
        decided_on: *decided_on,
        recorded_at: *recorded_at,
        document: document.clone(),
        decided_by: decided_by.clone(),
        override_: override_.clone(),
        simulated: Some(*simulated),
        holder: holder(recorded.lead),
        commitments,
    }
}

/// Whose account it is about, where the name was known.
fn holder(lead: &EventBody) -> Option<HolderId> {
    match lead {
        EventBody::AccountIssued(AccountIssued { holder, .. })
        | EventBody::AccountRenewed(AccountRenewed { holder, .. }) => *holder,
        _ => None,
    }
}
