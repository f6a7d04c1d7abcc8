//! Every field of the form over REST, read from the form's own catalogue: that it is there under its name on the wire,
//! what stands where nobody says, and what is refused at it; and every message of the error catalogue.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::sync::LazyLock;

use domain::form::{Draft, FIELDS, Field, HAS_GPUS, Input, LISTS, List, Need, Row};
use serde_json::{Value, json};

use crate::common::{Answer, Berth, Person};

const WORKSPACES: &str = "/api/v1/workloads/workspaces";

/// What is typed into a field: something right, and something wrong where anything is. The story of every field in the
/// browser reads the same file.
static TYPED: LazyLock<Vec<(String, String, Option<String>)>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../domain/tests/typed.json")).unwrap()
});

fn typed(list: &str, field: &Field) -> (&'static str, Option<&'static str>) {
    let name = match list {
        "" => field.name.to_owned(),
        list => format!("{list}.{}", field.name),
    };
    let found = TYPED.iter().find(|(own, ..)| *own == name);
    found
        .map(|(_, right, wrong)| (&**right, wrong.as_deref()))
        .unwrap_or_else(|| panic!("nothing is typed into {name}"))
}

/// A field in a form in which it is there, and where its value is on the wire.
struct Case {
    list: &'static str,
    field: &'static Field,
    draft: Draft,
    path: String,
}

fn is_on_the_wire(field: &Field) -> bool {
    // A choice from NGC is put together to an image; on the wire it is the same field as the typed one.
    let is_part = field.name == "ngc_image";
    !field.path.is_empty() && !is_part && !matches!(field.input, Input::Hidden)
}

fn field_case(field: &'static Field) -> Case {
    let mut draft = Draft::default().with("image", "a").with("gpu_request", "50");
    for when in field.when {
        match when.field {
            HAS_GPUS => draft.set("gpu_devices", "1"),
            name => draft.set(name, when.is[0]),
        }
    }
    for other in FIELDS.iter().filter(|other| other.need == Need::Required && is_on_the_wire(other))
    {
        if draft.is_shown(other.name) && draft.text(other.name).is_empty() {
            draft.set(other.name, typed("", other).0);
        }
    }
    let path = field.path_in(|name| draft.text(name).to_owned());
    Case { list: "", field, draft, path }
}

fn row_case(list: &'static List, field: &'static Field) -> Case {
    let mut row = Row::new(list);
    if list.name == "data" {
        row.set("kind", "volume");
    }
    for when in field.when {
        row.set(when.field, when.is[0]);
    }
    // A row of a ConfigMap is loaded with its name, for which there is no field.
    if list.name == "data" && field.name == "sub_path" {
        row.set("rest", r#"{"configMap": "settings"}"#);
    }
    row.set(field.name, typed(list.name, field).0);
    for other in list.fields.iter().filter(|other| is_on_the_wire(other)) {
        let is_shown = other.is_shown(|name| row.text(name).to_owned());
        if is_shown && row.text(other.name).is_empty() {
            row.set(other.name, typed(list.name, other).0);
        }
    }
    let mut draft = Draft::default().with("image", "a");
    draft.set_rows(list.name, vec![row.clone()]);
    let below = field.path_in(|name| row.text(name).to_owned());
    let path = format!("{}.{below}", draft.row_path(list.name, 0).unwrap());
    Case { list: list.name, field, draft, path }
}

impl Case {
    fn with(&self, text: &str) -> Value {
        let mut draft = self.draft.clone();
        match self.list {
            "" => draft.set(self.field.name, text),
            list => {
                let mut rows = draft.rows(list).to_vec();
                rows[0].set(self.field.name, text);
                draft.set_rows(list, rows);
            }
        }
        draft.submission().to_spec().unwrap()
    }

    /// The value at its path; `connection` and the like decide in which list it lies, and have none.
    fn value<'a>(&self, spec: &'a Value) -> &'a Value {
        let path = self.path.trim_start_matches("spec.").replace(['.', '['], "/").replace(']', "");
        spec.pointer(&format!("/{path}")).unwrap_or(&Value::Null)
    }
}

impl Case {
    /// What the form sends where nobody touches the field.
    fn opens(&self) -> String {
        let untouched = match self.list {
            "" => Draft::default().submission().to_spec().unwrap(),
            _ => return format!("{:?}", self.field.default),
        };
        self.value(&untouched).to_string()
    }
}

fn cases() -> Vec<Case> {
    let fields = FIELDS.iter().filter(|field| is_on_the_wire(field)).map(field_case);
    let rows = LISTS.iter().flat_map(|list| {
        list.fields.iter().filter(|field| is_on_the_wire(field)).map(|field| row_case(list, field))
    });
    fields.chain(rows).collect()
}

