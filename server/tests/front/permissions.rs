//! Who may do what: every route of the interface, tried by everybody, as one table. A route that is
//! added stands in the table before this passes.

use leptos::server_fn::axum::server_fn_paths;
use serde_json::json;

use crate::common::{Berth, Person, operations_of_places};

/// The columns of both tables; everybody but the first two has the role on the project or department `default`.
const HEAD: [&str; 8] = ["anon", "none", "view", "data", "pract", "proj", "dept", "system"];

/// Who stands in which column.
const DEPARTMENT: usize = 6;
const SYSTEM: usize = 7;

/// Makes what a route needs, anew for each attempt, so that no attempt depends on another.
struct Rehearsal<'a> {
    berth: &'a Berth,
    administrator: &'a Person,
    made: u32,
}

impl Rehearsal<'_> {
    fn name(&mut self) -> String {
        self.made += 1;
        format!("thing-{}", self.made)
    }

    /// Makes something as the administrator; its id stands in `field` of the answer.
    async fn make(&mut self, path: &str, body: String, field: &str) -> String {
        let answer = self.berth.send(self.administrator, "POST", path, &body).await;
        let json = answer.json();
        let id = json[field].as_str().map(str::to_owned);
        id.unwrap_or_else(|| panic!("{path} answered {}: {}", answer.status, answer.text))
    }

    async fn workspace(&mut self) -> String {
        let name = self.name();
        let body = self.berth.workspace(&name, 0);
        self.make("/api/v1/workloads/workspaces", body, "workloadId").await
    }

    /// A workspace of which a cycle has decided.
    async fn decided(&mut self) -> String {
        let id = self.workspace().await;
        self.berth.control.schedule_once().await.expect("a cycle");
        id
    }

    async fn pool(&mut self) -> String {
        let body = self.body("POST", "/api/v1/node-pools").await;
        self.make("/api/v1/node-pools", body, "id").await
    }

    /// The revision of a policy of the project.
    async fn policy(&mut self) -> String {
        let (path, project) = ("/api/v2/policy/workspaces", self.berth.project);
        let meta = json!({"scope": "project", "projectId": project, "name": "a"});
        let body = json!({"meta": meta, "policy": {}}).to_string();
        let answer = self.berth.send(self.administrator, "PUT", path, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["meta"]["revision"].as_str().unwrap_or_default().to_owned()
    }

    /// One that comes with Berth.
    async fn template(&mut self) -> String {
        let path = "/api/v1/workload-templates";
        let listed = self.berth.send(self.administrator, "GET", path, "").await.json();
        listed["entries"][0]["meta"]["id"].as_str().expect("a template comes with Berth").to_owned()
    }

    /// A compute resource of the project.
    async fn compute(&mut self) -> String {
        let (name, project) = (self.name(), self.berth.project);
        let meta = json!({"name": name, "scope": "project", "projectId": project.0});
        let body = json!({"meta": meta, "spec": {}}).to_string();
        let path = "/api/v1/asset/compute";
        let answer = self.berth.send(self.administrator, "POST", path, &body).await.json();
        answer["meta"]["id"].as_str().unwrap_or_default().to_owned()
    }

    /// A data volume of the project.
    async fn data_volume(&mut self) -> String {
        let (name, project) = (self.name(), self.berth.project);
        let body =
            json!({"name": name, "projectId": project.to_string(), "originPvcName": "a-claim"});
        self.make("/api/v1/datavolumes", body.to_string(), "id").await
    }

    /// An environment that everybody may use.
    async fn environment(&mut self) -> String {
        let listed = self.berth.send(self.administrator, "GET", "/api/v1/asset/environment", "");
        let listed = listed.await.json();
        listed["entries"][0]["meta"]["id"].as_str().unwrap_or_default().to_owned()
    }

    /// A user without a role: id and address.
    async fn user(&mut self) -> (String, String) {
        let email = format!("{}@example.com", self.name());
        let body = json!({"email": email}).to_string();
        (self.make("/api/v1/users", body, "id").await, email)
    }

    fn rule_of(&self, kind: &str, subject: &str) -> serde_json::Value {
        json!({"subjectType": kind, "subjectId": subject, "roleId": 4, "scopeType": "project",
            "scopeId": self.berth.project.to_string()})
    }

    /// A service account that works in the project.
    async fn service_account(&mut self) -> String {
        let body = json!({"name": self.name()}).to_string();
        let id = self.make("/api/v1/service-accounts", body, "id").await;
        let rule = self.rule_of("service-account", &id).to_string();
        self.make("/api/v1/authorization/access-rules", rule, "subjectId").await;
        id
    }

    /// An access key of whoever asks; nobody's where they may not have one.
    async fn key(&mut self, who: &Person) -> String {
        let body = json!({"name": self.name()}).to_string();
        let made = self.berth.send(who, "POST", "/api/v1/access-keys", &body).await.json();
        made["id"].as_str().unwrap_or("00000000-0000-4000-8000-000000000000").to_owned()
    }

    /// A rule on the project.
    async fn rule(&mut self) -> String {
        let (_, email) = self.user().await;
        let body = self.rule_of("user", &email).to_string();
        let path = "/api/v1/authorization/access-rules";
        let made = self.berth.send(self.administrator, "POST", path, &body).await.json();
        made["id"].to_string()
    }

    fn storage_class(&mut self) -> String {
        let (name, cluster) = (self.name(), self.berth.cluster);
        json!({"scopeType": "cluster", "scopeId": cluster, "name": name}).to_string()
    }

    fn unit(&mut self) -> String {
        let (name, cluster) = (self.name(), self.berth.cluster);
        json!({"name": name, "clusterId": cluster, "resources": []}).to_string()
    }

    /// The id that a path asks for. Where the role is one on `default`, so is the thing, unless it may be deleted.
    async fn id(&mut self, method: &str, path: &str, who: (&Person, usize)) -> String {
        let column = who.1;
        match path {
            "/api/v1/node-pools/{nodepoolId}" if method == "DELETE" => self.pool().await,
            _ if path.contains("/departments/{") && column < SYSTEM => "1".to_owned(),
            _ if path.contains("/departments/{") => {
                let body = self.unit();
                self.make("/api/v1/org-unit/departments", body, "id").await
            }
            _ if path.contains("/users/{") => self.user().await.0,
            _ if path.contains("/service-accounts/{") || path.contains("/apps/{") => {
                self.service_account().await
            }
            _ if path.contains("/access-keys/{") || path.contains("/user-applications/{") => {
                self.key(who.0).await
            }
            _ if path.contains("/roles/{") => "4".to_owned(),
            _ if path.contains("/access-rules/{") => self.rule().await,
            _ if path.contains("/projects/{") && column >= DEPARTMENT => {
                let body = self.unit();
                self.make("/api/v1/org-unit/projects", body, "id").await
            }
            _ if path.contains("/projects/{") => self.berth.project.to_string(),
            _ if path.contains("/setting/") => "workloads.policies".to_owned(),
            _ if path.contains("/security/settings/") => "browserSessionTimeout".to_owned(),
            _ if path.contains("/storage-class-configuration/") => {
                let body = self.storage_class();
                self.make("/api/v1/storage-class-configuration", body, "id").await
            }
            _ if path.ends_with("/cycle") => self.decided().await,
            _ if path.contains("/cycles/") => {
                self.decided().await;
                "1".to_owned()
            }
            _ if path.contains("/workloads/") => self.workspace().await,
            _ if path.contains("/node-pools/") => {
                let world = self.berth.control.world();
                world
                    .pools_of(self.berth.cluster)
                    .next()
                    .map(|pool| pool.id.to_string())
                    .unwrap_or_default()
            }
            _ => self.berth.cluster.to_string(),
        }
    }

    async fn body(&mut self, method: &str, path: &str) -> String {
        match (method, path) {
            ("POST", "/api/v1/org-unit/departments" | "/api/v1/org-unit/projects") => self.unit(),
            (
                "PUT",
                "/api/v1/org-unit/projects/{projectId}"
                | "/api/v1/org-unit/departments/{departmentId}",
            ) => json!({"resources": []}).to_string(),
            (
                _,
                "/api/v1/org-unit/projects/{projectId}/resources"
                | "/api/v1/org-unit/departments/{departmentId}/resources",
            ) => "[]".to_owned(),
            (_, "/api/v1/what-if") => json!({"drain": {"node": "local"}}).to_string(),
            (_, "/api/v1/workloads/batch") => {
                json!({"action": "suspend", "ids": [self.workspace().await]}).to_string()
            }
            ("POST", "/api/v1/workloads/workspaces" | "/api/v1/workloads/workspaces/verdict") => {
                let name = self.name();
                self.berth.workspace(&name, 0)
            }
            ("POST", "/api/v1/node-pools") => {
                let (name, cluster) = (self.name(), self.berth.cluster);
                json!({"name": name, "clusterId": cluster, "labelKey": "pool", "labelValue": name})
                    .to_string()
            }
            ("PUT" | "PATCH", "/api/v1/node-pools/{nodepoolId}") => "{}".to_owned(),
            ("POST", "/api/v1/storage-class-configuration") => self.storage_class(),
            ("PUT" | "PATCH", "/api/v1/storage-class-configuration/{id}") => "{}".to_owned(),
            ("PUT", "/v1/k8s/setting") => {
                json!({"key": "workloads.policies", "value": true}).to_string()
            }
            ("PUT", "/api/v1/security/settings/{key}") => json!({"idleTimeout": 60}).to_string(),
            (_, "/api/v2/policy/workspaces/restore") => {
                json!({"revision": self.policy().await}).to_string()
            }
            ("PUT" | "PATCH", "/api/v2/policy/workspaces")
            | (_, "/api/v2/policy/workspaces/replay") => {
                let project = self.berth.project;
                let meta = json!({"scope": "project", "projectId": project, "name": "a"});
                json!({"meta": meta, "policy": {}}).to_string()
            }
            ("POST", "/api/v1/users") => {
                json!({"email": format!("{}@example.com", self.name())}).to_string()
            }
            ("PATCH", "/api/v1/users/{userId}") => json!({"groups": ["research"]}).to_string(),
            ("POST", "/api/v1/service-accounts" | "/api/v1/apps")
            | ("POST", "/api/v1/access-keys" | "/api/v1/user-applications") => {
                json!({"name": self.name()}).to_string()
            }
            ("PATCH", "/api/v1/service-accounts/{serviceAccountId}" | "/api/v1/apps/{appId}") => {
                json!({"enabled": false}).to_string()
            }
            ("POST", "/api/v1/authorization/access-rules") => {
                let (_, email) = self.user().await;
                self.rule_of("user", &email).to_string()
            }
            (_, "/api/v1/authorization/access-rules/batch") => {
                json!({"action": "delete", "ids": [self.rule().await]}).to_string()
            }
            (_, "/api/v1/authorization/access-rules/batch-create") => {
                let (_, email) = self.user().await;
                let rule = self.rule_of("user", &email);
                let payload = json!({"roleId": 4, "subjects": [rule], "scopes": [rule]});
                json!({"payload": payload}).to_string()
            }
            (_, "/api/v1/authorization/permitted-scopes") => {
                json!({"resourceType": "workspaces"}).to_string()
            }
            // The right one would end the session that tries.
            (_, "/api/v1/me/password") => {
                json!({"currentPassword": "wrong", "newPassword": "another passphrase"}).to_string()
            }
            (_, "/api/v1/token") => {
                json!({"grantType": "client_credentials", "clientId": "a", "clientSecret": "b"})
                    .to_string()
            }
            _ => String::new(),
        }
    }

    /// The status that `who` gets; `+` where a batch did it and `-` where it did not.
    async fn attempt(&mut self, method: &str, path: &str, who: &Person, column: usize) -> String {
        let body = self.body(method, path).await;
        let full = match path.split_once('{') {
            Some((before, rest)) => {
                let id = self.id(method, path, (who, column)).await;
                let after = rest.split_once('}').map(|(_, after)| after).unwrap_or_default();
                let full = format!("{before}{id}{after}");
                match path.ends_with("/metrics") {
                    true => format!(
                        "{full}?start={0}&end={0}&metricType=CPU_USAGE_CORES",
                        "2026-01-01T00:00:00Z"
                    ),
                    false => full,
                }
            }
            None if asks_for_scope(method, path) => {
                // A version that is to be restored is there already.
                if path != "/api/v2/policy/workspaces/restore" {
                    self.policy().await;
                }
                format!("{path}?scope=project&projectId={}", self.berth.project)
            }
            None if path.ends_with("/storage-classes") => {
                format!("{path}?clusterId={}", self.berth.cluster)
            }
            None => path.to_owned(),
        };
        let answer = self.berth.send(who, method, &full, &body).await;
        let mark = match answer.json()["succeeded"].as_array() {
            Some(done) if done.is_empty() => "-",
            Some(_) => "+",
            None => "",
        };
        format!("{}{mark}", answer.status.as_u16())
    }
}

