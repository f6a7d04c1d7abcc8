//! Who may do what: every route of the interface, tried by everybody, as one table. A route that is
//! added stands in the table before this passes.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Berth, Person};
use serde_json::json;
use server::rest::ROUTES;

/// Everybody who tries, in the order of the columns.
struct People {
    stranger: Person,
    member: Person,
    administrator: Person,
}

impl People {
    async fn of(berth: &Berth) -> Self {
        Self {
            stranger: berth.person("stranger@example.com", false, false).await,
            member: berth.person("member@example.com", false, true).await,
            administrator: berth.person("administrator@example.com", true, false).await,
        }
    }

    fn columns(&self) -> [&Person; 4] {
        [&Person::Anonymous, &self.stranger, &self.member, &self.administrator]
    }
}

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

    fn unit(&mut self) -> String {
        let (name, cluster) = (self.name(), self.berth.cluster);
        json!({"name": name, "clusterId": cluster, "resources": []}).to_string()
    }

    /// The id that a path asks for. Only the administrator's project is a new one: members are
    /// members of `default`.
    async fn id(&mut self, path: &str, by_administrator: bool) -> String {
        match path {
            _ if path.contains("/departments/{id}") => {
                let body = self.unit();
                self.make("/api/v1/org-unit/departments", body, "id").await
            }
            _ if path.contains("/projects/{id}") && by_administrator => {
                let body = self.unit();
                self.make("/api/v1/org-unit/projects", body, "id").await
            }
            _ if path.contains("/projects/{id}") => self.berth.project.to_string(),
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
            ("PUT", "/api/v1/org-unit/projects/{id}") => json!({"resources": []}).to_string(),
            (_, "/api/v1/org-unit/projects/{id}/resources") => "[]".to_owned(),
            (_, "/api/v1/workloads/batch") => {
                json!({"action": "suspend", "ids": [self.workspace().await]}).to_string()
            }
            ("POST", "/api/v1/workloads/workspaces" | "/api/v1/workloads/workspaces/verdict") => {
                let name = self.name();
                self.berth.workspace(&name, 0)
            }
            (_, "/api/v1/token") => {
                json!({"grantType": "client_credentials", "clientId": "a", "clientSecret": "b"})
                    .to_string()
            }
            _ => String::new(),
        }
    }

    /// The status that `who` gets; `+` where a batch did it and `-` where it did not.
    async fn attempt(&mut self, method: &str, path: &str, who: &Person, by_admin: bool) -> String {
        let body = self.body(method, path).await;
        let full = match path.contains('{') {
            true => {
                let id = self.id(path, by_admin).await;
                path.replace("{id}", &id).replace("{uuid}", &id)
            }
            false => path.to_owned(),
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

#[tokio::test]
async fn everybody_at_every_route() {
    let berth = Berth::start().await;
    let people = People::of(&berth).await;
    let administrator = &people.administrator;
    let mut rehearsal = Rehearsal { berth: &berth, administrator, made: 0 };
    let mut table = String::new();
    for (method, path) in ROUTES {
        let mut line = format!("{method:<6} {path:<46}");
        for (column, who) in people.columns().into_iter().enumerate() {
            let status = rehearsal.attempt(method, path, who, column == 3).await;
            line.push_str(&format!(" {status:<5}"));
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    // Columns: anonymous, stranger (member of nothing), member of `default`, administrator. Projects
    // and workloads of others are not there, so 404; what may be seen and not changed is 403.
    insta::assert_snapshot!(table, @r#"
    POST   /api/v1/token                                  400   400   400   400
    GET    /api/v1/clusters                               401   403   200   200
    GET    /api/v1/clusters/{uuid}                        401   403   200   200
    GET    /api/v1/node-pools                             401   403   200   200
    GET    /api/v1/node-pools/{id}                        401   403   200   200
    GET    /api/v1/nodes                                  401   403   200   200
    GET    /api/v1/nodes/count                            401   403   200   200
    POST   /api/v1/org-unit/departments                   401   403   403   201
    GET    /api/v1/org-unit/departments                   401   403   200   200
    GET    /api/v1/org-unit/departments/count             401   403   200   200
    GET    /api/v1/org-unit/departments/{id}              401   403   200   200
    DELETE /api/v1/org-unit/departments/{id}              401   403   403   204
    POST   /api/v1/org-unit/projects                      401   403   403   201
    GET    /api/v1/org-unit/projects                      401   200   200   200
    GET    /api/v1/org-unit/projects/count                401   200   200   200
    GET    /api/v1/org-unit/projects/{id}                 401   404   200   200
    PUT    /api/v1/org-unit/projects/{id}                 401   404   403   200
    DELETE /api/v1/org-unit/projects/{id}                 401   404   403   204
    PUT    /api/v1/org-unit/projects/{id}/resources       401   404   403   200
    PATCH  /api/v1/org-unit/projects/{id}/resources       401   404   403   200
    GET    /api/v1/workloads                              401   200   200   200
    GET    /api/v1/workloads/count                        401   200   200   200
    GET    /api/v1/workloads/pods                         401   200   200   200
    POST   /api/v1/workloads/batch                        401   200-  200+  200+
    GET    /api/v1/workloads/{id}                         401   404   200   200
    GET    /api/v1/workloads/{id}/pods                    401   404   200   200
    GET    /api/v1/workloads/{id}/events                  401   404   200   200
    GET    /api/v1/workloads/{id}/history                 401   404   200   200
    GET    /api/v1/workloads/{id}/logs                    401   404   200   200
    POST   /api/v1/workloads/workspaces                   401   404   202   202
    POST   /api/v1/workloads/workspaces/verdict           401   404   200   200
    GET    /api/v1/workloads/workspaces/{id}              401   404   200   200
    DELETE /api/v1/workloads/workspaces/{id}              401   404   202   202
    POST   /api/v1/workloads/workspaces/{id}/suspend      401   404   202   202
    POST   /api/v1/workloads/workspaces/{id}/resume       401   404   202   202
    GET    /api/openapi.json                              200   200   200   200
    "#);
}

#[tokio::test]
async fn strangers_see_nothing_in_lists() {
    let berth = Berth::start().await;
    let people = People::of(&berth).await;
    let administrator = &people.administrator;
    Rehearsal { berth: &berth, administrator, made: 0 }.workspace().await;
    let lists = [
        ("/api/v1/org-unit/projects", "projects"),
        ("/api/v1/workloads", "workloads"),
        ("/api/v1/workloads/pods", "pods"),
    ];
    for (path, field) in lists {
        let seen = berth.send(&people.stranger, "GET", path, "").await.json();
        assert_eq!(seen[field], json!([]), "{path} for a stranger");
    }
    for path in ["/api/v1/org-unit/projects/count", "/api/v1/workloads/count"] {
        let of =
            async |who: &Person| berth.send(who, "GET", path, "").await.json()["count"].clone();
        assert_eq!(of(&people.stranger).await, 0, "{path} for a stranger");
        assert_eq!(of(&people.member).await, 1, "{path} for a member");
    }
}

/// The methods of each path, as the list says.
fn listed() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut listed: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (method, path) in ROUTES {
        listed.entry(*path).or_default().insert((*method).to_owned());
    }
    listed
}

#[tokio::test]
async fn the_router_offers_the_methods_of_the_list_and_no_others() {
    let berth = Berth::start().await;
    for (path, listed) in listed() {
        // A number, where the path takes an id: the router looks at its place only.
        let full = path.replace("{id}", "1").replace("{uuid}", "1");
        let answer = berth.send(&Person::Anonymous, "TRACE", &full, "").await;
        assert_eq!(answer.status, 405, "{path}");
        let allow = answer.headers.get("allow").and_then(|value| value.to_str().ok()).unwrap();
        let offered = allow.split(',').map(str::to_owned).filter(|method| method != "HEAD");
        assert_eq!(offered.collect::<BTreeSet<_>>(), listed, "{path}");
    }
}

#[test]
fn the_router_has_no_path_that_the_list_lacks() {
    let source = include_str!("../src/rest/mod.rs");
    let (_, router) = source.split_once("pub fn router()").unwrap();
    let paths = router.split('"').filter(|text| text.starts_with("/api/"));
    let served: BTreeSet<&str> = paths.collect();
    assert_eq!(served, listed().into_keys().collect());
}
