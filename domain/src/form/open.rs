//! From a submission to the form that would have made it: for a copy, a template, an asset, or after a fix.

use super::{
    Draft, Row, data, list,
    submit::name_field,
    table::{FIELDS, TIMES},
    tools,
};
use crate::{
    MemoryBytes,
    quantity::decimals,
    submission::{Compute, NameValue, Security, Submission},
};

impl Draft {
    /// The form that would have made this submission. What it does not say is as the form opens.
    pub fn from_submission(of: &Submission) -> Self {
        let mut draft = Self::default();
        draft.open_texts(of);
        draft.open_compute(of.compute.as_ref().unwrap_or(&Compute::default()));
        draft.open_security(of.security.as_ref().unwrap_or(&Security::default()));
        draft.open_lists(of);
        draft.set_rows("tool", tools::rows(of));
        draft.set_rows("data", of.storage.as_ref().map(data::rows).unwrap_or_default());
        draft.keep_rest(of);
        draft
    }

    /// The name of the field that fills in `path`.
    pub fn name_at(path: &str) -> Option<&'static str> {
        // A share of a GPU may be asked for as memory.
        let same = |own: &str| own == path || own.replace("gpuPortion", "gpuMemory") == path;
        let fields = FIELDS.iter().filter(|field| !field.path.is_empty());
        fields.filter(|field| same(field.path)).map(|field| field.name).next()
    }

    fn say(&mut self, name: &str, text: Option<String>) {
        if let Some(text) = text {
            self.set(name, text);
        }
    }

    fn open_texts(&mut self, of: &Submission) {
        let texts = [
            ("image", &of.image),
            ("pull", &of.image_pull_policy),
            ("command", &of.command),
            ("args", &of.args),
            ("working_dir", &of.working_dir),
            ("node_type", &of.node_type),
            ("preemptibility", &of.preemptibility),
            ("priority", &of.priority_class),
        ];
        for (name, text) in texts {
            self.say(name, text.clone());
        }
        self.say("grace", digits(of.termination_grace_period_seconds));
        self.say("backoff", digits(of.backoff_limit));
        if let Some(secs) = of.auto_deletion_time_after_completion_seconds {
            let (number, unit) = time_of(secs);
            self.set("auto_deletion", number);
            self.set("auto_deletion_unit", unit);
        }
    }

    fn open_compute(&mut self, of: &Compute) {
        self.say("gpu_devices", digits(of.gpu_devices_request));
        if of.gpu_request_type.is_some() {
            self.set("fractioning", "on");
        }
        self.open_gpu(of);
        self.say("cpu", of.cpu_core_request.map(decimals));
        self.say("cpu_limit", of.cpu_core_limit.map(decimals));
        if let Some(quantity) = of.cpu_memory_request.as_deref() {
            let (number, unit) = memory_of(quantity);
            self.set("memory", number);
            self.set("memory_unit", unit);
        }
        let unit = self.text("memory_unit").to_owned();
        self.say("memory_limit", of.cpu_memory_limit.as_deref().map(|text| in_unit(text, &unit)));
        if of.large_shm_request == Some(true) {
            self.set("large_shm", "on");
        }
    }

    fn open_gpu(&mut self, of: &Compute) {
        if let Some(portion) = of.gpu_portion_request {
            self.set("gpu_request", decimals(portion * 100.0));
        } else if let Some(quantity) = of.gpu_memory_request.as_deref() {
            let (number, unit) = memory_of(quantity);
            self.set("gpu_request", number);
            self.set("gpu_format", unit);
        }
        let unit = self.text("gpu_format").to_owned();
        let in_percent = of.gpu_portion_limit.map(|portion| decimals(portion * 100.0));
        let in_bytes = of.gpu_memory_limit.as_deref().map(|text| in_unit(text, &unit));
        self.say("gpu_limit", in_percent.or(in_bytes));
    }

    fn open_security(&mut self, of: &Security) {
        self.say("uid_source", of.uid_gid_source.clone());
        self.say("uid", digits(of.run_as_uid));
        self.say("gid", digits(of.run_as_gid));
        self.say("groups", of.supplemental_groups.clone());
        self.say("capabilities", of.capabilities.as_ref().map(|all| all.join(",")));
    }

    fn open_lists(&mut self, of: &Submission) {
        let secrets = of.image_pull_secrets.iter().flatten().map(|secret| {
            let is_mine = secret.user_credential == Some(true);
            let (source, field) = if is_mine { ("mine", "mine") } else { ("shared", "name") };
            row("secret", &[("source", source), (field, text(&secret.name))], secret.exclude)
        });
        self.set_rows("secret", secrets.collect());
        let variables = of.environment_variables.iter().flatten().map(|variable| {
            let from = [
                ("secret", &variable.secret),
                ("userCredential", &variable.user_credential),
                ("configMap", &variable.config_map),
            ];
            let from = from.into_iter().find_map(|(source, key)| Some((source, key.as_ref()?)));
            let mut texts = vec![("name", text(&variable.name)), ("value", text(&variable.value))];
            texts.push(("about", text(&variable.description)));
            if variable.pod_field_ref.is_some() {
                texts.push(("source", "podFieldRef"));
            } else if let Some((source, key)) = from {
                texts.extend([
                    ("source", source),
                    (name_field(source), text(&key.name)),
                    ("key", text(&key.key)),
                ]);
            }
            row("variable", &texts, variable.exclude)
        });
        self.set_rows("variable", variables.collect());
        let links = of.related_urls.iter().flatten().map(|link| {
            let texts =
                [("kind", text(&link.kind)), ("url", text(&link.url)), ("name", text(&link.name))];
            row("link", &texts, link.exclude)
        });
        self.set_rows("link", links.collect());
        let extended =
            of.compute.iter().flat_map(|compute| compute.extended_resources.iter().flatten());
        let extended =
            extended.map(|one| pair("extended", &one.resource, &one.quantity, one.exclude));
        self.set_rows("extended", extended.collect());
        let pools =
            of.node_pools.iter().flatten().map(|name| row("node_pools", &[("name", name)], None));
        self.set_rows("node_pools", pools.collect());
        let tolerations = of.tolerations.iter().flatten().map(|toleration| {
            let texts = [
                ("key", text(&toleration.key)),
                ("operator", text(&toleration.operator)),
                ("value", text(&toleration.value)),
                ("effect", text(&toleration.effect)),
                ("seconds", &digits(toleration.seconds).unwrap_or_default()),
            ];
            row("toleration", &texts, None)
        });
        self.set_rows("toleration", tolerations.collect());
        let named = |list: &'static str, items: &Option<Vec<NameValue>>| {
            let items = items.iter().flatten();
            items.map(|item| pair(list, &item.name, &item.value, item.exclude)).collect()
        };
        self.set_rows("label", named("label", &of.labels));
        self.set_rows("annotation", named("annotation", &of.annotations));
    }
}

