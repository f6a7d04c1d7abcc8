//! Things to store, alike but for what a test is about.

use std::collections::BTreeMap;

use domain::{
    AccessRuleId, AssetId, AuditId, ClientId, ClusterId, Cores, DepartmentId, EventId, Gpus,
    MemoryBytes, NodeName, NodePoolId, PolicyId, ProjectId, Scope, TemplateId, Timestamp, UserId,
    WorkloadId,
    access::{AccessRule, Application, Role, RuleSubject, Session, User},
    asset::{Asset, AssetChoice, AssetSpec, predefined},
    audit::{AuditEntry, Subject},
    event::{Event, EventType, Happening},
    node::{GpuDevice, Node, NodePool, Placing, Readiness, Taint, TaintEffect},
    org::{Cluster, Department, PoolQuota, Project},
    policy::{StoredPolicy, WorkloadType},
    submission::{Spec, Submission},
    template::Template,
    workload::{NewWorkload, PhaseName, Source, Workload},
};
use uuid::Uuid;

/// `micros` after an arbitrary moment that has microseconds of its own.
pub fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(1_790_000_000_123_456 + micros).unwrap()
}

pub fn cluster_id() -> ClusterId {
    ClusterId(Uuid::from_u128(1))
}

pub fn cluster() -> Cluster {
    let kind = Default::default();
    Cluster {
        id: cluster_id(),
        name: "local".into(),
        simulated: true,
        kind,
        scheduler: None,
        created_at: at(0),
    }
}

pub fn pool(number: i32, name: &str) -> NodePool {
    NodePool {
        id: NodePoolId(number),
        cluster: cluster_id(),
        name: name.parse().unwrap(),
        label: (number > 1).then(|| ("pool".into(), name.into())),
        gpu_placement: Placing::Binpack,
        cpu_placement: Placing::Spread,
        gpu_fractions: true,
        min_runtime_secs: 0,
        time_based: None,
        created_at: at(0),
        created_by: None,
        updated: None,
    }
}

pub fn node(name: &str) -> Node {
    Node {
        name: NodeName::from(name),
        labels: BTreeMap::from([("zone".into(), "ä 'b' \"c\" \\ 🚢".into())]),
        taints: vec![Taint {
            key: "gpu".into(),
            value: String::new(),
            effect: TaintEffect::NoSchedule,
        }],
        ready: Readiness::NotReady { since: at(5), why: "pulled a plug".into() },
        gpus: vec![GpuDevice { kind: "NVIDIA A100".into(), memory: MemoryBytes::gb(80) }; 8],
        cpu: Cores(63_500),
        memory: MemoryBytes::gib(512),
        extended: BTreeMap::from([("example.com/nic".into(), 2)]),
        taken: Default::default(),
        created_at: at(0),
    }
}

fn quotas() -> BTreeMap<NodePoolId, PoolQuota> {
    BTreeMap::from([(NodePoolId(1), PoolQuota::gpus(Gpus(2_500_000)))])
}

pub fn department(number: i32, name: &str) -> Department {
    Department {
        id: DepartmentId(number),
        cluster: cluster_id(),
        name: name.parse().unwrap(),
        description: "where people work".into(),
        quotas: quotas(),
        default_node_pools: vec!["default".parse().unwrap()],
        rules: Default::default(),
        created_at: at(0),
        updated_at: at(1),
        created_by: "Berth".into(),
    }
}

pub fn project(number: i32, name: &str) -> Project {
    Project {
        id: ProjectId(number),
        cluster: cluster_id(),
        department: DepartmentId(1),
        name: name.parse().unwrap(),
        description: String::new(),
        requested_namespace: None,
        quotas: quotas(),
        default_node_pools: vec![],
        rules: Default::default(),
        created_at: at(0),
        updated_at: at(1),
        created_by: "Berth".into(),
    }
}

pub fn user(number: u128, email: &str) -> User {
    User {
        id: UserId(Uuid::from_u128(number)),
        email: email.into(),
        password_hash: Some("$argon2id$…".into()),
        must_change_password: number == 1,
        sign_outs: 0,
        groups: (number > 1).then(|| "research".to_owned()).into_iter().collect(),
        created_by: "Berth".into(),
        created_at: at(0),
        updated_at: None,
        last_login: (number > 1).then(|| at(7)),
    }
}

pub fn application(client_id: &str) -> Application {
    Application {
        id: ClientId(Uuid::from_u128(9)),
        name: "Pipeline".into(),
        client_id: client_id.into(),
        secret_hash: "hash".into(),
        owner: None,
        enabled: true,
        created_by: "Berth".into(),
        created_at: at(0),
        updated_at: None,
        last_login: None,
    }
}

