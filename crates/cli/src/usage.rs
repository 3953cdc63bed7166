//! Wrong arguments: what is wrong with a value is said in both languages, since the language itself is an argument.

use std::error::Error;

use domain::ids::IdError;
use domain::place::PlaceCodeError;
use domain::say::Say;
use event_log::NatsAddressError;

use crate::acting::ActingError;

/// Says what is wrong with the arguments, or shows the help that was asked for, and ends the program.
pub fn stop(error: &clap::Error) -> ! {
    let Some(said) = error.source().and_then(said) else { error.exit() };
    let text = error.render().to_string().replacen(&*said.en, &said.in_both(), 1);
    eprint!("{text}");
    std::process::exit(error.exit_code())
}

/// What the reader of a value says of it, where that is one of ours.
fn said(error: &(dyn Error + 'static)) -> Option<Say> {
    let code = error.downcast_ref().map(PlaceCodeError::say);
    let id = || error.downcast_ref().map(IdError::say);
    let address = || error.downcast_ref().map(NatsAddressError::say);
    code.or_else(id).or_else(address).or_else(|| error.downcast_ref().map(ActingError::say))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_value_is_known_in_both_languages() {
        let code = "12".parse::<domain::place::PlaceCode>().unwrap_err();
        let said = said(&code).unwrap();
        assert_eq!(said, code.say());
        assert!(said.in_both().contains(" / "));
    }
}
