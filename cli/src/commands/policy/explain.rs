//! `berth policy explain`: which scope's rule holds for a field of a project, what it overrides, and
//! whose default it has. The policies come from files: a test file, of which the chains are read, or
//! a file that is one `chain`.

use domain::ScopeLevel;
use domain::policy::{
    Effective, Explanation, Issue, Layer, WorkloadType,
    cases::{Case, chains, reading},
    catalogue::Catalogue,
    explain, rule_words, system,
};
use serde_json::json;

use super::{ExplainArgs, Format, Outcome, read_file};

/// Fields that are proposed for one that does not exist.
const PROPOSED_MAX: usize = 5;

pub(super) fn outcome(args: &ExplainArgs) -> Outcome {
    match explained(args) {
        Ok(out) => Outcome { out, ..Outcome::default() },
        Err(wrong) => Outcome { err: vec![wrong], code: 2, ..Outcome::default() },
    }
}

fn explained(args: &ExplainArgs) -> Result<String, String> {
    let mut found: Vec<(String, Explained)> = Vec::new();
    for path in &args.files {
        let file = path.display().to_string();
        let bytes = read_file(path).map_err(|cause| format!("could not read {file}: {cause}"))?;
        let cases = chains(&bytes).map_err(|wrong| format!("{file}: {wrong}"))?;
        for case in cases.iter().filter(|case| is_of(case, &args.project)) {
            let place = format!("{file}, {}", case.name);
            let told = one(case, &args.field).map_err(|wrong| format!("{place}: {wrong}"))?;
            // Many cases of a file are about one tree.
            if !found.iter().any(|(_, other)| *other == told) {
                found.push((place, told));
            }
        }
    }
    match (found.is_empty(), args.format) {
        (true, _) => Err(format!("no chain of these files leads to the project {}", args.project)),
        (false, Format::Json) => {
            let all = found.iter().map(|(place, told)| {
                json!({"place": place, "explanation": told.explanation, "inForce": told.words})
            });
            Ok(format!("{:#}\n", all.collect::<serde_json::Value>()))
        }
        (false, Format::Table) => {
            let all = found.iter().map(|(place, told)| format!("{place}\n{}", told.text()));
            Ok(all.collect::<Vec<_>>().join("\n"))
        }
    }
}

fn is_of(case: &Case, project: &str) -> bool {
    let mut links = case.chain.iter();
    links.any(|link| link.scope == ScopeLevel::Project && link.name == project)
}

/// What is said of a field, and what holds, in words.
#[derive(Debug, PartialEq)]
pub(super) struct Explained {
    pub explanation: Explanation,
    pub words: Vec<String>,
}

impl Explained {
    pub fn text(&self) -> String {
        let words = self.words.iter().map(|line| format!("{line}\n"));
        format!("{}{}", self.explanation, words.collect::<String>())
    }
}

fn one(case: &Case, field: &str) -> Result<Explained, String> {
    let of = case.workload_type;
    let mut layers = Vec::new();
    for link in &case.chain {
        let Some((source, reading)) = reading(case, link) else { continue };
        if let Some(issue) = reading.errors.iter().find(|issue| !Issue::is_readable(issue)) {
            return Err(format!("the policy of {source}: {}: {}", issue.field, issue.details()));
        }
        layers.push(Layer::new(source, reading.document));
    }
    if !case.without_system_policies {
        layers.push(system(of));
    }
    told(of, &layers, field)
}

/// What these layers say of a field.
pub(super) fn told(of: WorkloadType, layers: &[Layer], field: &str) -> Result<Explained, String> {
    let explanation = explain(of, layers, field).ok_or_else(|| unknown(of, field))?;
    let words = in_force(&Effective::of(of, layers), &explanation.field);
    Ok(Explained { explanation, words })
}

/// What holds in the end: the rules, then the default, each with whose it is.
fn in_force(effective: &Effective, field: &str) -> Vec<String> {
    let catalogue = effective.catalogue;
    let Some(unit) = catalogue.unit_at(field) else { return vec![] };
    let rule = effective.rule(unit).map(|own| {
        let words: Vec<_> =
            rule_words(catalogue, &own.value).into_iter().map(|words| words.says).collect();
        format!("in force: {} ({})", words.join("; "), own.source)
    });
    let default = effective.defaults.get(&unit);
    let default = default.map(|own| format!("default: {} ({})", own.value, own.source));
    let nothing = || "nothing is said: any value is taken".to_owned();
    let told: Vec<String> = rule.into_iter().chain(default).collect();
    if told.is_empty() { vec![nothing()] } else { told }
}