/// Whether the scope of a policy stands in the query.
fn asks_for_scope(method: &str, path: &str) -> bool {
    match path.strip_prefix("/api/v2/policy/workspaces") {
        Some("") => matches!(method, "GET" | "DELETE"),
        Some(rest) => matches!(rest, "/versions" | "/restore"),
        None => false,
    }
}

#[tokio::test]
async fn everybody_at_every_route() {
    let berth = Berth::start().await;
    let people = berth.everybody().await;
    let administrator = &people[SYSTEM];
    let mut rehearsal = Rehearsal { berth: &berth, administrator, made: 0 };
    let mut table = format!("{:<61} {}\n", "", HEAD.map(|head| format!("{head:<6}")).join(""));
    for (method, path) in operations_of_places(false) {
        let mut line = format!("{method:<6} {path:<54}");
        for (column, who) in people.iter().enumerate() {
            let status = rehearsal.attempt(method, &path, who, column).await;
            line.push_str(&format!(" {status:<5}"));
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    // What one may not see is not there, so 404; what may be seen and not changed is 403.
    insta::assert_snapshot!(table, @r"
                                                                  anon  none  view  data  pract proj  dept  system
    GET    /api/openapi.json                                      200   200   200   200   200   200   200   200
    GET    /api/v1/access-keys                                    401   200   200   200   200   200   200   200
    POST   /api/v1/access-keys                                    401   201   201   201   201   201   201   201
    GET    /api/v1/access-keys/{accessKeyId}                      401   200   200   200   200   200   200   200
    DELETE /api/v1/access-keys/{accessKeyId}                      401   204   204   204   204   204   204   204
    POST   /api/v1/access-keys/{accessKeyId}/secret               401   200   200   200   200   200   200   200
    GET    /api/v1/apps                                           401   403   403   403   403   200   200   200
    POST   /api/v1/apps                                           401   403   403   403   403   201   201   201
    GET    /api/v1/apps/{appId}                                   401   403   403   403   403   200   200   200
    PATCH  /api/v1/apps/{appId}                                   401   403   403   403   403   200   200   200
    DELETE /api/v1/apps/{appId}                                   401   403   403   403   403   204   204   204
    POST   /api/v1/apps/{appId}/secret                            401   403   403   403   403   200   200   200
    GET    /api/v1/authorization/access-rules                     401   403   403   403   403   200   200   200
    POST   /api/v1/authorization/access-rules                     401   403   403   403   403   201   201   201
    POST   /api/v1/authorization/access-rules/batch               401   200-  200-  200-  200-  200+  200+  200+
    POST   /api/v1/authorization/access-rules/batch-create        401   200-  200-  200-  200-  200+  200+  200+
    GET    /api/v1/authorization/access-rules/count               401   403   403   403   403   200   200   200
    GET    /api/v1/authorization/access-rules/{accessRuleId}      401   404   404   404   404   200   200   200
    DELETE /api/v1/authorization/access-rules/{accessRuleId}      401   404   404   404   404   204   204   204
    GET    /api/v1/authorization/me/access-rules                  401   200   200   200   200   200   200   200
    GET    /api/v1/authorization/me/access-rules/count            401   200   200   200   200   200   200   200
    GET    /api/v1/authorization/permissions                      401   200   200   200   200   200   200   200
    POST   /api/v1/authorization/permitted-scopes                 401   200   200   200   200   200   200   200
    GET    /api/v1/authorization/roles                            401   403   200   200   200   200   200   200
    GET    /api/v1/authorization/roles/{roleIdPath}               401   403   200   200   200   200   200   200
    GET    /api/v1/clusters                                       401   403   200   200   200   200   200   200
    GET    /api/v1/clusters/{clusterUuid}                         401   403   200   200   200   200   200   200
    GET    /api/v1/cycles/{cycle}/replay                          401   403   403   403   403   403   403   200
    POST   /api/v1/me/password                                    401   400   400   400   400   400   400   400
    GET    /api/v1/node-pools                                     401   403   200   200   200   200   200   200
    POST   /api/v1/node-pools                                     401   403   403   403   403   403   403   201
    GET    /api/v1/node-pools/{nodepoolId}                        401   403   200   200   200   200   200   200
    PUT    /api/v1/node-pools/{nodepoolId}                        401   403   403   403   403   403   403   200
    PATCH  /api/v1/node-pools/{nodepoolId}                        401   403   403   403   403   403   403   200
    DELETE /api/v1/node-pools/{nodepoolId}                        401   403   403   403   403   403   403   204
    GET    /api/v1/nodes                                          401   403   200   200   200   200   200   200
    GET    /api/v1/nodes/count                                    401   403   200   200   200   200   200   200
    GET    /api/v1/org-unit/departments                           401   403   200   200   403   200   200   200
    POST   /api/v1/org-unit/departments                           401   403   403   403   403   403   403   201
    GET    /api/v1/org-unit/departments/count                     401   403   200   200   403   200   200   200
    GET    /api/v1/org-unit/departments/{departmentId}            401   403   200   200   403   200   200   200
    PUT    /api/v1/org-unit/departments/{departmentId}            401   403   403   403   403   403   200   200
    DELETE /api/v1/org-unit/departments/{departmentId}            401   403   403   403   403   403   403   204
    PUT    /api/v1/org-unit/departments/{departmentId}/resources  401   403   403   403   403   403   200   200
    PATCH  /api/v1/org-unit/departments/{departmentId}/resources  401   403   403   403   403   403   200   200
    GET    /api/v1/org-unit/projects                              401   200   200   200   200   200   200   200
    POST   /api/v1/org-unit/projects                              401   403   403   403   403   403   201   201
    GET    /api/v1/org-unit/projects/count                        401   200   200   200   200   200   200   200
    GET    /api/v1/org-unit/projects/{projectId}                  401   404   200   200   200   200   200   200
    PUT    /api/v1/org-unit/projects/{projectId}                  401   404   403   403   403   200   200   200
    DELETE /api/v1/org-unit/projects/{projectId}                  401   404   403   403   403   403   204   204
    PUT    /api/v1/org-unit/projects/{projectId}/resources        401   404   403   403   403   200   200   200
    PATCH  /api/v1/org-unit/projects/{projectId}/resources        401   404   403   403   403   200   200   200
    GET    /api/v1/security/settings                              401   403   403   403   403   403   403   200
    GET    /api/v1/security/settings/{key}                        401   403   403   403   403   403   403   200
    PUT    /api/v1/security/settings/{key}                        401   403   403   403   403   403   403   200
    GET    /api/v1/service-accounts                               401   403   403   403   403   200   200   200
    POST   /api/v1/service-accounts                               401   403   403   403   403   201   201   201
    GET    /api/v1/service-accounts/{serviceAccountId}            401   403   403   403   403   200   200   200
    PATCH  /api/v1/service-accounts/{serviceAccountId}            401   403   403   403   403   200   200   200
    DELETE /api/v1/service-accounts/{serviceAccountId}            401   403   403   403   403   204   204   204
    POST   /api/v1/service-accounts/{serviceAccountId}/secret     401   403   403   403   403   200   200   200
    GET    /api/v1/storage-class-configuration                    401   403   200   200   200   200   200   200
    POST   /api/v1/storage-class-configuration                    401   403   403   403   403   403   403   201
    GET    /api/v1/storage-class-configuration/{id}               401   403   200   200   200   200   200   200
    PUT    /api/v1/storage-class-configuration/{id}               401   403   403   403   403   403   403   200
    PATCH  /api/v1/storage-class-configuration/{id}               401   403   403   403   403   403   403   200
    DELETE /api/v1/storage-class-configuration/{id}               401   403   403   403   403   403   403   204
    GET    /api/v1/storage-classes                                401   403   200   200   200   200   200   200
    POST   /api/v1/token                                          400   400   400   400   400   400   400   400
    GET    /api/v1/user-applications                              401   200   200   200   200   200   200   200
    POST   /api/v1/user-applications                              401   201   201   201   201   201   201   201
    GET    /api/v1/user-applications/{appId}                      401   200   200   200   200   200   200   200
    DELETE /api/v1/user-applications/{appId}                      401   204   204   204   204   204   204   204
    POST   /api/v1/user-applications/{appId}/secret               401   200   200   200   200   200   200   200
    GET    /api/v1/users                                          401   403   403   403   403   200   200   200
    POST   /api/v1/users                                          401   403   403   403   403   403   201   201
    GET    /api/v1/users/count                                    401   403   403   403   403   200   200   200
    GET    /api/v1/users/{userId}                                 401   403   403   403   403   200   200   200
    PATCH  /api/v1/users/{userId}                                 401   403   403   403   403   403   403   200
    DELETE /api/v1/users/{userId}                                 401   403   403   403   403   403   403   204
    POST   /api/v1/users/{userId}/logout                          401   403   403   403   403   403   403   200
    POST   /api/v1/users/{userId}/password                        401   403   403   403   403   403   403   200
    POST   /api/v1/what-if                                        401   403   403   403   403   403   403   200
    GET    /api/v1/workload-categories                            401   200   200   200   200   200   200   200
    GET    /api/v1/workload-categories/{id}                       401   404   404   404   404   404   404   404
    GET    /api/v1/workload-priorities                            401   200   200   200   200   200   200   200
    GET    /api/v1/workload-types                                 401   200   200   200   200   200   200   200
    GET    /api/v1/workload-types/{id}                            401   404   404   404   404   404   404   404
    GET    /api/v1/workloads                                      401   200   200   200   200   200   200   200
    POST   /api/v1/workloads/batch                                401   200-  200-  200-  200+  200+  200+  200+
    GET    /api/v1/workloads/count                                401   200   200   200   200   200   200   200
    GET    /api/v1/workloads/pods                                 401   200   200   200   200   200   200   200
    GET    /api/v1/workloads/pods/count                           401   200   200   200   200   200   200   200
    POST   /api/v1/workloads/workspaces                           401   404   403   403   202   202   202   202
    POST   /api/v1/workloads/workspaces/verdict                   401   404   403   403   200   200   200   200
    GET    /api/v1/workloads/workspaces/{workloadId}              401   404   200   200   200   200   200   200
    DELETE /api/v1/workloads/workspaces/{workloadId}              401   404   403   403   202   202   202   202
    POST   /api/v1/workloads/workspaces/{workloadId}/resume       401   404   403   403   202   202   202   202
    POST   /api/v1/workloads/workspaces/{workloadId}/suspend      401   404   403   403   202   202   202   202
    GET    /api/v1/workloads/{workloadId}                         401   404   200   200   200   200   200   200
    GET    /api/v1/workloads/{workloadId}/cycle                   401   404   200   200   200   200   200   200
    GET    /api/v1/workloads/{workloadId}/events                  401   404   200   200   200   200   200   200
    GET    /api/v1/workloads/{workloadId}/history                 401   404   200   200   200   200   200   200
    GET    /api/v1/workloads/{workloadId}/logs                    401   404   200   200   200   200   200   200
    GET    /api/v1/workloads/{workloadId}/metrics                 401   404   200   200   200   200   200   200
    GET    /api/v1/workloads/{workloadId}/pods                    401   404   200   200   200   200   200   200
    GET    /api/v1/workloads/{workloadId}/pods/{podId}/metrics    401   404   404   404   404   404   404   404
    GET    /api/v2/policy                                         401   200   200   200   200   200   200   200
    GET    /api/v2/policy/workspaces                              401   404   200   200   200   200   200   200
    PUT    /api/v2/policy/workspaces                              401   404   403   403   403   200   200   200
    PATCH  /api/v2/policy/workspaces                              401   404   403   403   403   200   200   200
    DELETE /api/v2/policy/workspaces                              401   404   403   403   403   204   204   204
    POST   /api/v2/policy/workspaces/replay                       401   403   403   403   403   200   200   200
    POST   /api/v2/policy/workspaces/restore                      401   404   403   403   403   200   200   200
    GET    /api/v2/policy/workspaces/versions                     401   404   403   403   403   200   200   200
    GET    /api/v2/storage-classes                                401   403   200   200   200   200   200   200
    POST   /api/v2/token                                          400   400   400   400   400   400   400   400
    GET    /v1/k8s/setting                                        401   403   403   403   403   403   403   200
    PUT    /v1/k8s/setting                                        401   403   403   403   403   403   403   200
    GET    /v1/k8s/setting/{settingKey}                           401   403   403   403   403   403   403   200
    ");
}

/// The arguments of a server function. One that is added stands here before the table is made.
async fn arguments(rehearsal: &mut Rehearsal<'_>, path: &str) -> String {
    let (project, cluster) = (rehearsal.berth.project, rehearsal.berth.cluster);
    let draft = json!([["image", "jupyter/base-notebook"]]);
    let scope = json!({"level": "project", "id": project});
    let name = rehearsal.name();
    let arguments = match path {
        "/ui/departments"
        | "/ui/clusters"
        | "/ui/nodes"
        | "/ui/places"
        | "/ui/policies"
        | "/ui/settings"
        | "/ui/node_pools"
        | "/ui/estimates"
        | "/ui/reasons"
        | "/ui/what_if_choices" => {
            json!({})
        }
        "/ui/node_pool_form" => json!({"id": null}),
        "/ui/unit_form" | "/ui/unit_access" => json!({"unit": "Project", "id": project.0}),
        "/ui/give_access" => json!({"given": {"unit": "Project", "id": project.0, "kind": "user",
            "subject": rehearsal.user().await.1, "role": "6"}}),
        "/ui/take_access" => {
            json!({"rule": rehearsal.rule().await.parse::<i32>().unwrap_or_default()})
        }
        "/ui/save_node_pool" => json!({"draft": {"id": null, "is_default": false, "name": name,
            "cluster": cluster, "label_key": "pool", "label_value": name,
            "gpu_placement": "binpack", "cpu_placement": "spread", "gpu_fractions": true,
            "guaranteed": "",
            "time_based": false, "weight": "1", "window": "7d", "half_life": ""}}),
        "/ui/delete_node_pool" => {
            let id = rehearsal.pool().await;
            json!({"id": id.parse::<i32>().unwrap_or_default()})
        }
        "/ui/save_unit" => json!({"draft": {"unit": "Project", "id": null, "name": name,
            "description": "", "cluster": cluster, "department": "1", "namespace": "", "pools": [],
            "order": [], "rules": {"limits": [null, null, null], "node_types": null}}}),
        "/ui/delete_unit" => {
            let who = (rehearsal.administrator, SYSTEM);
            let id = rehearsal.id("DELETE", "/api/v1/org-unit/projects/{projectId}", who).await;
            json!({"unit": "Project", "id": id.parse::<i32>().unwrap_or_default()})
        }
        "/ui/what_if" => json!({"asked": {"kind": "drain", "node": "local", "count": "1",
            "unit": "", "pool": "", "gpus": ""}}),
        "/ui/workload_cycle" => json!({"id": rehearsal.decided().await}),
        "/ui/workload_before" => {
            let (id, other) = (rehearsal.decided().await, rehearsal.workspace().await);
            json!({"id": id, "other": other})
        }
        "/ui/policy" | "/ui/holding" => json!({"scope": scope}),
        "/ui/try_policy" => json!({"scope": scope, "text": "", "seen_by": null, "last": 10}),
        "/ui/save_policy" => {
            let revision = rehearsal.policy().await;
            json!({"scope": scope, "name": name, "text": "", "revision": revision})
        }
        "/ui/delete_policy" => {
            let revision = rehearsal.policy().await;
            json!({"scope": scope, "revision": revision})
        }
        "/ui/restore_policy" => {
            let revision = rehearsal.policy().await;
            json!({"scope": scope, "revision": revision, "over": revision})
        }
        "/ui/change_setting" => json!({"key": "workloads.policies", "value": "true"}),
        "/ui/form" => json!({"project": project, "origin": "Scratch", "assets": [],
            "was": null}),
        "/ui/templates" => json!({"project": project}),
        "/ui/start" => json!({"asked": project}),
        "/ui/check_name" => json!({"project": project, "name": name}),
        "/ui/workload_opened" => json!({"id": rehearsal.workspace().await}),
        "/ui/workload_metrics" => {
            json!({"id": rehearsal.workspace().await, "range": "Hour"})
        }
        "/ui/opening_tool" => {
            json!({"id": rehearsal.workspace().await, "port": 8888, "wait": true})
        }
        "/ui/act_on_workloads" => json!({"act": "stop", "ids": [rehearsal.workspace().await]}),
        "/ui/workload_rows" => {
            let asked = json!({"search": "", "phase": "", "filters": [], "sort": "",
                "descending": false, "offset": 0, "columns": []});
            json!({"asked": asked})
        }
        "/ui/judge" => {
            json!({"project": project, "cluster": cluster, "draft": draft, "origin": "Scratch"})
        }
        "/ui/create_workspace" => json!({"name": name, "project": project, "cluster": cluster,
            "draft": draft, "origin": "Scratch"}),
        "/ui/launch_template" => json!({"name": name, "project": project, "cluster": cluster,
            "template": rehearsal.template().await}),
        "/ui/picks" => json!({"project": project, "section": "environment"}),
        "/ui/load_asset" => json!({"project": project, "id": rehearsal.environment().await}),
        "/ui/keep_of_assets" => json!({"scope": scope, "told": {"name": name, "description": ""},
            "chosen": {"environment": rehearsal.environment().await,
                "compute": rehearsal.compute().await, "datasources": []}, "draft": []}),
        "/ui/keep_draft" => json!({"pairs": [["image", "a"]]}),
        "/ui/read_form" => json!({"text": "spec:\n  image: a\n"}),
        "/ui/renderings" => json!({"project": project, "name": name, "draft": draft,
            "origin": "Scratch"}),
        "/ui/setup" => json!({"kind": "Compute", "id": null}),
        "/ui/setup_around" => json!({"scope": scope}),
        "/ui/linkable_values" => json!({"id": rehearsal.compute().await}),
        "/ui/keep_setup" => json!({"kind": "Compute", "scope": scope,
            "told": {"name": name, "description": ""}, "draft": draft, "links": {}}),
        "/ui/change_setup" => json!({"kind": "Compute", "id": rehearsal.compute().await,
            "told": {"name": name, "description": ""}, "draft": draft, "links": {}}),
        "/ui/seek_images" => json!({"place": scope, "sought": {"search": "Images",
            "said": ["catalog", "guest", "", "", "", "", ""], "typed": "a"}}),
        "/ui/look_up_image" => json!({"project": project, "image": "127.0.0.1:1/a"}),
        "/ui/shelf" => json!({"shelf": "DataSources"}),
        "/ui/item_lists" => json!({"form": "Git"}),
        "/ui/make_item" => json!({"form": "Password", "is_mine": false, "values": [
            ["scope", format!("project/{project}")], ["meta.name", name],
            ["spec.user", "a"], ["spec.password", "b"]]}),
        "/ui/shelf_users" => json!({"id": rehearsal.compute().await}),
        "/ui/delete_item" => json!({"shelf": "Compute", "id": rehearsal.compute().await}),
        "/ui/rename_item" => json!({"shelf": "Compute", "id": rehearsal.compute().await,
            "name": name, "description": ""}),
        "/ui/copy_item" => json!({"shelf": "Compute", "id": rehearsal.compute().await,
            "name": name, "place": format!("project/{project}")}),
        "/ui/share_item" => json!({"id": rehearsal.data_volume().await,
            "description": "", "places": ""}),
        other => panic!("{other} is a server function that this table does not try"),
    };
    arguments.to_string()
}

#[tokio::test]
async fn everybody_at_every_server_function() {
    let berth = Berth::start().await;
    let people = berth.everybody().await;
    let administrator = &people[SYSTEM];
    let mut rehearsal = Rehearsal { berth: &berth, administrator, made: 0 };
    let mut paths: Vec<_> = server_fn_paths().map(|(path, _)| path).collect();
    paths.sort_unstable();
    let mut table = format!("{:<24} {}\n", "", HEAD.map(|head| format!("{head:<11}")).join(""));
    for path in paths {
        let mut line = format!("{path:<24}");
        for who in &people {
            let arguments = arguments(&mut rehearsal, path).await;
            let answer = berth.call(who, path, arguments).await;
            // A refusal is one variant of `UiError`, or comes from the guard in front.
            let refused = answer.json().as_object().and_then(|o| o.keys().next().cloned());
            let outcome = match answer.status.as_u16() {
                200 => "ok".to_owned(),
                401 => "401".to_owned(),
                _ => refused.unwrap_or_else(|| answer.status.to_string()),
            };
            line.push_str(&format!(" {outcome:<10}"));
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    insta::assert_snapshot!(table, @r"
                             anon       none       view       data       pract      proj       dept       system     
    /ui/act_on_workloads     401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/change_setting       401        Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  ok
    /ui/change_setup         401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/check_name           401        NotFound   ok         ok         ok         ok         ok         ok
    /ui/clusters             401        Forbidden  ok         ok         ok         ok         ok         ok
    /ui/copy_item            401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/create_workspace     401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/delete_item          401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/delete_node_pool     401        Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  ok
    /ui/delete_policy        401        NotFound   Forbidden  Forbidden  Forbidden  ok         ok         ok
    /ui/delete_unit          401        NotFound   NotFound   NotFound   NotFound   NotFound   ok         ok
    /ui/departments          401        Forbidden  ok         ok         Forbidden  ok         ok         ok
    /ui/estimates            401        Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  ok
    /ui/form                 401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/give_access          401        Forbidden  Forbidden  Forbidden  Forbidden  ok         ok         ok
    /ui/holding              401        NotFound   ok         ok         ok         ok         ok         ok
    /ui/item_lists           401        ok         ok         ok         ok         ok         ok         ok
    /ui/judge                401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/keep_draft           401        ok         ok         ok         ok         ok         ok         ok
    /ui/keep_of_assets       401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/keep_setup           401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/launch_template      401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/linkable_values      401        NotFound   ok         ok         ok         ok         ok         ok
    /ui/load_asset           401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/look_up_image        401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/make_item            401        NotFound   Forbidden  ok         ok         ok         ok         ok
    /ui/node_pool_form       401        Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  ok
    /ui/node_pools           401        Forbidden  ok         ok         ok         ok         ok         ok
    /ui/nodes                401        Forbidden  ok         ok         ok         ok         ok         ok
    /ui/opening_tool         401        NotFound   NotFound   NotFound   NotFound   NotFound   NotFound   NotFound
    /ui/picks                401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/places               401        Forbidden  ok         ok         ok         ok         ok         ok
    /ui/policies             401        ok         ok         ok         ok         ok         ok         ok
    /ui/policy               401        Forbidden  Forbidden  Forbidden  Forbidden  ok         ok         ok
    /ui/read_form            401        ok         ok         ok         ok         ok         ok         ok
    /ui/reasons              401        ok         ok         ok         ok         ok         ok         ok
    /ui/rename_item          401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/renderings           401        NotFound   ok         ok         ok         ok         ok         ok
    /ui/restore_policy       401        NotFound   Forbidden  Forbidden  Forbidden  ok         ok         ok
    /ui/save_node_pool       401        Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  ok
    /ui/save_policy          401        NotFound   Forbidden  Forbidden  Forbidden  ok         ok         ok
    /ui/save_unit            401        Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  ok         ok
    /ui/seek_images          401        NotFound   Forbidden  Forbidden  Invalid    Invalid    Invalid    Invalid
    /ui/settings             401        Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  ok
    /ui/setup                401        ok         ok         ok         ok         ok         ok         ok
    /ui/setup_around         401        ok         ok         ok         ok         ok         ok         ok
    /ui/share_item           401        NotFound   Forbidden  ok         Forbidden  ok         ok         ok
    /ui/shelf                401        ok         ok         ok         ok         ok         ok         ok
    /ui/shelf_users          401        NotFound   ok         ok         ok         ok         ok         ok
    /ui/start                401        Forbidden  Forbidden  Forbidden  ok         ok         ok         ok
    /ui/take_access          401        NotFound   NotFound   NotFound   NotFound   ok         ok         ok
    /ui/templates            401        NotFound   Forbidden  Forbidden  ok         ok         ok         ok
    /ui/try_policy           401        NotFound   Forbidden  Forbidden  Forbidden  ok         ok         ok
    /ui/unit_access          401        NotFound   Forbidden  Forbidden  Forbidden  ok         ok         ok
    /ui/unit_form            401        NotFound   Forbidden  Forbidden  Forbidden  ok         ok         ok
    /ui/what_if              401        Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  ok
    /ui/what_if_choices      401        Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  Forbidden  ok
    /ui/workload_before      401        NotFound   ok         ok         ok         ok         ok         ok
    /ui/workload_cycle       401        NotFound   ok         ok         ok         ok         ok         ok
    /ui/workload_metrics     401        NotFound   ok         ok         ok         ok         ok         ok
    /ui/workload_opened      401        NotFound   ok         ok         ok         ok         ok         ok
    /ui/workload_rows        401        ok         ok         ok         ok         ok         ok         ok
    ");
}

#[tokio::test]
async fn strangers_see_nothing_in_lists() {
    let berth = Berth::start().await;
    let people = berth.everybody().await;
    let administrator = &people[SYSTEM];
    Rehearsal { berth: &berth, administrator, made: 0 }.workspace().await;
    let lists = [
        ("/api/v1/org-unit/projects", "projects"),
        ("/api/v1/workloads", "workloads"),
        ("/api/v1/workloads/pods", "pods"),
    ];
    for (path, field) in lists {
        let seen = berth.send(&people[1], "GET", path, "").await.json();
        assert_eq!(seen[field], json!([]), "{path} for a stranger");
    }
    for path in ["/api/v1/org-unit/projects/count", "/api/v1/workloads/count"] {
        let of =
            async |who: &Person| berth.send(who, "GET", path, "").await.json()["count"].clone();
        assert_eq!(of(&people[1]).await, 0, "{path} for a stranger");
        assert_eq!(of(&people[4]).await, 1, "{path} for a member");
    }
}
