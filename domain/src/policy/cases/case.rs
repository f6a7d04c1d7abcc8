//! The file format (`policy-tests.md` §2): what is not on that page makes a file no test file.

use std::collections::BTreeSet;

use crate::ScopeLevel;
use crate::policy::{Asset, Content, Limits, Node, TextError, WorkloadType, parse_bytes};
use serde::Deserialize;
use serde_json::Value;

use super::expect::Expect;

/// One thing that a policy should do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Case {
    pub name: String,
    #[serde(default, rename = "because")]
    _because: Option<String>,
    #[serde(default = "workspace")]
    pub workload_type: WorkloadType,
    #[serde(default)]
    pub chain: Vec<Link>,
    #[serde(default)]
    pub without_system_policies: bool,
    #[serde(default)]
    pub assets: Vec<Asset>,
    #[serde(default)]
    pub submission: Option<Value>,
    #[serde(default)]
    pub expect: Expect,
}

/// One scope on the way to the project, with or without a policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Link {
    pub scope: ScopeLevel,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub policy: Option<Value>,
    #[serde(default)]
    pub policy_text: Option<String>,
}

fn workspace() -> WorkloadType {
    WorkloadType::Workspace
}

/// Why a file cannot be read as a test file.
#[derive(Debug, thiserror::Error)]
pub enum NoTestFile {
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("not a test file: {0}")]
    File(String),
    #[error("not a test file: case “{name}”: {what}")]
    Case { name: String, what: String },
}

/// Reads the cases of a file.
pub fn read(bytes: &[u8]) -> Result<Vec<Case>, NoTestFile> {
    let root = parse_bytes(bytes, Limits::FILE)?;
    let Content::Map(members) = &root.content else {
        return Err(NoTestFile::File("it must be an object with the key “cases”".into()));
    };
    if let Some((key, _)) = members.iter().find(|(key, _)| key.text != "cases") {
        let place = key.place.map(|place| format!(" at {place}")).unwrap_or_default();
        return Err(NoTestFile::File(format!("unknown key “{}”{place}", key.text)));
    }
    let Some(Node { content: Content::List(nodes), .. }) = root.member("cases") else {
        return Err(NoTestFile::File("“cases” must be a list".into()));
    };
    let mut names = BTreeSet::new();
    let mut cases = Vec::new();
    for (n, node) in nodes.iter().enumerate() {
        let case = case(node, n)?;
        if !names.insert(case.name.clone()) {
            let what = "“name” must be unique in the file".to_owned();
            return Err(NoTestFile::Case { name: case.name, what });
        }
        cases.push(case);
    }
    Ok(cases)
}

/// The cases of a file, or the one chain that it is.
pub fn chains(bytes: &[u8]) -> Result<Vec<Case>, NoTestFile> {
    let root = parse_bytes(bytes, Limits::FILE)?;
    match (root.member("chain"), root.member("cases")) {
        (Some(_), None) => Ok(vec![named_case(&root, "the chain".to_owned())?]),
        (None, Some(_)) => read(bytes),
        _ => Err(NoTestFile::File("it must have the key “cases” or “chain”".into())),
    }
}

fn case(node: &Node, n: usize) -> Result<Case, NoTestFile> {
    let name = match node.member("name").map(|name| &name.content) {
        Some(Content::Text(name)) => name.clone(),
        _ => format!("#{n}"),
    };
    read_case(without_nulls(node), name)
}

fn named_case(node: &Node, name: String) -> Result<Case, NoTestFile> {
    let mut case = without_nulls(node);
    case["name"] = name.as_str().into();
    read_case(case, name)
}

fn read_case(case: Value, name: String) -> Result<Case, NoTestFile> {
    let wrong = |what: String| NoTestFile::Case { name: name.clone(), what };
    let case: Case = serde_json::from_value(case).map_err(|cause| wrong(cause.to_string()))?;
    fits(&case).map_err(wrong)?;
    Ok(case)
}

/// A key that is null counts as not written; below `submission`, `policy` and `expect` it stays.
fn without_nulls(node: &Node) -> Value {
    match node.to_value() {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).collect()
        }
        other => other,
    }
}

/// What the types of the format cannot say.
fn fits(case: &Case) -> Result<(), String> {
    if case.name.is_empty() || case.name.contains('\n') {
        return Err("“name” must be one line".into());
    }
    let mut scopes = BTreeSet::new();
    for link in &case.chain {
        let scope = link.scope.name();
        if !scopes.insert(link.scope) {
            return Err(format!("“chain” has the scope “{scope}” twice"));
        }
        if link.scope == ScopeLevel::System && !case.without_system_policies {
            return Err("“chain” may hold “system” only with “withoutSystemPolicies: true”".into());
        }
        if link.policy.is_some() && link.policy_text.is_some() {
            return Err(format!("“policy” and “policyText” of “{scope}” exclude each other"));
        }
    }
    let mut ids = BTreeSet::new();
    if let Some(twice) = case.assets.iter().find(|asset| !ids.insert(&asset.id)) {
        return Err(format!("“assets” has the id “{}” twice", twice.id));
    }
    match &case.submission {
        Some(Value::Object(_)) => Ok(()),
        Some(_) => Err("“submission” must be an object".into()),
        None => case
            .expect
            .needs_submission()
            .map_or(Ok(()), |key| Err(format!("“expect.{key}” needs a “submission”"))),
    }
}
