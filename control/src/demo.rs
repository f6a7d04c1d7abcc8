//! The organisation that `--demo` begins with: departments, projects with quotas in four node pools,
//! and workspaces in every state. All of it goes through the use cases that people use.

use std::collections::BTreeMap;

use domain::{
    ClusterId, DepartmentId, Gpus, NodePoolId, ProjectId, WorkloadId,
    access::Actor,
    org::PoolQuota,
    submission::{Compute, ExposedUrl, Submission},
    workload::Source,
};

use crate::{
    ControlPlane, NewWorkspace, Result, World, departments::NewDepartment, projects::NewProject,
};

/// Node pools beside `default`: name, label key, label value.
pub const POOLS: &[(&str, &str, &str)] =
    &[("a100", "pool", "a100"), ("l40s", "pool", "l40s"), ("h100", "pool", "h100")];

/// Department, and its GPU quota in a100, l40s and h100.
const DEPARTMENTS: [(&str, [i64; 3]); 3] =
    [("ml", [24, 8, 16]), ("science", [8, 8, 0]), ("teaching", [8, 8, 0])];

/// Project, department, its GPU quota in a100, l40s and h100, and its pools in order.
const PROJECTS: [(&str, &str, [i64; 3], &[&str]); 8] = [
    ("vision", "ml", [8, 4, 4], &["a100", "l40s"]),
    ("speech", "ml", [8, 2, 4], &["a100", "l40s"]),
    ("language", "ml", [8, 2, 8], &["h100", "a100"]),
    ("genomics", "science", [4, 4, 0], &["a100", "l40s"]),
    ("imaging", "science", [2, 2, 0], &["l40s"]),
    ("climate", "science", [2, 2, 0], &["l40s", "a100"]),
    ("intro-course", "teaching", [2, 6, 0], &["l40s"]),
    ("thesis", "teaching", [6, 2, 0], &["a100"]),
];

/// What the last column of [`WORKSPACES`] asks for.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Runs,
    /// Stopped by its owner at once.
    Stops,
}
use Then::{Runs, Stops};

/// Name, project, GPUs of one node (below one: that part of one device), preemptible, image, and
/// what becomes of it.
const WORKSPACES: [(&str, &str, f64, bool, &str, Then); 30] = [
    ("pose-notebook", "vision", 0.5, false, SCIPY, Runs),
    ("variant-browser", "vision", 0.25, false, SCIPY, Runs),
    ("sam2-eval", "vision", 4.0, false, PYTORCH, Runs),
    ("sam2-distill", "vision", 4.0, false, PYTORCH, Runs),
    ("depth-sweep", "vision", 2.0, true, PYTORCH, Runs),
    ("label-tool", "vision", 0.0, false, CODE, Runs),
    ("diarize-nb", "speech", 1.0, false, SCIPY, Runs),
    ("asr-train", "speech", 4.0, true, PYTORCH, Runs),
    ("tts-listen", "speech", 0.5, false, SCIPY, Runs),
    ("vad-old", "speech", 1.0, false, SCIPY, Stops),
    ("onnx-export", "language", 1.0, false, PYTORCH, Runs),
    ("llm-eval", "language", 4.0, false, PYTORCH, Runs),
    ("llm-huge", "language", 16.0, false, PYTORCH, Runs),
    ("prompt-lab", "language", 0.5, false, CODE, Runs),
    ("vcf-merge", "genomics", 1.0, false, MISSING, Runs),
    ("align-nb", "genomics", 2.0, false, SCIPY, Runs),
    ("peaks", "genomics", 1.0, false, CRASHING, Runs),
    ("stain-norm", "imaging", 1.0, false, SCIPY, Runs),
    ("ct-viewer", "imaging", 0.5, false, SCIPY, Runs),
    ("mri-fit", "imaging", 4.0, false, PYTORCH, Runs),
    ("era5-nb", "climate", 1.0, false, SCIPY, Runs),
    ("downscale", "climate", 1.0, true, PYTORCH, Runs),
    ("storm-old", "climate", 1.0, false, SCIPY, Stops),
    ("exercise-01", "intro-course", 0.25, false, SCIPY, Runs),
    ("exercise-02", "intro-course", 0.25, false, SCIPY, Runs),
    ("exercise-03", "intro-course", 0.25, false, SCIPY, Runs),
    ("exercise-04", "intro-course", 0.25, false, SCIPY, Runs),
    ("grading", "intro-course", 0.0, false, FINISHING, Runs),
    ("survey-nb", "thesis", 1.0, false, SCIPY, Runs),
    ("ablation", "thesis", 2.0, true, PYTORCH, Runs),
];

