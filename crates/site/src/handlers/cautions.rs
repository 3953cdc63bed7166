//! What whoever confirms a preview should know: the day that followed a document or a meeting, what could no longer be
//! recorded on its own day, and a survey that would not carry the decision that it is for.

use std::collections::BTreeSet;

use api::http::reads::Snapshot;
use domain::CommandKind;
use domain::account::Role;
use domain::actor::Actor;
use domain::date::Date;
use domain::entity::Entity;
use domain::ids::JointBranchId;
use domain::joint_branch::Arrangement;
use domain::organization::OrganizationForm;
use domain::say::Say;
use domain::{CityState, Event, PolicyCalendar};
use labels as w;
use projections::{Obligation, Reading, joint_branch_view};
use serde_json::{Value, json};
use service::request::CommandRequest;
use service::trial::Trial;

use super::checks::Guess;
use super::choices::Choices;
use super::page_request::PageRequest;
use crate::pages::acts::{Act, acts};
use crate::pages::forms::fields_of;
use crate::pages::lists::word;

/// The rule by which nothing is recorded before what it follows.
const ORDER: &str = "effective-order";
/// Rules by which a survey carries a decision.
const OF_SURVEYS: [&str; 4] = ["survey-base", "survey-favour", "survey-over-base", "survey-age"];
/// The rule by which one of several surveys is named.
const NAMED: &str = "survey-named";

/// The day that a form should bear whose day was left as it was filled in: that of its document or its meeting, whichever
/// is later. Nothing where it bears it already, or somebody has chosen another.
pub(super) fn followed(request: &Value, left: &str) -> Option<Date> {
    let day = |pointer: &str| request.pointer(pointer)?.as_str()?.parse::<Date>().ok();
    let chosen = day("/effective_date")?;
    let follows = day("/document/issued").max(day("/decided_by/date"))?;
    (left.parse() == Ok(chosen) && follows != chosen).then_some(follows)
}

/// A request before and after it is recorded.
pub(super) struct Recorded<'a> {
    pub(super) before: &'a Trial,
    pub(super) after: &'a Trial,
    pub(super) given: &'a CommandRequest,
    pub(super) events: &'a [Event],
}

/// What recording it would bring with it.
pub(super) fn cautions(
    asked: &PageRequest,
    (frame, policies): (&Snapshot, &PolicyCalendar),
    choices: &Choices<'_>,
    recorded: &Recorded<'_>,
) -> Vec<String> {
    let about = recorded.events.first().map(|event| event.body.entity());
    let Some(Entity::JointBranch(id)) = about else { return Vec::new() };
    let reading = Reading { views: &frame.views, policies, on: frame.on };
    let entry = joint_branch_view(reading, id).ok().and_then(|view| view.rows.into_iter().next());
    let closed = entry.map(|entry| closed(asked, choices, recorded, &entry.obligations, Some(&entry.row)));
    let mut said: Vec<_> = closed.flatten().into_iter().collect();
    if recorded.given.name == CommandKind::RecordWillSurvey.name() {
        said.extend(
            weak_survey(choices, recorded, id)
                .iter()
                .map(|why| asked.visit.say(&w::weak_survey(why)).to_owned()),
        );
    }
    said
}

/// What is owed and could be recorded on the day on which it was due, and could not be afterwards.
fn closed(
    asked: &PageRequest,
    choices: &Choices<'_>,
    recorded: &Recorded<'_>,
    owed: &[Obligation],
    row: Option<&projections::rows::JointBranchRow>,
) -> Option<String> {
    let on: Date = recorded.given.body["effective_date"].as_str()?.parse().ok()?;
    let is_closed = |act: &Act, due: Date| {
        let request = probe(choices, recorded.given, act, due);
        let refuses = |trial: &Trial| {
            let judged = request.clone().and_then(|request| trial.judge(request));
            judged.is_some_and(|judged| judged.refusals.iter().any(|refusal| refusal.rule() == ORDER))
        };
        !is_given(act, recorded.given) && !refuses(recorded.before) && refuses(recorded.after)
    };
    let earlier = owed.iter().filter(|owed| owed.due < on);
    let lost = earlier.filter(|owed| acts(owed, row).first().is_some_and(|act| is_closed(act, owed.due)));
    let named = lost.map(|owed| {
        let quarter = owed.quarter.map(|quarter| asked.visit.say(&quarter.say()).to_owned());
        format!("{}{}", quarter.unwrap_or_default(), word(&asked.visit, "Obligation", &owed.kind))
    });
    let named: BTreeSet<String> = named.collect();
    let named: Vec<String> = named.into_iter().collect();
    let said = || w::closes_the_past(&on.say(), &named.join(asked.visit.say(w::LIST_COMMA)));
    (!named.is_empty()).then(|| asked.visit.say(&said()).to_owned())
}

