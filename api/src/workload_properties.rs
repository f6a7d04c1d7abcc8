//! What kinds of workloads there are (`rest-api.md` §13.1): types, categories and priorities. All three are fixed.

use domain::submission::Priority;
use serde::{Deserialize, Serialize};

/// A type of workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkloadType {
    pub id: String,
    pub name: String,
    /// Whose definition it is.
    pub group: String,
    pub category_id: String,
    pub category_name: String,
    /// What a submission has that names none.
    pub priority_id: String,
    pub priority_name: String,
}

/// What workloads are for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkloadCategory {
    pub id: String,
    pub name: String,
    pub description: String,
}

/// A priority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkloadPriority {
    pub id: String,
    /// As `priorityClass` in a submission.
    pub name: String,
    /// The larger goes first; from 100 on, a submission that does not say is non-preemptible.
    pub value: i32,
}

/// `{"types": […]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkloadTypes {
    pub types: Vec<WorkloadType>,
}

/// `{"categories": […]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkloadCategories {
    pub categories: Vec<WorkloadCategory>,
}

/// `{"priorities": […]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkloadPriorities {
    pub priorities: Vec<WorkloadPriority>,
}

/// Every type: workspaces are the one that Berth runs.
pub fn workload_types() -> Vec<WorkloadType> {
    let build = build();
    let priority = of_priority(Priority::High);
    vec![WorkloadType {
        id: id(1, 1),
        name: "Workspace".to_owned(),
        group: "berth".to_owned(),
        category_id: build.id,
        category_name: build.name,
        priority_id: priority.id,
        priority_name: priority.name,
    }]
}

/// Every category.
pub fn workload_categories() -> Vec<WorkloadCategory> {
    vec![build()]
}

/// Every priority, the lowest first.
pub fn workload_priorities() -> Vec<WorkloadPriority> {
    Priority::ALL.map(of_priority).to_vec()
}

fn build() -> WorkloadCategory {
    WorkloadCategory {
        id: id(2, 1),
        name: "Build".to_owned(),
        description: "Interactive work: notebooks, editors, experiments".to_owned(),
    }
}

fn of_priority(priority: Priority) -> WorkloadPriority {
    let (name, value) = (priority.name().to_owned(), priority.value());
    WorkloadPriority { id: id(3, value), name, value }
}

/// The id of the `n`th of a list; the same in every installation.
fn id(list: u32, n: i32) -> String {
    format!("{list:08}-0000-4000-8000-{n:012}")
}
