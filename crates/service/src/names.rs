//! Names: joined to what is shown from the erasable store, so that an erased name is gone from every view at once.

use event_log::{ControlStore, LogError};
use projections::HasSecretary;

/// The field of `register-person` that holds a person's name.
pub const NAME_POINTER: &str = "/name";
/// The field of `issue-account` that holds its holder's name.
pub const HOLDER_POINTER: &str = "/holder";

/// Joins the names of secretaries to rows; a name that was erased is `null`.
pub fn join_secretaries(rows: &mut [impl HasSecretary], control: &dyn ControlStore) -> Result<(), LogError> {
    projections::join_secretaries(rows, |person| control.value_of(&person.to_string(), NAME_POINTER))
}

/// The name of the holder of an account, for those who may see who acted.
pub fn holder(control: &dyn ControlStore, account: &str) -> Result<Option<String>, LogError> {
    control.value_of(account, HOLDER_POINTER)
}

#[cfg(test)]
mod tests {
    use domain::CommandBody;
    use event_log::{EmbeddedControl, Erasable};
    use projections::PersonLabel;

    use super::*;

    #[test]
    fn a_secretary_is_named_until_the_name_is_erased() {
        let directory = tempfile::tempdir().unwrap();
        let control = EmbeddedControl::open(directory.path()).unwrap();
        let name = Erasable {
            command_id: "C1".into(),
            pointer: NAME_POINTER.into(),
            subject: "01J8KQ2M000000000000000007".into(),
            salt: vec![0; 16],
            value: "张某".into(),
        };
        control.put_erasables(&[name], 0).unwrap();
        let joined = || {
            let mut rows = [PersonLabel::new("01J8KQ2M000000000000000007".parse().unwrap())];
            join_secretaries(&mut rows, &control).unwrap();
            let [row] = rows;
            row.name.unwrap().0
        };
        assert_eq!(joined().as_deref(), Some("张某"));
        control.delete_command("C1").unwrap();
        assert_eq!(joined(), None);
    }

    #[test]
    fn the_fields_are_those_that_commands_declare_erasable() {
        assert_eq!(CommandBody::erasable_pointers("register-person"), [NAME_POINTER]);
        assert_eq!(CommandBody::erasable_pointers("issue-account"), [HOLDER_POINTER]);
    }
}
