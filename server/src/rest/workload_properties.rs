//! What kinds of workloads there are: types, categories and priorities (`rest-api.md` §13.1).

use api::workload_properties::{
    WorkloadCategories, WorkloadCategory, WorkloadPriorities, WorkloadType, WorkloadTypes,
    workload_categories, workload_priorities, workload_types,
};
use axum::{Json, extract::Path};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::RestError;
use crate::{Doors, auth::Caller};

/// The routes of this file.
pub fn described() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(types))
        .routes(routes!(one_type))
        .routes(routes!(categories))
        .routes(routes!(category))
        .routes(routes!(priorities))
}

/// The types of workloads
#[utoipa::path(
    get, path = "/api/v1/workload-types", tag = "Workloads", operation_id = "list_workload_types",
    responses((status = 200, description = "Workspaces", body = WorkloadTypes))
)]
async fn types(Caller(_actor): Caller) -> Json<WorkloadTypes> {
    Json(WorkloadTypes { types: workload_types() })
}

/// One type of workloads
#[utoipa::path(
    get, path = "/api/v1/workload-types/{id}", tag = "Workloads", operation_id = "get_workload_type",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The type", body = WorkloadType),
        (status = 404, description = "No such type", body = api::ErrorBody),
    )
)]
async fn one_type(
    Caller(_actor): Caller,
    Path(id): Path<String>,
) -> Result<Json<WorkloadType>, RestError> {
    let found = workload_types().into_iter().find(|of| of.id == id);
    Ok(Json(found.ok_or_else(|| control::Error::not_found("workload type", id))?))
}

/// What workloads are for
#[utoipa::path(
    get, path = "/api/v1/workload-categories", tag = "Workloads",
    operation_id = "list_workload_categories",
    responses((status = 200, description = "Build", body = WorkloadCategories))
)]
async fn categories(Caller(_actor): Caller) -> Json<WorkloadCategories> {
    Json(WorkloadCategories { categories: workload_categories() })
}

/// One category of workloads
#[utoipa::path(
    get, path = "/api/v1/workload-categories/{id}", tag = "Workloads",
    operation_id = "get_workload_category",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The category", body = WorkloadCategory),
        (status = 404, description = "No such category", body = api::ErrorBody),
    )
)]
async fn category(
    Caller(_actor): Caller,
    Path(id): Path<String>,
) -> Result<Json<WorkloadCategory>, RestError> {
    let found = workload_categories().into_iter().find(|of| of.id == id);
    Ok(Json(found.ok_or_else(|| control::Error::not_found("workload category", id))?))
}

/// The priorities of workloads
#[utoipa::path(
    get, path = "/api/v1/workload-priorities", tag = "Workloads",
    operation_id = "list_workload_priorities",
    responses((status = 200, description = "The lowest first", body = WorkloadPriorities))
)]
async fn priorities(Caller(_actor): Caller) -> Json<WorkloadPriorities> {
    Json(WorkloadPriorities { priorities: workload_priorities() })
}
