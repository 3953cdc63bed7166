//! Doing the work: the list of commands, each one's form, its preview, and the recording with the form's own key.

use std::sync::Arc;

use api::http::App;
use api::http::reads::{Snapshot, unknown};
use api::problem::{Kind, Problem, Refusal};
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::date::Date;
use domain::ids::{CommandId, JointBranchId};
use domain::joint_branch::JointBranch;
use domain::place::PlaceCode;
use domain::spec::Spec;
use domain::thresholds::Thresholds;
use domain::{CityState, CommandBody, CommandKind, Event, EventBody, Policy, PolicyCalendar};
use labels as w;
use projections::{FigureChange, figure_changes, figures_by_name};
use serde_json::Value;
use service::request::CommandRequest;
use service::shape_error::ShapeError;
use service::submit_error::SubmitError;
use service::trial::Trial;
use ulid::Ulid;

use super::cautions::{Recorded as Trials, cautions, followed};
use super::checks::checks;
use super::choices::Choices;
use super::hosts::host_by_code;
use super::names::NameFinder;
use super::page_request::PageRequest;
use super::prefill::{of_policy, prefill};
use super::recording::{concluded, landing, submit};
use super::rehearsals::rehearsed;
use super::scan_uploads::{received, store};
use super::see_other;
use super::subject::subject_of;
use crate::pages::entries::Named;
use crate::pages::forms::choice::unused;
use crate::pages::forms::render::Form;
use crate::pages::forms::schema::Field;
use crate::pages::forms::sentence::sentence;
use crate::pages::forms::values::{MAX_ROWS, Posted, posted, posted_of, read_request};
use crate::pages::forms::{self, Preview, ScanNote};
use crate::pages::rules::PresentFigures;

/// How many rows 「增加几行」 adds.
const MORE_ROWS: usize = 3;
/// `/work`: the commands that the reader may give.
pub(super) async fn index(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    asked.frame(&app).await?;
    let policy = app.service.policy().clone();
    let has_ledger = asked.principal.role == domain::account::Role::CountyOfficer;
    let main = forms::index(&asked.visit, has_ledger, &|spec| may_give(&asked, &policy, spec));
    Ok(asked.show(asked.visit.say(w::CHOOSE_COMMAND), &main))
}

/// `/work/{command}`: an empty form, filled as far as the address and the state say.
pub(super) async fn open(
    State(app): State<App>,
    Path(command): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let (spec, fields) = form_for(&app, &asked, &command)?;
    let frame = asked.frame(&app).await?;
    let state = app.state()?;
    let found = asked.visit.parameter("joint_branch").and_then(|id| own_joint_branch(&state, &asked, id));
    let mut values = prefill(&asked.visit, &state, &asked.principal, found, &command, app.today());
    if spec.name == CommandKind::IssuePolicy.name() {
        let in_force = |place: &PlaceCode| in_force(&app, &state, place, app.today());
        of_policy(&asked.visit, &asked.principal, &in_force, &mut values);
    }
    let key = new_key(&app)?;
    draw(
        &app,
        &asked,
        &frame,
        &Sheet {
            spec,
            fields: &fields,
            values: &values,
            key: &key,
            extra_rows: 0,
            refusal: None,
            is_fresh: true,
            left_day: values.get("/effective_date").map_or("", String::as_str),
            followed: None,
        },
    )
}

