//! From what was accepted to commands: all of them or the cells that are wrong, and the same commands from the same workbook.

use std::collections::BTreeMap;

use domain::ids::{CommandId, JointBranchId, OrganizationId, PersonId};
use domain::say::{Say, say};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::accepted::{Accepted, AcceptedRow, At};
use crate::known::Known;
use crate::ledger::Problem;
use crate::proposal::Key;

mod facts;
mod organizations;
mod persons;

use organizations::Organizations;
use persons::Persons;

/// A command, and the cells that it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The command's name.
    pub name: &'static str,
    /// Its id, which follows from what it says and from nobody's name.
    pub id: CommandId,
    /// The request's JSON.
    pub body: Value,
    /// The cell that stands for it as a whole.
    pub cell: String,
    /// Cells by the pointers of the request, for what a rule refuses.
    pub cells: Vec<(&'static str, String)>,
}

impl Planned {
    /// The cell to which a pointer leads.
    pub fn cell_of(&self, pointer: Option<&str>) -> &str {
        let found = pointer.and_then(|pointer| {
            let leads = self.cells.iter().filter(|(own, _)| pointer.starts_with(own));
            leads.max_by_key(|(own, _)| own.len()).map(|(_, cell)| cell.as_str())
        });
        found.filter(|cell| !cell.is_empty()).unwrap_or(&self.cell)
    }
}

/// What all commands of an occasion have in common.
struct Occasion<'a> {
    accepted: &'a Accepted,
    known: &'a Known,
}

impl Occasion<'_> {
    /// A request.
    fn body(&self, on_behalf_of: Value, data: Value) -> Value {
        json!({ "effective_date": self.accepted.on, "on_behalf_of": on_behalf_of, "data": data })
    }
}

/// An id that follows from a label.
fn labelled(label: &str) -> Ulid {
    let digest: [u8; 32] = Sha256::digest(label.as_bytes()).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Ulid::from_bytes(bytes)
}