fn row(of: &str, texts: &[(&str, &str)], exclude: Option<bool>) -> Row {
    let of = list(of).unwrap_or(super::LISTS[0]);
    let mut row = Row::filled(of, texts);
    row.out = exclude == Some(true);
    row
}

fn pair(of: &str, name: &Option<String>, value: &Option<String>, exclude: Option<bool>) -> Row {
    row(of, &[("name", text(name)), ("value", text(value))], exclude)
}

fn text(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or_default()
}

pub(super) fn digits(value: Option<i64>) -> Option<String> {
    value.map(|n| n.to_string())
}

/// A quantity in the larger of the two units in which it is a round number.
fn memory_of(quantity: &str) -> (String, &'static str) {
    match quantity.parse::<MemoryBytes>() {
        Ok(MemoryBytes(bytes)) if bytes % 100_000_000 == 0 && bytes >= 1_000_000_000 => {
            (decimals(bytes as f64 / 1e9), "GB")
        }
        Ok(MemoryBytes(bytes)) => (decimals(bytes as f64 / 1e6), "MB"),
        Err(_) => (quantity.to_owned(), "MB"),
    }
}

/// Number and unit of a size, in the largest unit in which it is whole.
pub(super) fn size_of(quantity: Option<&str>) -> (Option<String>, Option<String>) {
    const UNITS: [(&str, f64); 6] = [
        ("TiB", 1_099_511_627_776.0),
        ("TB", 1e12),
        ("GiB", 1_073_741_824.0),
        ("GB", 1e9),
        ("MiB", 1_048_576.0),
        ("MB", 1e6),
    ];
    let Some(quantity) = quantity else { return (None, Some("GB".into())) };
    let Ok(MemoryBytes(bytes)) = quantity.parse::<MemoryBytes>() else {
        return (Some(quantity.to_owned()), Some("GB".into()));
    };
    let bytes = bytes as f64;
    let whole = UNITS.iter().find(|(_, each)| bytes >= *each && bytes % each == 0.0);
    let (unit, each) = whole.copied().unwrap_or(("MB", 1e6));
    (Some(decimals(bytes / each)), Some(unit.into()))
}

fn in_unit(quantity: &str, unit: &str) -> String {
    let per_unit = if unit == "GB" { 1e9 } else { 1e6 };
    let bytes = quantity.parse::<MemoryBytes>();
    bytes.map_or_else(|_| quantity.to_owned(), |bytes| decimals(bytes.0 as f64 / per_unit))
}