/// A user who works in the project 1.
pub fn rule(number: i32, user: u128) -> AccessRule {
    AccessRule {
        id: AccessRuleId(number),
        subject: RuleSubject::User(UserId(Uuid::from_u128(user))),
        role: Role::Practitioner,
        scope: Scope::Project(ProjectId(1)),
        created_by: "a@example.com".into(),
        created_at: at(0),
        deleted_at: None,
    }
}

pub fn policy(number: u128, owner: Scope, name: &str) -> StoredPolicy {
    StoredPolicy {
        id: PolicyId(Uuid::from_u128(number)),
        owner,
        workload_type: WorkloadType::Workspace,
        name: name.into(),
        document: serde_json::json!({"rules": {"image": {"required": true}}}),
        text: Some("defaults: {} # nothing yet\n".to_owned()),
        revision: Some(AuditId(Uuid::from_u128(number))),
        created_by: "a@example.com".into(),
        created_at: at(0),
        updated_by: "b@example.com".into(),
        updated_at: at(1),
    }
}

/// The `number`th change of something, all within one moment.
pub fn audit(number: u128, subject: Subject) -> AuditEntry {
    AuditEntry {
        id: AuditId(Uuid::from_u128(number)),
        at: at(0),
        by: "a@example.com".into(),
        subject,
        before: Some(serde_json::json!(number - 1)),
        after: Some(serde_json::json!(number)),
    }
}

pub fn workload(number: u128, name: &str) -> Workload {
    let submission = Submission { image: Some("jupyter".into()), ..Submission::default() };
    let new = NewWorkload {
        id: WorkloadId(Uuid::from_u128(number)),
        cluster: cluster_id(),
        project: ProjectId(1),
        name: name.parse().unwrap(),
        requested_name: name.into(),
        created_by: "a@example.com".into(),
        source: Source::ControlPlane,
        spec: Spec::try_from(submission).unwrap(),
        made_from: Default::default(),
    };
    let mut workload = Workload::new(new, at(0));
    // As it comes back: the news are told to the history and not kept.
    workload.news.clear();
    workload.version = 1;
    workload
}

/// The next version of `workload`, deleted `micros` after the beginning.
pub fn deleted(mut workload: Workload, micros: i64) -> Workload {
    workload.deleted_at = Some(at(micros));
    workload.version += 1;
    workload
}

pub fn event(number: u128, of: &Workload, micros: i64) -> Event {
    let what = match number.is_multiple_of(2) {
        true => {
            Happening::PhaseUpdate { phase: PhaseName::Running, message: "m".into(), why: None }
        }
        false => Happening::Event {
            event_type: EventType::Warning,
            reason: "BackOff".into(),
            message: "line\nline".into(),
            source: "kubelet".into(),
            why: None,
        },
    };
    Event { id: EventId(Uuid::from_u128(number)), workload: of.id, at: at(micros), what }
}

pub fn session(of: u128, expires: i64) -> Session {
    Session {
        user: UserId(Uuid::from_u128(of)),
        csrf: "token".into(),
        created_at: at(0),
        last_seen: at(0),
        expires_at: at(expires),
    }
}

/// An asset of the account: one of those that come with Berth.
pub fn asset(number: u128, name: &str) -> Asset {
    let like = predefined::assets().into_iter().find(|asset| asset.name == name).unwrap();
    Asset {
        id: AssetId(Uuid::from_u128(number)),
        name: name.parse().unwrap(),
        description: Some(like.description.into()),
        scope: Scope::Account,
        supports: like.supports,
        spec: like.spec,
        private_to: None,
        created_by: "Berth".into(),
        created_at: at(0),
        updated_by: "Berth".into(),
        updated_at: at(1),
        update_count: 2,
    }
}

pub fn template(number: u128, name: &str, links: &Asset) -> Template {
    let assets = match links.spec {
        AssetSpec::Environment(_) => {
            AssetChoice { environment: Some(links.id), ..AssetChoice::default() }
        }
        _ => AssetChoice { compute: Some(links.id), ..AssetChoice::default() },
    };
    Template {
        id: TemplateId(Uuid::from_u128(number)),
        name: name.parse().unwrap(),
        description: None,
        scope: Scope::Project(ProjectId(1)),
        spec: Submission { command: Some("sleep 1".into()), ..Submission::default() },
        assets,
        legacy: None,
        created_by: "a@example.com".into(),
        created_at: at(0),
        updated_by: None,
        updated_at: None,
    }
}
