//! From the form to what is submitted. No rule lives here: a number that is none becomes one that
//! [`check`](crate::submission::check) refuses at that field.

use super::{Draft, List, Row, data, table::TIMES, tools};
use crate::quantity::number_in;
use crate::submission::{
    Compute, EnvironmentVariable, ExtendedResource, ImagePullSecret, KeyOf, NameValue, RelatedUrl,
    Security, Submission, Toleration,
};

impl Draft {
    /// What is submitted.
    pub fn submission(&self) -> Submission {
        self.submission_over(Submission::default())
    }

    /// What is submitted, with what `base` says where the form has no field.
    pub fn submission_over(&self, base: Submission) -> Submission {
        let (exposed_urls, ports) = tools::connections(self);
        let compute = self.compute();
        let security = self.security(base.security.clone());
        self.with_rest(Submission {
            image: self.image(),
            image_pull_policy: self.said("pull"),
            image_pull_secrets: self.with_ngc_key(self.list("secret", pull_secret)),
            command: self.said("command"),
            args: self.said("args"),
            working_dir: self.said("working_dir"),
            environment_variables: self.list("variable", variable),
            exposed_urls,
            ports,
            related_urls: self.list("link", link),
            security,
            compute: Some(compute),
            node_pools: self.list("node_pools", |row| row.text("name").to_owned()),
            node_type: self.said("node_type"),
            tolerations: self.list("toleration", toleration),
            storage: data::storage(self),
            preemptibility: self.said("preemptibility"),
            priority_class: self.said("priority"),
            termination_grace_period_seconds: whole(self.text("grace")),
            backoff_limit: whole(self.text("backoff")),
            auto_deletion_time_after_completion_seconds: whole(self.text("auto_deletion"))
                .map(|n| n.saturating_mul(secs_of(self.text("auto_deletion_unit")))),
            annotations: self.list("annotation", named),
            labels: self.list("label", named),
            ..base
        })
    }

    pub(super) fn said(&self, name: &str) -> Option<String> {
        said(self.text(name))
    }

    fn list<T>(&self, list: &str, each: impl Fn(&Row) -> T) -> Option<Vec<T>> {
        let rows = self.rows(list);
        (!rows.is_empty()).then(|| rows.iter().map(each).collect())
    }

    fn security(&self, base: Option<Security>) -> Option<Security> {
        let is_custom = self.text("uid_source") == "custom";
        let own = |name: &str| if is_custom { whole(self.text(name)) } else { None };
        let capabilities = names(self.text("capabilities"));
        let is_said = self.text("uid_source") != "fromTheImage" || !capabilities.is_empty();
        if base.is_none() && !is_said {
            return None;
        }
        Some(Security {
            uid_gid_source: self.said("uid_source"),
            run_as_uid: own("uid"),
            run_as_gid: own("gid"),
            supplemental_groups: self.said("groups").filter(|_| is_custom),
            capabilities: (!capabilities.is_empty()).then_some(capabilities),
            ..base.unwrap_or_default()
        })
    }

    fn compute(&self) -> Compute {
        let devices = whole(self.text("gpu_devices"));
        let fraction = self.is_on("fractioning") && devices.is_some_and(|n| n > 0);
        let percent = fraction && self.text("gpu_format") == "%";
        let in_bytes = fraction && !percent;
        let kind = if percent { "portion" } else { "memory" };
        let portion = |name: &str| number(self.text(name)).filter(|_| percent).map(|n| n / 100.0);
        let sized = |name: &str, unit: &str| self.said(name).map(|n| sized(&n, self.text(unit)));
        let divisor = if self.text("cpu_unit") == "millicores" { 1_000.0 } else { 1.0 };
        Compute {
            gpu_devices_request: devices,
            gpu_request_type: fraction.then(|| kind.to_owned()),
            gpu_portion_request: portion("gpu_request"),
            gpu_portion_limit: portion("gpu_limit"),
            gpu_memory_request: sized("gpu_request", "gpu_format").filter(|_| in_bytes),
            gpu_memory_limit: sized("gpu_limit", "gpu_format").filter(|_| in_bytes),
            cpu_core_request: number(self.text("cpu")).map(|n| n / divisor),
            cpu_core_limit: number(self.text("cpu_limit")).map(|n| n / divisor),
            cpu_memory_request: sized("memory", "memory_unit"),
            cpu_memory_limit: sized("memory_limit", "memory_unit"),
            large_shm_request: self.is_on("large_shm").then_some(true),
            extended_resources: self.list("extended", |row| ExtendedResource {
                resource: Some(row.text("name").trim().to_owned()),
                quantity: (!row.out).then(|| row.text("value").trim().to_owned()),
                exclude: exclude(row),
            }),
        }
    }

