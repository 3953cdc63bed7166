//! What an office does for the cases year after year, and nobody writes down one by one: filings with the county,
//! commitments, yearly reviews, and the elections of originals that stand alone again.

use std::collections::BTreeSet;

use domain::account::Role;
use domain::actor::Authority;
use domain::date::Date;
use domain::document_number::{DecidedBy, Document};
use domain::ids::CommandId;
use domain::text::Text;
use serde_json::{Value, json};

use super::{DemoError, parsed};
use crate::generate::line::{Line, LineActor, labelled_ulid};

/// What is to be filed comes to the county so many days later.
const FILED_AFTER_DAYS: i32 = 15;
/// A secretary makes the commitments so many days after taking over.
const COMMITTED_AFTER_DAYS: i32 = 10;
/// An original elects so many days after a merger gave it back.
const ELECTED_AFTER_DAYS: i32 = 45;
/// The day of a year on which its goal is promised, and that on which the year before is reviewed.
const GOAL_ON: (i8, i8) = (1, 15);
const REVIEWED_ON: (i8, i8) = (3, 20);
/// The numbers of what is made up here begin after those of the cases.
const FIRST_NUMBER: i16 = 51;
/// The last year in which anything is done.
const LAST_YEAR: i16 = 2026;

/// The lines that keep the cases in order.
pub(super) fn lines(cases: &[Line]) -> Result<Vec<Line>, DemoError> {
    let mut lines = Vec::new();
    for line in cases {
        if let Some((entity, matter)) = filed_matter(line) {
            let is_filed = |other: &&Line| {
                other.name == "file-with-county"
                    && other.data[entity] == line.data[entity]
                    && other.data["matter"] == matter
            };
            if !cases.iter().any(|other| is_filed(&other)) || line.effective_date.year() > 2018 {
                lines.push(filing(line, entity, matter)?);
            }
        }
        match line.name.as_str() {
            "assign-secretary" => lines.extend(of_secretary(line, cases)?),
            "dissolve-joint-branch" => lines.extend(elections(line, cases)?),
            _ => {}
        }
    }
    Ok(lines)
}

/// What has to be filed of a line: the field that names whose it is, and the matter. The county itself establishes,
/// changes and dissolves here, which is filed with nobody.
fn filed_matter(line: &Line) -> Option<(&'static str, &'static str)> {
    match line.name.as_str() {
        "assign-secretary" => Some(("joint_branch", "secretary")),
        "record-election" if line.data["organization"].is_string() => Some(("organization", "election")),
        "record-election" => Some(("joint_branch", "election")),
        _ => None,
    }
}

fn filing(line: &Line, entity: &str, matter: &str) -> Result<Line, DemoError> {
    let on = line.effective_date.plus_days(FILED_AFTER_DAYS);
    let county = line.actor.scope.as_str().get(..6).unwrap_or_default();
    let label = format!("demo/file-with-county/{}", line.id);
    let id = labelled_ulid(&label);
    let number = format!("演示备{}-{}（模拟）", on.year(), id.to_string().get(..4).unwrap_or_default());
    Ok(Line {
        name: "file-with-county".to_owned(),
        id: CommandId(id),
        effective_date: on,
        document: None,
        decided_on: None,
        decided_by: None,
        on_behalf_of: Authority::Organization(parsed(&format!("01DEM00RGANB00000000{county}"))?),
        actor: LineActor {
            id: format!("demo-reviewer-{county}"),
            role: Role::CountyOfficer,
            scope: parsed(county)?,
        },
        data: json!({ entity: line.data[entity], "matter": matter, "number": number, "filed_on": on }),
        ..line.clone()
    })
}

/// The commitments of a secretary, and the review of each year.
fn of_secretary(line: &Line, cases: &[Line]) -> Result<Vec<Line>, DemoError> {
    let (from, until) = (line.effective_date, end_of(line, cases));
    let on = from.plus_days(COMMITTED_AFTER_DAYS);
    let mut lines = Vec::new();
    for kind in ["term_goal", "integrity", "resignation"] {
        lines.push(commitment(line, on, kind, None));
    }
    // Whoever goes on in a new term has promised the goal of that year.
    let is_before = |other: &&Line| {
        other.name == line.name
            && other.effective_date < from
            && ["joint_branch", "person"].iter().all(|field| other.data[*field] == line.data[*field])
    };
    if !cases.iter().any(|other| is_before(&other)) {
        lines.push(commitment(line, on, "yearly_goal", Some(from.year())));
    }
    let mut year = from.year() + 1;
    while let Some((promised, reviewed)) =
        days_of(year).filter(|(promised, _)| until.is_none_or(|end| *promised < end))
    {
        lines.push(commitment(line, promised, "yearly_goal", Some(year)));
        if until.is_none_or(|end| reviewed < end) {
            lines.push(review(line, reviewed, year - 1)?);
        }
        year += 1;
    }
    let given = |own: &Line| {
        let is_same = |other: &&Line| {
            other.name == own.name
                && ["joint_branch", "person", "kind", "year"]
                    .iter()
                    .all(|field| other.data[*field] == own.data[*field])
        };
        cases.iter().any(|other| is_same(&other))
    };
    lines.retain(|own| !given(own));
    Ok(lines)
}