const SCIPY: &str = "jupyter/scipy-notebook";
const PYTORCH: &str = "pytorch/pytorch:2.9.0-cuda12.8-cudnn9-runtime";
const CODE: &str = "codercom/code-server:4.105.1";
/// `--demo` tells the simulated cluster that images below `missing` do not exist, that those below
/// `crashing` end with an error, and those below `finishing` with success.
const MISSING: &str = "example.org/missing/vcf-tools:9";
const CRASHING: &str = "example.org/crashing/peaks:1";
const FINISHING: &str = "example.org/finishing/grading:1";

impl ControlPlane {
    /// Makes the demonstration organisation, once: where there is more than the first project,
    /// nothing is done.
    pub async fn demo(&self, cluster: ClusterId) -> Result<()> {
        if self.world().projects.len() > 1 {
            return Ok(());
        }
        let berth = Actor::berth();
        let mut departments = BTreeMap::new();
        for (name, gpus) in DEPARTMENTS {
            let new = NewDepartment {
                cluster,
                name: name.into(),
                description: String::new(),
                quotas: quotas(&self.world(), gpus),
                default_node_pools: vec![],
                rules: Default::default(),
            };
            departments.insert(name, self.create_department(&berth, new).await?.id);
        }
        for (name, department, gpus, pools) in PROJECTS {
            let department = departments.get(department).copied();
            self.demo_project(cluster, name, department, gpus, pools).await?;
        }
        for (name, project, gpus, preemptible, image, then) in WORKSPACES {
            let submission = submission(gpus, preemptible, image);
            let id = self.demo_workspace(cluster, name, project, submission).await?;
            if let (Some(id), Stops) = (id, then) {
                self.stop_workload(&berth, id).await?;
            }
        }
        Ok(())
    }

    async fn demo_project(
        &self,
        cluster: ClusterId,
        name: &str,
        department: Option<DepartmentId>,
        gpus: [i64; 3],
        pools: &[&str],
    ) -> Result<()> {
        let new = NewProject {
            cluster,
            department,
            name: name.into(),
            description: String::new(),
            requested_namespace: None,
            quotas: quotas(&self.world(), gpus),
            default_node_pools: pools.iter().filter_map(|pool| pool.parse().ok()).collect(),
            rules: Default::default(),
        };
        self.create_project(&Actor::berth(), new).await?;
        Ok(())
    }

    async fn demo_workspace(
        &self,
        cluster: ClusterId,
        name: &str,
        project: &str,
        submission: Submission,
    ) -> Result<Option<WorkloadId>> {
        let Some(project) = project_named(&self.world(), project) else { return Ok(None) };
        let new = NewWorkspace {
            name: name.into(),
            name_is_prefix: false,
            project,
            cluster,
            submission,
            start: Default::default(),
            source: Source::Other,
        };
        Ok(Some(self.create_workspace(&Actor::berth(), new).await?.id))
    }
}

fn project_named(world: &World, name: &str) -> Option<ProjectId> {
    world.projects.values().find(|p| p.name.as_str() == name).map(|p| p.id)
}

/// GPUs in a100, l40s and h100, in this order. The default pool has no GPUs to promise.
fn quotas(world: &World, gpus: [i64; 3]) -> BTreeMap<NodePoolId, PoolQuota> {
    let quota = |name: &str| {
        let at = POOLS.iter().position(|(pool, ..)| *pool == name);
        at.map_or_else(PoolQuota::none, |at| PoolQuota::gpus(Gpus::whole(gpus[at])))
    };
    world.node_pools.values().map(|pool| (pool.id, quota(pool.name.as_str()))).collect()
}

fn submission(gpus: f64, preemptible: bool, image: &str) -> Submission {
    let fraction = (gpus > 0.0 && gpus < 1.0).then_some(gpus);
    let devices = if fraction.is_some() { 1 } else { gpus as i64 };
    let compute = Compute {
        gpu_devices_request: Some(devices),
        gpu_request_type: fraction.map(|_| "portion".into()),
        gpu_portion_request: fraction,
        cpu_core_request: Some(2.0),
        cpu_memory_request: Some("8G".into()),
        ..Compute::default()
    };
    let jupyter = ExposedUrl {
        container: Some(8888),
        tool_type: Some("jupyter-notebook".into()),
        tool_name: Some("Jupyter".into()),
        ..ExposedUrl::default()
    };
    Submission {
        image: Some(image.into()),
        exposed_urls: Some(vec![jupyter]),
        compute: Some(compute),
        preemptibility: Some(if preemptible { "preemptible" } else { "non-preemptible" }.into()),
        backoff_limit: Some(2),
        ..Submission::default()
    }
}
