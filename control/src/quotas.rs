//! What quotas have to keep to when they are saved: their own limits, the department, and what runs.

use std::collections::BTreeMap;

use domain::{
    Gpus, NodePoolId,
    node::NodePool,
    org::{Department, PoolQuota, Project},
    settings::Setting,
};

use crate::{Error, Result, UsageByPool, World};

/// Nobody may be promised more than they may use. What stays as it was is not asked again.
pub(crate) fn within_limits(
    world: &World,
    old: &BTreeMap<NodePoolId, PoolQuota>,
    new: &BTreeMap<NodePoolId, PoolQuota>,
) -> Result<()> {
    for (id, quota) in new.iter().filter(|(id, quota)| old.get(id) != Some(quota)) {
        let parts = [
            ("gpu", exceeds(quota.gpu.deserved, quota.gpu.limit)),
            ("cpu", exceeds(quota.cpu.deserved, quota.cpu.limit)),
            ("memory", exceeds(quota.memory.deserved, quota.memory.limit)),
        ];
        if let Some((part, _)) = parts.into_iter().find(|(_, exceeds)| *exceeds) {
            let pool = world.node_pools.get(id).map(|pool| pool.name.as_str()).unwrap_or_default();
            let message = format!("In {pool} the most that may be used is less than the quota");
            return Err(Error::field(&format!("resources[].{part}.limit"), "quota.limit", message));
        }
    }
    Ok(())
}

fn exceeds<T: PartialOrd>(deserved: Option<T>, limit: Option<T>) -> bool {
    match (deserved, limit) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(deserved), Some(limit)) => deserved > limit,
    }
}

/// The quota of a department may not fall below what its non-preemptible workloads use now, nor, where the
/// setting says so, below what its projects are promised.
pub(crate) fn covers_projects(world: &World, department: &Department) -> Result<()> {
    let is_own = |id| world.projects.get(&id).is_some_and(|p| p.department == department.id);
    let usage = world.usage(|workload| is_own(workload.project));
    let is_bound = world.settings.is_on(Setting::LimitProjectsToDepartment);
    for pool in world.pools_of(department.cluster) {
        let Some(most) = department.quota(pool.id).gpu.deserved else { continue };
        covers_use(&usage, pool, most)?;
        let projects = world.projects.values().filter(|p| p.department == department.id);
        let promised: Option<Gpus> = projects
            .map(|project| project.quota(pool.id).gpu.deserved)
            .try_fold(Gpus::ZERO, |sum, one| Some(sum + one?));
        if is_bound && promised.is_none_or(|promised| promised > most) {
            let has = promised.map_or("no limit".to_owned(), |total| total.to_string());
            let message = format!(
                "The projects of {} are promised {has} in {}; the quota cannot be less",
                department.name, pool.name
            );
            return Err(Error::field("resources[].gpu.deserved", "quota.projects", message));
        }
    }
    Ok(())
}

/// Where the setting says so, projects may not be promised more than their department.
pub(crate) fn within_department(world: &World, project: &Project) -> Result<()> {
    let department = world.departments.get(&project.department);
    let Some(department) =
        department.filter(|_| world.settings.is_on(Setting::LimitProjectsToDepartment))
    else {
        return Ok(());
    };
    let siblings =
        world.projects.values().filter(|p| p.department == department.id && p.id != project.id);
    let siblings: Vec<_> = siblings.collect();
    for pool in world.pools_of(project.cluster) {
        let Some(most) = department.quota(pool.id).gpu.deserved else { continue };
        let quotas = siblings.iter().map(|p| p.quota(pool.id)).chain([project.quota(pool.id)]);
        let total: Option<Gpus> = quotas
            .map(|quota| quota.gpu.deserved)
            .try_fold(Gpus::ZERO, |sum, one| Some(sum + one?));
        if total.is_none_or(|total| total > most) {
            let (name, pool) = (&department.name, &pool.name);
            let has = total.map_or("no limit".to_owned(), |total| total.to_string());
            let message = format!(
                "Department {name} is promised {most} in {pool}; with this its projects would have {has}"
            );
            return Err(Error::field("resources[].gpu.deserved", "quota.department", message));
        }
    }
    Ok(())
}

/// A quota may not fall below what non-preemptible workloads use now (`rest-api.md` §4.2).
pub(crate) fn covers_what_runs(world: &World, project: &Project) -> Result<()> {
    let usage = world.usage(|w| w.project == project.id);
    for pool in world.pools_of(project.cluster) {
        let Some(deserved) = project.quota(pool.id).gpu.deserved else { continue };
        covers_use(&usage, pool, deserved)?;
    }
    Ok(())
}

fn covers_use(usage: &UsageByPool, pool: &NodePool, promised: Gpus) -> Result<()> {
    let used = usage.get(&pool.name).map(|used| used.non_preemptible.gpu).unwrap_or_default();
    if used <= promised {
        return Ok(());
    }
    let message =
        format!("Non-preemptible workloads use {used} in {}; the quota cannot be less", pool.name);
    Err(Error::field("resources[].gpu.deserved", "quota.in_use", message))
}
