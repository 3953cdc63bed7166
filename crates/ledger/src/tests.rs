//! Ledgers against a small county: what is proposed, and what becomes of it.

use domain::CityState;
use domain::Policy;
use domain::account::Role;
use domain::actor::Actor;
use domain::date::Timestamp;
use domain::ids::CommandId;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::{Value, json};
use service::request::CommandRequest;
use service::trial::Trial;
use ulid::Ulid;

use crate::aliases::Aliases;
use crate::known::Known;
use crate::ledger::{LedgerError, check_county, read};
use crate::plan::Planned;
use crate::proposal::{Key, Proposal};
use crate::values::Confidence;
use crate::{accepted, plan, propose, write};
use domain::say::Language;

mod accepting;
mod proposing;
mod shuffled;

/// The county: two townships of today, one that went over into the first, and a department that decides.
const PLACES: [(&str, &str); 16] = [
    ("5108", "广元市"),
    ("510811", "昭化区"),
    ("510812", "朝天区"),
    ("510811210", "白果乡"),
    ("510811211", "梅树乡"),
    ("510811212", "旧店乡"),
    ("510812100", "朝天镇"),
    ("510811210205", "狮子村民委员会"),
    ("510811210206", "田岩村民委员会"),
    ("510811210207", "月坝村村民委员会"),
    ("510811210208", "前进村民委员会"),
    ("510811211201", "梅树村民委员会"),
    ("510811211202", "前进村民委员会"),
    ("510811211203", "狮子社区居民委员会"),
    ("510811212201", "旧店村民委员会"),
    ("510812100201", "朝天村民委员会"),
];

/// A county's log under way.
struct County {
    trial: Trial,
    next: u128,
    /// The day on which ledgers are read.
    on: &'static str,
}

impl County {
    fn new() -> Self {
        let now = Timestamp::from_milliseconds(1_780_000_000_000);
        let policy = Policy::defaults().unwrap();
        let trial = Trial::new(
            CityState::new("5108".parse().unwrap()),
            policy.into(),
            std::sync::Arc::default(),
            now,
        );
        let mut county = Self { trial, next: 1, on: "2026-03-01" };
        for (code, name) in PLACES {
            let level = ["city", "county", "township", "village"]
                [[4, 6, 9, 12].iter().position(|it| *it == code.len()).unwrap()];
            let mut data = json!({ "code": code, "name": name, "level": level });
            let above = match code.len() {
                6 => Some(4),
                9 => Some(6),
                12 => Some(9),
                _ => None,
            };
            if let Some(length) = above {
                data["parent"] = code[..length].into();
            }
            county.give("register-place", "2018-01-01", "5108", data);
        }
        county.organization("中共昭化区委组织部", "organ", "county", "510811");
        county.organization("狮子村党支部", "branch", "village", "510811210205");
        county.organization("梅树村党支部", "branch", "village", "510811211201");
        county
    }

    fn organization(&mut self, name: &str, form: &str, host_kind: &str, host: &str) {
        let data = json!({
            "name": name, "form": form, "host_kind": host_kind, "host": host, "formal_members": 20, "probationary_members": 0
        });
        self.give("register-organization", "2018-01-01", "510811", data);
    }

    /// The county lists 片区联合党委, in which members keep their superior; ledgers are read after that.
    fn list_area_committee(&mut self) {
        let organs = self.known().organs;
        let entry = json!({
            "code": "area_committee", "zh": "片区联合党委", "en": "joint committee of an area", "as": "committee",
            "effect": "functional"
        });
        let body = json!({
            "effective_date": "2026-05-29", "on_behalf_of": organs[0].id,
            "document": { "number": "昭委组〔2026〕40号", "issued": "2026-05-28" },
            "decided_by": { "meeting": "部务会", "date": "2026-05-28" },
            "data": { "jurisdiction": "510811", "code_lists": { "forms": [entry] } }
        });
        self.next += 1;
        self.trial.take(request(CommandId(Ulid(self.next - 1)), "issue-policy", body)).unwrap();
        self.on = "2026-06-01";
    }

    fn give(&mut self, name: &str, on: &str, on_behalf_of: &str, data: Value) {
        let body = json!({ "effective_date": on, "on_behalf_of": on_behalf_of, "data": data });
        let id = CommandId(Ulid(self.next));
        self.next += 1;
        self.trial.take(request(id, name, body)).unwrap();
    }

    fn known(&self) -> Known {
        let county = "510811".parse().unwrap();
        Known::of(self.trial.state(), &county, self.on.parse().unwrap(), &|_| None).unwrap()
    }

    fn propose(&self, bytes: &[u8]) -> Proposal {
        let ledger = read(bytes, Aliases::default()).unwrap();
        check_county(&ledger, &self.known()).unwrap();
        propose(&ledger, &self.known())
    }

    fn refused(&self, bytes: &[u8]) -> Vec<(String, String)> {
        let ledger = read(bytes, Aliases::default());
        match ledger.and_then(|ledger| check_county(&ledger, &self.known())) {
            Err(LedgerError::Cells { problems }) => {
                problems.into_iter().map(|it| (it.cell, it.rule)).collect()
            }
            other => panic!("{other:?}"),
        }
    }
}

fn request(id: CommandId, name: &str, body: Value) -> CommandRequest {
    let actor = Actor { id: "local".into(), role: Role::Local, scope: "5108".parse().unwrap() };
    let mut body = body;
    body["simulated"] = true.into();
    CommandRequest { id, name: name.into(), body, actor, if_match: None, traceparent: None }
}

fn text(proposal: &Proposal, row: usize, key: Key) -> (&str, Confidence) {
    let value = &proposal.rows[row].values[&key];
    (value.accepted.as_str(), value.confidence)
}
