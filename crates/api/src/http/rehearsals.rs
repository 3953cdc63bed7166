//! `POST /api/v1/policy-rehearsals`: a proposed policy, held against everything recorded since a day. Nothing is recorded.

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::response::Response;
use domain::Rejection;
use domain::date::Date;
use domain::rehearsal::Proposal;
use domain::say::Say;
use projections::{Rehearsal, RehearsalError, rehearse};
use service::proposed_policy::{MAX_PROPOSAL_BYTES, ProposalError, propose};

use super::App;
use super::answer;
use super::bodies::receive;
use super::query::Query;
use super::reads::{require_scope, view_problem};
use crate::auth::Principal;
use crate::problem::{AlsoRefused, Kind, Problem};

/// Rehearses the policy of the body.
pub(crate) async fn post(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = receive(&app.room, &parts.headers, body, MAX_PROPOSAL_BYTES).await?;
    let since = query.date("since")?.ok_or_else(|| {
        let (zh, en) =
            ("查询参数 since 须写明：自哪一日起试行", "the parameter since is needed: from which day on");
        Problem::new(Kind::Malformed, zh, en)
    })?;
    let proposal = app.proposal(&principal, &body, since)?;
    let rehearsal = app.rehearse(proposal).await?;
    answer::json(&parts.headers, rehearsal.position, &rehearsal)
}

impl App {
    /// A proposed policy, for who may read all that it reaches.
    pub fn proposal(&self, principal: &Principal, bytes: &[u8], since: Date) -> Result<Proposal, Problem> {
        let state = self.state()?;
        let proposal = propose(&state, self.service.policy(), bytes, since);
        let proposal = proposal.map_err(|error| self.proposal_problem(error))?;
        require_scope(&state, principal, proposal.jurisdiction())?;
        Ok(proposal)
    }

    /// Holds a proposal against the whole log, when its turn has come.
    pub async fn rehearse(&self, proposal: Proposal) -> Result<Rehearsal, Problem> {
        let position = self.state()?.last_position;
        let turn = self.history.turn().await?;
        let service = Arc::clone(&self.service);
        let rehearsing = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let (log, city) = (&**service.log(), service.city().clone());
            rehearse(log, city, service.policy(), &proposal, position, &mut |_| {})
        });
        let rehearsed = rehearsing
            .await
            .map_err(|error| Problem::internal(format!("a rehearsal ended badly: {error}")))?;
        rehearsed.map_err(|error| match error {
            RehearsalError::View(error) => view_problem(error),
            RehearsalError::Replay(error) => Problem::internal(error.to_string()),
        })
    }

    fn proposal_problem(&self, error: ProposalError) -> Problem {
        let Say { zh, en } = error.say();
        let of_kind = |kind| Problem::new(kind, zh, en);
        match error {
            ProposalError::TooLong { .. } => of_kind(Kind::TooLarge),
            ProposalError::Json { .. } => of_kind(Kind::Malformed),
            ProposalError::NothingSince { .. } => of_kind(Kind::NotFound),
            ProposalError::Shape { errors, .. } => {
                let (zh, en) =
                    ("拟议政策的字段不符合要求", "fields of the proposed policy do not fit the schema");
                Problem::new(Kind::Schema, zh, en).with_errors(errors)
            }
            ProposalError::Refused { rejections, .. } => {
                let cited = |rejection: &Rejection| {
                    AlsoRefused::of(rejection, self.service.policy().citation(rejection.rule()))
                };
                let mut cited: Vec<_> = rejections.iter().map(cited).collect();
                if cited.is_empty() {
                    return of_kind(Kind::Rejected);
                }
                let first = cited.remove(0);
                of_kind(Kind::Rejected).of_rule(first.rule, first.citation, false).and_by(cited)
            }
        }
    }
}
