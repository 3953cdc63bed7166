//! `adopt-rule-book`: the service says by which edition of the rule book it decides from here on. Given by the service
//! itself, before the first command that it records under another one.

use crate::case::Case;
use crate::document_number::Sha256Hex;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::policies::RuleBookAdopted;
use crate::recall::Recorded;
use crate::rejection::{OversightRejection, Rejection};
use crate::rule_book::RuleBook;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 自此按规则手册的某一版决定 / decides by an edition of the rule book from here on
    pub struct AdoptRuleBook {
        /// 版次 / the edition
        pub edition: u32,
        /// 执行该版手册的程序及其版本 / the program that follows it, with its version
        pub program: Text,
        /// 程序公布的核对程序和格式说明的 SHA-256 / SHA-256 over the list of hashes of the checker and of the description of the formats that the program publishes
        pub checker_sha256: Sha256Hex,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "adopt-rule-book",
    title: say("执行规则手册", "Adopt a rule book"),
    group: Group::LogKeeping,
    mechanisms: &[],
    givers: Givers::Machine,
    exceptions: &[],
    fits: None,
    yields: &["log.rule-book-adopted"],
    along: &[],
    refused_when: "nothing changes; the edition is not one that the program knows, or is older than the log's; given over HTTP",
    rules: &["nothing-to-record", "rule-book-known", "rule-book-order"],
    choices: &[],
    // The edition of the tests, which is short.
    example: r#"{
  "effective_date": "2026-06-30",
  "on_behalf_of": "5108",
  "data": {
    "edition": 0,
    "program": "lianjian 0.1.0",
    "checker_sha256": "5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f"
  }
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &AdoptRuleBook) -> Option<Entity> {
    Some(Entity::RuleBook)
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AdoptRuleBook) -> Result<Vec<EventBody>, Rejection> {
    let AdoptRuleBook { edition, program, checker_sha256 } = data;
    let Some(rule_book) = RuleBook::edition(*edition) else {
        return Err(OversightRejection::RuleBookUnknown { found: *edition, known: RuleBook::latest() }.into());
    };
    match case.state.policies.adopted() {
        Some(known)
            if (known.edition, &known.program, &known.checker_sha256)
                == (*edition, program, checker_sha256) =>
        {
            return Err(Rejection::NothingToRecord);
        }
        // Directly, and not by a rule that an edition may leave out.
        Some(known) if known.edition > *edition => {
            return Err(OversightRejection::RuleBookOlder { found: *edition, adopted: known.edition }.into());
        }
        _ => {}
    }
    let (program, checker_sha256) = (program.clone(), checker_sha256.clone());
    let rule_book = Box::new(rule_book.clone());
    Ok(vec![EventBody::RuleBookAdopted(RuleBookAdopted { program, checker_sha256, rule_book })])
}

/// The command that such events came from. What the book says follows from its edition.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<AdoptRuleBook> {
    let EventBody::RuleBookAdopted(RuleBookAdopted { program, checker_sha256, rule_book }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(AdoptRuleBook { edition: rule_book.edition, program, checker_sha256 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::testing::City;
    use crate::testing::drafts::{Draft, import, officer, text};

    fn checker(digit: &str) -> Sha256Hex {
        digit.repeat(64).try_into().unwrap()
    }

    fn adopt(edition: u32, program: &str) -> Draft {
        let (program, checker_sha256) = (text(program), checker("a"));
        import(CommandBody::AdoptRuleBook(AdoptRuleBook { edition, program, checker_sha256 }))
    }

    #[test]
    fn an_edition_is_followed_until_the_next_and_none_comes_back() {
        let latest = RuleBook::latest();
        let city = City::empty().given(adopt(0, "lianjian 0.1"));
        city.when(adopt(0, "lianjian 0.1")).refused(Rejection::NothingToRecord);
        let rule_book = Box::new(RuleBook::edition(latest).unwrap().clone());
        let adopted =
            RuleBookAdopted { program: text("lianjian 0.2"), checker_sha256: checker("a"), rule_book };
        city.when(adopt(latest, "lianjian 0.2")).then(&[EventBody::RuleBookAdopted(adopted)]);
        let city = city.given(adopt(latest, "lianjian 0.2"));
        city.when(adopt(latest, "lianjian 0.3")).accepted();
        for program in ["lianjian 0.1", "lianjian 0.2"] {
            let refused = OversightRejection::RuleBookOlder { found: 0, adopted: latest };
            city.when(adopt(0, program)).refused(refused.into());
        }
        let refused = OversightRejection::RuleBookUnknown { found: latest + 1, known: latest };
        city.when(adopt(latest + 1, "lianjian 9")).refused(refused.into());
    }

    #[test]
    fn it_is_no_act_of_anybody() {
        let city = City::empty().given(adopt(0, "lianjian 0.1"));
        assert_eq!((city.state.simulated, city.state.imported, city.state.local_events), (None, false, 0));
        let refused = Rejection::RoleForbids { role: "county_officer", command: "adopt-rule-book" };
        City::new().when(adopt(1, "lianjian 0.1").by(officer("officer-1"))).refused(refused);
    }
}
