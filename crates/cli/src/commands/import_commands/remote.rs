//! Lines given to a running server, one after the other: it acts as the account of the token, whatever a line asks.

use std::io::BufRead;
use std::time::Duration;

use serde_json::Value;

use super::report::{LineTag, Outcome, Reporter};
use crate::exit::{Failure, of_answer};
use crate::import_line::Lines;
use crate::refusal::Refusal;
use crate::remote::{Answer, Problem, Server, refusal};

/// How often a command is given again to a server that cannot take it now; its key makes that safe.
const MAX_REPEATS: usize = 5;
/// The longest wait before that.
const MAX_WAIT_SECONDS: u64 = 10;

/// Imports the lines; the first that is refused ends it, unless it is to keep going.
pub fn import(
    server: &Server,
    mut lines: Lines<impl BufRead>,
    keep_going: bool,
    reporter: &mut Reporter,
) -> Result<(), Failure> {
    while let Some((number, line)) = lines.next()? {
        let (tag, outcome) = match line.parse() {
            Err(error) => {
                let tag = LineTag { number, id: error.id.clone(), expect_rule: None };
                (tag, Outcome::Refused(error.into()))
            }
            Ok(line) => {
                let tag =
                    LineTag { number, id: Some(line.id.to_string()), expect_rule: line.expect_rule.clone() };
                (tag, give(server, &line.name, &line.id.to_string(), &line.body)?)
            }
        };
        if !reporter.line(&tag, &outcome)? && !keep_going {
            break;
        }
    }
    Ok(())
}

/// Gives a command, and again where the server cannot take it now.
pub fn give(server: &Server, name: &str, key: &str, body: &Value) -> Result<Outcome, Failure> {
    for _ in 0..MAX_REPEATS {
        let answer = server.command(name, key, body)?;
        if !matches!(answer.status, 429 | 503) {
            return outcome(&answer);
        }
        let seconds = answer.retry_after_seconds.unwrap_or(1).min(MAX_WAIT_SECONDS);
        std::thread::sleep(Duration::from_secs(seconds));
    }
    outcome(&server.command(name, key, body)?)
}

fn outcome(answer: &Answer) -> Result<Outcome, Failure> {
    match answer.status {
        200 | 201 => {
            let body: Value = serde_json::from_str(&answer.text).map_err(Failure::internal)?;
            let warnings = body["warnings"].as_array().into_iter().flatten();
            Ok(Outcome::Recorded {
                position: body["position"].as_u64().unwrap_or_default(),
                warnings: warnings
                    .filter_map(|warning| warning["rule"].as_str().map(str::to_owned))
                    .collect(),
                replayed: answer.status == 200,
            })
        }
        // Without a token no line will do better; a server that fails is not the line's fault.
        401 | 429 | 500.. => Err(refusal(answer)),
        status => {
            let problem = Problem::of(answer);
            let rule = problem.rule.unwrap_or_else(|| match status {
                404 => "unknown-command".to_owned(),
                _ => problem.slug.clone(),
            });
            // A line for a command that does not exist is refused like any other.
            let status = of_answer(if status == 404 { 422 } else { status }, &problem.slug);
            let Problem { citation, chinese, english, .. } = problem;
            Ok(Outcome::Refused(Refusal { rule, citation, chinese, english, status }))
        }
    }
}