/// Plans what was accepted; `known` is of the county and day that the workbook names.
pub fn plan(accepted: &Accepted, known: &Known) -> Result<Vec<Planned>, Vec<Problem>> {
    let occasion = Occasion { accepted, known };
    let mut problems = Vec::new();
    let organ = organ(&occasion, &mut problems);
    let organizations = Organizations::read(&occasion, &mut problems);
    let mut persons = Persons::read(&occasion, &organizations, &mut problems);
    let mut joint_branches = Vec::new();
    let mut checks = Checks::default();
    for row in &accepted.rows {
        joint_branches.extend(joint_branch(
            &occasion,
            organ,
            &organizations,
            &mut persons,
            row,
            &mut checks,
            &mut problems,
        ));
    }
    checks.tell(&mut problems);
    persons.tell_unused(&mut problems);
    if accepted.rows.is_empty() && problems.is_empty() {
        let why = say("没有一行要登记", "no row is to be registered");
        problems.push(Problem::new(crate::sheet::ROWS, "nothing-accepted", why));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut commands = organizations.commands(&occasion);
    commands.extend(persons.commands(&occasion));
    commands.extend(joint_branches);
    Ok(commands)
}

/// The body on whose authority it is registered.
fn organ(occasion: &Occasion<'_>, problems: &mut Vec<Problem>) -> Option<OrganizationId> {
    let own = &occasion.accepted.organ;
    let found: Vec<_> = occasion.known.organs.iter().filter(|organ| organ.name == own.text).collect();
    if let [only] = found.as_slice() {
        return Some(only.id);
    }
    let choices: Vec<&str> = occasion.known.organs.iter().take(5).map(|organ| organ.name.as_str()).collect();
    let why = match (own.text.as_str(), choices.is_empty()) {
        (_, true) => say(
            "本县尚未登记有决定权的机关，请先登记县(区)委或其组织部",
            "no deciding body of the county is registered: register its committee or organization department first",
        ),
        ("", _) => Say::of(
            format!("请填写行文（决定）单位，如 {}", choices.join("、")),
            format!("name the deciding body, such as {}", choices.join(", ")),
        ),
        (text, _) => Say::of(
            format!("没有登记“{text}”；已登记的有 {}", choices.join("、")),
            format!("`{text}` is not registered; there are {}", choices.join(", ")),
        ),
    };
    problems.push(Problem::new(own.cell.clone(), "deciding-body", why));
    None
}

/// What only several rows together can say.
#[derive(Default)]
struct Checks {
    merged: BTreeMap<OrganizationId, Vec<String>>,
    members: BTreeMap<OrganizationId, String>,
    ids: BTreeMap<JointBranchId, Vec<String>>,
}

impl Checks {
    fn tell(&self, problems: &mut Vec<Problem>) {
        for (member, cells) in self.merged.iter().filter(|(_, cells)| cells.len() > 1) {
            let (name, all) = (self.members.get(member).map_or("", String::as_str), cells.join("、"));
            let why = Say::of(
                format!("{name}列入几个合建：{all}"),
                format!("{name} stands in several mergers: {all}"),
            );
            problems.extend(cells.iter().map(|cell| Problem::new(cell.clone(), "one-merger", why.clone())));
        }
        for cells in self.ids.values().filter(|cells| cells.len() > 1) {
            let all = cells.join("、");
            let why =
                Say::of(format!("名称和成员都相同：{all}"), format!("name and members are the same: {all}"));
            problems.extend(cells.iter().map(|cell| Problem::new(cell.clone(), "row-twice", why.clone())));
        }
    }
}

fn joint_branch(
    occasion: &Occasion<'_>,
    organ: Option<OrganizationId>,
    organizations: &Organizations,
    persons: &mut Persons,
    row: &AcceptedRow,
    checks: &mut Checks,
    problems: &mut Vec<Problem>,
) -> Option<Planned> {
    let before = problems.len();
    for key in Key::NEEDED.into_iter().filter(|key| row.get(*key).is_empty()) {
        let title = key.title();
        let why = Say::of(format!("“{}”待填", title.zh), format!("{} is to be filled in", title.en));
        problems.push(Problem::new(row.get(key).cell.clone(), "needed", why));
    }
    let township = facts::township(occasion, row.get(Key::Township), problems);
    let arrangement = facts::arrangement(row.get(Key::Arrangement), problems);
    let at = township.and_then(|code| occasion.known.township_of_code(code.as_str()));
    let members = organizations.members(occasion, at, row.get(Key::Members), problems);
    for (id, name) in &members {
        if arrangement == Some("merger") {
            checks.merged.entry(*id).or_default().push(row.get(Key::Members).cell.clone());
            checks.members.insert(*id, name.clone());
        }
    }
    let ids: Vec<OrganizationId> = members.iter().map(|(id, _)| *id).collect();
    let id = id_of(occasion, row.get(Key::Name), &ids);
    if problems.len() == before {
        checks.ids.entry(id).or_default().push(row.get(Key::Name).cell.clone());
    }
    let mut data = json!({
        "id": id,
        "name": facts::text(row.get(Key::Name), problems),
        "arrangement": arrangement,
        "members": ids,
        "lead_township": township,
        "source": facts::source(&occasion.accepted.source, row, problems),
    });
    let context = facts::Row {
        occasion,
        row,
        joint_branch: id,
        members: &ids,
        is_merger: arrangement == Some("merger"),
    };
    facts::add(&context, persons, &mut data, problems);
    let organ = organ?;
    if problems.len() > before {
        return None;
    }
    let body = occasion.body(json!(organ), data);
    let command = CommandId(labelled(&format!("ledger/register-joint-branch/{body}")));
    let cells = row.values.iter().map(|(key, at)| (key.pointer(), at.cell.clone())).collect();
    Some(Planned {
        name: "register-joint-branch",
        id: command,
        body,
        cell: row.get(Key::Name).cell.clone(),
        cells,
    })
}

/// The same joint branch has the same id in every reading: it follows from the county, the name and the members.
fn id_of(occasion: &Occasion<'_>, name: &At, members: &[OrganizationId]) -> JointBranchId {
    let mut members = members.to_vec();
    members.sort_unstable();
    let members: Vec<String> = members.iter().map(ToString::to_string).collect();
    let county = &occasion.known.county.code;
    JointBranchId(labelled(&format!("ledger/joint-branch/{county}/{}/{}", name.text, members.join("/"))))
}

/// A person of a joint branch: no name goes into the id, which anybody may read.
fn person_id(joint_branch: JointBranchId, post: &str) -> PersonId {
    PersonId(labelled(&format!("ledger/person/{joint_branch}/{post}")))
}
