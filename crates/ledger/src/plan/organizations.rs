//! The organizations of an accepted workbook: those to be registered, and those that members name.

use std::collections::BTreeMap;

use domain::ids::{CommandId, OrganizationId};
use domain::organization::HostKind;
use domain::say::{Say, say};
use serde_json::{Value, json};

use super::{Occasion, Planned, labelled};
use crate::accepted::{At, Columns};
use crate::ledger::Problem;
use crate::names::{Found, Member, member, split_members};
use crate::propose::HOST_KINDS;
use crate::words::{fold, without_brackets};

/// The forms and their words.
const FORMS: [(&str, &str); 3] = [("党支部", "branch"), ("党总支", "general_branch"), ("党委", "committee")];

/// An organization that will be registered.
struct New {
    id: OrganizationId,
    name: String,
    /// The code of its village.
    village: Option<String>,
    data: Value,
    cells: Vec<(&'static str, String)>,
    cell: String,
}

/// The organizations of the workbook.
pub(super) struct Organizations {
    new: Vec<New>,
    /// By name, folded.
    by_name: BTreeMap<String, Vec<usize>>,
    /// By the code of the village.
    by_village: BTreeMap<String, usize>,
}

impl Organizations {
    pub(super) fn read(occasion: &Occasion<'_>, problems: &mut Vec<Problem>) -> Self {
        let mut own = Self { new: Vec::new(), by_name: BTreeMap::new(), by_village: BTreeMap::new() };
        let mut cells: BTreeMap<OrganizationId, String> = BTreeMap::new();
        for row in &occasion.accepted.organizations {
            let Some(new) = organization(occasion, row, problems) else { continue };
            if let Some(first) = cells.get(&new.id) {
                let why = Say::of(format!("与 {first} 重复"), format!("the same as {first}"));
                problems.push(Problem::new(new.cell, "row-twice", why));
                continue;
            }
            cells.insert(new.id, new.cell.clone());
            let at = own.new.len();
            own.by_name.entry(fold(&new.name)).or_default().push(at);
            if let Some(village) = &new.village {
                own.by_village.entry(village.clone()).or_insert(at);
            }
            own.new.push(new);
        }
        own
    }

    /// The commands that register them.
    pub(super) fn commands(&self, occasion: &Occasion<'_>) -> Vec<Planned> {
        let command = |own: &New| {
            let body = occasion.body(json!(occasion.known.county.code), own.data.clone());
            let id = CommandId(labelled(&format!("ledger/register-organization/{body}")));
            Planned {
                name: "register-organization",
                id,
                body,
                cell: own.cell.clone(),
                cells: own.cells.clone(),
            }
        };
        self.new.iter().map(command).collect()
    }

    /// The members that a cell names.
    pub(super) fn members(
        &self,
        occasion: &Occasion<'_>,
        township: Option<usize>,
        at: &At,
        problems: &mut Vec<Problem>,
    ) -> Vec<(OrganizationId, String)> {
        let mut found: Vec<(OrganizationId, String)> = Vec::new();
        for part in split_members(&at.text).0 {
            match self.find(occasion, township, &part) {
                Ok(id) if found.iter().any(|(known, _)| *known == id) => {
                    let why = Say::of(format!("“{part}”重复列出"), format!("`{part}` is listed twice"));
                    problems.push(Problem::new(at.cell.clone(), "member-once", why));
                }
                Ok(id) => found.push((id, part)),
                Err(why) => problems.push(Problem::new(at.cell.clone(), "unknown-member", why)),
            }
        }
        if found.len() < 2 && !at.is_empty() {
            let why = say("成员至少两个，以顿号分开", "there are two members at least, divided by 、");
            problems.push(Problem::new(at.cell.clone(), "joint-members", why));
        }
        found
    }

    /// The organization that a text names: one of the workbook, or one that is registered.
    pub(super) fn find(
        &self,
        occasion: &Occasion<'_>,
        township: Option<usize>,
        text: &str,
    ) -> Result<OrganizationId, Say> {
        let (plain, inside) = without_brackets(text);
        let code = inside
            .iter()
            .map(|code| fold(code))
            .find(|code| code.len() == 12 && code.bytes().all(|it| it.is_ascii_digit()));
        let named = self.by_name.get(&fold(&plain)).into_iter().flatten().map(|at| &self.new[*at]);
        let coded: Vec<&New> = named.filter(|own| code.is_none() || own.village == code).collect();
        if let [only] = coded.as_slice() {
            return Ok(only.id);
        }
        if let Some(code) = code.as_ref().filter(|code| occasion.known.village_of_code(code).is_none()) {
            let on = occasion.known.on;
            return Err(Say::of(
                format!("“{text}”：{on} 的区划中没有代码 {code}"),
                format!("`{text}`: the divisions of {on} have no code {code}"),
            ));
        }
        match member(occasion.known, township, text) {
            Found::One(reading) => match reading.value {
                Member::Known(id) => Ok(id),
                Member::Village { village, .. } => {
                    let own = &occasion.known.villages[village];
                    let by_village = self.by_village.get(own.code.as_str()).map(|at| &self.new[*at]);
                    by_village.map(|new| new.id).ok_or_else(|| unregistered(text))
                }
                Member::Unit { .. } => Err(unregistered(text)),
            },
            Found::Several(_) => Err(Say::of(
                format!("“{text}”可能是几个之一，请在名称后写村代码，如 狮子村党支部（510811210205）"),
                format!("`{text}` may be one of several: write the village's code behind it"),
            )),
            Found::None => Err(Say::of(
                format!("“{text}”不在 {} 的区划中，也不是已登记的党组织", occasion.known.on),
                format!("the divisions of {} know no `{text}`, nor is it registered", occasion.known.on),
            )),
        }
    }
}

fn unregistered(text: &str) -> Say {
    Say::of(
        format!("“{text}”的党组织没有登记，也不在“党组织”表中"),
        format!("the organization of `{text}` is neither registered nor in the sheet 党组织"),
    )
}

/// The form of a cell, as the command takes it.
fn form_of(at: &At, problems: &mut Vec<Problem>) -> Option<&'static str> {
    let found = FORMS.iter().find(|(word, wire)| at.text == *word || at.text == *wire);
    if found.is_none() {
        let why = say("应为党支部、党总支或党委", "it must be 党支部, 党总支 or 党委");
        problems.push(Problem::new(at.cell.clone(), "form", why));
    }
    found.map(|(_, wire)| *wire)
}