/// `POST /work/{command}`: more rows, back to the form, a preview, or the recording.
pub(super) async fn send(
    State(app): State<App>,
    Path(command): Path<String>,
    mut asked: PageRequest,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let (spec, fields) = form_for(&app, &asked, &command)?;
    let (sent, uploads) = received(&headers, request).await?;
    let frame = asked.frame(&app).await?;
    let text = |name: &str| sent.text(name);
    let (mut posted, mut refused) = posted(sent.fields());
    let (scans, not_stored) = store(&app, uploads, &mut posted).await?;
    refused.extend(host_by_code(&app, &asked, &frame, &mut posted)?);
    let read = read_request(&fields, &posted);
    refused.extend(read.refused);
    refused.extend(unused(spec, &fields, &posted));
    let mut request = read.request;
    // Only what is read whole follows: what is refused is shown as it was filled in.
    let followed = followed(&request, text("_day"))
        .filter(|_| refused.is_empty() && matches!(text("_step"), "preview" | "record"));
    if let Some(day) = followed {
        request["effective_date"] = day.to_string().into();
    }
    // From the request back: rows have moved up, so that a refusal's pointer names the row that is shown. What made no
    // request is shown as it was filled in.
    let values = if refused.is_empty() { posted_of(&fields, &request) } else { posted };
    let key = text("_key").to_owned();
    let id: CommandId = key.parse().map_err(|_| {
        Problem::new(Kind::Malformed, w::EXPIRED_FORM.zh.as_ref(), w::EXPIRED_FORM.en.as_ref())
    })?;
    let extra_rows = text("_rows").parse().unwrap_or(0_usize).min(MAX_ROWS);
    let sheet = Sheet {
        spec,
        fields: &fields,
        values: &values,
        key: &key,
        extra_rows,
        refusal: None,
        is_fresh: false,
        left_day: if followed.is_some() { "" } else { text("_day") },
        followed,
    };
    let actor = asked.principal.actor().ok_or_else(reads_only)?;
    let given = CommandRequest {
        id,
        name: command.clone(),
        body: request.clone(),
        actor,
        if_match: None,
        traceparent: None,
    };
    match text("_step") {
        _ if !not_stored.is_empty() => {
            draw(&app, &asked, &frame, &Sheet { refusal: Some(&not_read(not_stored)), ..sheet })
        }
        "preview" | "record" if !refused.is_empty() => {
            draw(&app, &asked, &frame, &Sheet { refusal: Some(&not_read(refused)), ..sheet })
        }
        "rehearse" if refused.iter().any(|error| error.pointer.starts_with("/data")) => {
            draw(&app, &asked, &frame, &Sheet { refusal: Some(&not_read(refused)), ..sheet })
        }
        "rehearse" if spec.name == CommandKind::IssuePolicy.name() => {
            let since = text("_since").trim();
            match rehearsed(&app, &asked, &frame, &request, since).await {
                Ok(page) => Ok(page),
                Err(problem) => refuse_for(&app, &asked, &frame, &sheet, problem),
            }
        }
        "more" => draw(&app, &asked, &frame, &Sheet { extra_rows: extra_rows + MORE_ROWS, ..sheet }),
        "preview" => show_preview(&app, &asked, &frame, &sheet, (given, &request, &scans)).await,
        // What somebody has not seen is not recorded at once.
        "record" if followed.is_some() => {
            show_preview(&app, &asked, &frame, &sheet, (given, &request, &scans)).await
        }
        "record" => record(&app, &asked, &frame, &sheet, given).await,
        _ => draw(&app, &asked, &frame, &sheet),
    }
}

/// What is said of a form that makes no request.
fn not_read(errors: Vec<ShapeError>) -> Refusal {
    let count = errors.len();
    let detail = (
        format!("填写的内容有 {count} 处须改正，否则会有遗漏"),
        format!("{count} of what was filled in must be mended, or something would be left out"),
    );
    Refusal { detail, errors, ..Refusal::default() }
}

/// The joint branch of that id, where the reader may read it: a form is filled with nothing of another's.
pub(super) fn own_joint_branch<'a>(
    state: &'a CityState,
    asked: &PageRequest,
    id: &str,
) -> Option<&'a JointBranch> {
    let found = id.parse().ok().and_then(|id: JointBranchId| state.joint_branches.get(&id))?;
    asked.principal.require_joint_branch(state, found).ok()?;
    Some(found)
}

/// A form with its state.
struct Sheet<'a> {
    spec: &'static Spec,
    fields: &'a [Field],
    values: &'a Posted,
    key: &'a str,
    extra_rows: usize,
    refusal: Option<&'a Refusal>,
    is_fresh: bool,
    /// The effective date that the form was opened with, while nothing has changed it.
    left_day: &'a str,
    /// The day to which it followed.
    followed: Option<Date>,
}

fn draw(app: &App, asked: &PageRequest, frame: &Snapshot, sheet: &Sheet<'_>) -> Result<Response, Problem> {
    let state = app.state()?;
    let visit = &asked.visit;
    let county = state.scope_of_bearer(&asked.principal.scope).county;
    let policy = state.policies.resolve(app.service.policy(), frame.on, county.as_ref());
    let names = NameFinder::new(app, asked, frame, &state);
    let choices = choices(asked, (&state, &policy), &names, sheet);
    let figures = present_figures(app, &state, sheet);
    let subject = subject_of(asked, frame, &state, sheet.values);
    let checks = given(asked, sheet)
        .map(|given| checks(&judge(app, &state), &choices, (sheet.spec, sheet.fields), given));
    let form = Form {
        visit,
        subject: subject.as_ref(),
        checks: checks.as_deref().unwrap_or_default(),
        left_day: sheet.left_day,
        followed: sheet.followed,
        figures: figures.as_ref(),
        spec: sheet.spec,
        fields: sheet.fields,
        values: sheet.values,
        extra_rows: sheet.extra_rows,
        key: sheet.key,
        is_fresh: sheet.is_fresh,
        refusal: sheet.refusal,
        picks: &|field| choices.picks(field),
        erasable: CommandBody::erasable_pointers(sheet.spec.name),
    };
    let title = visit.say(&sheet.spec.title);
    let title = match sheet.refusal {
        Some(_) => format!("{}{title}", visit.say(w::WRONG)),
        None => title.to_owned(),
    };
    Ok(asked.show(&title, &forms::page(&form)))
}

