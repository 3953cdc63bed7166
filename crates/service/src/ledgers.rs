//! 存量登记 from an office's ledger: proposals of what a file says, and the recording of what was accepted, all tried before
//! the first is recorded.

use domain::CityState;
use domain::actor::Actor;
use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId, PersonId};
use domain::joint_branch::Phase;
use domain::place::PlaceCode;
use domain::registration::FactName;
use domain::rejection::{RegistrationRejection, Rejection};
use domain::say::{Say, say};
use event_log::{ControlStore, LogError};
use ledger::{Aliases, Known, LedgerError, Planned, Problem, Proposal};

use crate::command_loop::MAX_COMMANDS_TOGETHER;
use crate::names::NAME_POINTER;
use crate::recorded::Recorded;
use crate::request::CommandRequest;
use crate::service::Service;
use crate::submission::Submissions;
use crate::submit_error::{NotRecorded, SubmitError};
use crate::trial::Trial;

/// How much of what was not read is told; all of it stands in the workbook.
const MAX_NOT_READ_TOLD: usize = 20;

/// Why a ledger, or what was accepted of it, comes to nothing.
#[derive(Debug)]
pub enum LedgerFailure {
    /// The file, or cells of it.
    Ledger(LedgerError),
    /// The log or its store does not answer.
    Log(LogError),
    /// A command was refused after all, or could not be recorded; those before it are.
    Submit {
        /// The cell that stands for it.
        cell: String,
        /// How many commands of this run are recorded.
        recorded: usize,
        /// Why.
        error: Box<SubmitError>,
    },
}

impl From<LedgerError> for LedgerFailure {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<LogError> for LedgerFailure {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

/// What takes commands.
pub trait Recorder {
    /// One command.
    fn give(&self, request: CommandRequest) -> impl Future<Output = Result<Recorded, SubmitError>> + Send;
    /// Several that are recorded all or none.
    fn give_all(
        &self,
        requests: Vec<CommandRequest>,
    ) -> impl Future<Output = Result<Vec<Recorded>, NotRecorded>> + Send;
}

impl Recorder for Service {
    async fn give(&self, request: CommandRequest) -> Result<Recorded, SubmitError> {
        self.submit(request).await
    }

    async fn give_all(&self, requests: Vec<CommandRequest>) -> Result<Vec<Recorded>, NotRecorded> {
        self.submit_all(requests).await
    }
}

impl Recorder for Submissions {
    async fn give(&self, request: CommandRequest) -> Result<Recorded, SubmitError> {
        self.submit(request).await
    }

