//! A submission as the command that submits it: `berth workspace submit` with the flags of the reference's command line.
//! What no flag says is left out; [`Command::left_out`] names it.

use serde_json::Value;

use super::Submission;

/// A command, ready for a shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// Words, quoted where a shell would take them apart.
    pub text: String,
    /// Paths of what it cannot say.
    pub left_out: Vec<String>,
}

/// Flags that stand for one value: path in the spec, and name.
const PLAIN: [(&str, &str); 32] = [
    ("image", "image"),
    ("imagePullPolicy", "image-pull-policy"),
    ("workingDir", "working-dir"),
    ("createHomeDir", "create-home-dir"),
    ("stdin", "stdin"),
    ("tty", "tty"),
    ("compute.gpuDevicesRequest", "gpu-devices-request"),
    ("compute.gpuRequestType", "gpu-request-type"),
    ("compute.gpuPortionRequest", "gpu-portion-request"),
    ("compute.gpuPortionLimit", "gpu-portion-limit"),
    ("compute.gpuMemoryRequest", "gpu-memory-request"),
    ("compute.gpuMemoryLimit", "gpu-memory-limit"),
    ("compute.cpuCoreRequest", "cpu-core-request"),
    ("compute.cpuCoreLimit", "cpu-core-limit"),
    ("compute.cpuMemoryRequest", "cpu-memory-request"),
    ("compute.cpuMemoryLimit", "cpu-memory-limit"),
    ("compute.largeShmRequest", "large-shm"),
    ("priorityClass", "priority"),
    ("preemptibility", "preemptibility"),
    ("nodeType", "node-type"),
    ("terminationGracePeriodSeconds", "termination-grace-period"),
    ("backoffLimit", "backoff-limit"),
    ("restartPolicy", "restart-policy"),
    ("autoDeletionTimeAfterCompletionSeconds", "auto-deletion-time-after-completion"),
    ("security.uidGidSource", "user-group-source"),
    ("security.runAsUid", "run-as-uid"),
    ("security.runAsGid", "run-as-gid"),
    ("security.supplementalGroups", "supplemental-groups"),
    ("security.runAsNonRoot", "run-as-non-root"),
    ("security.allowPrivilegeEscalation", "allow-privilege-escalation"),
    ("security.hostIpc", "host-ipc"),
    ("security.hostNetwork", "host-network"),
];

/// Flags that stand for a list of names.
const NAMES: [(&str, &str); 2] =
    [("nodePools", "node-pools"), ("security.capabilities", "capability")];

/// Flags for `name=value`: path, flag, the two fields.
const EQUALS: [(&str, &str, &str, &str); 3] = [
    ("annotations", "annotation", "name", "value"),
    ("labels", "label", "name", "value"),
    ("compute.extendedResources", "extended-resource", "resource", "quantity"),
];

/// Flags for `key=value,key=value`: path, flag, and the keys with the fields that they stand for.
type Keyed = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
const KEYED: [Keyed; 11] = [
    (
        "exposedUrls",
        "external-url",
        &[
            ("container", "container"),
            ("url", "url"),
            ("authusers", "authorizedUsers"),
            ("authgroups", "authorizedGroups"),
        ],
    ),
    (
        "ports",
        "port",
        &[("service-type", "serviceType"), ("container", "container"), ("external", "external")],
    ),
    (
        "tolerations",
        "toleration",
        &[
            ("operator", "operator"),
            ("key", "key"),
            ("value", "value"),
            ("effect", "effect"),
            ("seconds", "seconds"),
        ],
    ),
    ("storage.nfs", "nfs", &[("path", "path"), ("server", "server"), ("mountpath", "mountPath")]),
    (
        "storage.hostPath",
        "host-path",
        &[("path", "path"), ("mount", "mountPath"), ("mount-propagation", "mountPropagation")],
    ),
    (
        "storage.git",
        "git-sync",
        &[
            ("name", "name"),
            ("repository", "repository"),
            ("path", "path"),
            ("secret", "secretRef.name"),
            ("rev", "revision"),
        ],
    ),
    (
        "storage.s3",
        "s3",
        &[
            ("name", "name"),
            ("bucket", "bucket"),
            ("path", "path"),
            ("accesskey", "accessKeySecret"),
            ("url", "url"),
        ],
    ),
    (
        "storage.configMapVolume",
        "configmap-map-volume",
        &[
            ("name", "configMap"),
            ("path", "mountPath"),
            ("subpath", "subPath"),
            ("default-mode", "defaultMode"),
        ],
    ),
    ("storage.secretVolume", "secret-volume", &[("path", "mountPath"), ("name", "secret")]),
    ("storage.dataVolume", "datavolume", &[("name", "id"), ("mountpath", "mountPath")]),
    (
        "storage.emptyDirVolume",
        "empty-dir-volume",
        &[("name", "name"), ("path", "path"), ("medium", "medium"), ("size-limit", "sizeLimit")],
    ),
];