/// When a secretary of the cases leaves: another follows, or the joint branch ends.
fn end_of(line: &Line, cases: &[Line]) -> Option<Date> {
    let ends = |other: &&Line| {
        ["assign-secretary", "relieve-secretary", "dissolve-joint-branch"].contains(&other.name.as_str())
            && other.data["joint_branch"] == line.data["joint_branch"]
            && other.effective_date > line.effective_date
    };
    cases.iter().filter(ends).map(|other| other.effective_date).min()
}

fn days_of(year: i16) -> Option<(Date, Date)> {
    let day = |(month, day): (i8, i8)| Date::new(year, month, day).ok();
    (year <= LAST_YEAR).then_some(())?;
    Some((day(GOAL_ON)?, day(REVIEWED_ON)?))
}

fn commitment(line: &Line, on: Date, kind: &str, year: Option<i16>) -> Line {
    let mut data = json!({
        "joint_branch": line.data["joint_branch"], "person": line.data["person"], "kind": kind,
        "content": "按期完成联建任务（模拟）", "made_on": on
    });
    if let Some(year) = year {
        data["year"] = json!(year);
    }
    by_clerk(line, "record-commitment", on, data, &format!("{kind}/{year:?}"))
}

fn review(line: &Line, on: Date, year: i16) -> Result<Line, DemoError> {
    let data =
        json!({ "person": line.data["person"], "year": year, "level": "village", "class": "fairly_good" });
    let mut review = by_clerk(line, "record-yearly-review", on, data, &year.to_string());
    // The committee that assigned the secretary numbers on.
    let mark = line.document.as_ref().map(|document| document.number.to_string());
    let mark = mark.as_deref().and_then(|number| number.split('〔').next()).unwrap_or_default().to_owned();
    let number = format!("{mark}〔{}〕{FIRST_NUMBER}号", on.year());
    review.document = Some(Document { number: parsed(&number)?, issued: on, sha256: None });
    let meeting = line.decided_by.as_ref().map(|decided| decided.meeting.clone());
    let meeting = meeting.map_or_else(|| text("党委会议"), Ok)?;
    review.decided_by = Some(DecidedBy { meeting, date: on.plus_days(-2) });
    Ok(review)
}

/// The clerk who gave a line gives another in the name of the same committee.
fn by_clerk(line: &Line, name: &str, on: Date, data: Value, label: &str) -> Line {
    Line {
        name: name.to_owned(),
        id: CommandId(labelled_ulid(&format!("demo/{name}/{}/{label}", line.id))),
        effective_date: on,
        document: None,
        decided_on: None,
        decided_by: None,
        override_: None,
        data,
        ..line.clone()
    }
}

/// Each original that stands alone again elects a secretary, which is filed as well.
fn elections(dissolving: &Line, cases: &[Line]) -> Result<Vec<Line>, DemoError> {
    if dissolving.data["successors"].as_array().is_none_or(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let proposal = cases.iter().find(|line| line.id.to_string() == dissolving.data["joint_branch"]);
    let proposal = proposal.ok_or_else(|| DemoError::Value { detail: dissolving.id.to_string() })?;
    let on = dissolving.effective_date.plus_days(ELECTED_AFTER_DAYS);
    let successors = dissolving.data["successors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let originals: BTreeSet<&str> =
        successors.iter().filter_map(|found| found["successor"].as_str()).collect();
    let mut lines = Vec::new();
    for (number, original) in (1_u32..).zip(originals) {
        let registered = cases.iter().find(|line| line.id.to_string() == original);
        let formal = registered.and_then(|line| line.data["formal_members"].as_u64()).unwrap_or_default();
        let person = by_clerk(
            proposal,
            "register-person",
            on.plus_days(-5),
            json!({ "name": format!("演示村书记{number:02}"), "organization": original, "formal_member_since": "2009-06-30" }),
            original,
        );
        let present = formal.saturating_sub(1);
        let data = json!({
            "organization": original, "held_on": on, "present": present,
            "elected": [{ "person": person.id, "post": "secretary", "votes": present.saturating_sub(2) }]
        });
        let election = by_clerk(proposal, "record-election", on, data, original);
        lines.push(filing(&election, "organization", "election")?);
        lines.extend([person, election]);
    }
    Ok(lines)
}

fn text(text: &str) -> Result<Text, DemoError> {
    Text::try_from(text).map_err(|_| DemoError::Value { detail: text.to_owned() })
}
