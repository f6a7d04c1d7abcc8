//! `/api/v1/cycles`: what the scheduler decided, played again.

use api::cycles::{DecisionView, ReplayView};
use axum::{Json, extract::State};
use control::cycles::Cycle;
use scheduler::Decision;

use super::{Id, RestError};
use crate::{Doors, auth::Caller};

/// Play a cycle again, and see whether it decides the same
///
/// For administrators. What was read and decided then is kept for the time that the settings say.
#[utoipa::path(
    get, path = "/api/v1/cycles/{cycle}/replay", tag = "Cycles", operation_id = "replay_cycle",
    params(("cycle" = i64, Path, description = "Its number, as reasons and workloads name it")),
    responses((status = 200, description = "What it decides", body = ReplayView))
)]
pub async fn replay(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(number): Id<i64>,
) -> Result<Json<ReplayView>, RestError> {
    let (cycle, replay) = doors.control.replay(&actor, number).await?;
    let decisions = replay.decisions.iter().map(|decision| decision_view(&cycle, decision));
    Ok(Json(ReplayView {
        cycle: cycle.number,
        at: cycle.at,
        cluster: cycle.snapshot.cluster_name.clone(),
        same: replay.is_same,
        searches_cut: cycle.cut.searches,
        decisions: decisions.collect(),
    }))
}

/// A decision with its words.
pub fn decision_view(cycle: &Cycle, decision: &Decision) -> DecisionView {
    let word = match decision {
        Decision::Bind { .. } => "bind",
        Decision::Pipeline { .. } => "pipeline",
        Decision::Evict { .. } => "evict",
        Decision::Wait { .. } => "wait",
    };
    let id = decision.workload();
    DecisionView {
        workload_id: id,
        name: cycle.job(id).map(|job| job.name.clone()).unwrap_or_default(),
        decision: word.to_owned(),
        sentences: cycle.sentences(decision),
    }
}
