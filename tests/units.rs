//! The units of systemd: how much of the machine each could reach, what it may take, and when it is started again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The most exposure by systemd's own measure, from 0 to 10, in tenths.
const MAX_EXPOSURE_TENTHS: u64 = 15;

fn units() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("deploy/systemd");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let units: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "service")).collect();
    assert!(units.len() >= 3, "{units:?}");
    units
}

/// What a unit says, by name; of what it says several times, the last.
fn settings(unit: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(unit).unwrap();
    let pairs = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn a_unit_reaches_little_of_the_machine() {
    for unit in units() {
        let judged = Command::new("systemd-analyze")
            .args(["security", "--offline=true", "--no-pager"])
            .arg(&unit)
            .output()
            .expect("systemd-analyze is missing: run tests/fetch-systemd");
        let said = String::from_utf8_lossy(&judged.stdout);
        let (_, level) = said.rsplit_once(".service: ").unwrap_or_else(|| panic!("{said}"));
        let level: f64 = level.split_whitespace().next().unwrap().parse().unwrap();
        assert!((level * 10.0).round() as u64 <= MAX_EXPOSURE_TENTHS, "{}: {level}\n{said}", unit.display());
    }
}

#[test]
fn a_unit_has_limits_and_comes_back_by_itself() {
    for unit in units() {
        let settings = settings(&unit);
        let text = |name: &str| settings.get(name).map_or("", String::as_str);
        assert_eq!((text("LimitCORE"), text("Restart")), ("0", "always"), "{}", unit.display());
        assert_eq!((text("RestartSec"), text("StartLimitIntervalSec")), ("2", "0"), "{}", unit.display());
        assert!(text("MemoryMax").ends_with(['M', 'G']), "{}", unit.display());
        for name in ["Wants", "After"] {
            assert!(text(name).contains("time-sync.target"), "{}: {name}", unit.display());
        }
        let files: u64 = text("LimitNOFILE").parse().unwrap();
        if unit.ends_with("lianjian.service") {
            assert!(files >= 2 * connections(), "{files}");
            assert_eq!(text("RestartPreventExitStatus"), "2 5 7");
        }
    }
}

/// How many connections the service takes, as its source says.
fn connections() -> u64 {
    let source = include_str!("../crates/api/src/http/connections.rs");
    let (_, rest) = source.split_once("pub const MAX_CONNECTIONS: usize = ").unwrap();
    rest.split(';').next().unwrap().replace('_', "").parse().unwrap()
}
