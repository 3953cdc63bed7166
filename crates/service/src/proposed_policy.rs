//! A proposed policy as it comes in: the data of `issue-policy`, held to the same schema and the same rules, with everything
//! that is wrong with it told at once.

use domain::commands::IssuePolicy;
use domain::date::Date;
use domain::rehearsal::Proposal;
use domain::say::Say;
use domain::{CityState, CommandBody, Policy, Rejection, errors};
use serde_json::{Value, json};

use crate::body_schema;
use crate::shape_error::ShapeError;
use crate::strict_json;

/// The longest proposal: as long as the request of a command may be.
pub const MAX_PROPOSAL_BYTES: usize = 64 * 1_024;
/// The command whose data it is.
const COMMAND: &str = "issue-policy";

errors! {
    /// Why a proposed policy cannot be rehearsed.
    #[derive(Debug, Clone, PartialEq)]
    pub enum ProposalError {
        /// Too long to be one.
        #[zh("拟议政策超过 {limit} 字节")]
        #[en("the proposed policy has more than {limit} bytes")]
        TooLong {
            /// [`MAX_PROPOSAL_BYTES`].
            limit: usize,
        },
        /// It does not read.
        #[zh("拟议政策不是合法的 JSON（格式有误，或同一个键出现两次）：第 {line} 行第 {column} 列")]
        #[en("the proposed policy is not JSON, or says one key twice: line {line}, column {column}: {detail}")]
        Json {
            /// Which line.
            line: usize,
            /// Which column.
            column: usize,
            /// What is wrong there.
            detail: String,
        },
        /// It does not fit the schema of the command's data.
        #[zh("{}", said.zh)]
        #[en("{}", said.en)]
        Shape {
            /// Every value that does not fit.
            errors: Vec<ShapeError>,
            /// All of them in words.
            said: Say,
        },
        /// It could not be issued.
        #[zh("{}", said.zh)]
        #[en("{}", said.en)]
        Refused {
            /// Everything that would refuse it.
            rejections: Vec<Rejection>,
            /// All of them in words.
            said: Say,
        },
        /// It would begin after the last day of the log.
        #[zh("自 {since} 起还没有记录：日志最后一条录于 {last}")]
        #[en("nothing is recorded since {since} yet: the last event was recorded on {last}")]
        NothingSince {
            /// The first day of the rehearsal.
            since: Date,
            /// The day of the last event.
            last: Date,
        },
    }
}

/// Reads a proposed policy, and holds it to what the city is now.
pub fn propose(
    state: &CityState,
    defaults: &Policy,
    bytes: &[u8],
    since: Date,
) -> Result<Proposal, ProposalError> {
    let data = read(bytes, state, since)?;
    let today = state.last_recorded_at.day();
    let proposal = Proposal::new(state, defaults, data, since, today).map_err(refused)?;
    if since > today {
        return Err(ProposalError::NothingSince { since, last: today });
    }
    Ok(proposal)
}

fn read(bytes: &[u8], state: &CityState, since: Date) -> Result<IssuePolicy, ProposalError> {
    if bytes.len() > MAX_PROPOSAL_BYTES {
        return Err(ProposalError::TooLong { limit: MAX_PROPOSAL_BYTES });
    }
    let data = strict_json::parse(bytes).map_err(|error| ProposalError::Json {
        line: error.line(),
        column: error.column(),
        detail: error.to_string(),
    })?;
    let body = json!({ "effective_date": since, "on_behalf_of": state.city, "data": data });
    body_schema::check(COMMAND, &body).map_err(misshapen)?;
    let data = body.get("data").unwrap_or(&Value::Null);
    match CommandBody::deserialize(COMMAND, data) {
        Some(Ok(CommandBody::IssuePolicy(data))) => Ok(data),
        _ => Err(misshapen(vec![body_schema::unreadable(COMMAND, "/data".to_owned())])),
    }
}

fn misshapen(errors: Vec<ShapeError>) -> ProposalError {
    let (zh, en) = ShapeError::sentences(&errors);
    ProposalError::Shape { errors, said: Say::of(zh, en) }
}

fn refused(rejections: Vec<Rejection>) -> ProposalError {
    let said = rejections.iter().map(Rejection::say);
    let (zh, en): (Vec<_>, Vec<_>) = said.map(|said| (said.zh, said.en)).unzip();
    ProposalError::Refused { rejections, said: Say::of(zh.join("；"), en.join("; ")) }
}

#[cfg(test)]
mod tests {
    use domain::testing::City;

    use super::*;

    fn proposed(text: &str, since: &str) -> Result<Proposal, ProposalError> {
        let city = City::merged();
        propose(&city.state, &city.policy, text.as_bytes(), since.parse().unwrap())
    }

    #[test]
    fn the_data_of_the_command_is_a_proposal() {
        let found = proposed(
            r#"{"jurisdiction": "510811", "figures": {"survey_favour_percent": 70}, "reason": "从严掌握"}"#,
            "2019-01-01",
        );
        let found = found.unwrap();
        assert_eq!(found.jurisdiction().as_str(), "510811");
        assert_eq!(found.issued().figures.survey_favour_percent, Some(70));
    }

    #[test]
    fn what_does_not_read_or_fit_is_told_all_of_it() {
        assert!(matches!(proposed("{", "2019-01-01"), Err(ProposalError::Json { line: 1, .. })));
        let long = format!("{{\"reason\": \"{}\"}}", "长".repeat(MAX_PROPOSAL_BYTES));
        assert!(matches!(proposed(&long, "2019-01-01"), Err(ProposalError::TooLong { .. })));
        let wrong = r#"{"figures": {"survey_favour_percent": "much", "no_such_figure": 1}, "colour": "red"}"#;
        let Err(ProposalError::Shape { errors, .. }) = proposed(wrong, "2019-01-01") else { panic!() };
        let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        for pointer in [
            "/data/jurisdiction",
            "/data/figures/survey_favour_percent",
            "/data/figures/no_such_figure",
            "/data/colour",
        ] {
            assert!(pointers.contains(&pointer), "{pointer}: {pointers:?}");
        }
        let loose = r#"{"jurisdiction": "5108", "figures": {"survey_favour_percent": 0, "term_years": 6}}"#;
        let Err(ProposalError::Refused { rejections, said }) = proposed(loose, "2019-01-01") else {
            panic!()
        };
        let rules: Vec<&str> = rejections.iter().map(Rejection::rule).collect();
        assert_eq!(rules, ["policy-consistent", "policy-below-regulation"]);
        assert!(said.zh.contains('；'), "{}", said.zh);
    }

    #[test]
    fn nothing_is_rehearsed_since_a_day_that_no_record_has_reached() {
        let data = r#"{"jurisdiction": "5108", "figures": {"survey_favour_percent": 70}}"#;
        assert!(proposed(data, "2026-06-30").is_ok());
        assert!(matches!(proposed(data, "2026-07-01"), Err(ProposalError::NothingSince { .. })));
    }
}
