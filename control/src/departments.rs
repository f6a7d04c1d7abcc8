//! Departments: making, seeing and removing them.

use std::collections::BTreeMap;

use domain::{
    ClusterId, DepartmentId, NodePoolId, NodePoolName, Scope,
    access::{Action, Actor, Resource, ResourceType},
    audit::Subject,
    org::{Department, PoolQuota},
    rules::Rules,
};
use store::Change;

use crate::{
    ControlPlane, Error, Result, World,
    projects::{checked_description, known_pools},
    quotas::{covers_projects, within_limits},
    rules::right,
};

/// A department as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewDepartment {
    pub cluster: ClusterId,
    pub name: String,
    pub description: String,
    pub quotas: BTreeMap<NodePoolId, PoolQuota>,
    pub default_node_pools: Vec<NodePoolName>,
    pub rules: Rules,
}

/// What somebody changes about a department.
#[derive(Clone, Debug, Default)]
pub struct DepartmentChange {
    pub description: Option<String>,
    pub default_node_pools: Option<Vec<NodePoolName>>,
    /// `None`: as they are.
    pub rules: Option<Rules>,
    pub quotas: BTreeMap<NodePoolId, PoolQuota>,
    /// Pools that are not in `quotas` lose theirs.
    pub replace_quotas: bool,
}

impl ControlPlane {
    /// Every department that `actor` may see, by id.
    pub fn departments(&self, actor: &Actor, world: &World) -> Result<Vec<Department>> {
        actor.may_somewhere(Action::Read, ResourceType::Departments)?;
        let seen = |d: &&Department| actor.is_allowed(Action::Read, Resource::Department(d.id));
        Ok(world.departments.values().filter(seen).cloned().collect())
    }

    pub fn department(&self, actor: &Actor, world: &World, id: DepartmentId) -> Result<Department> {
        actor.may_somewhere(Action::Read, ResourceType::Departments)?;
        let seen = actor.is_allowed(Action::Read, Resource::Department(id));
        world
            .departments
            .get(&id)
            .filter(|_| seen)
            .cloned()
            .ok_or_else(|| Error::not_found("department", id))
    }

    pub async fn create_department(&self, actor: &Actor, new: NewDepartment) -> Result<Department> {
        actor.may_somewhere(Action::Create, ResourceType::Departments)?;
        actor.may(Action::Create, Resource::NewDepartment(new.cluster))?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let name: domain::DepartmentName =
                new.name.parse().map_err(|wrong: domain::NameProblem| {
                    Error::field("name", "name.format", wrong.to_string())
                })?;
            if !world.clusters.contains_key(&new.cluster) {
                return Err(Error::not_found("cluster (clusterId)", new.cluster));
            }
            checked_description(&new.description)?;
            right(&new.rules, None)?;
            known_pools(world, new.cluster, &new.quotas, &new.default_node_pools)?;
            within_limits(world, &BTreeMap::new(), &new.quotas)?;
            let taken = |d: &Department| d.cluster == new.cluster && d.name == name;
            if world.departments.values().any(taken) {
                let message = format!("A department named {name} already exists in the cluster");
                return Err(Error::NameTaken(message));
            }
            let (id, number) = world.next_department();
            let department = Department {
                id,
                cluster: new.cluster,
                name,
                description: new.description,
                quotas: new.quotas,
                default_node_pools: new.default_node_pools,
                rules: new.rules,
                created_at: now,
                updated_at: now,
                created_by: scribe.by.clone(),
            };
            let subject = Subject::Department { id };
            let entry = scribe.entry(now, subject, None, Some(&department));
            Ok((vec![Change::Department(department.clone()), number, entry], department))
        })
        .await
    }

    /// Changes what is given.
    pub async fn update_department(
        &self,
        actor: &Actor,
        id: DepartmentId,
        change: DepartmentChange,
    ) -> Result<Department> {
        self.department(actor, &self.world(), id)?;
        actor.may(Action::Update, Resource::Department(id))?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let found = world.departments.get(&id);
            let before = found.ok_or_else(|| Error::not_found("department", id))?;
            let mut department = before.clone();
            let pools = change.default_node_pools.as_deref().unwrap_or_default();
            known_pools(world, department.cluster, &change.quotas, pools)?;
            if change.replace_quotas {
                department.quotas.clear();
            }
            department.quotas.extend(change.quotas);
            let old = &before.quotas;
            if department.quotas != *old {
                within_limits(world, old, &department.quotas)?;
                covers_projects(world, &department)?;
            }
            if let Some(rules) = change.rules.filter(|rules| *rules != before.rules) {
                right(&rules, None)?;
                department.rules = rules;
            }
            checked_description(change.description.as_deref().unwrap_or_default())?;
            department.description = change.description.unwrap_or(department.description);
            department.default_node_pools =
                change.default_node_pools.unwrap_or(department.default_node_pools);
            if department == *before {
                return Ok((vec![], department));
            }
            department.updated_at = now;
            let subject = Subject::Department { id };
            let entry = scribe.entry(now, subject, Some(before), Some(&department));
            Ok((vec![Change::Department(department.clone()), entry], department))
        })
        .await
    }

    /// Deletes a department and its projects; refused while workloads are active in it.
    pub async fn delete_department(&self, actor: &Actor, id: DepartmentId) -> Result<()> {
        self.department(actor, &self.world(), id)?;
        actor.may(Action::Delete, Resource::Department(id))?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let found = world.departments.get(&id);
            let department = found.ok_or_else(|| Error::not_found("department", id))?;
            let projects: Vec<_> =
                world.projects.values().filter(|p| p.department == id).map(|p| p.id).collect();
            let active = world.live().filter(|w| projects.contains(&w.project)).count();
            if active > 0 {
                let message = format!(
                    "Department {} has {active} workloads; delete them first",
                    department.name
                );
                return Err(Error::InUse(message));
            }
            let owners = projects.iter().copied().map(Scope::Project);
            let owners: Vec<_> = owners.chain([Scope::Department(id)]).collect();
            let all: Result<Vec<_>> = owners.iter().map(|owner| world.belongings(*owner)).collect();
            let mut changes: Vec<_> = all?.into_iter().flatten().collect();
            changes.extend(world.without_rules(|rule| owners.contains(&rule.scope), now));
            for project in projects {
                changes.push(Change::DeleteProject(project));
                let before = world.projects.get(&project).map(|project| &**project);
                changes.push(scribe.entry(now, Subject::Project { id: project }, before, None));
            }
            changes.push(Change::DeleteDepartment(id));
            changes.push(scribe.entry(now, Subject::Department { id }, Some(department), None));
            Ok((changes, ()))
        })
        .await
    }
}