    /// Where problems of a list's row are found: `spec.labels[0]`.
    pub fn row_path(&self, list: &str, index: usize) -> Option<String> {
        row_path(super::list(list)?, self.rows(list), index)
    }
}

/// Where problems of one of these rows of a list are found.
pub fn row_path(of: &List, rows: &[Row], index: usize) -> Option<String> {
    match of.name {
        "tool" => tools::path(rows, index),
        "data" => data::path(rows, index),
        _ => (index < rows.len()).then(|| format!("{}[{index}]", of.paths[0])),
    }
}

/// A number and a unit of the form as a quantity: `20G` of 20 and `GB`.
pub fn sized(number: &str, unit: &str) -> String {
    format!("{number}{}", unit.trim_end_matches('B'))
}

fn exclude(row: &Row) -> Option<bool> {
    row.out.then_some(true)
}

/// The fields of which one names the credential, by its source and type.
const PULL_NAMES: [&str; 4] = ["name", "ngc", "mine", "my_ngc"];

fn pull_secret(row: &Row) -> ImagePullSecret {
    let is_mine = row.text("source") == "mine";
    ImagePullSecret {
        name: Some(PULL_NAMES.iter().find_map(|name| row.said(name)).unwrap_or_default()),
        user_credential: is_mine.then_some(true),
        exclude: exclude(row),
    }
}

fn link(row: &Row) -> RelatedUrl {
    RelatedUrl {
        url: Some(row.text("url").trim().to_owned()),
        kind: Some(row.text("kind").to_owned()),
        name: said(row.text("name")),
        exclude: exclude(row),
    }
}

fn variable(row: &Row) -> EnvironmentVariable {
    let key_of = |field: &str| {
        row.said("source").is_some_and(|source| source == field).then(|| KeyOf {
            name: Some(row.said(name_field(field)).unwrap_or_default()),
            key: Some(row.said("key").unwrap_or_default()),
        })
    };
    let is_custom = row.text("source") == "custom";
    EnvironmentVariable {
        name: Some(row.text("name").trim().to_owned()),
        value: (is_custom && !row.out).then(|| row.text("value").to_owned()),
        secret: key_of("secret"),
        user_credential: key_of("userCredential"),
        config_map: key_of("configMap"),
        description: said(row.text("about")),
        exclude: exclude(row),
        ..EnvironmentVariable::default()
    }
}

/// The field that names what a variable's value is taken from.
pub fn name_field(source: &str) -> &'static str {
    match source {
        "secret" => "secret",
        "userCredential" => "mine",
        _ => "map",
    }
}

fn toleration(row: &Row) -> Toleration {
    Toleration {
        key: Some(row.text("key").trim().to_owned()),
        operator: Some(row.text("operator").to_owned()),
        value: row.said("value"),
        effect: Some(row.text("effect").to_owned()),
        seconds: whole_of(row.said("seconds")),
        ..Toleration::default()
    }
}

fn named(row: &Row) -> NameValue {
    let name = Some(row.text("name").trim().to_owned());
    let value = (!row.out).then(|| row.text("value").trim().to_owned());
    NameValue { name, value, exclude: exclude(row) }
}

pub(super) fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A whole number; what is none becomes −1, which no field takes.
pub(super) fn whole(text: &str) -> Option<i64> {
    whole_of(said(text))
}

pub(super) fn whole_of(text: Option<String>) -> Option<i64> {
    text.map(|text| text.parse().unwrap_or(-1))
}

/// A number; what is none becomes −1.
fn number(text: &str) -> Option<f64> {
    said(text).map(|text| number_in(&text).unwrap_or(-1.0))
}

/// Names with commas between them.
pub(super) fn names(text: &str) -> Vec<String> {
    text.split(',').filter_map(said).collect()
}

fn secs_of(unit: &str) -> i64 {
    TIMES.iter().find(|(name, _)| *name == unit).map_or(1, |(_, secs)| *secs)
}