/// A trial that judges by the rules alone: it looks for no names, so it waits for no store and decides nothing.
fn judge(app: &App, state: &CityState) -> Trial {
    Trial::new(state.clone(), app.service.policy().clone(), Arc::default(), (app.clock)())
}

/// What can be picked in the form as it is filled in.
fn choices<'a>(
    asked: &'a PageRequest,
    (state, policy): (&'a CityState, &'a Policy),
    names: &'a NameFinder<'a>,
    sheet: &Sheet<'_>,
) -> Choices<'a> {
    let chosen = sheet.values.get("/data/joint_branch");
    Choices {
        state,
        policy,
        principal: &asked.principal,
        names,
        language: asked.visit.language,
        command: sheet.spec.name,
        joint_branch: chosen.and_then(|id| own_joint_branch(state, asked, id)),
    }
}

/// The request that a form makes as far as it is filled in.
fn given(asked: &PageRequest, sheet: &Sheet<'_>) -> Option<CommandRequest> {
    let body = read_request(sheet.fields, sheet.values).request;
    let (id, actor) = (sheet.key.parse().ok()?, asked.principal.actor()?);
    Some(CommandRequest {
        id,
        name: sheet.spec.name.to_owned(),
        body,
        actor,
        if_match: None,
        traceparent: None,
    })
}

async fn show_preview(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    sheet: &Sheet<'_>,
    (given, request, scans): (CommandRequest, &Value, &[ScanNote]),
) -> Result<Response, Problem> {
    let state = app.state()?;
    let (before, mut after) = (judge(app, &state), app.trial(&state).await?);
    let events = match after.take(given.clone()) {
        Ok(events) => events,
        Err(error) => return refuse(app, asked, frame, sheet, error),
    };
    // Every event of a command bears all its warnings.
    let warnings = events.first().map(|event| event.meta.warnings.clone()).unwrap_or_default();
    let changes = changed_figures(app, &state, &events)?;
    let visit = &asked.visit;
    let county = state.scope_of_bearer(&asked.principal.scope).county;
    let policy = state.policies.resolve(app.service.policy(), frame.on, county.as_ref());
    let names = NameFinder::new(app, asked, frame, &state).with_codes(county.as_ref());
    let choices = choices(asked, (&state, &policy), &names, sheet);
    let policies = PolicyCalendar::new(app.service.policy(), frame.views.policies());
    let recorded = Trials { before: &before, after: &after, given: &given, events: &events };
    let day = sheet.followed.map(|day| visit.say(&w::day_followed(&day.say())).to_owned());
    let cautions: Vec<String> =
        day.into_iter().chain(cautions(asked, (frame, &policies), &choices, &recorded)).collect();
    let is_new = |key: &str| key == sheet.key;
    let new = || Named { text: visit.say(w::THIS_ONE).to_owned(), link: None };
    let named = |key: &str| if is_new(key) { Some(new()) } else { names.find(key) };
    let said = CommandKind::named(sheet.spec.name).and_then(|kind| sentence(visit, kind, request, &named));
    let events = events.iter().map(|event| {
        let data = serde_json::to_value(&event.body).map_err(|error| Problem::internal(error.to_string()))?;
        Ok((event.body.event_type(), data))
    });
    let events: Vec<_> = events.collect::<Result<_, Problem>>()?;
    let main = forms::preview(
        visit,
        &Preview {
            sentence: said.as_deref(),
            cautions: &cautions,
            events: &events,
            changes: changes.as_deref(),
            warnings: &warnings,
            request,
            posted: sheet.values,
            key: sheet.key,
            scans,
            names: &named,
        },
    );
    Ok(asked.show(asked.visit.say(&sheet.spec.title), &main))
}

/// The figures in force in a city or county on a day.
fn in_force(app: &App, state: &CityState, place: &PlaceCode, on: Date) -> Thresholds {
    let county = state.scope_of_bearer(place).county;
    state.policies.resolve(app.service.policy(), on, county.as_ref()).thresholds
}

/// For a form that sets figures: those in force where and when it is to hold, as far as that is filled in.
fn present_figures(app: &App, state: &CityState, sheet: &Sheet<'_>) -> Option<PresentFigures> {
    if sheet.spec.name != CommandKind::IssuePolicy.name() {
        return None;
    }
    let filled = |pointer: &str| sheet.values.get(pointer).filter(|value| !value.is_empty());
    let place = filled("/data/jurisdiction").and_then(|code| code.parse().ok());
    let place = place.unwrap_or_else(|| state.city.clone());
    let on = filled("/effective_date").and_then(|day| day.parse().ok()).unwrap_or_else(|| app.today());
    let values = figures_by_name(&in_force(app, state, &place, on));
    Some(PresentFigures::new(values, app.service.policy()))
}