struct Door {
    berth: Berth,
    administrator: Person,
    made: std::cell::Cell<u32>,
}

impl Door {
    async fn open() -> Self {
        let berth = Berth::start().await;
        let administrator = berth.person("administrator@example.com", true, false).await;
        Self { berth, administrator, made: std::cell::Cell::new(0) }
    }

    async fn post(&self, name: &str, spec: &Value) -> Answer {
        let body = json!({"name": name, "projectId": self.berth.project,
            "clusterId": self.berth.cluster, "spec": spec});
        self.berth.send(&self.administrator, "POST", WORKSPACES, &body.to_string()).await
    }

    /// The spec as it is kept.
    async fn kept(&self, spec: &Value) -> Result<Value, String> {
        self.made.set(self.made.get() + 1);
        let made = self.post(&format!("w{}", self.made.get()), spec).await;
        if made.status != 202 {
            return Err(made.text);
        }
        let id = made.json()["workloadId"].as_str().unwrap().to_owned();
        let path = format!("{WORKSPACES}/{id}");
        let got = self.berth.send(&self.administrator, "GET", &path, "").await.json();
        assert!(
            self.berth.send(&self.administrator, "DELETE", &path, "").await.status.is_success()
        );
        Ok(got["spec"].clone())
    }

    /// An environment with a tool whose address whoever submits must give.
    async fn asks_for_an_address(&self) -> Value {
        let tool = json!({"toolType": "jupyter-notebook", "connectionType": "ExternalUrl",
            "containerPort": 8888, "externalUrlInfo": {"isCustomUrl": true}});
        let body = json!({"meta": {"name": "asking", "scope": "tenant"}, "spec": {"image": "a",
            "connections": [{"name": "Jupyter", "isExternal": false, "internalToolInfo": tool}]}});
        let path = "/api/v1/asset/environment";
        let made = self.berth.send(&self.administrator, "POST", path, &body.to_string()).await;
        assert_eq!(made.status, 202, "{}", made.text);
        made.json()["meta"]["id"].clone()
    }

