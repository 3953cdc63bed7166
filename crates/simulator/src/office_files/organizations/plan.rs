//! The commands that a list of organizations comes to, superiors before what stands under them.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::{CommandId, OrganizationId};
use domain::organization::HostKind;
use domain::place::PlaceCode;
use serde_json::{Value, json};

use super::{Entry, Field, OrganizationsList, Superior};
use crate::generate::line::labelled_ulid;
use crate::office_files::headed_table::CellProblem;
use crate::office_files::register::{KnownOrganization, Register};

/// What the commands have in common.
pub struct Occasion<'a> {
    /// From which day they hold.
    pub as_of: Date,
    /// The city.
    pub city: PlaceCode,
    /// Whether each county acts for itself, as it does through a running service.
    pub by_county: bool,
    /// Where the figures of villages come from, as the list is called.
    pub source: &'a str,
}

/// A command of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct OrganizationCommand {
    /// The row that it comes from.
    pub line: u64,
    /// Derived from what it says: a repeated import replays.
    pub id: CommandId,
    pub name: &'static str,
    pub body: Value,
}

/// A row whose organization is there with other numbers of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    pub line: u64,
    /// What is there, formal and probationary.
    pub there: (u32, u32),
    /// What the list has.
    pub listed: (u32, u32),
}

/// What a list comes to.
#[derive(Debug, Default)]
pub struct OrganizationsPlan {
    pub commands: Vec<OrganizationCommand>,
    /// How many organizations would be new.
    pub new: usize,
    /// How many are there already.
    pub there: usize,
    /// Rows of organizations that are there with other numbers of members, which a list does not change.
    pub differing: Vec<Differing>,
    /// How many rows say nothing of probationary members, which are recorded as none.
    pub without_probationary: usize,
}

impl OrganizationsList {
    /// Plans the commands; a circle of superiors is a problem.
    pub fn plan(
        &self,
        register: &Register,
        occasion: &Occasion<'_>,
    ) -> Result<OrganizationsPlan, Vec<CellProblem>> {
        let mut plan = OrganizationsPlan::default();
        let ids: BTreeMap<u64, OrganizationId> =
            self.entries.iter().map(|entry| (entry.line, id_of(entry))).collect();
        for entry in in_order(&self.entries).map_err(|line| {
            vec![self.problem(
                line,
                Field::Superior,
                "上级关系绕成了圈".to_owned(),
                "superiors go round in a circle".to_owned(),
            )]
        })? {
            let known =
                entry.there.and_then(|id| register.organizations().iter().find(|known| known.id == id));
            match known {
                Some(known) => {
                    plan.there += 1;
                    let listed =
                        (entry.formal_members.unwrap_or(known.formal_members), entry.probationary_members);
                    let there = (known.formal_members, known.probationary_members);
                    if listed != there && entry.formal_members.is_some() {
                        plan.differing.push(Differing { line: entry.line, there, listed });
                    }
                }
                None => {
                    plan.new += 1;
                    let is_said = self.table.row_of(entry.line).is_some_and(|row| {
                        row.get(Field::Probationary).is_some() || row.get(Field::Formal).is_none()
                    });
                    plan.without_probationary += usize::from(!is_said);
                    plan.commands.extend(registering(entry, &ids, occasion));
                }
            }
            let organization = known.map_or_else(|| id_of(entry), |known| known.id);
            plan.commands.extend(figures(entry, known, organization, occasion));
        }
        Ok(plan)
    }
}

/// The id that an organization of a list has, by its name and its host.
fn id_of(entry: &Entry) -> OrganizationId {
    let location = entry.location.as_ref().map_or("", PlaceCode::as_str);
    let host = entry.host.as_deref().unwrap_or_default();
    let key = &entry.key;
    OrganizationId(labelled_ulid(&format!("import organizations/{location}/{host}/{key}")))
}

fn registering(
    entry: &Entry,
    ids: &BTreeMap<u64, OrganizationId>,
    occasion: &Occasion<'_>,
) -> Option<OrganizationCommand> {
    let id = id_of(entry);
    let host_kind = entry.host_kind.clone()?;
    let mut data = json!({
        "id": id,
        "name": entry.name,
        "form": entry.form?,
        "host_kind": host_kind,
        "host": entry.host.as_ref()?,
        "formal_members": entry.formal_members?,
        "probationary_members": entry.probationary_members,
    });
    if !host_kind.is_place() {
        data["location"] = json!(entry.location);
    }
    let superior = match &entry.superior {
        Some(Superior::There(id)) => Some(*id),
        Some(Superior::InRow(line)) => ids.get(line).copied(),
        None => None,
    };
    if let Some(superior) = superior {
        data["superior"] = json!(superior);
    }
    Some(OrganizationCommand {
        line: entry.line,
        id: CommandId(id.0),
        name: "register-organization",
        body: body(entry, occasion, data),
    })
}

/// The figures of its village that are not there yet.
fn figures(
    entry: &Entry,
    known: Option<&KnownOrganization>,
    organization: OrganizationId,
    occasion: &Occasion<'_>,
) -> Option<OrganizationCommand> {
    if entry.host_kind != Some(HostKind::Village) {
        return None;
    }
    let listed = [
        ("households", "户", entry.households, known.and_then(|known| known.households)),
        ("population", "人", entry.population, known.and_then(|known| known.population)),
    ];
    let mut profile = serde_json::Map::new();
    let mut label = String::new();
    for (name, unit, value, there) in listed {
        let Some(value) = value.filter(|value| Some(*value) != there) else { continue };
        let period = occasion.as_of.year().to_string();
        let figure = json!({"value": value, "unit": unit, "period": period, "source": occasion.source});
        profile.insert(name.to_owned(), figure);
        label.push_str(&format!("/{name}={value}"));
    }
    if profile.is_empty() {
        return None;
    }
    let as_of = occasion.as_of;
    Some(OrganizationCommand {
        line: entry.line,
        id: CommandId(labelled_ulid(&format!("import organizations/figures/{organization}/{as_of}{label}"))),
        name: "update-organization",
        body: body(entry, occasion, json!({"organization": organization, "profile": profile})),
    })
}

fn body(entry: &Entry, occasion: &Occasion<'_>, data: Value) -> Value {
    let county = entry.location.as_ref().and_then(PlaceCode::county).filter(|_| occasion.by_county);
    let authority = county.unwrap_or_else(|| occasion.city.clone());
    json!({"effective_date": occasion.as_of, "on_behalf_of": authority, "data": data})
}

/// The entries, each after what stands above it; the line at which superiors go round in a circle.
fn in_order(entries: &[Entry]) -> Result<Vec<&Entry>, u64> {
    let by_line: BTreeMap<u64, &Entry> = entries.iter().map(|entry| (entry.line, entry)).collect();
    let mut ordered = Vec::with_capacity(entries.len());
    let mut placed = std::collections::BTreeSet::new();
    for entry in entries {
        let mut chain = Vec::new();
        let mut at = Some(entry);
        while let Some(entry) = at.filter(|entry| !placed.contains(&entry.line)) {
            if chain.iter().any(|one: &&Entry| one.line == entry.line) {
                return Err(entry.line);
            }
            chain.push(entry);
            at = match &entry.superior {
                Some(Superior::InRow(line)) => by_line.get(line).copied(),
                _ => None,
            };
        }
        for entry in chain.into_iter().rev() {
            placed.insert(entry.line);
            ordered.push(entry);
        }
    }
    Ok(ordered)
}
