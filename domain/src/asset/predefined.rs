//! What an installation begins with (`form-and-assets.md` §6.2, §7, §13.1), all of it in the
//! account: environments, compute resources and a template of workspaces.

use super::{AssetChoice, AssetSpec, Connection, Environment, InternalTool, SupportedTypes};
use crate::submission::{Compute, Submission};

/// A predefined asset.
#[derive(Clone, Debug)]
pub struct Predefined {
    pub name: &'static str,
    pub description: &'static str,
    pub supports: Option<SupportedTypes>,
    pub spec: AssetSpec,
}

/// A predefined template; it links assets by name.
#[derive(Clone, Debug)]
pub struct PredefinedTemplate {
    pub name: &'static str,
    pub description: &'static str,
    pub environment: &'static str,
    pub compute: &'static str,
    pub spec: Submission,
}

/// Name, description, image, command and arguments, tool and its port.
type Row = (&'static str, &'static str, &'static str, Option<(&'static str, &'static str)>, Tool);
type Tool = (&'static str, &'static str, i64);

const JUPYTER: Tool = ("Jupyter", "jupyter-notebook", 8888);

const ENVIRONMENTS: [Row; 5] = [
    (
        "jupyter-lab",
        "JupyterLab with the scientific Python packages",
        "jupyter/scipy-notebook",
        Some(("start-notebook.sh", "--NotebookApp.token=''")),
        JUPYTER,
    ),
    (
        "vscode",
        "Visual Studio Code in the browser",
        "codercom/code-server:4.105.1",
        Some(("code-server", "--bind-addr 0.0.0.0:8080 --auth none")),
        ("VSCode", "visual-studio-code", 8080),
    ),
    (
        "rstudio",
        "RStudio Server; the user is rstudio",
        "rocker/rstudio:4",
        None,
        ("RStudio", "rstudio", 8787),
    ),
    (
        "tensorboard",
        "TensorBoard, reading from /logs",
        "tensorflow/tensorflow:latest",
        Some(("tensorboard", "--logdir=/logs --host=0.0.0.0 --port=6006")),
        ("TensorBoard", "tensorboard", 6006),
    ),
    (
        "pytorch",
        "JupyterLab with PyTorch and CUDA",
        "quay.io/jupyter/pytorch-notebook:cuda12-latest",
        Some(("start-notebook.sh", "--NotebookApp.token=''")),
        JUPYTER,
    ),
];

/// The assets, environments first.
pub fn assets() -> Vec<Predefined> {
    ENVIRONMENTS.into_iter().map(environment).chain(computes()).collect()
}

/// The templates. Those of trainings are not among them.
pub fn templates() -> Vec<PredefinedTemplate> {
    vec![PredefinedTemplate {
        name: "jupyter-lab-one-gpu",
        description: "JupyterLab on one GPU; may be interrupted",
        environment: "jupyter-lab",
        compute: "one-gpu",
        spec: Submission { preemptibility: Some("preemptible".into()), ..Submission::default() },
    }]
}

fn environment((name, description, image, start, (tool, kind, port)): Row) -> Predefined {
    let internal = InternalTool {
        tool_type: kind.into(),
        connection_type: "ExternalUrl".into(),
        container_port: Some(port),
        ..InternalTool::default()
    };
    let connection = Connection {
        name: tool.into(),
        internal_tool_info: Some(internal),
        ..Connection::default()
    };
    let environment = Environment {
        image: Some(image.into()),
        image_pull_policy: Some("IfNotPresent".into()),
        command: start.map(|(command, _)| command.into()),
        args: start.map(|(_, args)| args.into()),
        connections: vec![connection],
        ..Environment::default()
    };
    Predefined {
        name,
        description,
        supports: Some(SupportedTypes::workspaces()),
        spec: AssetSpec::Environment(Box::new(environment)),
    }
}

fn computes() -> [Predefined; 4] {
    let compute = |name, description, devices, portion: Option<f64>| {
        let compute = Compute {
            gpu_devices_request: Some(devices),
            gpu_request_type: portion.map(|_| "portion".into()),
            gpu_portion_request: portion,
            cpu_core_request: Some(0.1),
            cpu_memory_request: Some("100M".into()),
            ..Compute::default()
        };
        Predefined { name, description, supports: None, spec: AssetSpec::Compute(compute) }
    };
    [
        compute("cpu-only", "No GPU", 0, None),
        compute("small-fraction", "10 % of one GPU", 1, Some(0.1)),
        compute("half-gpu", "Half of one GPU", 1, Some(0.5)),
        compute("one-gpu", "One whole GPU", 1, None),
    ]
}

impl PredefinedTemplate {
    /// The assets that it links, where `id` knows them by name.
    pub fn links(&self, id: impl Fn(&str) -> Option<crate::AssetId>) -> Option<AssetChoice> {
        Some(AssetChoice {
            environment: Some(id(self.environment)?),
            compute: Some(id(self.compute)?),
            datasources: vec![],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::{AssetName, check_description, check_spec};

    #[test]
    fn all_of_it_is_right() {
        for asset in assets() {
            assert_eq!(check_spec(&asset.spec, asset.supports.as_ref()), [], "{}", asset.name);
            assert_eq!(check_description(Some(asset.description)), None, "{}", asset.name);
            assert!(asset.name.parse::<AssetName>().is_ok());
        }
        for template in templates() {
            let named = |name: &str| assets().iter().any(|asset| asset.name == name);
            assert!(named(template.environment) && named(template.compute));
        }
    }
}
