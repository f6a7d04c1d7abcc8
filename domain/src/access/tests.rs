//! The roles as a table, and what rules come to in a small tree.

use insta::assert_snapshot;
use uuid::Uuid;

use super::*;
use crate::{ClusterId, DepartmentId, Line, ProjectId, ScopeLevel};

const CLUSTER: ClusterId = ClusterId(Uuid::from_u128(1));

/// A cluster with the department 1, in it the projects 1 and 2; the department 2 has project 3.
fn line(scope: Scope) -> Line {
    let at = |department, project| Line {
        cluster: Some(CLUSTER),
        department: Some(DepartmentId(department)),
        project,
    };
    match scope {
        Scope::System | Scope::Account => Line::default(),
        Scope::Cluster(id) => Line { cluster: Some(id), ..Line::default() },
        Scope::Department(id) => at(id.0, None),
        Scope::Project(id) => at(if id.0 == 3 { 2 } else { 1 }, Some(id)),
    }
}

const DEPARTMENT: Scope = Scope::Department(DepartmentId(1));
const PROJECT: Scope = Scope::Project(ProjectId(1));
const SIBLING: Scope = Scope::Project(ProjectId(2));
const STRANGE: Scope = Scope::Project(ProjectId(3));
const PLACES: [(&str, Scope); 7] = [
    ("account", Scope::Account),
    ("cluster", Scope::Cluster(CLUSTER)),
    ("department 1", DEPARTMENT),
    ("department 2", Scope::Department(DepartmentId(2))),
    ("project 1", PROJECT),
    ("project 2", SIBLING),
    ("project 3", STRANGE),
];

fn rights(role: Role, scope: Scope) -> Rights {
    let below = PLACES.map(|(_, place)| place).into_iter();
    let below = below.filter(|place| *place != scope && line(*place).passes(scope));
    Rights::of(role, &line(scope), below)
}

fn letters(actions: Actions) -> String {
    let letter = |action: Action| match actions.has(action) {
        true => action.name().chars().next().unwrap_or(' ').to_ascii_uppercase(),
        false => '-',
    };
    Action::ALL.map(letter).iter().collect()
}

