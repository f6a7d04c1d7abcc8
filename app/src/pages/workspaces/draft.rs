//! The form as somebody fills it in: text in every field, in the units of the form. It becomes a
//! submission, and a submission becomes it (a copy, a fix). No rule lives here; what is wrong is
//! said by `domain::submission::check` on the submission that it becomes.

use domain::{
    MemoryBytes, TemplateId, WorkloadId,
    quantity::decimals,
    submission::{
        Compute, EnvironmentVariable, ExposedUrl, ExtendedResource, NameValue, Port, Submission,
        Toleration,
    },
};
use serde::{Deserialize, Serialize};

use super::address::Pairs;

/// Every field of the Flexible form's core. Empty text means that nothing was said. On the wire it is what
/// it is in the address: pairs of name and value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Pairs", into = "Pairs")]
pub struct Draft {
    pub image: String,
    pub pull: String,
    pub tools: Vec<Tool>,
    pub command: String,
    pub args: String,
    pub variables: Vec<Pair>,
    pub working_dir: String,
    pub gpu_devices: String,
    pub fractioning: bool,
    pub gpu_format: String,
    pub gpu_request: String,
    pub cpu: String,
    pub cpu_unit: String,
    pub cpu_limit: String,
    pub memory: String,
    pub memory_unit: String,
    pub memory_limit: String,
    pub large_shm: bool,
    pub extended: Vec<Pair>,
    pub node_pools: Vec<String>,
    pub node_type: String,
    pub tolerations: Vec<TolerationRow>,
    pub preemptibility: String,
    pub priority: String,
    pub grace: String,
    pub backoff: String,
    pub auto_deletion: String,
    pub auto_deletion_unit: String,
    pub annotations: Vec<Pair>,
    pub labels: Vec<Pair>,
}

/// The form as it opens: the defaults of `form-and-assets.md` §4.
impl Default for Draft {
    fn default() -> Self {
        Self {
            image: String::new(),
            pull: "IfNotPresent".into(),
            tools: vec![],
            command: String::new(),
            args: String::new(),
            variables: vec![],
            working_dir: String::new(),
            gpu_devices: "0".into(),
            fractioning: false,
            gpu_format: "%".into(),
            gpu_request: String::new(),
            cpu: "0.1".into(),
            cpu_unit: "cores".into(),
            cpu_limit: String::new(),
            memory: "100".into(),
            memory_unit: "MB".into(),
            memory_limit: String::new(),
            large_shm: false,
            extended: vec![],
            node_pools: vec![],
            node_type: String::new(),
            tolerations: vec![],
            preemptibility: "non-preemptible".into(),
            priority: "high".into(),
            grace: "30".into(),
            backoff: "6".into(),
            auto_deletion: "30".into(),
            auto_deletion_unit: "days".into(),
            annotations: vec![],
            labels: vec![],
        }
    }
}

/// What the form was filled in from. What it has no field for is taken over from there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    #[default]
    Scratch,
    Template(TemplateId),
    Copy(WorkloadId),
}

impl Origin {
    /// Reads the address, or the fields of a form without scripts.
    pub fn of<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let copied = get("copy").and_then(|id| id.parse().ok()).map(Self::Copy);
        let template = get("template").filter(|_| get("from") != Some("scratch"));
        let template = template.and_then(|id| id.parse().ok()).map(Self::Template);
        copied.or(template).unwrap_or_default()
    }

    /// The pair of the address that says it.
    pub fn pair(self) -> Option<(&'static str, String)> {
        match self {
            Self::Scratch => None,
            Self::Template(id) => Some(("template", id.to_string())),
            Self::Copy(id) => Some(("copy", id.to_string())),
        }
    }
}

/// A name and its value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pair {
    pub name: String,
    pub value: String,
    /// One that the policy adds, taken out: what is submitted excludes it.
    pub out: bool,
}

impl Pair {
    fn exclude(&self) -> Option<bool> {
        self.out.then_some(true)
    }
}

/// One tool with its connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    pub kind: String,
    pub connection: String,
    pub port: String,
    /// URL or node port of one's own; empty means that one is made.
    pub address: String,
    pub access: String,
    /// Users or groups, separated by commas.
    pub allowed: String,
}

impl Default for Tool {
    fn default() -> Self {
        Self::of(&TOOLS[0])
    }
}

