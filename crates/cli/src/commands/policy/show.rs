//! `policy show`: the rules in force in the city or a county on a day, with their figures, what set them, and their sources.

use clap::Args;
use domain::date::Date;
use domain::place::PlaceCode;
use domain::say::Language;
use labels::policy as w;
use labels::terms::{of_field, term};
use projections::{Page, PolicyEntry, RuleEntry, ThresholdEntry, View, policies_view};

use crate::commands::show::{When, here};
use crate::exit::Failure;
use crate::local::{DataDirectory, policy};
use crate::output::Output;
use crate::remote::ServerOptions;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 市或县(区)的代码；默认全市（--server 时为令牌所属的县或市） / the code of the city or of a county: the city where absent, with a server the token's own
    #[arg(long, value_name = "CODE")]
    scope: Option<PlaceCode>,
    /// 查询日；默认今天 / on which day; today where absent
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// 以 JSON 输出，与 API 相同 / as JSON, the same as the API's
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let mut output = Output::new();
    let view: View<PolicyEntry> = match arguments.server.connect()? {
        Some(server) => {
            let pairs = [
                arguments.scope.as_ref().map(|code| format!("scope={code}")),
                arguments.as_of.map(|day| format!("as_of={day}")),
            ];
            let query = pairs.into_iter().flatten().collect::<Vec<_>>().join("&");
            let text = server.get(&format!("/api/v1/policies?{query}"))?;
            let page: Page<PolicyEntry> =
                serde_json::from_str(&text).map_err(|error| server.unreachable(error))?;
            page.view
        }
        None => {
            let defaults = policy()?;
            let when = When { as_of: arguments.as_of, known_at: None, at: None };
            here(&arguments.directory, when, |reading| {
                let city = reading.views.city().city.clone();
                policies_view(reading, &defaults, arguments.scope.as_ref().unwrap_or(&city))
            })?
        }
    };
    if arguments.json {
        output.json(&view)?;
    } else {
        print(&view, language, &mut output)?;
    }
    output.flush()
}

/// A line for each rule that holds on the day, and one more for each further figure that it reads.
fn print(view: &View<PolicyEntry>, language: Language, output: &mut Output) -> Result<(), Failure> {
    let (scope, day) = (&view.scope, view.as_of);
    output.line(language.pick(
        format!("{scope} 规则与政策（{day}）"),
        format!("{scope}: rules and policy in force on {day}"),
    ))?;
    let head = [w::RULE_ASKS, w::SEVERITY, w::FIGURES_IN_FORCE, w::SINCE];
    let mut rows = vec![head.map(|words| words.in_language(language).to_owned()).to_vec()];
    for entry in &view.rows {
        if let PolicyEntry::Rule(rule) = entry
            && rule.on_file
        {
            rows.extend(lines(rule, language));
        }
    }
    output.table(&rows)
}

fn lines(rule: &RuleEntry, language: Language) -> Vec<Vec<String>> {
    let citation = &rule.citation;
    let source = format!("{} {} {}", citation.document, citation.version, citation.article);
    let asks = language.pick(&rule.zh, &rule.en).clone();
    let severity = serde_json::to_value(rule.severity).ok();
    let severity = severity.as_ref().and_then(|severity| severity.as_str()).unwrap_or_default();
    let severity = term(language, "Severity", severity);
    let mut figures = rule.figures.iter().map(|threshold| figure(threshold, language));
    let first = figures.next().unwrap_or_default();
    let since = if first.1.is_empty() { source } else { first.1 };
    let mut lines = vec![vec![asks, severity, first.0, since]];
    lines.extend(figures.map(|(figure, since)| vec![String::new(), String::new(), figure, since]));
    lines
}

/// A figure with its value, and the document that set it where it is not the rule's own.
fn figure(threshold: &ThresholdEntry, language: Language) -> (String, String) {
    let (name, unit) = w::figure(language, &threshold.name);
    let set_by = threshold.set_by.as_ref().map(|set_by| {
        let document = set_by.document.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{} {document}", set_by.from)
    });
    let value = threshold.value.to_string();
    let value =
        of_field(&threshold.name, &value).map_or(value, |words| words.in_language(language).to_owned());
    (format!("{name}：{value} {unit}").trim_end().to_owned(), set_by.unwrap_or_default())
}