fn unknown(of: WorkloadType, field: &str) -> String {
    let catalogue = Catalogue::of(of);
    let last = field.rsplit('.').next().unwrap_or(field).to_lowercase();
    let paths = catalogue.units().into_iter().map(|unit| catalogue.path(unit));
    let near = paths.filter(|path| !last.is_empty() && path.to_lowercase().contains(&last));
    let near: Vec<_> = near.take(PROPOSED_MAX).collect();
    match near.is_empty() {
        true => format!(
            "there is no field “{field}”; write it as in a policy: compute.gpuDevicesRequest"
        ),
        false => format!("there is no field “{field}”; there is {}", near.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use insta::assert_snapshot;

    use super::*;

    const CHAIN: &str = "
chain:
  - {scope: cluster, name: dgx-1, policy: {rules: {compute: {gpuDevicesRequest: {max: 8}}}, defaults: {image: a}}}
  - {scope: department, name: ml}
  - {scope: project, name: vision, policy: {rules: {compute: {gpuDevicesRequest: {max: 4, required: true}}, image: {canEdit: false}}, defaults: {compute: {gpuDevicesRequest: 1}, image: b}}}
";

    fn explained_file(
        name: &str,
        text: &str,
        project: &str,
        field: &str,
        format: Format,
    ) -> String {
        let folder =
            std::env::temp_dir().join(format!("berth-explain-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the test");
        let file = folder.join("policies.yaml");
        fs::write(&file, text).expect("a file for the test");
        let files: Vec<PathBuf> = vec![file.clone()];
        let (project, field) = (project.to_owned(), field.to_owned());
        let Outcome { out, err, code } = outcome(&ExplainArgs { files, project, field, format });
        fs::remove_dir_all(&folder).expect("the folder goes");
        let shown = file.display().to_string();
        format!("{code}\n{out}{}", err.join("\n")).replace(&shown, "policies.yaml")
    }

    #[test]
    fn the_rule_in_force_is_told_with_what_it_overrides() {
        let field = "compute.gpuDevicesRequest";
        assert_snapshot!(explained_file("gpu", CHAIN, "vision", field, Format::Table), @r#"
        0
        policies.yaml, the chain
        compute.gpuDevicesRequest: the rules farthest from the workload win, and the closest default
        rule    in force    cluster “dgx-1”: {"max":8}
        rule    overridden  project “vision”: {"max":4,"required":true}
        default in force    project “vision”: 1
        in force: At most 8 (cluster “dgx-1”)
        default: 1 (project “vision”)
        "#);
        assert_snapshot!(explained_file("image", CHAIN, "vision", "image", Format::Table), @r#"
        0
        policies.yaml, the chain
        image: the rules closest to the workload win, and the closest default
        rule    in force    project “vision”: {"canEdit":false}
        default overridden  cluster “dgx-1”: "a"
        default in force    project “vision”: "b"
        in force: Can’t be changed (project “vision”)
        default: "b" (project “vision”)
        "#);
        assert_snapshot!(explained_file("nothing", CHAIN, "vision", "command", Format::Table), @r#"
        0
        policies.yaml, the chain
        command: the rules closest to the workload win, and the closest default
        nothing is said: any value is taken
        "#);
        assert_snapshot!(explained_file("json", CHAIN, "vision", "image", Format::Json), @r#"
        0
        [
          {
            "explanation": {
              "defaults": [
                {
                  "inForce": false,
                  "says": "a",
                  "source": {
                    "name": "dgx-1",
                    "scope": "cluster"
                  }
                },
                {
                  "inForce": true,
                  "says": "b",
                  "source": {
                    "name": "vision",
                    "scope": "project"
                  }
                }
              ],
              "field": "image",
              "precedence": "closest",
              "rules": [
                {
                  "inForce": true,
                  "says": {
                    "canEdit": false
                  },
                  "source": {
                    "name": "vision",
                    "scope": "project"
                  }
                }
              ]
            },
            "inForce": [
              "in force: Can’t be changed (project “vision”)",
              "default: \"b\" (project “vision”)"
            ],
            "place": "policies.yaml, the chain"
          }
        ]
        "#);
    }

    #[test]
    fn what_cannot_be_explained_says_why() {
        let wrong = [
            explained_file("field", CHAIN, "vision", "gpuDevices", Format::Table),
            explained_file("odd", CHAIN, "vision", "zzz", Format::Table),
            explained_file("project", CHAIN, "speech", "image", Format::Table),
            explained_file("file", "rules: {}", "vision", "image", Format::Table),
            explained_file(
                "policy",
                &CHAIN.replace("max: 8", "most: 8"),
                "vision",
                "image",
                Format::Table,
            ),
        ];
        assert_snapshot!(wrong.join("\n"), @r#"
        2
        policies.yaml, the chain: there is no field “gpuDevices”; there is compute.gpuDevicesRequest
        2
        policies.yaml, the chain: there is no field “zzz”; write it as in a policy: compute.gpuDevicesRequest
        2
        no chain of these files leads to the project speech
        2
        policies.yaml: not a test file: it must have the key “cases” or “chain”
        2
        policies.yaml, the chain: the policy of cluster “dgx-1”: compute.gpuDevicesRequest.most: Add a valid policy YAML;json: unknown field "most"
        "#);
    }

    #[test]
    fn cases_about_one_tree_are_told_once() {
        let chain =
            "chain: [{scope: project, name: vision, policy: {rules: {image: {required: true}}}}]";
        let text = format!(
            "cases:\n  - {{name: a, {chain}}}\n  - {{name: b, {chain}, submission: {{}}}}\n"
        );
        assert_snapshot!(explained_file("cases", &text, "vision", "image", Format::Table), @r#"
        0
        policies.yaml, a
        image: the rules closest to the workload win, and the closest default
        rule    in force    project “vision”: {"required":true}
        in force: Required (project “vision”)
        "#);
    }
}