/// Whether the request is that very act.
fn is_given(act: &Act, given: &CommandRequest) -> bool {
    let is_same = |(name, value): &(&str, String)| {
        let held = &given.body["data"][*name];
        held.as_str().map_or_else(|| held.to_string(), str::to_owned) == *value
    };
    act.command.name() == given.name && act.fields.iter().all(is_same)
}

/// A request for something owed on its day, by the same person.
fn probe(choices: &Choices<'_>, given: &CommandRequest, act: &Act, on: Date) -> Option<CommandRequest> {
    let name = act.command.name();
    let data =
        act.fields.iter().map(|(name, value)| ((*name).to_owned(), Value::String(value.clone()))).collect();
    let mut body = json!({ "effective_date": on, "on_behalf_of": given.body["on_behalf_of"], "data": Value::Object(data) });
    Guess::new(choices).complete(&fields_of(name)?, name, body.as_object_mut()?);
    Some(CommandRequest { name: name.to_owned(), body, ..given.clone() })
}

/// Why the decision would be refused that the survey is for, as the county would give it.
fn weak_survey(choices: &Choices<'_>, recorded: &Recorded<'_>, id: JointBranchId) -> Vec<Say> {
    let state = recorded.after.state();
    let Some(found) = state.joint_branches.get(&id) else { return Vec::new() };
    let kind = match found.arrangement {
        Arrangement::Merger => CommandKind::MergeBranches,
        Arrangement::Pairing => CommandKind::PairBranches,
    };
    let unnamed = decision(choices, state, recorded.given, (kind, id), None);
    let judged = unnamed.and_then(|request| recorded.after.judge(request));
    let judged = match judged {
        Some(judged) if judged.refusals.iter().any(|refusal| refusal.rule() == NAMED) => {
            let named =
                decision(choices, state, recorded.given, (kind, id), Some(recorded.given.id.to_string()));
            named.and_then(|request| recorded.after.judge(request))
        }
        judged => judged,
    };
    let refusals = judged.into_iter().flat_map(|judged| judged.refusals);
    refusals.filter(|refusal| OF_SURVEYS.contains(&refusal.rule())).map(|refusal| refusal.say()).collect()
}

/// The decision that a survey is for, on its day, by an organ of the county.
fn decision(
    choices: &Choices<'_>,
    state: &CityState,
    given: &CommandRequest,
    (kind, id): (CommandKind, JointBranchId),
    survey: Option<String>,
) -> Option<CommandRequest> {
    let lead = state.joint_branches.get(&id)?.lead_township;
    let county = state.scope_of_place(lead).county?;
    let place = state.place_by_code(&county)?.id;
    let is_organ = |found: &&std::sync::Arc<domain::organization::Organization>| {
        found.form == OrganizationForm::Organ && found.location == place
    };
    let organ = state.organizations.values().find(is_organ)?;
    let mut data = json!({ "joint_branch": id });
    if let Some(survey) = survey {
        data["survey"] = survey.into();
    }
    let mut body = json!({
        "effective_date": given.body["effective_date"],
        "on_behalf_of": organ.id,
        "data": data,
    });
    let example = service::command_schemas::example(kind.name())?;
    for part in ["document", "decided_by"] {
        body[part] = example[part].clone();
    }
    Guess::new(choices).complete(&fields_of(kind.name())?, kind.name(), body.as_object_mut()?);
    let actor = Actor { id: given.actor.id.clone(), role: Role::CountyOfficer, scope: county };
    Some(CommandRequest { name: kind.name().to_owned(), body, actor, ..given.clone() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_day_that_was_left_follows_the_later_of_document_and_meeting() {
        let request = |effective: &str| {
            json!({
                "effective_date": effective,
                "document": {"number": "昭委组〔2026〕12号", "issued": "2026-07-09"},
                "decided_by": {"meeting": "区委常委会", "date": "2026-07-08"},
            })
        };
        let day = |text: &str| text.parse::<Date>().ok();
        assert_eq!(followed(&request("2026-12-01"), "2026-12-01"), day("2026-07-09"));
        // Chosen by somebody, followed already, or left by a form that does not say so.
        assert_eq!(followed(&request("2026-07-10"), "2026-12-01"), None);
        assert_eq!(followed(&request("2026-07-09"), "2026-07-09"), None);
        assert_eq!(followed(&request("2026-12-01"), ""), None);
        assert_eq!(followed(&json!({"effective_date": "2026-12-01", "document": null}), "2026-12-01"), None);
    }
}