/// The figures that a policy would change, from what holds on its own day; nothing for another command.
fn changed_figures(
    app: &App,
    state: &CityState,
    events: &[Event],
) -> Result<Option<Vec<FigureChange>>, Problem> {
    let issued = events.iter().find_map(|event| match &event.body {
        EventBody::PolicyIssued(data) => Some((event.meta.effective_date, data)),
        _ => None,
    });
    let Some((on, data)) = issued else { return Ok(None) };
    let before = in_force(app, state, &data.jurisdiction, on);
    let changes = figure_changes(app.service.policy(), &before, &data.figures);
    changes.map(Some).map_err(|error| Problem::internal(error.to_string()))
}

/// What is refused is shown in the form again; what is nobody's fault but the moment's is a problem of its own.
fn refuse(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    sheet: &Sheet<'_>,
    error: SubmitError,
) -> Result<Response, Problem> {
    refuse_for(app, asked, frame, sheet, Problem::from(error))
}

/// As `refuse`, for what is a problem already.
fn refuse_for(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    sheet: &Sheet<'_>,
    problem: Problem,
) -> Result<Response, Problem> {
    if !matches!(
        problem.kind(),
        Kind::Rejected | Kind::Schema | Kind::Forbidden | Kind::IdInUse | Kind::TooLarge | Kind::KeyReused
    ) {
        return Err(problem);
    }
    // A form that was recorded and then changed gets a key of its own: it is another command.
    let key = if problem.kind() == Kind::KeyReused { new_key(app)? } else { sheet.key.to_owned() };
    let mut refusal = problem.refusal();
    if problem.kind() == Kind::Schema {
        // Programs are led to the schema, people to the fields below.
        refusal.detail = (w::TO_MEND.zh.to_string(), w::TO_MEND.en.to_string());
    }
    draw(app, asked, frame, &Sheet { refusal: Some(&refusal), key: &key, ..*sheet })
}

async fn record(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    sheet: &Sheet<'_>,
    given: CommandRequest,
) -> Result<Response, Problem> {
    match submit(app, given).await {
        Ok(recorded) if sheet.spec.is_of_accounts() => concluded(app, asked, &recorded).await,
        Ok(recorded) => Ok(see_other(&landing(sheet.spec, &recorded)?)),
        Err(error) => refuse(app, asked, frame, sheet, error),
    }
}

/// What a command that the reader may give says of itself, and its fields.
pub(super) fn form_for(
    app: &App,
    asked: &PageRequest,
    command: &str,
) -> Result<(&'static Spec, Vec<Field>), Problem> {
    let spec = CommandKind::named_over_http(command).ok_or_else(|| unknown(command))?.spec();
    if !may_give(asked, app.service.policy(), spec) {
        return Err(reads_only());
    }
    let fields = forms::fields_of(command).ok_or_else(|| unknown(command))?;
    Ok((spec, fields))
}

/// As `form_for`, for many at a time: not of accounts, whose tokens are shown one by one.
pub(super) fn form_in_bulk(
    app: &App,
    asked: &PageRequest,
    command: &str,
) -> Result<(&'static Spec, Vec<Field>), Problem> {
    if CommandKind::named(command).is_some_and(|kind| kind.spec().is_of_accounts()) {
        return Err(unknown(command));
    }
    form_for(app, asked, command)
}

pub(super) fn reads_only() -> Problem {
    Problem::new(Kind::Forbidden, "当前登录不能办理此事项", "you are signed in without the right to do this")
}

/// Whether the role may give the command at all; where it may is decided with the command.
pub(super) fn may_give(asked: &PageRequest, policy: &Policy, spec: &Spec) -> bool {
    let principal = &asked.principal;
    principal.acts() && spec.givers.include(principal.role, true, policy.thresholds.deciding_level)
}

/// A key for a new form.
pub(super) fn new_key(app: &App) -> Result<String, Problem> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| Problem::internal(error.to_string()))?;
    let milliseconds = u64::try_from((app.clock)().milliseconds()).unwrap_or(0);
    Ok(Ulid::from_parts(milliseconds, u128::from_be_bytes(random)).to_string())
}

/// What can be done with a joint branch as it stands.
pub(super) fn actions(app: &App, asked: &PageRequest, found: &JointBranch) -> Vec<(String, &'static str)> {
    let policy = app.service.policy();
    let specs = CommandKind::over_http().map(CommandKind::spec);
    let given =
        specs.filter(|spec| spec.fits.is_some_and(|fits| fits(found)) && may_give(asked, policy, spec));
    let link = |spec: &'static Spec| {
        (format!("/work/{}?joint_branch={}", spec.name, found.id), asked.visit.say(&spec.title))
    };
    given.map(link).collect()
}