#[test]
fn what_each_role_may() {
    let mut table = format!("{:<28}", "");
    for head in ["Syst", "Dept", "Proj", "Prac", "Data", "View", "L1", "L2"] {
        table.push_str(&format!(" {head:<5}"));
    }
    for of in ResourceType::ALL {
        table.push_str(&format!("\n{:<28}", of.row().name));
        Role::ALL.iter().for_each(|role| {
            table.push_str(&format!(" {} ", letters(role.permissions().on(of))));
        });
    }
    let lines: Vec<_> = table.lines().map(str::trim_end).collect();
    assert_snapshot!(lines.join("\n"), @r"
                                 Syst  Dept  Proj  Prac  Data  View  L1    L2
    tenant                       -RU-  -R--  -R--  -R--  -R--  -R--  -R--  -R--
    department                   CRUD  -RU-  -R--  ----  -R--  -R--  ----  ----
    project                      CRUD  CRUD  -RU-  -R--  -R--  -R--  -R--  -R--
    policies                     CRUD  CRUD  CRUD  -R--  -R--  -R--  -R--  -R--
    settings                     CRUD  ----  ----  ----  ----  -R--  ----  ----
    security-settings            CRUD  ----  ----  ----  ----  -R--  ----  ----
    branding-settings            CRUD  ----  ----  ----  ----  -R--  ----  ----
    events-history               -R--  ----  ----  ----  ----  ----  ----  ----
    cluster                      CRUD  -R--  -R--  -R--  -R--  -R--  -R--  -R--
    cluster-config               CRUD  ----  ----  ----  ----  -R--  ----  ----
    nodepools                    CRUD  -R--  -R--  -R--  -R--  -R--  -R--  -R--
    nodes                        -R--  -R--  -R--  -R--  -R--  -R--  -R--  -R--
    network-topologies           CRUD  -R--  -R--  -R--  -R--  -R--  -R--  -R--
    storage-class-configuration  CRUD  -R--  -R--  -R--  CRUD  -R--  -R--  -R--
    scrapeable-metrics           -R--  ----  ----  ----  ----  -R--  ----  ----
    users                        CRUD  CR--  -R--  ----  ----  ----  ----  ----
    service-account              CRUD  CRUD  CRUD  ----  ----  ----  ----  ----
    apps                         CRUD  CRUD  CRUD  ----  ----  ----  ----  ----
    roles                        -R--  -R--  -R--  -R--  -R--  -R--  -R--  -R--
    access_rules                 CRUD  CRUD  CRUD  ----  ----  ----  ----  ----
    access-keys                  CRUD  CRUD  CRUD  CRUD  CRUD  CRUD  CRUD  CRUD
    dashboards-overview          -R--  -R--  -R--  -R--  ----  -R--  -R--  -R--
    dashboards-analytics         -R--  -R--  -R--  -R--  ----  -R--  -R--  -R--
    dashboards-consumption       -R--  -R--  -R--  -R--  ----  -R--  -R--  -R--
    workloads                    CRUD  CRUD  CRUD  CRUD  -R--  -R--  CRUD  CRUD
    workspaces                   CRUD  CRUD  CRUD  CRUD  -R--  -R--  CRUD  CRUD
    trainings                    CRUD  CRUD  CRUD  CRUD  -R--  -R--  CRUD  CRUD
    inferences                   CRUD  CRUD  CRUD  CRUD  -R--  -R--  CRUD  CRUD
    jobs                         CRUD  CRUD  CRUD  CRUD  -R--  -R--  CRUD  CRUD
    workload-properties          -R--  -R--  -R--  -R--  -R--  -R--  -R--  -R--
    environments                 CRUD  CRUD  CRUD  CRUD  -R--  -R--  CRUD  -R--
    compute-resources            CRUD  CRUD  CRUD  CRUD  -R--  -R--  CRUD  -R--
    templates                    CRUD  CRUD  CRUD  CRUD  -R--  -R--  CRUD  -R--
    credentials                  CRUD  CRUD  CRUD  CRUD  CRUD  -R--  CRUD  -R--
    datavolumes                  CRUD  CRUD  CRUD  -R--  CRUD  -R--  -R--  -R--
    registries                   CRUD  -R--  -R--  -R--  -R--  -R--  -R--  -R--
    pvc-assets                   CRUD  CRUD  CRUD  CRUD  CRUD  -R--  CRUD  -R--
    git-assets                   CRUD  CRUD  CRUD  CRUD  CRUD  -R--  CRUD  -R--
    host-path-assets             CRUD  CRUD  CRUD  CRUD  CRUD  -R--  CRUD  -R--
    nfs-assets                   CRUD  CRUD  CRUD  CRUD  CRUD  -R--  CRUD  -R--
    s3-assets                    CRUD  CRUD  CRUD  CRUD  CRUD  -R--  CRUD  -R--
    cm-volume-assets             CRUD  CRUD  CRUD  CRUD  CRUD  -R--  CRUD  -R--
    secret-volume-assets         CRUD  CRUD  CRUD  CRUD  CRUD  -R--  CRUD  -R--
    ");
}

#[test]
fn a_rule_holds_below_its_place_and_shows_what_is_above() {
    let asked = [
        ("see workloads", Action::Read, ResourceType::Workspaces),
        ("make projects", Action::Create, ResourceType::Projects),
        ("write policies", Action::Update, ResourceType::Policies),
        ("see departments", Action::Read, ResourceType::Departments),
        ("see nodes", Action::Read, ResourceType::Nodes),
        ("see environments", Action::Read, ResourceType::Environments),
        ("make environments", Action::Create, ResourceType::Environments),
        ("make users", Action::Create, ResourceType::Users),
        ("change settings", Action::Update, ResourceType::Settings),
    ];
    let rules = [
        (Role::SystemAdministrator, Scope::Account),
        (Role::SystemAdministrator, PROJECT),
        (Role::DepartmentAdministrator, DEPARTMENT),
        (Role::ProjectAdministrator, PROJECT),
        (Role::Practitioner, PROJECT),
        (Role::Viewer, Scope::Cluster(CLUSTER)),
    ];
    let mut told = String::new();
    for (role, scope) in rules {
        let own = rights(role, scope);
        told.push_str(&format!("{role} of {}\n", scope.level().noun()));
        for (words, action, of) in asked {
            let places = PLACES.iter().filter(|(_, place)| own.allow(action, of, *place));
            let places: Vec<_> = places.map(|(name, _)| *name).collect();
            told.push_str(&format!("  {words}: {}\n", places.join(", ")));
        }
    }
    assert_snapshot!(told, @r"
    System administrator of account
      see workloads: account, cluster, department 1, department 2, project 1, project 2, project 3
      make projects: account, cluster, department 1, department 2, project 1, project 2, project 3
      write policies: account, cluster, department 1, department 2, project 1, project 2, project 3
      see departments: account, cluster, department 1, department 2, project 1, project 2, project 3
      see nodes: account, cluster, department 1, department 2, project 1, project 2, project 3
      see environments: account, cluster, department 1, department 2, project 1, project 2, project 3
      make environments: account, cluster, department 1, department 2, project 1, project 2, project 3
      make users: account, cluster, department 1, department 2, project 1, project 2, project 3
      change settings: account, cluster, department 1, department 2, project 1, project 2, project 3
    System administrator of project
      see workloads: project 1
      make projects: project 1
      write policies: project 1
      see departments: account, cluster, department 1
      see nodes: account, cluster
      see environments: account, cluster, department 1, project 1
      make environments: project 1
      make users: account
      change settings: 
    Department administrator of department
      see workloads: department 1, project 1, project 2
      make projects: department 1, project 1, project 2
      write policies: department 1, project 1, project 2
      see departments: account, cluster, department 1
      see nodes: account, cluster
      see environments: account, cluster, department 1, project 1, project 2
      make environments: department 1, project 1, project 2
      make users: account
      change settings: 
    Project administrator of project
      see workloads: project 1
      make projects: 
      write policies: project 1
      see departments: account, cluster, department 1
      see nodes: account, cluster
      see environments: account, cluster, department 1, project 1
      make environments: project 1
      make users: 
      change settings: 
    AI practitioner of project
      see workloads: project 1
      make projects: 
      write policies: 
      see departments: 
      see nodes: account, cluster
      see environments: account, cluster, department 1, project 1
      make environments: project 1
      make users: 
      change settings: 
    Viewer of cluster
      see workloads: cluster, department 1, department 2, project 1, project 2, project 3
      make projects: 
      write policies: 
      see departments: account, cluster, department 1, department 2
      see nodes: account, cluster
      see environments: account, cluster, department 1, department 2, project 1, project 2, project 3
      make environments: 
      make users: 
      change settings:
    ");
}

#[test]
fn nobody_gives_more_than_they_have() {
    let givers = [
        (Role::SystemAdministrator, Scope::Account),
        (Role::DepartmentAdministrator, DEPARTMENT),
        (Role::ProjectAdministrator, PROJECT),
        (Role::Practitioner, PROJECT),
    ];
    let mut told = String::new();
    for (role, scope) in givers {
        let own = rights(role, scope);
        told.push_str(&format!("{role} of {}\n", scope.level().noun()));
        for (name, place) in PLACES {
            let fit = Role::ALL.into_iter().filter(|given| own.cover(&rights(*given, place)));
            let fit: Vec<_> = fit.map(Role::name).collect();
            told.push_str(&format!("  has on {name}: {}\n", fit.join(", ")));
        }
    }
    assert_snapshot!(told, @r"
    System administrator of account
      has on account: System administrator, Department administrator, Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
      has on cluster: System administrator, Department administrator, Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
      has on department 1: System administrator, Department administrator, Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
      has on department 2: System administrator, Department administrator, Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
      has on project 1: System administrator, Department administrator, Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
      has on project 2: System administrator, Department administrator, Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
      has on project 3: System administrator, Department administrator, Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
    Department administrator of department
      has on account: 
      has on cluster: 
      has on department 1: Department administrator, Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
      has on department 2: 
      has on project 1: Department administrator, Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
      has on project 2: Department administrator, Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
      has on project 3: 
    Project administrator of project
      has on account: 
      has on cluster: 
      has on department 1: 
      has on department 2: 
      has on project 1: Project administrator, AI practitioner, Data and storage administrator, Viewer, L1 researcher, L2 researcher
      has on project 2: 
      has on project 3: 
    AI practitioner of project
      has on account: 
      has on cluster: 
      has on department 1: 
      has on department 2: 
      has on project 1: AI practitioner, L1 researcher, L2 researcher
      has on project 2: 
      has on project 3:
    ");
}

#[test]
fn several_rules_are_their_union() {
    let mut own = rights(Role::Viewer, PROJECT);
    own.add(Role::Practitioner, &line(SIBLING), []);
    let may = |action, project| own.allow(action, ResourceType::Workspaces, project);
    assert!(may(Action::Read, PROJECT) && !may(Action::Create, PROJECT));
    assert!(may(Action::Create, SIBLING) && !may(Action::Read, STRANGE));
    assert!(own.cover(&rights(Role::Viewer, PROJECT)) && own.cover(&rights(Role::Viewer, SIBLING)));
    let places: Vec<_> = own.places_for(Action::Read, ResourceType::Workspaces).collect();
    assert_eq!(places, [PROJECT, SIBLING]);
}

#[test]
fn a_refusal_says_what() {
    let actor = Actor::new(Principal::Berth, "mara", rights(Role::Viewer, PROJECT));
    let id = ProjectId(1);
    let asked = [
        (Action::Create, Resource::Workload(id)),
        (Action::Update, Resource::Project(id)),
        (Action::Create, Resource::NewProject(DepartmentId(1))),
        (Action::Update, Resource::Department(DepartmentId(1))),
        (Action::Create, Resource::NewDepartment(CLUSTER)),
        (Action::Update, Resource::NodePool(CLUSTER)),
        (Action::Create, Resource::Asset(crate::asset::AssetKind::Pvc, PROJECT)),
        (Action::Create, Resource::Template(Scope::Account)),
        (Action::Update, Resource::Policy(PROJECT)),
        (Action::Create, Resource::AccessRule(PROJECT)),
        (Action::Read, Resource::User),
        (Action::Update, Resource::Settings),
    ];
    let told: Vec<_> =
        asked.map(|(action, on)| actor.may(action, on).unwrap_err().to_string()).to_vec();
    assert_snapshot!(told.join("\n"), @r"
    mara may not create workspaces of this project
    mara may not change projects
    mara may not create projects of this department
    mara may not change departments
    mara may not create departments of this cluster
    mara may not change node pools
    mara may not create PVC data sources of this project
    mara may not create templates
    mara may not change policies of this project
    mara may not create access rules of this project
    mara may not see users
    mara may not change general settings
    ");
    assert!(actor.may(Action::Read, Resource::Workload(id)).is_ok());
    assert!(actor.sees(DEPARTMENT) && !actor.sees(STRANGE));
    assert_eq!(PROJECT.level(), ScopeLevel::Project);
}

#[test]
fn ids_of_roles_stay() {
    let ids = Role::ALL.map(|role| format!("{} {role}", role.id())).join(", ");
    assert_snapshot!(ids, @"1 System administrator, 2 Department administrator, 3 Project administrator, 4 AI practitioner, 5 Data and storage administrator, 6 Viewer, 7 L1 researcher, 8 L2 researcher");
    assert!(Role::ALL.iter().all(|role| Role::try_from(role.id()) == Ok(*role)));
    assert!(Role::try_from(9).is_err());
}
