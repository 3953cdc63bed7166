//! Names: joined to what is shown from the erasable store, so that an erased name is gone from every view at once.

use event_log::{ControlStore, LogError};
use serde_json::{Value, json};

/// The field of `register-person` that holds a person's name.
pub const NAME_POINTER: &str = "/name";
/// The field of `issue-account` that holds its holder's name.
pub const HOLDER_POINTER: &str = "/holder";

/// Puts `secretary.name` into the rows that have a secretary; a name that was erased is `null`.
pub fn join_secretaries(rows: &mut [Value], control: &dyn ControlStore) -> Result<(), LogError> {
    for secretary in rows.iter_mut().filter_map(|row| row.get_mut("secretary")) {
        let person = secretary.as_str().or_else(|| secretary.get("person")?.as_str()).map(str::to_owned);
        let Some(person) = person else { continue };
        let name = control.value_of(&person, NAME_POINTER)?;
        if secretary.is_string() {
            *secretary = json!({ "person": person });
        }
        secretary["name"] = name.into();
    }
    Ok(())
}

/// The name of the holder of an account, for those who may see who acted.
pub fn holder(control: &dyn ControlStore, account: &str) -> Result<Option<String>, LogError> {
    control.value_of(account, HOLDER_POINTER)
}

#[cfg(test)]
mod tests {
    use domain::CommandBody;
    use event_log::{EmbeddedControl, Erasable};

    use super::*;

    #[test]
    fn a_secretary_is_named_until_the_name_is_erased() {
        let directory = tempfile::tempdir().unwrap();
        let control = EmbeddedControl::open(directory.path()).unwrap();
        let name = Erasable {
            command_id: "C1".into(),
            pointer: NAME_POINTER.into(),
            subject: "P1".into(),
            salt: vec![0; 16],
            value: "张某".into(),
        };
        control.put_erasables(&[name], 0).unwrap();
        let rows = || {
            vec![
                json!({"secretary": "P1"}),
                json!({"secretary": {"person": "P1", "source": "other"}}),
                json!({"secretary": null}),
                json!({}),
            ]
        };
        let mut named = rows();
        join_secretaries(&mut named, &control).unwrap();
        assert_eq!(named[0], json!({"secretary": {"person": "P1", "name": "张某"}}));
        assert_eq!(named[1]["secretary"]["name"], "张某");
        assert_eq!(named[2..], rows()[2..]);
        control.delete_command("C1").unwrap();
        let mut nameless = rows();
        join_secretaries(&mut nameless, &control).unwrap();
        assert_eq!(nameless[0]["secretary"], json!({"person": "P1", "name": null}));
    }

    #[test]
    fn the_fields_are_those_that_commands_declare_erasable() {
        assert_eq!(CommandBody::erasable_pointers("register-person"), [NAME_POINTER]);
        assert_eq!(CommandBody::erasable_pointers("issue-account"), [HOLDER_POINTER]);
    }
}