impl Tool {
    /// A tool of this kind on its usual port.
    pub fn of(kind: &ToolKind) -> Self {
        Self {
            kind: kind.name.into(),
            connection: "ExternalUrl".into(),
            port: kind.port.into(),
            address: String::new(),
            access: "authenticatedUsers".into(),
            allowed: String::new(),
        }
    }
}

/// A kind of tool, with the port that it usually has.
#[derive(Debug)]
pub struct ToolKind {
    pub name: &'static str,
    pub label: &'static str,
    pub port: &'static str,
}

const fn tool(name: &'static str, label: &'static str, port: &'static str) -> ToolKind {
    ToolKind { name, label, port }
}

/// The tools of the form (`form-and-assets.md` §4.1.3).
pub const TOOLS: [ToolKind; 9] = [
    tool("jupyter-notebook", "Jupyter", "8888"),
    tool("visual-studio-code", "Visual Studio Code", "8080"),
    tool("rstudio", "RStudio", "8787"),
    tool("tensorboard", "TensorBoard", "6006"),
    tool("mlflow", "MLflow", "5000"),
    tool("matlab", "MATLAB", "8888"),
    tool("pycharm", "PyCharm", "22"),
    tool("chatbot-ui", "Chatbot UI", "3000"),
    tool("custom", "Custom", ""),
];

/// How a tool is reached: value and words.
pub const CONNECTIONS: [(&str, &str); 3] =
    [("ExternalUrl", "External URL"), ("NodePort", "NodePort"), ("LoadBalancer", "Load balancer")];
