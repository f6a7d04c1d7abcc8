//! Berth's vocabulary and its rules: names, quantities, the organisation, nodes, submissions,
//! workloads and the reasons that the scheduler gives. No input, no output, no clock; the same code
//! runs in the browser, on the server and on the command line.

pub mod abilities;
pub mod access;
pub mod asset;
pub mod audit;
pub mod contact;
pub mod duration;
pub mod event;
pub mod form;
pub mod id;
pub mod name;
pub mod node;
pub mod org;
pub mod other;
pub mod policy;
pub mod precedence;
pub mod problem;
pub mod quantity;
pub mod reason;
pub mod rules;
pub mod sample;
pub mod scope;
pub mod secret;
pub mod settings;
pub mod storage_class;
pub mod submission;
pub mod template;
pub mod tool;
pub mod usage;
pub mod verdict;
pub mod workload;

pub use id::{
    AccessRuleId, AssetId, AuditId, ClientId, ClusterId, DepartmentId, EventId, NodePoolId,
    PolicyId, ProjectId, StorageClassId, TemplateId, UserId, WorkloadId,
};
pub use jiff::Timestamp;
pub use name::{DepartmentName, NameProblem, NodeName, NodePoolName, ProjectName, WorkloadName};
pub use other::Other;
pub use problem::Problem;
pub use quantity::{Cores, Gpus, MemoryBytes, Resources};
pub use reason::{Reason, ReasonCode, ScopeRef};
pub use scope::{Line, Scope, ScopeLevel};