    /// A project whose rules name the node types of its workspaces.
    async fn project_of_node_types(&self) -> Value {
        let body = json!({"name": "picky", "clusterId": self.berth.cluster, "parentId": "1",
            "resources": [], "nodeTypes": {"workspace": ["dgx-a100"]}});
        let path = "/api/v1/org-unit/projects";
        let made = self.berth.send(&self.administrator, "POST", path, &body.to_string()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["id"].as_str().and_then(|id| id.parse::<u32>().ok()).into()
    }

    /// What is said at each field of a spec that is refused.
    async fn issues(&self, spec: &Value) -> Vec<(String, String)> {
        let answer = self.post("wrong", spec).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let issues = answer.json()["complianceIssues"].as_array().cloned().unwrap_or_default();
        issues.iter().map(|issue| (text(&issue["field"]), text(&issue["details"]))).collect()
    }
}

/// Whether what is said at `field` is about the value at `path`, or about the item that it belongs to.
fn is_at(path: &str, field: &str) -> bool {
    // A policy names the path below the spec.
    let field = field.trim_start_matches("spec.");
    path.trim_start_matches("spec.")
        .strip_prefix(field)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        || field
            .strip_prefix(path.trim_start_matches("spec."))
            .is_some_and(|rest| rest.starts_with('['))
}

#[tokio::test]
async fn every_field_of_the_form_is_on_the_wire() {
    let door = Door::open().await;
    let unsaid = door.kept(&json!({"image": "a"})).await.unwrap();
    let (mut told, mut failed) = (vec![], vec![]);
    for case in cases() {
        let (right, wrong) = typed(case.list, case.field);
        let sent = case.with(right);
        match door.kept(&sent).await {
            Ok(kept) if !case.value(&sent).is_null() && case.value(&kept) == case.value(&sent) => {}
            other => failed.push(format!("{} with {right:?}: {sent}: {other:?}", case.path)),
        }
        let refusal = match wrong {
            None => "nothing is wrong".to_owned(),
            Some(wrong) => {
                let issues = door.issues(&case.with(wrong)).await;
                let own = issues.iter().find(|(field, _)| is_at(&case.path, field));
                own.map(|(_, details)| details.clone()).unwrap_or_else(|| {
                    failed.push(format!(
                        "{} with {wrong:?}: {}: {issues:?}",
                        case.path,
                        case.with(wrong)
                    ));
                    String::new()
                })
            }
        };
        told.push(format!(
            "{} | {} | {} | {} | {refusal}",
            case.field.label,
            case.path,
            case.opens(),
            case.value(&unsaid)
        ));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert_eq!(told.len(), TYPED.len(), "something is typed into a field that is not there");
    let told = told.join("\n");
    insta::assert_snapshot!(format!(
        "label | on the wire | the form opens with | REST fills in | refused with\n{told}"
    ));
}

/// A key of `form-and-assets.md` §4.7 that REST can meet, the name of the workspace, and what else is sent.
fn catalogue() -> Vec<(&'static str, &'static str, Value)> {
    let with = |field: &str, value: Value| {
        let mut spec = json!({"image": "a"});
        spec[field] = value;
        spec
    };
    let compute = |value: Value| with("compute", value);
    let url = |value: Value| with("exposedUrls", json!([value]));
    let port = |value: Value| with("ports", json!([value]));
    let variables = |value: Value| with("environmentVariables", value);
    let security = |value: Value| with("security", value);
    let directory = |value: Value| with("storage", json!({"emptyDirVolume": value}));
    let long = "a-name-that-is-too-long-for-what-is-made-of-it-in-the-cluster";
    let portion = |request: f64, limit: f64| {
        compute(json!({"gpuDevicesRequest": 1, "gpuRequestType": "portion",
            "gpuPortionRequest": request, "gpuPortionLimit": limit}))
    };
    vec![
        ("name.format", "", json!({"image": "a"})),
        ("name.format", "Not A Name", json!({"image": "a"})),
        ("name.length", long, json!({"image": "a"})),
        ("name.taken", "taken", json!({"image": "a"})),
        ("image.required", "nb", json!({})),
        ("image.format", "nb", json!({"image": "not an image"})),
        ("port.range", "nb", url(json!({"container": 0}))),
        (
            "nodeport.range",
            "nb",
            port(json!({"container": 22, "serviceType": "NodePort", "external": 22})),
        ),
        (
            "port.duplicate",
            "nb",
            json!({"image": "a", "exposedUrls": [{"container": 80}],
                "ports": [{"container": 80, "serviceType": "NodePort"}]}),
        ),
        ("url.required", "nb", json!({})),
        ("url.format", "nb", url(json!({"container": 80, "url": "nb.example.org"}))),
        (
            "access.empty",
            "nb",
            url(json!({"container": 80, "authorizationType": "authorizedUsers"})),
        ),
        (
            "access.empty",
            "nb",
            url(json!({"container": 80, "authorizationType": "authorizedGroups"})),
        ),
        ("env.name", "nb", variables(json!([{"name": "1", "value": "a"}]))),
        ("policy.item.duplicate", "nb", variables(json!([{"name": "A"}, {"name": "A"}]))),
        ("env.key", "nb", variables(json!([{"name": "A", "secret": {"name": "s"}}]))),
        (
            "uid.int",
            "nb",
            security(json!({"uidGidSource": "custom", "runAsUid": -1, "runAsGid": 1})),
        ),
        (
            "groups.format",
            "nb",
            security(json!({"uidGidSource": "custom", "runAsUid": 1, "runAsGid": 1,
            "supplementalGroups": "1;2"})),
        ),
        ("gpu.int", "nb", compute(json!({"gpuDevicesRequest": -1}))),
        ("gpu.percent", "nb", portion(1.5, 1.5)),
        ("gpu.limit", "nb", portion(0.5, 0.25)),
        ("cpu.limit", "nb", compute(json!({"cpuCoreRequest": 2, "cpuCoreLimit": 1}))),
        ("cpu.limit", "nb", compute(json!({"cpuMemoryRequest": "2G", "cpuMemoryLimit": "1G"}))),
        ("quantity", "nb", compute(json!({"cpuMemoryRequest": "lots"}))),
        ("path.required", "nb", directory(json!([{}]))),
        ("path.absolute", "nb", directory(json!([{"path": "data"}]))),
        ("path.duplicate", "nb", directory(json!([{"path": "/a"}, {"path": "/a"}]))),
        (
            "size.range",
            "nb",
            with(
                "storage",
                json!({"pvc": [{"path": "/d", "existingPvc": false,
            "claimInfo": {"size": "15G", "storageClass": "fast"}}]}),
            ),
        ),
        ("nodetype.required", "nb", json!({"image": "a"})),
        ("policy.min", "nb", with("terminationGracePeriodSeconds", json!(-1))),
        ("backoff.range", "nb", with("backoffLimit", json!(101))),
        ("autodelete.range", "nb", with("autoDeletionTimeAfterCompletionSeconds", json!(-1))),
        ("policy.max", "nb", with("terminationGracePeriodSeconds", json!(301))),
    ]
}

/// Keys of the catalogue that no request can meet, and where they are tried instead.
const ELSEWHERE: [(&str, &str); 6] = [
    ("grace.range", "the system's own policy says so first: `policy.min`, `policy.max`"),
    (
        "env.duplicate",
        "the form says it while people type; REST says `policy.item.duplicate` of the same",
    ),
    ("name.required", "the form alone has it; REST says `name.format` of an empty name"),
    ("ngc.auth", "a look at the catalog, not a submission: the stories of NGC"),
    ("ngc.unavailable", "likewise"),
    ("access.self", "a warning beside the field, which refuses nothing"),
];

/// Every key of §4.7; `policy` stands for all of the policies'.
const KEYS: &str = "name.required name.format name.length name.taken image.required image.format ngc.auth \
    ngc.unavailable port.range nodeport.range port.duplicate url.required url.format access.empty access.self \
    env.name env.duplicate env.key uid.int groups.format gpu.int gpu.percent gpu.limit cpu.limit quantity \
    nodetype.required path.required path.absolute path.duplicate size.range grace.range backoff.range \
    autodelete.range policy.min policy.max policy.item.duplicate";

/// Field and message of a problem: a verdict has its key, a refusal has none.
fn own(answer: &Value, key: &str) -> Option<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if key == "name.taken" {
        return Some(("name".to_owned(), text(&answer["message"])));
    }
    if key.starts_with("name.") {
        let issue =
            answer["complianceIssues"].as_array()?.iter().find(|own| own["field"] == "name")?;
        return Some(("name".to_owned(), text(&issue["details"])));
    }
    let all = answer["violations"].as_array()?;
    let own = all.iter().find(|violation| violation["key"] == key)?;
    Some((text(&own["field"]), text(&own["message"])))
}

#[tokio::test]
async fn a_url_that_somebody_brings_leads_to_one_workload() {
    let door = Door::open().await;
    let with = |url: &str| json!({"image": "a", "exposedUrls": [{"container": 8888, "url": url}]});
    assert_eq!(door.post("first", &with("https://nb.example.org/")).await.status, 202);
    let refused = door.post("second", &with("https://NB.example.org")).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let issue = &refused.json()["complianceIssues"][0];
    assert_eq!(issue["field"], "spec.exposedUrls[0].url");
    assert_eq!(issue["details"], "Another workload has this URL; choose another one");
    assert_eq!(door.post("third", &with("https://other.example.org")).await.status, 202);
}

#[tokio::test]
async fn every_message_of_the_catalogue_is_said_over_rest() {
    let door = Door::open().await;
    assert_eq!(door.post("taken", &json!({"image": "a"})).await.status, 202);
    let class = json!({"scopeType": "cluster", "scopeId": door.berth.cluster, "name": "fast",
        "permissions": {"allowedForWorkloads": true, "allowedForAssets": true},
        "customization": {"claimSize": {"min": "10G", "max": "100G", "step": "10G"}}});
    let path = "/api/v1/storage-class-configuration";
    let made = door.berth.send(&door.administrator, "POST", path, &class.to_string()).await;
    assert!(made.status.is_success(), "{}", made.text);

    let environment = door.asks_for_an_address().await;
    let picky = door.project_of_node_types().await;
    let mut told = vec![];
    for (key, name, spec) in catalogue() {
        let mut body = json!({"name": name, "projectId": door.berth.project,
            "clusterId": door.berth.cluster, "spec": spec});
        match key {
            "url.required" => body["assets"] = json!({"environment": environment}),
            "nodetype.required" => body["projectId"] = json!(picky),
            _ => {}
        }
        let body = body.to_string();
        let judged = format!("{WORKSPACES}/verdict");
        // A verdict is about the spec; what a workspace is called is said when it is made.
        let path = if key.starts_with("name.") { WORKSPACES } else { judged.as_str() };
        let answer = door.berth.send(&door.administrator, "POST", path, &body).await.json();
        let own = own(&answer, key);
        // What the form is told, a submission is refused with.
        let refused = door.berth.send(&door.administrator, "POST", WORKSPACES, &body).await;
        let (field, message) = own.unwrap_or_else(|| panic!("{key}: {answer}"));
        match key {
            "name.taken" => {
                assert_eq!((refused.status.as_u16(), refused.message()), (409, message.clone()))
            }
            _ => {
                assert_eq!(refused.status, 400, "{key}");
                let issues = refused.json()["complianceIssues"].as_array().cloned().unwrap();
                let is_own = |issue: &Value| {
                    issue["details"] == message.as_str()
                        && field.ends_with(issue["field"].as_str().unwrap())
                };
                assert!(issues.iter().any(is_own), "{key}: {}", refused.text);
            }
        }
        told.push(format!("{key} | {field} | {message}"));
    }
    let tried: std::collections::BTreeSet<_> = catalogue()
        .into_iter()
        .map(|(key, ..)| key)
        .chain(ELSEWHERE.iter().map(|(key, _)| *key))
        .collect();
    assert_eq!(tried, KEYS.split_whitespace().collect());
    insta::assert_snapshot!(told.join("\n"));
}
