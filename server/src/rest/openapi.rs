//! The description of the interface, served as JSON.

use api::{
    ErrorBody, assets::AssetCreationMeta, assets::AssetUpdateMeta, assets::AssetView,
    batch::BatchRequest, batch::BatchResponse, clusters::ClusterView,
    departments::DepartmentCreation, departments::DepartmentView, node_pools::NodePoolView,
    nodes::NodeView, projects::ProjectCreation, projects::ProjectUpdate, projects::ProjectView,
    resources::Resources, templates::TemplateCreation, templates::TemplatePatch,
    templates::TemplateReplacement, templates::TemplateView, token::TokenResponse,
    workloads::WorkloadDetail, workloads::WorkloadView, workspaces::WorkspaceCreation,
    workspaces::WorkspaceView,
};
use axum::Json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(title = "Berth", description = "GPU workspaces that always say why"),
    components(schemas(
        ErrorBody,
        AssetCreationMeta,
        AssetUpdateMeta,
        AssetView,
        BatchRequest,
        BatchResponse,
        ClusterView,
        DepartmentCreation,
        DepartmentView,
        NodePoolView,
        NodeView,
        ProjectCreation,
        ProjectUpdate,
        ProjectView,
        Resources,
        TemplateCreation,
        TemplatePatch,
        TemplateReplacement,
        TemplateView,
        TokenResponse,
        WorkloadDetail,
        WorkloadView,
        WorkspaceCreation,
        WorkspaceView
    ))
)]
struct Description;

pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}
