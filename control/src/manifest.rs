//! A submission as the objects of Kubernetes that it would become (`cluster::kubernetes::manifest`).

use cluster::{
    LeftTo,
    kubernetes::manifest::{Images, Workspace, objects},
};
use domain::{
    Gpus, Problem,
    submission::{GpuRequest, Spec, Submission, words::OpenQuote},
};
use serde_json::Value;

use crate::variables::BuiltIn;

/// The objects, as `kubectl apply` takes them, or what the submission still lacks. Nothing in them belongs to one
/// workload: what Berth itself makes carries labels by which it finds it again. `left_to` says who binds the pod, where
/// Berth does not.
pub fn manifest(
    project: &str,
    namespace: &str,
    name: &str,
    submission: Submission,
    left_to: Option<&LeftTo>,
) -> Result<Vec<Value>, Vec<Problem>> {
    let spec = Spec::try_from(submission)?;
    let gpus = promised(spec.pod.gpu);
    let env = BuiltIn { project, name, gpus, ..BuiltIn::default() }.variables();
    let workspace = Workspace {
        namespace,
        name,
        pod: name,
        submission: &spec.submission,
        request: &spec.pod,
        env: &env,
        left_to,
        tags: &[],
    };
    let open_quote =
        |wrong: OpenQuote| vec![Problem::new("command", "command.quotes", wrong.to_string())];
    Ok(objects(&workspace, &Images::default()).map_err(open_quote)?.documents())
}

/// The GPUs that it gets, where that does not depend on the node.
pub(crate) fn promised(request: GpuRequest) -> Option<Gpus> {
    match request {
        GpuRequest::None => Some(Gpus::ZERO),
        GpuRequest::Whole { devices } => Some(Gpus::whole(1) * i64::from(devices)),
        GpuRequest::Portion { devices, portion } => Some(portion * i64::from(devices)),
        GpuRequest::Memory { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(spec: &str) -> String {
        let submission = serde_json::from_str(spec).expect("a submission");
        match manifest("vision", "berth-vision", "nb", submission, None) {
            Err(problems) => {
                let lines = problems.iter().map(|p| format!("{}: {}", p.field, p.message));
                lines.collect::<Vec<_>>().join("\n")
            }
            Ok(documents) => {
                let pod = documents.last().expect("a pod");
                let container = &pod["spec"]["containers"][0];
                let env = container["env"].as_array().into_iter().flatten();
                let env = env.map(|one| format!("{}={}", one["name"], one["value"]));
                format!("{} {}", pod["metadata"]["name"], env.collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[test]
    fn what_is_not_known_before_it_runs_is_left_out() {
        let portion = r#"{"image": "a", "compute": {"gpuDevicesRequest": 2, "gpuRequestType": "portion",
            "gpuPortionRequest": 0.25}}"#;
        let memory = r#"{"image": "a", "compute": {"gpuDevicesRequest": 1, "gpuRequestType": "memory",
            "gpuMemoryRequest": "5G"}}"#;
        insta::assert_snapshot!([told(portion), told(memory), told("{}")].join("\n"), @r#"
        "nb" "RUNAI_PROJECT"="vision" "RUNAI_JOB_NAME"="nb" "RUNAI_NUM_OF_GPUS"="0.5" "JOB_NAME"="nb" "NODE_NAME"=null "RUNAI_GPU_MEMORY_LIMIT"="0.25"
        "nb" "RUNAI_PROJECT"="vision" "RUNAI_JOB_NAME"="nb" "JOB_NAME"="nb" "NODE_NAME"=null "RUNAI_GPU_MEMORY_LIMIT"="5G"
        spec.image: Enter an image
        "#);
    }
}
