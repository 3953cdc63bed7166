//! `declare-durability`: somebody answers for how the log is kept, or says that it is kept safely again. Given where the
//! log is kept.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::log_keeping::DurabilityDeclared;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// Answers for how the log is kept.
    pub struct DeclareDurability {
        /// The settings under which acknowledged events may be lost; none: the log is kept safely.
        pub unsafe_settings: Vec<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "declare-durability",
    title: say("说明日志保管方式", "Say how the log is kept"),
    group: Group::LogKeeping,
    mechanisms: &[],
    givers: Givers::Machine,
    exceptions: &[],
    fits: None,
    yields: &["log.durability-declared"],
    along: &[],
    refused_when: "nothing changes; given over HTTP",
    rules: &["nothing-to-record"],
    choices: &[],
    example: r#"{
  "effective_date": "2026-06-30",
  "on_behalf_of": "5108",
  "data": {"unsafe_settings": ["sync_interval: 2m"]}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &DeclareDurability) -> Option<Entity> {
    Some(Entity::Log)
}

pub(crate) fn decide(case: &mut Case<'_>, data: &DeclareDurability) -> Result<Vec<EventBody>, Rejection> {
    let asked = data.unsafe_settings.iter().map(ToString::to_string);
    if asked.eq(case.state.unsafe_settings.iter().cloned()) {
        return Err(Rejection::NothingToRecord);
    }
    Ok(vec![EventBody::DurabilityDeclared(DurabilityDeclared {
        unsafe_settings: data.unsafe_settings.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<DeclareDurability> {
    let EventBody::DurabilityDeclared(DurabilityDeclared { unsafe_settings }) = recorded.lead.clone() else {
        return None;
    };
    Some(DeclareDurability { unsafe_settings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::testing::City;
    use crate::testing::drafts::{Draft, import, officer, text};

    fn declare(settings: &[&str]) -> Draft {
        let unsafe_settings = settings.iter().map(|setting| text(setting)).collect();
        import(CommandBody::DeclareDurability(DeclareDurability { unsafe_settings }))
    }

    #[test]
    fn a_declaration_holds_until_the_next_and_is_made_once() {
        let lazy = declare(&["sync_interval=120s"]);
        let unsafe_settings = vec![text("sync_interval=120s")];
        City::empty()
            .when(lazy.clone())
            .then(&[EventBody::DurabilityDeclared(DurabilityDeclared { unsafe_settings })]);
        City::empty().when(declare(&[])).refused(Rejection::NothingToRecord);
        let declared = City::empty().given(lazy.clone());
        declared.when(lazy).refused(Rejection::NothingToRecord);
        declared
            .when(declare(&[]))
            .then(&[EventBody::DurabilityDeclared(DurabilityDeclared { unsafe_settings: Vec::new() })]);
    }

    #[test]
    fn operational_command_leaves_simulated_or_real_open_and_belongs_to_no_office() {
        let declared = City::empty().given(declare(&["storage=memory"]));
        assert_eq!(declared.state.simulated, None);
        let refused = Rejection::RoleForbids { role: "county_officer", command: "declare-durability" };
        City::new().when(declare(&["storage=memory"]).by(officer("officer-1"))).refused(refused);
    }
}