fn time_of(secs: i64) -> (String, &'static str) {
    let round = TIMES.iter().find(|(_, each)| secs != 0 && secs % each == 0);
    let (unit, each) = round.copied().unwrap_or(("seconds", 1));
    ((secs / each).to_string(), unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::check;

    #[test]
    fn the_empty_form_lacks_an_image_alone() {
        let problems = check(&Draft::default().submission());
        let fields: Vec<_> = problems.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(fields, ["spec.image"]);
    }

    #[test]
    fn a_form_comes_back_from_its_submission() {
        let mut draft = Draft::default();
        let texts = [
            ("image", "jupyter/scipy-notebook"),
            ("uid_source", "custom"),
            ("uid", "1000"),
            ("gid", "100"),
            ("groups", "1,2"),
            ("capabilities", "CHOWN,KILL"),
            ("gpu_devices", "1"),
            ("fractioning", "on"),
            ("gpu_request", "50"),
            ("gpu_limit", "75"),
            ("cpu", "4"),
            ("memory", "16"),
            ("memory_unit", "GB"),
            ("memory_limit", "32"),
        ];
        for (name, text) in texts {
            draft.set(name, text);
        }
        let draft = draft
            .and("secret", &[("name", "hub")])
            .and("secret", &[("source", "mine"), ("mine", "own")])
            .and("tool", &[])
            .and(
                "tool",
                &[
                    ("port", "1"),
                    ("url", "custom"),
                    ("address", "https://a.example"),
                    ("access", "authorizedUsers"),
                    ("users", "a@b.c, d@e.f"),
                ],
            )
            .and(
                "tool",
                &[
                    ("kind", "tensorboard"),
                    ("connection", "NodePort"),
                    ("port", "6006"),
                    ("node_port", "custom"),
                    ("external", "30606"),
                ],
            )
            .and("variable", &[("name", "A"), ("value", "1"), ("about", "What it is")])
            .and("variable", &[("name", "B"), ("source", "secret"), ("secret", "s"), ("key", "k")])
            .and(
                "variable",
                &[("name", "C"), ("source", "userCredential"), ("mine", "s"), ("key", "k")],
            )
            .and("variable", &[("name", "D"), ("source", "configMap"), ("map", "m"), ("key", "k")])
            .and("extended", &[("name", "a.b/c"), ("value", "1")])
            .and("node_pools", &[("name", "a100")])
            .and("toleration", &[("key", "a"), ("effect", "NoExecute"), ("seconds", "5")])
            .and("label", &[("name", "paper"), ("value", "pose")])
            .and(
                "data",
                &[
                    ("kind", "volume"),
                    ("class", "fast"),
                    ("modes", "readOnlyMany,readWriteMany"),
                    ("size", "10"),
                    ("path", "/v"),
                    ("persistency", "ephemeral"),
                ],
            )
            .and(
                "data",
                &[
                    ("kind", "nfs"),
                    ("server", "n"),
                    ("export", "/e"),
                    ("path", "/n"),
                    ("read_only", "off"),
                ],
            )
            .and(
                "data",
                &[
                    ("kind", "git"),
                    ("repository", "https://a.b/c"),
                    ("method", "password"),
                    ("git_secret", "s"),
                    ("path", "/g"),
                ],
            )
            .and("data", &[("kind", "s3"), ("bucket", "b"), ("path", "/s")])
            .and("data", &[("kind", "hostPath"), ("host_path", "/h"), ("path", "/i")])
            .and(
                "data",
                &[
                    ("kind", "emptyDir"),
                    ("limit", "5"),
                    ("size_unit", "GiB"),
                    ("path", "/t"),
                    ("medium", "Memory"),
                ],
            );
        let problems = check(&draft.submission());
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(Draft::from_submission(&draft.submission()), draft);
    }

    #[test]
    fn what_is_no_number_is_refused_at_its_field() {
        let draft = Draft::default()
            .with("image", "a")
            .with("gpu_devices", "two")
            .with("cpu", "x")
            .with("memory", "much");
        let fields: Vec<_> =
            check(&draft.submission()).into_iter().map(|problem| problem.field).collect();
        let wanted = ["gpuDevicesRequest", "cpuCoreRequest", "cpuMemoryRequest"];
        assert_eq!(fields, wanted.map(|name| format!("spec.compute.{name}")));
    }

    #[test]
    fn a_row_knows_where_it_lies_in_the_submission() {
        let draft = Draft::default()
            .and("tool", &[("connection", "NodePort")])
            .and("tool", &[])
            .and("tool", &[("connection", "NodePort")])
            .and("label", &[])
            .and("data", &[("kind", "nfs")])
            .and("data", &[("kind", "volume")])
            .and("data", &[("kind", "pvc")]);
        let path = |list: &str, at: usize| draft.row_path(list, at).unwrap_or_default();
        let tools = [path("tool", 0), path("tool", 1), path("tool", 2)];
        assert_eq!(tools, ["spec.ports[0]", "spec.exposedUrls[0]", "spec.ports[1]"]);
        assert_eq!(path("label", 0), "spec.labels[0]");
        let data = [path("data", 0), path("data", 1), path("data", 2)];
        assert_eq!(data, ["spec.storage.nfs[0]", "spec.storage.pvc[0]", "spec.storage.pvc[1]"]);
        assert_eq!(draft.row_path("tool", 3), None);
    }
}
