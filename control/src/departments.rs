//! Departments: making, seeing and removing them.

use std::collections::BTreeMap;

use domain::{
    ClusterId, DepartmentId, NodePoolId, NodePoolName, Scope,
    access::{Action, Actor, Resource},
    audit::Subject,
    org::{Department, PoolQuota},
};
use store::Change;

use crate::{
    ControlPlane, Error, Result, World,
    projects::{checked_description, known_pools},
    quotas::{covers_projects, within_limits},
};

/// A department as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewDepartment {
    pub cluster: ClusterId,
    pub name: String,
    pub description: String,
    pub quotas: BTreeMap<NodePoolId, PoolQuota>,
    pub default_node_pools: Vec<NodePoolName>,
}

impl ControlPlane {
    /// Every department that `actor` may see, by id.
    pub fn departments(&self, actor: &Actor, world: &World) -> Result<Vec<Department>> {
        actor.may(Action::Read, Resource::Department)?;
        Ok(world.departments.values().cloned().collect())
    }

    pub fn department(&self, actor: &Actor, world: &World, id: DepartmentId) -> Result<Department> {
        actor.may(Action::Read, Resource::Department)?;
        world.departments.get(&id).cloned().ok_or_else(|| Error::not_found("department", id))
    }

    pub async fn create_department(&self, actor: &Actor, new: NewDepartment) -> Result<Department> {
        actor.may(Action::Create, Resource::Department)?;
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
            known_pools(world, new.cluster, &new.quotas, &new.default_node_pools)?;
            within_limits(world, &BTreeMap::new(), &new.quotas)?;
            let taken = |d: &Department| d.cluster == new.cluster && d.name == name;
            if world.departments.values().any(taken) {
                let message = format!("A department named {name} already exists in the cluster");
                return Err(Error::NameTaken(message));
            }
            let last = world.departments.keys().next_back().map_or(0, |id| id.0);
            let department = Department {
                id: DepartmentId(last + 1),
                cluster: new.cluster,
                name,
                description: new.description,
                quotas: new.quotas,
                default_node_pools: new.default_node_pools,
                created_at: now,
                updated_at: now,
                created_by: scribe.by.clone(),
            };
            let subject = Subject::Department { id: department.id };
            let entry = scribe.entry(now, subject, None, Some(&department));
            Ok((vec![Change::Department(department.clone()), entry], department))
        })
        .await
    }

    /// Replaces the quotas of a department, or changes those that are given; and its description, where one
    /// is given.
    pub async fn update_department(
        &self,
        actor: &Actor,
        id: DepartmentId,
        description: Option<String>,
        quotas: BTreeMap<NodePoolId, PoolQuota>,
        replace: bool,
    ) -> Result<Department> {
        actor.may(Action::Update, Resource::Department)?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let found = world.departments.get(&id);
            let before = found.ok_or_else(|| Error::not_found("department", id))?;
            let mut department = before.clone();
            known_pools(world, department.cluster, &quotas, &[])?;
            if replace {
                department.quotas.clear();
            }
            department.quotas.extend(quotas);
            let old = &before.quotas;
            if department.quotas != *old {
                within_limits(world, old, &department.quotas)?;
                covers_projects(world, &department)?;
            }
            checked_description(description.as_deref().unwrap_or_default())?;
            department.description = description.unwrap_or(department.description);
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
        actor.may(Action::Delete, Resource::Department)?;
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
            let owners = owners.chain([Scope::Department(id)]);
            let all: Result<Vec<_>> = owners.map(|owner| world.belongings(owner)).collect();
            let mut changes: Vec<_> = all?.into_iter().flatten().collect();
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