    async fn give_all(&self, requests: Vec<CommandRequest>) -> Result<Vec<Recorded>, NotRecorded> {
        self.submit_all(requests).await
    }
}

/// What the log knows of a county on a day; it reads the control store and may block.
fn known(
    state: &CityState,
    control: &dyn ControlStore,
    county: &PlaceCode,
    on: Date,
) -> Result<Known, LedgerFailure> {
    let failed = std::cell::RefCell::new(None);
    let name_of = |person: PersonId| {
        control.value_of(&person.to_string(), NAME_POINTER).unwrap_or_else(|error| {
            *failed.borrow_mut() = Some(error);
            None
        })
    };
    let known = Known::of(state, county, on, &name_of);
    if let Some(error) = failed.into_inner() {
        return Err(error.into());
    }
    known.ok_or_else(|| LedgerError::NoCounty { county: county.clone(), on }.into())
}

/// Proposes what a ledger says of a county. It may take a while and reads the control store.
pub fn propose(
    state: &CityState,
    control: &dyn ControlStore,
    county: &PlaceCode,
    on: Date,
    (bytes, aliases): (&[u8], Aliases),
) -> Result<Proposal, LedgerFailure> {
    let known = known(state, control, county, on)?;
    let read = ledger::ledger::read(bytes, aliases)?;
    ledger::ledger::check_county(&read, &known)?;
    Ok(ledger::propose(&read, &known))
}

/// What was accepted, planned and tried.
pub struct Accepting {
    actor: Actor,
    /// Commands of what the log has already.
    there: Vec<Planned>,
    /// The others, each found good.
    fresh: Vec<Planned>,
    /// How many joint branches are registered.
    pub joint_branches: usize,
    /// How many organizations.
    pub organizations: usize,
    /// How many persons.
    pub persons: usize,
    /// How many rows the workbook leaves out.
    pub left_out: usize,
}

/// What was accepted, in numbers.
#[derive(Debug, Clone, Copy)]
pub struct Accepted {
    /// How many joint branches are registered.
    pub joint_branches: usize,
    /// How many organizations.
    pub organizations: usize,
    /// How many persons.
    pub persons: usize,
    /// How many rows are left out.
    pub left_out: usize,
    /// What was recorded.
    pub registered: Registered,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Registered {
    /// How many commands were recorded, or would be.
    pub recorded: usize,
    /// How many were there already.
    pub there: usize,
    /// The position of the last event.
    pub position: Option<u64>,
}

/// Plans a workbook of proposals, with cells that were changed since, and tries every command that is not on the log yet. It may take a while and reads the
/// control store.
pub fn plan(
    state: &CityState,
    control: &dyn ControlStore,
    mut trial: Trial,
    (county, actor): (&PlaceCode, Actor),
    (bytes, changes): (&[u8], &[(String, String)]),
) -> Result<Accepting, LedgerFailure> {
    let mut accepted = ledger::accepted::read(bytes)?;
    accepted.change(changes);
    if accepted.county != *county {
        return Err(LedgerError::OtherCounty { found: accepted.county, asked: county.clone() }.into());
    }
    let known = known(state, control, county, accepted.on)?;
    let planned = ledger::plan(&accepted, &known).map_err(|problems| LedgerError::Cells { problems })?;
    let count = |name: &str| planned.iter().filter(|own| own.name == name).count();
    let (joint_branches, organizations, persons) =
        (count("register-joint-branch"), count("register-organization"), count("register-person"));
    let (there, fresh): (Vec<_>, Vec<_>) = planned.into_iter().partition(|own| is_there(state, own));
    let mut problems = Vec::new();
    for own in &fresh {
        if let Err(error) = trial.take(request(own, &actor)) {
            problems.extend(blame(own, &error));
        }
    }
    if !problems.is_empty() {
        return Err(LedgerError::Cells { problems }.into());
    }
    let left_out = accepted.left_out;
    Ok(Accepting { actor, there, fresh, joint_branches, organizations, persons, left_out })
}

impl Accepting {
    /// Gives again what the log has, which must be the same, and with `is_commit` records the rest: as many together as one
    /// append takes. One that was cut off is completed by the same workbook.
    pub async fn record(
        self,
        recorder: &impl Recorder,
        is_commit: bool,
    ) -> Result<Registered, LedgerFailure> {
        let mut registered = Registered { there: self.there.len(), ..Registered::default() };
        let mut problems = Vec::new();
        for own in &self.there {
            match recorder.give(request(own, &self.actor)).await {
                Ok(recorded) => registered.position = registered.position.max(Some(recorded.position)),
                Err(SubmitError::Rejected { .. } | SubmitError::KeyReused { .. }) => {
                    problems.push(other(own))
                }
                Err(error) => return Err(cut_off(own, 0, error)),
            }
        }
        if !problems.is_empty() {
            return Err(LedgerError::Cells { problems }.into());
        }
        if !is_commit {
            registered.recorded = self.fresh.len();
            return Ok(registered);
        }
        for together in self.fresh.chunks(MAX_COMMANDS_TOGETHER) {
            let requests = together.iter().map(|own| request(own, &self.actor)).collect();
            let done = recorder.give_all(requests).await.map_err(|refused| {
                let own = together.get(refused.index).unwrap_or(&together[0]);
                cut_off(own, registered.recorded, refused.error)
            })?;
            registered.recorded += done.len();
            registered.position = registered.position.max(done.last().map(|recorded| recorded.position));
        }
        Ok(registered)
    }
}

fn cut_off(own: &Planned, recorded: usize, error: SubmitError) -> LedgerFailure {
    LedgerFailure::Submit { cell: own.cell.clone(), recorded, error: Box::new(error) }
}

/// It was recorded with other values: a registration is completed or corrected, never changed by a sheet.
fn other(own: &Planned) -> Problem {
    let why = say(
        "已登记，内容与本表不同；已登记的不能由清单改动，请改回或填“否”，补充用存量补记",
        "it is registered with other values, which no ledger changes: put them back or leave the row out, and complete the registration instead",
    );
    Problem::new(own.cell.clone(), "registered-otherwise", why)
}

fn request(own: &Planned, actor: &Actor) -> CommandRequest {
    CommandRequest {
        id: own.id,
        name: own.name.to_owned(),
        body: own.body.clone(),
        actor: actor.clone(),
        if_match: None,
        traceparent: None,
    }
}

/// Whether the log has what the command would create.
fn is_there(state: &CityState, own: &Planned) -> bool {
    let id = own.body["data"]["id"].as_str().unwrap_or_default();
    match own.name {
        "register-organization" => {
            id.parse::<OrganizationId>().is_ok_and(|id| state.organizations.contains_key(&id))
        }
        "register-person" => id.parse::<PersonId>().is_ok_and(|id| state.persons.contains_key(&id)),
        // One that the county sent back is registered anew under its id.
        _ => id.parse::<JointBranchId>().is_ok_and(|id| {
            state.joint_branches.get(&id).is_some_and(|found| found.phase != Phase::SentBack)
        }),
    }
}

/// The value that a refusal is about which names none.
fn pointer_of(rejection: &Rejection) -> Option<String> {
    let field = match rejection.rule() {
        "registration-past" => FactName::Established.as_str(),
        "registration-quarters" => FactName::Grades.as_str(),
        "registration-secretary" | "one-secretary-post" => FactName::Secretary.as_str(),
        "one-merger"
        | "registration-member"
        | "joint-members"
        | "member-once"
        | "member-active"
        | "member-is-branch"
        | "one-county" => "members",
        "form" => FactName::Form.as_str(),
        "document-year" => FactName::Approval.as_str(),
        _ => match rejection {
            Rejection::Registration(RegistrationRejection::Fact { fact, .. }) => fact.as_str(),
            _ => return None,
        },
    };
    Some(format!("/data/{field}"))
}

/// The cells that a refusal is about.
fn blame(own: &Planned, error: &SubmitError) -> Vec<Problem> {
    match error {
        SubmitError::Rejected { rejection, .. } => {
            let said = rejection.say();
            let pointer = rejection.pointer().map(str::to_owned).or_else(|| pointer_of(rejection));
            let cell = own.cell_of(pointer.as_deref());
            vec![Problem::new(cell, rejection.rule(), said)]
        }
        SubmitError::Shape { errors } => {
            let problem = |error: &crate::shape_error::ShapeError| {
                let why = Say::of(error.detail.clone(), error.detail_en.clone());
                Problem::new(own.cell_of(Some(&error.pointer)), "schema", why)
            };
            errors.iter().map(problem).collect()
        }
        other => vec![Problem::new(own.cell.clone(), "schema", other.say())],
    }
}

/// What is said of a proposal, line by line.
pub fn summary(proposal: &Proposal) -> Vec<Say> {
    let rows = proposal.rows.len();
    let left_out = proposal.rows.iter().filter(|row| !row.is_accepted).count();
    let values = || proposal.rows.iter().flat_map(|row| row.values.values());
    let sure = |confidence| {
        values().filter(|value| value.confidence == confidence && !value.accepted.is_empty()).count()
    };
    let [certain, likely, open] = ledger::Confidence::ALL.map(sure);
    let missing: usize = proposal.rows.iter().map(|row| row.missing().len()).sum();
    let (organizations, persons) = (proposal.organizations.len(), proposal.persons.len());
    let mut lines: Vec<Say> = proposal.warnings.clone();
    lines.extend([
        Say::of(
            format!("{}：读出联合党组织 {rows} 个，其中已在册 {left_out} 个", proposal.county_name),
            format!(
                "{}: {rows} joint branches were read, {left_out} of which are registered",
                proposal.county_name
            ),
        ),
        Say::of(
            format!("各项内容：确定 {certain}，较可能 {likely}，待定 {open}；档案未见 {missing}"),
            format!("values: {certain} certain, {likely} likely, {open} open; {missing} not on file"),
        ),
        Say::of(
            format!("需一并登记：党组织 {organizations} 个，人员 {persons} 人"),
            format!("to be registered along: {organizations} organizations, {persons} persons"),
        ),
    ]);
    if proposal.hidden_rows > 0 {
        let count = proposal.hidden_rows;
        lines.push(Say::of(
            format!("其中 {count} 行在原表中被隐藏或筛选掉，也已读入"),
            format!("{count} rows that the ledger hides or filters away were read too"),
        ));
    }
    let not_read = &proposal.not_read;
    if !not_read.is_empty() {
        lines.push(Say::of(
            format!("未读 {} 处：", not_read.len()),
            format!("{} were not read:", not_read.len()),
        ));
    }
    for own in not_read.iter().take(MAX_NOT_READ_TOLD) {
        let text = if own.text.is_empty() { String::new() } else { format!(" {}", own.text) };
        lines.push(Say::of(
            format!("  {}{text}：{}", own.place, own.why.zh),
            format!("  {}{text}: {}", own.place, own.why.en),
        ));
    }
    if not_read.len() > MAX_NOT_READ_TOLD {
        let more = not_read.len() - MAX_NOT_READ_TOLD;
        lines.push(Say::of(
            format!("  另有 {more} 处，见“未读内容”表"),
            format!("  and {more} more, in the sheet 未读内容"),
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_fact_is_told_at_its_cell() {
        for fact in FactName::ALL {
            let rejection =
                RegistrationRejection::Fact { fact: *fact, detail: say("不符", "it does not fit") };
            assert_eq!(pointer_of(&rejection.into()), Some(format!("/data/{}", fact.as_str())));
        }
    }
}
