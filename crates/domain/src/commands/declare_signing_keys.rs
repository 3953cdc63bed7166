//! `declare-signing-keys`: the service says which public keys sign the log from here on, so that a change of keys stands under
//! the signature of those before. Given by the service itself, as it starts.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::log_keeping::{MAX_SIGNING_KEYS, SigningKeysDeclared};
use crate::recall::Recorded;
use crate::rejection::{OversightRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 声明自此签署日志的公钥，取代此前所列 / declares the public keys that sign the log from here on, in the place of those before
    pub struct DeclareSigningKeys {
        /// 公钥，按文字排序，不重复 / the public keys, in the order of their texts, each once
        pub keys: Vec<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "declare-signing-keys",
    title: say("声明签名公钥", "Declare the signing keys"),
    group: Group::LogKeeping,
    mechanisms: &[],
    givers: Givers::Machine,
    exceptions: &[],
    fits: None,
    yields: &["log.signing-keys-declared"],
    along: &[],
    refused_when: "nothing changes; no key, too many, one twice or out of order; given over HTTP",
    rules: &["nothing-to-record", "signing-keys"],
    choices: &[],
    example: r#"{
  "effective_date": "2026-06-30",
  "on_behalf_of": "5108",
  "data": {"keys": ["lianjian.cn/cities/5108+f787f729+AR3Ajr7FyXPXD9/TD8R6cjaReR1F8AAAAAAAAAAAAAAA"]}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &DeclareSigningKeys) -> Option<Entity> {
    Some(Entity::SigningKeys)
}

pub(crate) fn decide(case: &mut Case<'_>, data: &DeclareSigningKeys) -> Result<Vec<EventBody>, Rejection> {
    let keys = || data.keys.iter().map(Text::as_str);
    if !(1..=MAX_SIGNING_KEYS).contains(&data.keys.len()) || !keys().is_sorted_by(|one, next| one < next) {
        return Err(OversightRejection::SigningKeys { found: data.keys.len() }.into());
    }
    if case.state.signing_keys.as_ref().is_some_and(|known| keys().eq(known.keys.iter().map(String::as_str)))
    {
        return Err(Rejection::NothingToRecord);
    }
    Ok(vec![EventBody::SigningKeysDeclared(SigningKeysDeclared { keys: data.keys.clone() })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<DeclareSigningKeys> {
    let EventBody::SigningKeysDeclared(SigningKeysDeclared { keys }) = recorded.lead.clone() else {
        return None;
    };
    Some(DeclareSigningKeys { keys })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::testing::City;
    use crate::testing::drafts::{Draft, import, officer, text};

    fn declare(keys: &[&str]) -> Draft {
        let keys = keys.iter().map(|key| text(key)).collect();
        import(CommandBody::DeclareSigningKeys(DeclareSigningKeys { keys }))
    }

    #[test]
    fn keys_are_declared_when_they_change() {
        let city = City::empty().given(declare(&["old"]));
        city.when(declare(&["old"])).refused(Rejection::NothingToRecord);
        let keys = vec![text("new"), text("old")];
        city.when(declare(&["new", "old"]))
            .then(&[EventBody::SigningKeysDeclared(SigningKeysDeclared { keys })]);
        let city = city.given(declare(&["new", "old"])).given(declare(&["new"]));
        assert_eq!(city.state.signing_keys.as_ref().unwrap().keys, ["new"]);
        assert_eq!((city.state.simulated, city.state.local_events), (None, 0));
    }

    #[test]
    fn no_key_too_many_one_twice_or_out_of_order_are_refused() {
        for keys in [&[][..], &["a", "a"], &["b", "a"], &["a", "b", "c", "d", "e"]] {
            let refused = OversightRejection::SigningKeys { found: keys.len() };
            City::empty().when(declare(keys)).refused(refused.into());
        }
        let refused = Rejection::RoleForbids { role: "county_officer", command: "declare-signing-keys" };
        City::new().when(declare(&["a"]).by(officer("officer-1"))).refused(refused);
    }
}