/// In what the memory of a device is asked for.
pub const GPU_FORMATS: [(&str, &str); 3] = [("%", "% of device"), ("MB", "MB"), ("GB", "GB")];
/// Units of CPU.
pub const CPU_UNITS: [(&str, &str); 2] = [("cores", "Cores"), ("millicores", "Millicores")];
/// Units of memory.
pub const MEMORY_UNITS: [(&str, &str); 2] = [("MB", "MB"), ("GB", "GB")];
/// Units of time with their seconds, the largest first.
pub const TIME_UNITS: [(&str, i64); 4] =
    [("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)];

/// A toleration as a row of the form.
#[derive(Clone, Debug, PartialEq)]
pub struct TolerationRow {
    pub key: String,
    pub operator: String,
    pub value: String,
    pub effect: String,
}

impl Default for TolerationRow {
    fn default() -> Self {
        let (key, value) = (String::new(), String::new());
        Self { key, operator: "Exists".into(), value, effect: "NoSchedule".into() }
    }
}

impl Draft {
    /// What is submitted. A number that is none becomes one that `check` refuses at that field.
    pub fn submission(&self) -> Submission {
        self.submission_over(Submission::default())
    }

    /// What is submitted, with what `base` says where the form has no field.
    pub fn submission_over(&self, base: Submission) -> Submission {
        let (exposed_urls, ports) = self.connections();
        Submission {
            image: said(&self.image),
            image_pull_policy: said(&self.pull),
            command: said(&self.command),
            args: said(&self.args),
            working_dir: said(&self.working_dir),
            environment_variables: list(&self.variables, |pair| EnvironmentVariable {
                name: Some(pair.name.trim().to_owned()),
                value: (!pair.out).then(|| pair.value.clone()),
                exclude: pair.exclude(),
                ..EnvironmentVariable::default()
            }),
            exposed_urls,
            ports,
            compute: Some(self.compute()),
            node_pools: (!self.node_pools.is_empty()).then(|| self.node_pools.clone()),
            node_type: said(&self.node_type),
            tolerations: list(&self.tolerations, |row| Toleration {
                key: Some(row.key.trim().to_owned()),
                operator: Some(row.operator.clone()),
                value: said(&row.value).filter(|_| row.operator == "Equal"),
                effect: Some(row.effect.clone()),
                ..Toleration::default()
            }),
            preemptibility: said(&self.preemptibility),
            priority_class: said(&self.priority),
            termination_grace_period_seconds: whole(&self.grace),
            backoff_limit: whole(&self.backoff),
            auto_deletion_time_after_completion_seconds: whole(&self.auto_deletion)
                .map(|n| n.saturating_mul(secs_of(&self.auto_deletion_unit))),
            annotations: list(&self.annotations, named),
            labels: list(&self.labels, named),
            ..base
        }
    }

    /// `1 × 50 % GPU`.
    pub fn gpu_words(&self) -> String {
        match (self.gpu_devices.as_str(), self.fractioning) {
            ("" | "0", _) => "no GPU".to_owned(),
            ("1", false) => "1 GPU".to_owned(),
            (n, false) => format!("{n} GPUs"),
            (n, true) => format!("{n} × {} {} GPU", self.gpu_request, self.gpu_format),
        }
    }

    fn compute(&self) -> Compute {
        let devices = whole(&self.gpu_devices);
        let fraction = self.fractioning && devices.is_some_and(|n| n > 0);
        let percent = fraction && self.gpu_format == "%";
        let gpu_unit = self.gpu_format.trim_end_matches('B');
        let memory_unit = self.memory_unit.trim_end_matches('B');
        let kind = if percent { "portion" } else { "memory" };
        let divisor = if self.cpu_unit == "millicores" { 1_000.0 } else { 1.0 };
        Compute {
            gpu_devices_request: devices,
            gpu_request_type: fraction.then(|| kind.to_owned()),
            gpu_portion_request: percent
                .then(|| number(&self.gpu_request))
                .flatten()
                .map(|n| n / 100.0),
            gpu_memory_request: (fraction && !percent)
                .then(|| said(&self.gpu_request).map(|n| n + gpu_unit))
                .flatten(),
            cpu_core_request: number(&self.cpu).map(|n| n / divisor),
            cpu_core_limit: number(&self.cpu_limit).map(|n| n / divisor),
            cpu_memory_request: said(&self.memory).map(|n| n + memory_unit),
            cpu_memory_limit: said(&self.memory_limit).map(|n| n + memory_unit),
            large_shm_request: self.large_shm.then_some(true),
            extended_resources: list(&self.extended, |pair| ExtendedResource {
                resource: Some(pair.name.trim().to_owned()),
                quantity: (!pair.out).then(|| pair.value.trim().to_owned()),
                exclude: pair.exclude(),
            }),
            ..Compute::default()
        }
    }

    fn connections(&self) -> (Option<Vec<ExposedUrl>>, Option<Vec<Port>>) {
        let (mut urls, mut ports) = (Vec::new(), Vec::new());
        for tool in &self.tools {
            let label = TOOLS.iter().find(|kind| kind.name == tool.kind).map(|kind| kind.label);
            let (tool_type, tool_name) = (Some(tool.kind.clone()), label.map(str::to_owned));
            let container = whole(&tool.port);
            match tool.connection.as_str() {
                "ExternalUrl" => urls.push(ExposedUrl {
                    container,
                    url: said(&tool.address),
                    authorization_type: said(&tool.access),
                    authorized_users: allowed(tool, "authorizedUsers"),
                    authorized_groups: allowed(tool, "authorizedGroups"),
                    tool_type,
                    tool_name,
                    ..ExposedUrl::default()
                }),
                service_type => {
                    let is_node_port = service_type == "NodePort";
                    ports.push(Port {
                        container,
                        service_type: Some(service_type.into()),
                        external: is_node_port.then(|| whole(&tool.address)).flatten(),
                        tool_type,
                        tool_name,
                        ..Port::default()
                    });
                }
            }
        }
        ((!urls.is_empty()).then_some(urls), (!ports.is_empty()).then_some(ports))
    }

    /// The path of a tool's field in the submission: tools of the form lie in two lists there.
    pub fn tool_path(&self, index: usize) -> Option<String> {
        let tool = self.tools.get(index)?;
        let is_url = |t: &&Tool| t.connection == "ExternalUrl";
        let before = &self.tools[..index];
        let (list, count) = match is_url(&tool) {
            true => ("exposedUrls", before.iter().filter(is_url).count()),
            false => ("ports", before.iter().filter(|t| !is_url(t)).count()),
        };
        Some(format!("spec.{list}[{count}]"))
    }

    /// The form that would have made this submission: for a copy, or after a fix.
    pub fn of(submission: &Submission) -> Self {
        let none = Compute::default();
        let compute = submission.compute.as_ref().unwrap_or(&none);
        let blank = Self::default();
        let (gpu_format, gpu_request) = gpu_of(compute);
        let (memory, memory_unit) = memory_of(compute.cpu_memory_request.as_deref());
        let memory_limit = compute.cpu_memory_limit.as_deref();
        let memory_limit = memory_limit.map(|text| in_unit(text, memory_unit)).unwrap_or_default();
        let (auto_deletion, auto_deletion_unit) =
            time_of(submission.auto_deletion_time_after_completion_seconds);
        Self {
            image: text(&submission.image),
            pull: submission.image_pull_policy.clone().unwrap_or(blank.pull),
            tools: tools_of(submission),
            command: text(&submission.command),
            args: text(&submission.args),
            variables: rows(&submission.environment_variables, |v| {
                pair(&v.name, &v.value, v.exclude)
            }),
            working_dir: text(&submission.working_dir),
            gpu_devices: digits(compute.gpu_devices_request).unwrap_or(blank.gpu_devices),
            fractioning: compute.gpu_request_type.is_some(),
            gpu_format: gpu_format.into(),
            gpu_request,
            cpu: compute.cpu_core_request.map_or(blank.cpu, decimals),
            cpu_unit: "cores".into(),
            cpu_limit: compute.cpu_core_limit.map(decimals).unwrap_or_default(),
            memory,
            memory_unit: memory_unit.into(),
            memory_limit,
            large_shm: compute.large_shm_request.unwrap_or_default(),
            extended: rows(&compute.extended_resources, |e| {
                pair(&e.resource, &e.quantity, e.exclude)
            }),
            node_pools: submission.node_pools.clone().unwrap_or_default(),
            node_type: text(&submission.node_type),
            tolerations: rows(&submission.tolerations, |t| TolerationRow {
                key: text(&t.key),
                operator: text(&t.operator),
                value: text(&t.value),
                effect: text(&t.effect),
            }),
            preemptibility: submission.preemptibility.clone().unwrap_or(blank.preemptibility),
            priority: submission.priority_class.clone().unwrap_or(blank.priority),
            grace: digits(submission.termination_grace_period_seconds).unwrap_or(blank.grace),
            backoff: digits(submission.backoff_limit).unwrap_or(blank.backoff),
            auto_deletion,
            auto_deletion_unit: auto_deletion_unit.into(),
            annotations: rows(&submission.annotations, |a| pair(&a.name, &a.value, a.exclude)),
            labels: rows(&submission.labels, |a| pair(&a.name, &a.value, a.exclude)),
        }
    }
}

fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A whole number; what is none becomes −1, which no field takes.
fn whole(text: &str) -> Option<i64> {
    said(text).map(|text| text.parse().unwrap_or(-1))
}

/// A number; what is none becomes −1.
fn number(text: &str) -> Option<f64> {
    said(text).map(|text| text.parse().unwrap_or(-1.0))
}

fn list<T, U>(rows: &[T], each: impl Fn(&T) -> U) -> Option<Vec<U>> {
    (!rows.is_empty()).then(|| rows.iter().map(each).collect())
}

fn named(pair: &Pair) -> NameValue {
    let name = Some(pair.name.trim().to_owned());
    let value = (!pair.out).then(|| pair.value.trim().to_owned());
    NameValue { name, value, exclude: pair.exclude() }
}

fn allowed(tool: &Tool, access: &str) -> Option<Vec<String>> {
    let names = tool.allowed.split(',').filter_map(said);
    (tool.access == access).then(|| names.collect())
}

fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

fn digits(value: Option<i64>) -> Option<String> {
    value.map(|n| n.to_string())
}

fn rows<T, U>(items: &Option<Vec<T>>, each: impl Fn(&T) -> U) -> Vec<U> {
    items.iter().flatten().map(each).collect()
}

fn pair(name: &Option<String>, value: &Option<String>, exclude: Option<bool>) -> Pair {
    Pair { name: text(name), value: text(value), out: exclude == Some(true) }
}

fn gpu_of(compute: &Compute) -> (&'static str, String) {
    match (compute.gpu_portion_request, compute.gpu_memory_request.as_deref()) {
        (Some(portion), _) => ("%", decimals(portion * 100.0)),
        (None, Some(quantity)) => {
            let (number, unit) = memory_of(Some(quantity));
            (unit, number)
        }
        (None, None) => ("%", String::new()),
    }
}

/// A quantity in the larger of the two units in which it is a round number.
fn memory_of(quantity: Option<&str>) -> (String, &'static str) {
    let Some(quantity) = quantity else { return ("100".into(), "MB") };
    match quantity.parse::<MemoryBytes>() {
        Ok(MemoryBytes(bytes)) if bytes % 100_000_000 == 0 && bytes >= 1_000_000_000 => {
            (decimals(bytes as f64 / 1e9), "GB")
        }
        Ok(MemoryBytes(bytes)) => (decimals(bytes as f64 / 1e6), "MB"),
        Err(_) => (quantity.to_owned(), "MB"),
    }
}

fn in_unit(quantity: &str, unit: &str) -> String {
    let per_unit = if unit == "GB" { 1e9 } else { 1e6 };
    let bytes = quantity.parse::<MemoryBytes>();
    bytes.map_or_else(|_| quantity.to_owned(), |bytes| decimals(bytes.0 as f64 / per_unit))
}

fn secs_of(unit: &str) -> i64 {
    TIME_UNITS.iter().find(|(name, _)| *name == unit).map_or(1, |(_, secs)| *secs)
}

fn time_of(secs: Option<i64>) -> (String, &'static str) {
    let Some(secs) = secs else { return ("30".into(), "days") };
    let round = TIME_UNITS.iter().find(|(_, each)| secs != 0 && secs % each == 0);
    let (unit, each) = round.copied().unwrap_or(("seconds", 1));
    ((secs / each).to_string(), unit)
}

fn tools_of(submission: &Submission) -> Vec<Tool> {
    let urls = submission.exposed_urls.iter().flatten().map(|url| {
        let names = url.authorized_users.iter().chain(&url.authorized_groups).flatten();
        Tool {
            kind: url.tool_type.clone().unwrap_or_else(|| "custom".into()),
            connection: "ExternalUrl".into(),
            port: digits(url.container).unwrap_or_default(),
            address: text(&url.url),
            access: url.authorization_type.clone().unwrap_or_else(|| "authenticatedUsers".into()),
            allowed: names.cloned().collect::<Vec<_>>().join(", "),
        }
    });
    let ports = submission.ports.iter().flatten().map(|port| Tool {
        kind: port.tool_type.clone().unwrap_or_else(|| "custom".into()),
        connection: port.service_type.clone().unwrap_or_else(|| "NodePort".into()),
        port: digits(port.container).unwrap_or_default(),
        address: digits(port.external).unwrap_or_default(),
        ..Tool::default()
    });
    urls.chain(ports).collect()
}

#[cfg(test)]
mod tests {
    use domain::submission::check;

    use super::*;

    #[test]
    fn the_empty_form_lacks_an_image_alone() {
        let problems = check(&Draft::default().submission());
        let fields: Vec<_> = problems.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(fields, ["spec.image"]);
    }

    #[test]
    fn a_form_comes_back_from_its_submission() {
        let draft = Draft {
            image: "jupyter/scipy-notebook".into(),
            tools: vec![
                Tool::default(),
                Tool {
                    connection: "NodePort".into(),
                    port: "6006".into(),
                    address: "30606".into(),
                    kind: "tensorboard".into(),
                    ..Tool::default()
                },
            ],
            variables: vec![Pair { name: "A".into(), value: "1".into(), out: false }],
            gpu_devices: "1".into(),
            fractioning: true,
            gpu_request: "50".into(),
            cpu: "4".into(),
            memory: "16".into(),
            memory_unit: "GB".into(),
            memory_limit: "32".into(),
            node_pools: vec!["a100".into()],
            tolerations: vec![TolerationRow { key: "a".into(), ..TolerationRow::default() }],
            labels: vec![Pair { name: "paper".into(), value: "pose".into(), out: false }],
            ..Draft::default()
        };
        assert!(check(&draft.submission()).is_empty(), "{:?}", check(&draft.submission()));
        assert_eq!(Draft::of(&draft.submission()), draft);
    }

    #[test]
    fn what_is_no_number_is_refused_at_its_field() {
        let draft = Draft {
            image: "a".into(),
            gpu_devices: "two".into(),
            cpu: "x".into(),
            memory: "much".into(),
            ..Draft::default()
        };
        let fields: Vec<_> =
            check(&draft.submission()).into_iter().map(|problem| problem.field).collect();
        let wanted = ["gpuDevicesRequest", "cpuCoreRequest", "cpuMemoryRequest"];
        assert_eq!(fields, wanted.map(|name| format!("spec.compute.{name}")));
    }

    #[test]
    fn a_tool_knows_where_it_lies_in_the_submission() {
        let port = Tool { connection: "NodePort".into(), ..Tool::default() };
        let draft = Draft { tools: vec![port.clone(), Tool::default(), port], ..Draft::default() };
        let paths: Vec<_> = (0..4).map(|i| draft.tool_path(i)).collect();
        let wanted = ["spec.ports[0]", "spec.exposedUrls[0]", "spec.ports[1]"];
        assert_eq!(paths[..3], wanted.map(|path| Some(path.to_owned())));
        assert_eq!(paths[3], None);
    }
}
