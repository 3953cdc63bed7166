//! `audit replay`: the view of a tier as it was on a day, or as it was recorded then, folded anew from the log.

use clap::Args;
use domain::place::PlaceCode;
use domain::{Policy, PolicyCalendar};
use projections::{Moment, Reading, View, city_view, ledger_view, register_view, replay};
use serde_json::Value;

use super::replay_text;
use super::signed_tree::control_store;
use super::tier::Tier;
use crate::commands::show::{When, check_position, join_names};
use crate::exit::Failure;
use crate::language::Language;
use crate::local::DataDirectory;
use crate::output::Output;
use crate::remote::{Server, ServerOptions};

/// The most rows that a server is asked for at a time, and the most times that it is asked.
const PAGE_ROWS: usize = 5_000;
const MAX_PAGES: usize = 100;

/// How it is written.
#[derive(Debug, Clone, Copy, Args)]
pub struct Form {
    /// 以 JSON 输出 / as JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// 以 CSV 输出，供电子表格使用 / as CSV, for a spreadsheet
    #[arg(long)]
    pub csv: bool,
}

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    when: When,
    /// 层级，默认市 / the tier; the city where absent
    #[arg(long, value_enum, default_value = "city")]
    tier: Tier,
    /// 县或乡镇的代码 / the code of the county or township
    #[arg(long, value_name = "CODE", required_if_eq_any([("tier", "county"), ("tier", "township")]))]
    code: Option<PlaceCode>,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let view: Value = match arguments.server.connect()? {
        Some(server) => arguments.remote(&server)?,
        None => serde_json::to_value(arguments.local()?).map_err(Failure::internal)?,
    };
    let mut output = Output::new();
    let (form, tier) = (arguments.form, arguments.tier);
    match (form.json, form.csv) {
        (true, _) => output.json(&view)?,
        (_, true) => replay_text::csv(&view, tier, &mut output)?,
        _ => replay_text::print(&view, &arguments.when, tier, language, &mut output)?,
    }
    output.flush()
}

impl Arguments {
    /// From the log that lies here, beside whoever writes to it.
    fn local(&self) -> Result<View, Failure> {
        let place = self.directory.location()?;
        let log = place.open_log()?;
        check_position(&*log, self.when.at)?;
        let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
        let When { as_of, known_at, at } = self.when;
        let views = replay(&*log, city.clone(), Moment { as_of, at, known_at })?;
        let policy = Policy::defaults().map_err(Failure::internal)?;
        let policies = PolicyCalendar::new(&policy, views.policies());
        let on = self.when.day(&*log)?;
        let reading = Reading { views: &views, policies: &policies, on };
        let code = self.code.as_ref().unwrap_or(&city);
        let mut view = match self.tier {
            Tier::City if *code != city => {
                return Err(Failure::usage(
                    format!("日志属于 {city}，没有城市 {code}"),
                    format!("the log is of {city}; there is no city {code}"),
                ));
            }
            Tier::City => city_view(reading, None)?,
            Tier::County => register_view(reading, code, None)?,
            Tier::Township => ledger_view(reading, code, None)?,
        };
        if let Some(control) = control_store(&place)? {
            join_names(&mut view.rows, &*control)?;
        }
        Ok(view)
    }

    /// From a server, which folds by the same code; its pages are put together again.
    fn remote(&self, server: &Server) -> Result<Value, Failure> {
        let path = match (self.tier, &self.code) {
            (Tier::City, code) => {
                let city = code.as_ref().map_or("5108", PlaceCode::as_str);
                format!("/api/v1/cities/{city}")
            }
            (Tier::County, Some(code)) => format!("/api/v1/counties/{code}/register"),
            (Tier::Township, Some(code)) => format!("/api/v1/townships/{code}/ledger"),
            (_, None) => return Err(Failure::usage("请写明 --code", "name the place with --code")),
        };
        let question = self.when.query();
        let mark = if question.is_empty() { "?" } else { "&" };
        let first = format!("{path}{question}{mark}limit={PAGE_ROWS}");
        let get = |path: &str| -> Result<Value, Failure> {
            serde_json::from_str(&server.get(path)?).map_err(|error| server.unreachable(error))
        };
        let mut view = get(&first)?;
        for _ in 1..MAX_PAGES {
            let Some(cursor) = view["next_cursor"].as_str().map(str::to_owned) else { break };
            let mut more = get(&format!("{first}&cursor={cursor}"))?;
            view["next_cursor"] = more["next_cursor"].take();
            if let (Some(rows), Some(further)) = (view["rows"].as_array_mut(), more["rows"].as_array_mut()) {
                rows.append(further);
            }
        }
        if view["next_cursor"].is_string() {
            return Err(Failure::internal(format!("more than {MAX_PAGES} pages")));
        }
        if let Some(fields) = view.as_object_mut() {
            fields.remove("next_cursor");
        }
        Ok(view)
    }
}
