//! The persons of an accepted workbook: those to be registered, and those that posts name.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Date;
use domain::ids::{CommandId, JointBranchId, OrganizationId, PersonId};
use domain::say::{Say, say};
use serde_json::{Value, json};

use super::organizations::Organizations;
use super::{Occasion, Planned, labelled, person_id};
use crate::accepted::{At, Columns, is_yes};
use crate::ledger::Problem;
use crate::values::people;

/// A person of the sheet.
struct Listed {
    name: At,
    organization: Option<OrganizationId>,
    organization_cell: String,
    since: Option<Date>,
    since_cell: String,
    row: String,
    is_other_of_that_name: bool,
    /// The id that it has once a post names it.
    id: Option<PersonId>,
}

/// The persons of the workbook.
pub(super) struct Persons {
    listed: Vec<Listed>,
    /// Who is secretary: by name, the cells and whether each is marked as another of that name.
    secretaries: BTreeMap<String, Vec<(String, bool)>>,
}

impl Persons {
    pub(super) fn read(
        occasion: &Occasion<'_>,
        organizations: &Organizations,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let rows = occasion.accepted.persons.iter();
        Self {
            listed: rows.map(|row| listed(occasion, organizations, row, problems)).collect(),
            secretaries: BTreeMap::new(),
        }
    }

    /// The person of a post: one of the sheet, or one that is registered.
    pub(super) fn find(
        &mut self,
        occasion: &Occasion<'_>,
        of: (&str, JointBranchId, &[OrganizationId]),
        (post, name): (&str, &str),
        at: &At,
        problems: &mut Vec<Problem>,
    ) -> Option<PersonId> {
        let (row, joint_branch, members) = of;
        let is_secretary = post == "secretary";
        if let Some(own) = self.listed.iter_mut().find(|own| own.row == row && own.name.text == name) {
            let id = *own.id.get_or_insert(person_id(joint_branch, post));
            if is_secretary {
                self.secretaries
                    .entry(name.to_owned())
                    .or_default()
                    .push((at.cell.clone(), own.is_other_of_that_name));
            }
            return Some(id);
        }
        let known: Vec<_> = occasion.known.persons.iter().filter(|person| person.name == name).collect();
        let here: Vec<_> =
            known.iter().copied().filter(|person| members.contains(&person.organization)).collect();
        let found = match (here.as_slice(), known.as_slice()) {
            ([only], _) | ([], [only]) => only.id,
            ([], []) => {
                let why = Say::of(
                    format!("“{name}”没有登记，也不在“人员”表中（姓名、联合党组织编号须一致）"),
                    format!("{name} is neither registered nor in the sheet 人员 with this row's number"),
                );
                problems.push(Problem::new(at.cell.clone(), "unknown-person", why));
                return None;
            }
            _ => {
                let why = Say::of(
                    format!("已登记的“{name}”不止一人"),
                    format!("several persons of the name {name} are registered"),
                );
                problems.push(Problem::new(at.cell.clone(), "unknown-person", why));
                return None;
            }
        };
        if is_secretary {
            self.secretaries.entry(name.to_owned()).or_default().push((at.cell.clone(), false));
        }
        Some(found)
    }

    /// The person of the sheet whom a post of that row has named already.
    pub(super) fn of(&self, row: &str, name: &str) -> Option<PersonId> {
        self.listed.iter().find(|own| own.row == row && own.name.text == name)?.id
    }

    /// Tells a secretary of two joint branches, and whoever is in the sheet and in no post.
    pub(super) fn tell_unused(&self, problems: &mut Vec<Problem>) {
        for (name, found) in self.secretaries.iter().filter(|(_, found)| found.len() > 1) {
            // All but one must be marked as somebody else.
            if found.iter().filter(|(_, is_other)| !is_other).count()
                <= usize::from(found.iter().any(|(_, is_other)| *is_other))
            {
                continue;
            }
            let all: Vec<&str> = found.iter().map(|(cell, _)| cell.as_str()).collect();
            let all = all.join("、");
            let why = Say::of(
                format!(
                    "“{name}”任几个书记：{all}；一人只任一个。同名而不是同一人的，在“人员”表“同名不同人”填“是”"
                ),
                format!(
                    "{name} is secretary of several: {all}; a person has one such post. Mark whoever only bears the name in 人员"
                ),
            );
            problems.extend(
                found.iter().map(|(cell, _)| Problem::new(cell.clone(), "one-secretary-post", why.clone())),
            );
        }
        for own in self.listed.iter().filter(|own| own.id.is_none()) {
            let why = say(
                "此人没有对应的书记或班子成员；姓名、联合党组织编号应与“联合党组织”表一致，不登记的填“否”",
                "no post of that row names this person: leave them out, or write the same name and number",
            );
            problems.push(Problem::new(own.name.cell.clone(), "person-without-post", why));
        }
    }

    /// The commands that register them.
    pub(super) fn commands(&self, occasion: &Occasion<'_>) -> Vec<Planned> {
        let mut seen = BTreeSet::new();
        let command = |own: &Listed| {
            let (id, organization) = (own.id?, own.organization?);
            if !seen.insert(id) {
                return None;
            }
            let mut data = json!({ "id": id, "name": own.name.text, "organization": organization });
            if let Some(since) = own.since {
                data["formal_member_since"] = json!(since);
            }
            let body = occasion.body(json!(occasion.known.county.code), data);
            Some(Planned {
                name: "register-person",
                id: command_id(&body),
                body,
                cell: own.name.cell.clone(),
                cells: vec![
                    ("/data/name", own.name.cell.clone()),
                    ("/data/organization", own.organization_cell.clone()),
                    ("/data/formal_member_since", own.since_cell.clone()),
                ],
            })
        };
        self.listed.iter().filter_map(command).collect()
    }
}

/// Follows from everything but the name, which no id may give away.
fn command_id(body: &Value) -> CommandId {
    let mut nameless = body.clone();
    nameless["data"]["name"] = Value::Null;
    CommandId(labelled(&format!("ledger/register-person/{nameless}")))
}

fn listed(
    occasion: &Occasion<'_>,
    organizations: &Organizations,
    row: &Columns,
    problems: &mut Vec<Problem>,
) -> Listed {
    let at = |title: &str| row.get(title).cloned().unwrap_or_default();
    let (name, organization, since) = (at("姓名"), at("所在党组织"), at("转正日期"));
    if !people::is_name(&name.text) {
        problems.push(Problem::new(name.cell.clone(), "needed", say("应为一个姓名", "it must be one name")));
    }
    let found = organizations.find(occasion, None, &organization.text).map_err(|why| {
        problems.push(Problem::new(organization.cell.clone(), "unknown-member", why));
    });
    let day = (!since.is_empty()).then(|| since.text.parse::<Date>().ok());
    if day == Some(None) {
        let why = say("应为日期，如 2009-07-01，不详的留空", "it must be a day such as 2009-07-01, or empty");
        problems.push(Problem::new(since.cell.clone(), "date", why));
    }
    Listed {
        name,
        organization: found.ok(),
        organization_cell: organization.cell,
        since: day.flatten(),
        since_cell: since.cell,
        row: at("联合党组织编号").text,
        is_other_of_that_name: is_yes(&at("同名不同人").text),
        id: None,
    }
}