/// The command that submits this as `name` in `project`.
pub fn command(name: &str, project: &str, of: &Submission) -> Command {
    let spec = of.to_spec().unwrap_or_default();
    let mut words = vec!["berth workspace submit".to_owned()];
    words.extend(Some(name).filter(|name| !name.is_empty()).map(quoted));
    words.push(flag("project", project));
    let mut writer = Writer { spec: &spec, words, said: vec![], lost: vec![] };
    writer.plain();
    writer.lists();
    writer.variables();
    writer.claims();
    writer.process();
    let Writer { words, said, lost, .. } = writer;
    let left_out = left_out(&spec, &said).into_iter().chain(lost).collect();
    Command { text: joined(&words), left_out }
}

struct Writer<'a> {
    spec: &'a Value,
    words: Vec<String>,
    /// Paths that the words say.
    said: Vec<String>,
    /// What has no flag though its list has.
    lost: Vec<String>,
}

impl Writer<'_> {
    fn at(&self, path: &str) -> Option<&Value> {
        at(self.spec, path)
    }

    fn items(&self, path: &str) -> Vec<Value> {
        self.at(path).and_then(Value::as_array).cloned().unwrap_or_default()
    }

    fn say(&mut self, path: &str, name: &str, value: &str) {
        self.words.push(flag(name, value));
        self.said.push(path.to_owned());
    }

    fn plain(&mut self) {
        for (path, name) in PLAIN {
            let Some(value) = self.at(path).map(plain) else { continue };
            // Times are durations on the command line.
            let unit = if path.ends_with("Seconds") { "s" } else { "" };
            self.say(path, name, &format!("{value}{unit}"));
        }
        for (path, name) in NAMES {
            for value in self.items(path) {
                self.say(path, name, &plain(&value));
            }
        }
    }

    fn lists(&mut self) {
        for (path, name, key, value) in EQUALS {
            for item in self.items(path).iter().filter(|item| !is_excluded(item)) {
                let text = |field: &str| at(item, field).map(plain).unwrap_or_default();
                self.say(path, name, &format!("{}={}", text(key), text(value)));
            }
        }
        for (path, name, keys) in KEYED {
            for item in self.items(path).iter().filter(|item| !is_excluded(item)) {
                let each = |(key, field): &(&str, &str)| match at(item, field) {
                    Some(Value::Array(all)) => {
                        all.iter().map(|value| format!("{key}={}", plain(value))).collect()
                    }
                    value => value
                        .map(|value| format!("{key}={}", plain(value)))
                        .into_iter()
                        .collect::<Vec<_>>(),
                };
                let mut parts: Vec<_> = keys.iter().flat_map(each).collect();
                let is_writable = item["readOnly"] == Value::Bool(false);
                parts.extend(is_writable.then(|| "readwrite".to_owned()));
                self.say(path, name, &parts.join(","));
            }
        }
    }

    fn variables(&mut self) {
        const PATH: &str = "environmentVariables";
        for item in self.items(PATH).iter().filter(|item| !is_excluded(item)) {
            let text = |field: &str| at(item, field).map(plain).unwrap_or_default();
            let name = text("name");
            let (flag, value) = if item["secret"].is_object() {
                ("env-secret", format!("{name}={},key={}", text("secret.name"), text("secret.key")))
            } else if item["userCredential"].is_object() {
                let from = format!(
                    "credential-name={},key={}",
                    text("userCredential.name"),
                    text("userCredential.key")
                );
                ("env-my-credentials", format!("type=genericSecret,name={name},{from}"))
            } else if item["podFieldRef"].is_object() {
                ("env-pod-field-ref", format!("{name}={}", text("podFieldRef.path")))
            } else if item["configMap"].is_object() {
                // There is no flag for it.
                self.lost.push(format!("{PATH}.{name}"));
                continue;
            } else {
                ("environment-variable", format!("{name}={}", text("value")))
            };
            self.say(PATH, flag, &value);
        }
        for item in self
            .items("imagePullSecrets")
            .iter()
            .filter(|item| item["userCredential"] == Value::Bool(true))
        {
            let name = at(item, "name").map(plain).unwrap_or_default();
            let value = format!("type=dockerRegistry,name={name}");
            self.say("imagePullSecrets", "image-pull-my-credentials", &value);
        }
    }

    fn claims(&mut self) {
        const PATH: &str = "storage.pvc";
        for item in self.items(PATH).iter().filter(|item| !is_excluded(item)) {
            let is_new = item["existingPvc"] == Value::Bool(false);
            let keys: &[(&str, &str)] = match is_new {
                true => &[
                    ("claimname", "claimName"),
                    ("storageclass", "claimInfo.storageClass"),
                    ("size", "claimInfo.size"),
                    ("path", "path"),
                ],
                false => &[("claimname", "claimName"), ("path", "path")],
            };
            let part = |(key, field): &(&str, &str)| {
                Some(format!("{key}={}", at(item, field).map(plain)?))
            };
            let mut parts: Vec<_> = keys.iter().filter_map(part).collect();
            let switches = [
                ("accessmode-rwo", "claimInfo.accessModes.readWriteOnce"),
                ("accessmode-rom", "claimInfo.accessModes.readOnlyMany"),
                ("accessmode-rwm", "claimInfo.accessModes.readWriteMany"),
                ("ro", "readOnly"),
                ("ephemeral", "ephemeral"),
            ];
            let on =
                switches.iter().filter(|(_, field)| at(item, field) == Some(&Value::Bool(true)));
            parts.extend(on.map(|(word, _)| (*word).to_owned()));
            self.say(PATH, if is_new { "new-pvc" } else { "existing-pvc" }, &parts.join(","));
        }
    }

    /// What stands after `--`: arguments as they are, for they are shell words already.
    fn process(&mut self) {
        let (command, args) = (self.at("command").map(plain), self.at("args").map(plain));
        if command.is_some() {
            self.words.push("--command".to_owned());
        }
        let rest: Vec<_> = command.into_iter().chain(args).collect();
        if !rest.is_empty() {
            self.words.push(format!("-- {}", rest.join(" ")));
        }
        self.said.extend(["command".to_owned(), "args".to_owned()]);
    }
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    value.pointer(&format!("/{}", path.replace('.', "/"))).filter(|value| !value.is_null())
}

