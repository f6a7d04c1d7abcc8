//! What workloads and their pods used.

use std::collections::BTreeMap;

use api::metrics::{Measurement, MetricValue, Metrics};
use axum::{Json, extract::State};
use control::metrics::{self, Metric};
use domain::{Timestamp, WorkloadId, sample::Span};

use super::{
    super::{Id, Query, RestError},
    pods::pod_id,
};
use crate::{Doors, auth::Caller};

/// Points at most, and where nobody says how many.
const POINTS_MAX: usize = 1_000;
const POINTS_DEFAULT: usize = 20;

/// What a workload used
#[utoipa::path(
    get, path = "/api/v1/workloads/{workloadId}/metrics", tag = "Workloads",
    operation_id = "get_workload_metrics",
    params(
        ("workloadId" = WorkloadId, Path),
        ("metricType" = String, Query, description = "What is wanted, with commas between"),
        ("start" = Timestamp, Query, description = "Where the range begins"),
        ("end" = Timestamp, Query, description = "Where it ends"),
        ("numberOfSamples" = Option<u32>, Query, description = "Points in the range, up to 1000; 20 where nobody says"),
    ),
    responses((status = 200, description = "What was measured", body = Metrics))
)]
pub async fn of_workload(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
    query: Query,
) -> Result<Json<Metrics>, RestError> {
    doors.control.workload(&actor, id)?;
    let asked = Asked::of(&query, &Metric::OF_WORKLOAD)?;
    let metrics = asked.metrics();
    Ok(Json(asked.view(doors.control.metrics(&actor, id, &metrics, asked.span).await?)))
}

/// What a pod used
#[utoipa::path(
    get, path = "/api/v1/workloads/{workloadId}/pods/{podId}/metrics", tag = "Workloads",
    operation_id = "get_workload_pod_metrics",
    params(
        ("workloadId" = WorkloadId, Path),
        ("podId" = String, Path, description = "As the list of its pods says"),
        ("metricType" = String, Query, description = "What is wanted, with commas between"),
        ("start" = Timestamp, Query, description = "Where the range begins"),
        ("end" = Timestamp, Query, description = "Where it ends"),
        ("numberOfSamples" = Option<u32>, Query, description = "Points in the range, up to 1000; 20 where nobody says"),
    ),
    responses((status = 200, description = "What was measured", body = Metrics))
)]
pub async fn of_pod(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    axum::extract::Path((id, pod)): axum::extract::Path<(String, String)>,
    query: Query,
) -> Result<Json<Metrics>, RestError> {
    let unknown = || RestError::new(404, format!("there is no pod {pod} of this workload"));
    let id: WorkloadId = id.parse().map_err(|_| unknown())?;
    let known = doors.control.pods(&actor, Some(id))?;
    let mut known = known.iter().filter(|known| pod_id(id, known.detail.generation) == pod);
    let detail = &known.next().ok_or_else(unknown)?.detail;
    let mut asked = Asked::of(&query, &Metric::OF_POD)?;
    // What the workload used before belongs to its other pods.
    asked.since = Some(detail.created_at);
    let metrics = asked.metrics();
    Ok(Json(asked.view(doors.control.metrics(&actor, id, &metrics, asked.span).await?)))
}

/// What somebody asks for.
struct Asked {
    metrics: Vec<(&'static str, Metric)>,
    span: Span,
    /// Points before that are not theirs.
    since: Option<Timestamp>,
}

impl Asked {
    fn of(query: &Query, known: &[(&'static str, Metric)]) -> Result<Self, RestError> {
        let time = |name: &str| {
            let text = query.get(name).unwrap_or_default();
            let wrong = || RestError::field(name, "must be a time, such as 2026-01-02T03:04:05Z");
            text.parse::<Timestamp>().map_err(|_| wrong())
        };
        let (start, end) = (time("start")?, time("end")?);
        if end < start {
            return Err(RestError::field("end", "must not be before start"));
        }
        let points = match query.get("numberOfSamples").map(str::parse::<usize>) {
            None => POINTS_DEFAULT,
            Some(Ok(points)) if points <= POINTS_MAX => points,
            Some(_) => {
                let wrong = format!("must be a whole number up to {POINTS_MAX}");
                return Err(RestError::field("numberOfSamples", wrong));
            }
        };
        let asked = query.pairs().filter(|(name, _)| *name == "metricType");
        let words = asked.flat_map(|(_, words)| words.split(',')).filter(|word| !word.is_empty());
        let metrics = words.map(|word| {
            let found = known.iter().find(|(name, _)| *name == word).copied();
            found.ok_or_else(|| RestError::field("metricType", format!("{word} is not measured")))
        });
        let metrics: Vec<_> = metrics.collect::<Result<_, _>>()?;
        if metrics.is_empty() {
            return Err(RestError::field("metricType", "is missing"));
        }
        Ok(Self { metrics, span: Span { start, end, points }, since: None })
    }

    fn metrics(&self) -> Vec<Metric> {
        self.metrics.iter().map(|(_, metric)| *metric).collect()
    }

    fn view(&self, measured: Vec<metrics::Measurement>) -> Metrics {
        let name = |metric| self.metrics.iter().find(|(_, own)| *own == metric);
        let view = |of: metrics::Measurement| Measurement {
            kind: name(of.metric).map(|(name, _)| *name).unwrap_or_default().to_owned(),
            labels: of.gpu.map(|gpu| BTreeMap::from([("gpu".to_owned(), gpu.to_string())])),
            values: of
                .points
                .iter()
                .filter(|point| self.since.is_none_or(|since| point.at >= since))
                .map(|point| MetricValue {
                    value: metrics::written(point.value),
                    timestamp: point.at,
                })
                .collect(),
        };
        Metrics { measurements: measured.into_iter().map(view).collect() }
    }
}
