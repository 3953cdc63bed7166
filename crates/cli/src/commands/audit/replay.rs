//! `audit replay`: the view of a tier as it was on a day, or as it was recorded then, folded anew from the log.

use clap::Args;
use domain::place::PlaceCode;
use domain::say::Language;
use domain::{Policy, PolicyCalendar};
use projections::{
    HasSecretary, Moment, Page, Reading, TierView, View, ViewError, city_view, ledger_view, register_view,
    replay,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::replay_text;
use super::signed_tree::control_store;
use super::tier::Tier;
use crate::commands::show::{When, check_position, join_names, not_found};
use crate::exit::Failure;
use crate::local::DataDirectory;
use crate::output::Output;
use crate::remote::{Server, ServerOptions};

/// The most rows that a server is asked for at a time, and the most times that it is asked.
const PAGE_ROWS: usize = 5_000;
const MAX_PAGES: usize = 100;
/// The city that a server is asked for where none is named.
const CITY: &str = "5108";

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
    let code = |missing: &str| arguments.code.clone().map_or_else(|| missing.parse().ok(), Some);
    let named = || Failure::usage("请写明 --code", "name the place with --code");
    match arguments.tier {
        Tier::City => {
            let view = arguments.view(TierView::City, code(CITY).as_ref(), city_view)?;
            arguments.write(&view, replay_text::city_csv, replay_text::county, language)
        }
        Tier::County => {
            let view =
                arguments.view(TierView::Register, Some(&code("").ok_or_else(named)?), register_view)?;
            arguments.write(&view, replay_text::csv, replay_text::joint_branch, language)
        }
        Tier::Township => {
            let view = arguments.view(TierView::Ledger, Some(&code("").ok_or_else(named)?), ledger_view)?;
            arguments.write(&view, replay_text::csv, replay_text::joint_branch, language)
        }
    }
}

impl Arguments {
    /// The view of a tier, from a server or from the log that lies here; the log's own city where no code is named.
    fn view<R: Serialize + DeserializeOwned + HasSecretary>(
        &self,
        tier: TierView,
        code: Option<&PlaceCode>,
        view: fn(Reading<'_>, &PlaceCode) -> Result<View<R>, ViewError>,
    ) -> Result<View<R>, Failure> {
        match self.server.connect()? {
            Some(server) => {
                let city = CITY.parse().map_err(Failure::internal)?;
                self.remote(&server, &tier.path(code.unwrap_or(&city)))
            }
            None => self.local(code.filter(|_| self.code.is_some()), view),
        }
    }

    fn write<R: Serialize>(
        &self,
        view: &View<R>,
        csv: fn(&View<R>, &mut Output) -> Result<(), Failure>,
        row: fn(usize, &R, Language, &mut Output) -> Result<(), Failure>,
        language: Language,
    ) -> Result<(), Failure> {
        let mut output = Output::new();
        match (self.form.json, self.form.csv) {
            (true, _) => output.json(view)?,
            (_, true) => csv(view, &mut output)?,
            _ => {
                replay_text::head(view, &self.when, self.tier, language, &mut output)?;
                for (index, found) in view.rows.iter().enumerate() {
                    row(index + 1, found, language, &mut output)?;
                }
            }
        }
        output.flush()
    }

    /// From the log that lies here, beside whoever writes to it.
    fn local<R: HasSecretary>(
        &self,
        code: Option<&PlaceCode>,
        view: fn(Reading<'_>, &PlaceCode) -> Result<View<R>, ViewError>,
    ) -> Result<View<R>, Failure> {
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
        let mut view = view(reading, code.unwrap_or(&city)).map_err(|error| not_found(error, &city))?;
        if let Some(control) = control_store(&place)? {
            join_names(&mut view.rows, &*control)?;
        }
        Ok(view)
    }

    /// From a server, which folds by the same code; its pages are put together again.
    fn remote<R: DeserializeOwned>(&self, server: &Server, path: &str) -> Result<View<R>, Failure> {
        let question = self.when.query();
        let mark = if question.is_empty() { "?" } else { "&" };
        let first = format!("{path}{question}{mark}limit={PAGE_ROWS}");
        let get = |path: &str| -> Result<Page<R>, Failure> {
            serde_json::from_str(&server.get(path)?).map_err(|error| server.unreachable(error))
        };
        let Page { mut view, mut next_cursor } = get(&first)?;
        for _ in 1..MAX_PAGES {
            let Some(cursor) = next_cursor else { return Ok(view) };
            let more = get(&format!("{first}&cursor={cursor}"))?;
            view.rows.extend(more.view.rows);
            next_cursor = more.next_cursor;
        }
        match next_cursor {
            Some(_) => Err(Failure::internal(format!("more than {MAX_PAGES} pages"))),
            None => Ok(view),
        }
    }
}
