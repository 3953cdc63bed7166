//! A joint branch as the register, the ledger and its own page show it.

use domain::code::Code;
use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::ids::{JointBranchId, PersonId};
use domain::joint_branch::{Arrangement, Form, Grade, Mode, Phase};
use domain::quarter::Quarter;
use domain::text::Text;
use serde::Serialize;

use crate::code_names::CodeNames;
use crate::figures::{late_quarters, latest_grade};
use crate::judged::Judged;
use crate::obligations::Obligation;
use crate::reading::{Reading, View, ViewError, json};
use crate::rows::{JointBranchRow, MemberRow, PlaceLabel};

/// How many of the latest grades the register shows: a year of them.
const LAST_GRADES: usize = 4;

/// The grade of a quarter.
#[derive(Serialize)]
pub(crate) struct QuarterGrade {
    quarter: Quarter,
    grade: Grade,
    corrected: bool,
}

/// A row of the county's register.
#[derive(Serialize)]
pub(crate) struct RegisterEntry<'a> {
    id: JointBranchId,
    name: &'a Text,
    arrangement: Arrangement,
    mode: &'a Mode,
    form: Form,
    #[serde(skip_serializing_if = "Option::is_none")]
    form_kind: Option<&'a Code>,
    #[serde(flatten)]
    names: CodeNames,
    phase: Phase,
    phase_zh: &'static str,
    county: Option<&'a PlaceLabel>,
    lead_township: Option<&'a PlaceLabel>,
    members: &'a [MemberRow],
    proposed_on: Date,
    established_on: Option<Date>,
    document: Option<&'a DocumentNumber>,
    /// The person's id; the name is joined from the erasable store.
    secretary: Option<PersonId>,
    vacant_since: Option<Date>,
    dissolved_on: Option<Date>,
    last_grades: Vec<QuarterGrade>,
    obligations: &'a [Obligation],
    last_position: u64,
}

/// Everything on a joint branch.
#[derive(Serialize)]
pub(crate) struct LedgerEntry<'a> {
    #[serde(flatten)]
    row: &'a JointBranchRow,
    #[serde(flatten)]
    names: CodeNames,
    phase_zh: &'static str,
    latest_grade: Option<Grade>,
    last_grades: Vec<QuarterGrade>,
    /// Quarters whose grade was recorded after its last day.
    late_evaluations: Vec<Quarter>,
    /// Events recorded late 补录.
    late_entries: u64,
    obligations: &'a [Obligation],
    /// The member villages in the order in which they are to host: who never did, then who did longest ago.
    rotation: Vec<HostTurn<'a>>,
}

/// A village's turn to host.
#[derive(Serialize)]
pub(crate) struct HostTurn<'a> {
    pub(crate) village: &'a PlaceLabel,
    pub(crate) last_hosted_on: Option<Date>,
    pub(crate) times: u32,
}

pub(crate) fn register_entry<'a>(reading: Reading<'_>, judged: &'a Judged) -> RegisterEntry<'a> {
    let row = &judged.row;
    let establishment = row.establishment.as_ref();
    RegisterEntry {
        id: row.id,
        name: &row.name,
        arrangement: row.arrangement,
        mode: &row.mode,
        form: row.form,
        form_kind: row.form_kind.as_ref(),
        names: CodeNames::of_joint_branch(reading, row),
        phase: row.phase,
        phase_zh: row.phase.chinese(),
        county: row.county.as_ref(),
        lead_township: row.lead_township.as_ref(),
        members: &row.members,
        proposed_on: row.proposed_on,
        established_on: establishment.map(|decision| decision.effective_date),
        document: establishment.and_then(|decision| decision.document.as_ref()),
        secretary: row.secretary.as_ref().map(|secretary| secretary.person),
        vacant_since: row.vacant_since,
        dissolved_on: row.dissolved_on,
        last_grades: last_grades(row),
        obligations: &judged.obligations,
        last_position: row.last_position,
    }
}

pub(crate) fn ledger_entry<'a>(reading: Reading<'_>, judged: &'a Judged) -> LedgerEntry<'a> {
    let row = &judged.row;
    LedgerEntry {
        row,
        names: CodeNames::of_joint_branch(reading, row),
        phase_zh: row.phase.chinese(),
        latest_grade: latest_grade(reading, row),
        last_grades: last_grades(row),
        late_evaluations: late_quarters(reading, row).collect(),
        late_entries: reading
            .views
            .timelines()
            .late_entries(row.id, reading.figures(row, reading.on).late_entry_days),
        obligations: &judged.obligations,
        rotation: rotation(row),
    }
}

/// The member villages in the order in which they are to host.
pub(crate) fn rotation(row: &JointBranchRow) -> Vec<HostTurn<'_>> {
    let mut turns: Vec<_> = row
        .members
        .iter()
        .filter_map(|member| {
            let (last_hosted_on, times) = match &member.hosted {
                Some(hosted) => (Some(hosted.last_on), hosted.times),
                None => (None, 0),
            };
            Some(HostTurn { village: member.village.as_ref()?, last_hosted_on, times })
        })
        .collect();
    turns.sort_by_key(|turn| (turn.last_hosted_on, turn.times, turn.village.code.clone()));
    turns
}

/// The current state of one joint branch: its one row.
pub fn joint_branch_view(reading: Reading<'_>, id: JointBranchId) -> Result<View, ViewError> {
    let row = reading.views.joint_branch(id).ok_or(ViewError::UnknownJointBranch { id })?;
    Ok(reading
        .view(format!("joint-branch/{id}"), vec![json(&ledger_entry(reading, &Judged::of(reading, row)))?]))
}

/// The latest grades, the newest first.
fn last_grades(row: &JointBranchRow) -> Vec<QuarterGrade> {
    let newest = row.evaluations.iter().rev().take(LAST_GRADES);
    let grade = |(quarter, evaluation): (&Quarter, &crate::rows::EvaluationRow)| QuarterGrade {
        quarter: *quarter,
        grade: evaluation.grade,
        corrected: evaluation.corrected,
    };
    newest.map(grade).collect()
}
