//! The proof of a figure: how many, of how many, and that none is missing, under the signed head.

use std::sync::Arc;

use audit::checkpoint::Checkpoint;
use audit::figures::FigureError;
use audit::figures::proof::Proof;
use axum::extract::{Extension, Path, State};
use axum::response::Response;
use domain::date::Date;
use domain::ids::JointBranchId;
use domain::say::Say;
use service::figures::{FigureProofError, FigureQuestion, StatedFigures};

use super::App;
use super::answer::typed;
use super::query::{Query, malformed};
use super::reads::require_scope;
use super::tree::{TEXT, not_covered};
use crate::auth::Principal;
use crate::problem::{Kind, Problem};

/// `/api/v1/figures/{name}/proof`: of the reader's own scope where none is named, for today where no day is.
pub(crate) async fn proof(
    State(app): State<App>,
    Path(figure): Path<String>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
) -> Result<Response, Problem> {
    let scope = query.code("scope")?.unwrap_or_else(|| principal.scope.clone());
    require_scope(&*app.state()?, &principal, &scope)?;
    let joint_branch = query.text("joint_branch").map(str::parse::<JointBranchId>).transpose();
    let joint_branch = joint_branch.map_err(|_| {
        malformed(
            "joint_branch 应为联合党组织编号（ULID）".to_owned(),
            "joint_branch is the id of a joint branch, a ULID".to_owned(),
        )
    })?;
    let day = query.date("as_of")?.unwrap_or_else(|| app.today());
    let proof = proof_of(&app, FigureQuestion { figure, scope, joint_branch }, day).await?;
    Ok(typed(TEXT, proof.to_string().into()))
}

/// The proof of a figure on a day, by the events under the last signed head. Whether the reader may have it is for the
/// caller to say.
pub async fn proof_of(app: &App, question: FigureQuestion, day: Date) -> Result<Proof, Problem> {
    let signed_tree = Arc::clone(app.signed_tree()?);
    let head = signed_tree.head().ok_or_else(not_covered)?;
    let head = head_with_witnesses(&head, signed_tree.witnessed()?).ok_or_else(not_covered)?;
    let views = app.history.views(app.waypoints()?, (head.size, Some(day))).await?;
    let policy = Arc::clone(app.service.policy());
    let proving = tokio::task::spawn_blocking(move || {
        let figures = StatedFigures::new(&views, &policy, day, &head)?;
        figures.prove(question, head, |statement| signed_tree.sign_figures(statement))
    });
    let proof = proving.await.map_err(|error| Problem::internal(format!("a proof ended badly: {error}")))?;
    proof.map_err(problem)
}

/// A copy of the head, with the signatures of those who have seen it.
fn head_with_witnesses(head: &Checkpoint, witnessed: Vec<Checkpoint>) -> Option<Checkpoint> {
    let seen = witnessed.into_iter().filter(|seen| seen.size == head.size);
    Some(seen.fold(head.copied()?, |head, seen| head.joined(&seen).unwrap_or(head)))
}

fn problem(error: FigureProofError) -> Problem {
    let Say { zh, en } = error.say();
    match &error {
        FigureProofError::UnknownFigure { .. }
        | FigureProofError::Figure(FigureError::UnknownScope { .. }) => Problem::new(Kind::NotFound, zh, en),
        FigureProofError::Figure(FigureError::Elsewhere { .. }) => {
            malformed(zh.into_owned(), en.into_owned())
        }
        FigureProofError::NoKey => Problem::new(Kind::NotReady, zh, en),
        _ => Problem::internal(error.to_string()),
    }
}