/// The kind of host of a cell.
fn host_kind_of(at: &At, problems: &mut Vec<Problem>) -> Option<&'static HostKind> {
    let is_said = |own: &HostKind, word: &str| at.text == word || at.text == own.as_str();
    let found = HOST_KINDS.iter().find(|(own, word)| is_said(own, word)).map(|(own, _)| own);
    if found.is_none() {
        let words = HOST_KINDS.each_ref().map(|(_, word)| *word).join("、");
        let why = Say::of(format!("应为 {words}"), format!("it must be one of {words}"));
        problems.push(Problem::new(at.cell.clone(), "host-kind", why));
    }
    found
}

fn organization(occasion: &Occasion<'_>, row: &Columns, problems: &mut Vec<Problem>) -> Option<New> {
    let at = |title: &str| row.get(title).cloned().unwrap_or_default();
    let (name, form, kind) = (at("名称"), at("组织形式"), at("所属类别"));
    let (host, location) = (at("所属（村代码或单位名称）"), at("所在地代码"));
    let wire_form = form_of(&form, problems);
    let host_kind = host_kind_of(&kind, problems);
    for (own, title) in [(&name, "名称"), (&host, "所属")] {
        if own.is_empty() {
            problems.push(Problem::new(
                own.cell.clone(),
                "needed",
                Say::of(format!("“{title}”待填"), format!("{title} is to be filled in")),
            ));
        }
    }
    let village = (host_kind == Some(&HostKind::Village)).then(|| host.text.clone());
    if let Some(code) =
        village.as_ref().filter(|code| !code.is_empty() && occasion.known.village_of_code(code).is_none())
    {
        let why = Say::of(
            format!("{} 的区划中没有村代码 {code}", occasion.known.on),
            format!("the divisions of {} have no village {code}", occasion.known.on),
        );
        problems.push(Problem::new(host.cell.clone(), "unknown-village", why));
    }
    let formal = count(&at("正式党员数"), true, problems);
    let probationary = count(&at("预备党员数"), false, problems);
    // One that is wrong otherwise is still the one that members name: one cell is told once.
    if name.is_empty() || host.is_empty() {
        return None;
    }
    let place = village
        .as_ref()
        .and_then(|code| occasion.known.village_of_code(code))
        .map(|at| occasion.known.villages[at].id.to_string());
    let of = place.unwrap_or_else(|| format!("{}/{}", host.text, location.text));
    let id = OrganizationId(labelled(&format!("ledger/organization/{of}/{}", name.text)));
    let mut data = json!({
        "id": id,
        "name": name.text,
        "form": wire_form,
        "host_kind": host_kind.map(HostKind::as_str),
        "host": host.text,
        "formal_members": formal,
        "probationary_members": probationary,
    });
    if village.is_none() && !location.is_empty() {
        data["location"] = json!(location.text);
    }
    let cells = vec![
        ("/data/name", name.cell.clone()),
        ("/data/form", form.cell),
        ("/data/host_kind", kind.cell),
        ("/data/host", host.cell),
        ("/data/location", location.cell),
        ("/data/formal_members", at("正式党员数").cell),
        ("/data/probationary_members", at("预备党员数").cell),
    ];
    Some(New { id, name: name.text, village, data, cells, cell: name.cell })
}

fn count(at: &At, is_needed: bool, problems: &mut Vec<Problem>) -> Option<u32> {
    if at.is_empty() && !is_needed {
        return Some(0);
    }
    let count = fold(&at.text).trim_end_matches(['人', '名']).parse().ok();
    if count.is_none() {
        let why = if at.is_empty() {
            say("正式党员数待填", "the number of formal members is to be filled in")
        } else {
            say("应为人数", "it must be a number of people")
        };
        problems.push(Problem::new(at.cell.clone(), "needed", why));
    }
    count
}
