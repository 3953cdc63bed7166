//! The check of the start list: what an office needs before its first decision, and what of it is not there.

use domain::Policy;
use domain::PolicyCalendar;
use domain::say::Language;
use projections::{
    ListName, ListQuestion, ListRow, Moment, Reading, StartRow, StartState, gather,
    is_before_the_first_decision, replay,
};
use service::{system_clock, upkeep};

use super::Check;
use crate::exit::Failure;
use crate::local::DataLocation;

/// Looks through the start list of the city; a simulated log has none.
pub fn start(place: &DataLocation) -> Result<Option<Check>, Failure> {
    let stores = place.open_existing()?;
    let views = replay(&*stores.log, stores.city.clone(), Moment::default())?;
    if views.city().simulated == Some(true) {
        return Ok(None);
    }
    let defaults = Policy::defaults().map_err(Failure::internal)?;
    let policies = PolicyCalendar::new(&defaults, views.policies());
    let reading = Reading { views: &views, policies: &policies, on: system_clock().day() };
    let question = ListQuestion { name: ListName::Start, scope: stores.city.clone(), year: None };
    let list = gather(&*stores.log, reading, &question, None)?;
    let upkeep = upkeep::read(&place.data, &*stores.control)?;
    let mut rows = Vec::new();
    for kept in &list.rows {
        if let ListRow::Start(mut row) = list.row(kept, None)? {
            row.fill(&upkeep);
            rows.push(row);
        }
    }
    Ok(Some(check(&rows, is_before_the_first_decision(&views), stores.city.as_str())))
}

/// Before the first decision what is missing is to be done; later it is told.
fn check(rows: &[StartRow], is_beginning: bool, city: &str) -> Check {
    let named = |language: Language, wanted: &[StartState]| -> Vec<String> {
        let found = rows.iter().filter(|row| wanted.contains(&row.state));
        found.map(|row| row.item.title().in_language(language).to_owned()).collect()
    };
    let missing = [StartState::Open, StartState::Partly];
    let (open, unknown) = (named(Language::Zh, &missing), named(Language::Zh, &[StartState::Unknown]));
    if open.is_empty() && unknown.is_empty() {
        return Check::ok("start", "启用清单各项齐备", "everything on the start list is there");
    }
    let (count, other) = (open.len(), unknown.len());
    let zh = format!(
        "启用清单 {count} 项未齐（{}），{other} 项不掌握（{}）；见 list start --scope {city} 或页面 /start",
        open.join("、"),
        unknown.join("、"),
    );
    let en = format!(
        "{count} items of the start list are open ({}), {other} are not known ({}): see list start --scope {city}, or the page /start",
        named(Language::En, &missing).join("; "),
        named(Language::En, &[StartState::Unknown]).join("; "),
    );
    if is_beginning { Check::warn("start", zh, en) } else { Check::ok("start", zh, en) }
}
