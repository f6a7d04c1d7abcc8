//! What the quota of a project has to keep to when it is saved: its department, and what runs.

use domain::{Gpus, org::Project, settings::Setting};

use crate::{Error, Result, World};

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
        let Some(used) = usage.get(&pool.name) else { continue };
        let Some(deserved) = project.quota(pool.id).gpu.deserved else { continue };
        if deserved < used.non_preemptible.gpu {
            let message = format!(
                "Non-preemptible workloads use {} in {}; the quota cannot be less",
                used.non_preemptible.gpu, pool.name
            );
            return Err(Error::field("resources[].gpu.deserved", "quota.in_use", message));
        }
    }
    Ok(())
}
