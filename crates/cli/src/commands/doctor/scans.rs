//! The check of documents' scans: what is stored, what is named and missing, and what is not what its hash says.

use domain::CityState;
use domain::say::Say;
use service::scans::standing;

use super::Check;
use crate::exit::Failure;
use crate::local::DataLocation;

/// Reads every scan and holds the store against the log, as far as it reads: what comes after that is told beside, and
/// names no scan.
pub fn scans(place: &DataLocation, state: &CityState) -> Check {
    looked_at(place, state).unwrap_or_else(|failure| Check::failed("scans", &failure))
}

fn looked_at(place: &DataLocation, state: &CityState) -> Result<Check, Failure> {
    let stores = place.open_existing()?;
    let found = standing(&*stores.scans, &state.scans, true)?;
    let Say { zh, en } = found.say();
    if found.is_sound() {
        return Ok(Check::ok("scans", zh, en));
    }
    let hashes: Vec<&str> = found.damaged.iter().map(domain::document_number::Sha256Hex::as_str).collect();
    let hashes = hashes.join(", ");
    Ok(Check::fail(
        "scans",
        format!("{zh}。损坏的请从备份取回：{hashes}；应删未删的，启动服务即删除"),
        format!(
            "{en}. Take damaged ones from a backup: {hashes}; what is to be erased goes when the service starts"
        ),
    ))
}