fn is_excluded(item: &Value) -> bool {
    item["exclude"] == Value::Bool(true)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// `true` alone needs no value.
fn flag(name: &str, value: &str) -> String {
    match value {
        "true" => format!("--{name}"),
        value => format!("--{name} {}", quoted(value)),
    }
}

/// As one word of a POSIX shell.
pub fn quoted(word: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    match !word.is_empty() && word.chars().all(is_safe) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// One flag a line.
fn joined(words: &[String]) -> String {
    let (head, flags): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| !word.starts_with("--"));
    let head = head.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" ");
    std::iter::once(head).chain(flags.into_iter().cloned()).collect::<Vec<_>>().join(" \\\n  ")
}

/// Paths of leaves that nothing has said.
fn left_out(spec: &Value, said: &[String]) -> Vec<String> {
    let mut all = vec![];
    leaves("", spec, &mut all);
    all.retain(|path| {
        !said.iter().any(|said| path == said || path.starts_with(&format!("{said}.")))
    });
    all.dedup();
    all
}

fn leaves(path: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                leaves(&below, value, into);
            }
        }
        Value::Null => {}
        _ => into.push(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(spec: Value) -> String {
        let Command { text, left_out } =
            command("nb", "vision", &Submission::from_spec(spec).unwrap());
        format!("{text}\nleft out: {}", left_out.join(", "))
    }

    #[test]
    fn a_notebook_is_one_command() {
        let spec = serde_json::json!({
            "image": "jupyter/scipy-notebook", "command": "start-notebook.sh", "args": "--NotebookApp.token=''",
            "compute": {"gpuDevicesRequest": 1, "gpuRequestType": "portion", "gpuPortionRequest": 0.5, "largeShmRequest": true},
            "environmentVariables": [
                {"name": "MODE", "value": "it's a test"},
                {"name": "HF", "secret": {"name": "hf", "key": "token"}},
                {"name": "MAP", "configMap": {"name": "m", "key": "k"}}],
            "exposedUrls": [{"container": 8888, "authorizedUsers": ["a@b.c", "d@e.f"]}],
            "storage": {
                "pvc": [{"path": "/w", "existingPvc": false, "ephemeral": true,
                         "claimInfo": {"size": "10G", "storageClass": "fast", "accessModes": {"readWriteOnce": true}}}],
                "nfs": [{"server": "n", "path": "/e", "mountPath": "/n", "readOnly": false}]},
            "terminationGracePeriodSeconds": 30,
            "probes": {"readiness": {"periodSeconds": 5}}
        });
        insta::assert_snapshot!(told(spec), @r"
        berth workspace submit nb \
          --project vision \
          --image jupyter/scipy-notebook \
          --gpu-devices-request 1 \
          --gpu-request-type portion \
          --gpu-portion-request 0.5 \
          --large-shm \
          --termination-grace-period 30s \
          --external-url container=8888,authusers=a@b.c,authusers=d@e.f \
          --nfs path=/e,server=n,mountpath=/n,readwrite \
          --environment-variable 'MODE=it'\''s a test' \
          --env-secret HF=hf,key=token \
          --new-pvc storageclass=fast,size=10G,path=/w,accessmode-rwo,ephemeral \
          --command \
          -- start-notebook.sh --NotebookApp.token=''
        left out: probes.readiness.periodSeconds, environmentVariables.MAP
        ");
    }
}
