//! Who may do what with assets and templates: every route, tried by everybody, as one table. What an
//! asset belongs to decides, so each route with an id is tried on an asset of the account and on one
//! of a project. The other routes stand in the
//! table of `permissions.rs`; both are made of what the interface says of itself.

mod common;

use common::{Berth, Person};
use serde_json::{Value, json};

fn routes() -> impl Iterator<Item = (&'static str, String)> {
    common::operations_of_places(true).into_iter()
}

/// Whose things are touched.
#[derive(Clone, Copy, PartialEq)]
enum Owner {
    Account,
    Project,
}

/// Makes what a route needs, anew for each attempt, so that no attempt depends on another.
struct Rehearsal<'a> {
    berth: &'a Berth,
    administrator: &'a Person,
    made: u32,
}

impl Rehearsal<'_> {
    fn meta(&mut self, path: &str, owner: Owner) -> Value {
        self.made += 1;
        let name = format!("thing-{}", self.made);
        let project = self.berth.project;
        match (path.contains("workload-templates"), owner) {
            (true, Owner::Account) => json!({"name": name, "scopeType": "tenant"}),
            (true, Owner::Project) => {
                json!({"name": name, "scopeType": "project", "scopeId": project.to_string()})
            }
            (false, Owner::Account) => json!({"name": name, "scope": "tenant"}),
            (false, Owner::Project) => {
                json!({"name": name, "scope": "project", "projectId": project.0})
            }
        }
    }

    /// The id that a path asks for. There are no credentials yet, so nothing below `secrets` can be
    /// made, and nobody finds anything there.
    async fn id(&mut self, path: &str, owner: Owner) -> String {
        let base = match path.trim_end_matches("/{id}") {
            "/api/v1/workload-templates" => "/api/v1/workload-templates/workspaces",
            base => base,
        };
        let body = json!({"meta": self.meta(base, owner), "spec": spec(base)}).to_string();
        let answer = self.berth.send(self.administrator, "POST", base, &body).await.json();
        answer["meta"]["id"].as_str().unwrap_or("00000000-0000-4000-8000-000000000000").to_owned()
    }

    /// The status that `who` gets.
    async fn attempt(&mut self, method: &str, path: &str, who: &Person, owner: Owner) -> String {
        let body = match method {
            "POST" | "PUT" | "PATCH" => {
                json!({"meta": self.meta(path, owner), "spec": spec(path)}).to_string()
            }
            _ => String::new(),
        };
        let mut full = path.to_owned();
        if path.contains("{id}") {
            full = path.replace("{id}", &self.id(path, owner).await);
        }
        if path.ends_with("name-availability") {
            let meta = self.meta(path, owner);
            let of = |field: &str| meta[field].as_str().unwrap_or_default().to_owned();
            full = format!("{path}?templateName=free&scopeType={}", of("scopeType"));
            full.push_str(&format!("&scopeId={}", of("scopeId")));
        }
        self.berth.send(who, method, &full, &body).await.status.as_u16().to_string()
    }
}

/// What makes an asset of the kind that a path is about.
fn spec(path: &str) -> Value {
    let of = |kind: &str| path.contains(&format!("/{kind}"));
    match path {
        _ if of("environment") => json!({"image": "jupyter/base-notebook"}),
        _ if of("pvc") => json!({"path": "/data", "existingPvc": true, "claimName": "data"}),
        _ if of("nfs") => json!({"server": "nfs", "path": "/x", "mountPath": "/data"}),
        _ if of("s3") => json!({"bucket": "data", "path": "/data"}),
        _ if of("git") => json!({"repository": "https://example.org/a.git", "path": "/code"}),
        _ if of("host-path") => json!({"path": "/mnt", "mountPath": "/data"}),
        _ if of("config-map") => json!({"configMap": "settings", "mountPath": "/etc/app"}),
        _ if of("secrets") => json!({"mountPath": "/secret"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn everybody_at_every_route() {
    let berth = Berth::start().await;
    let stranger = berth.person("stranger@example.com", false, false).await;
    let member = berth.person("member@example.com", false, true).await;
    let administrator = berth.person("administrator@example.com", true, false).await;
    let people = [&Person::Anonymous, &stranger, &member, &administrator];
    let mut rehearsal = Rehearsal { berth: &berth, administrator: &administrator, made: 0 };
    let mut table = String::new();
    for (method, path) in routes() {
        let mut line = format!("{method:<6} {path:<50}");
        for owner in [Owner::Account, Owner::Project] {
            for who in people {
                let status = rehearsal.attempt(method, &path, who, owner).await;
                line.push_str(&format!(" {status}"));
            }
            line.push_str("  ");
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    // Columns: anonymous, stranger (member of nothing), member of `default`, administrator; first
    // what belongs to the account, then what belongs to the project `default`.
    insta::assert_snapshot!(table, @r#"
    GET    /api/v1/asset/compute                              401 200 200 200   401 200 200 200
    POST   /api/v1/asset/compute                              401 404 403 202   401 404 202 202
    GET    /api/v1/asset/compute/{id}                         401 404 200 200   401 404 200 200
    PUT    /api/v1/asset/compute/{id}                         401 404 403 202   401 404 202 202
    DELETE /api/v1/asset/compute/{id}                         401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource                           401 200 200 200   401 200 200 200
    GET    /api/v1/asset/datasource/config-map                401 200 200 200   401 200 200 200
    POST   /api/v1/asset/datasource/config-map                401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/config-map/{id}           401 404 200 200   401 404 200 200
    PUT    /api/v1/asset/datasource/config-map/{id}           401 404 403 202   401 404 202 202
    DELETE /api/v1/asset/datasource/config-map/{id}           401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/git                       401 200 200 200   401 200 200 200
    POST   /api/v1/asset/datasource/git                       401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/git/{id}                  401 404 200 200   401 404 200 200
    PUT    /api/v1/asset/datasource/git/{id}                  401 404 403 202   401 404 202 202
    DELETE /api/v1/asset/datasource/git/{id}                  401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/host-path                 401 200 200 200   401 200 200 200
    POST   /api/v1/asset/datasource/host-path                 401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/host-path/{id}            401 404 200 200   401 404 200 200
    PUT    /api/v1/asset/datasource/host-path/{id}            401 404 403 202   401 404 202 202
    DELETE /api/v1/asset/datasource/host-path/{id}            401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/nfs                       401 200 200 200   401 200 200 200
    POST   /api/v1/asset/datasource/nfs                       401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/nfs/{id}                  401 404 200 200   401 404 200 200
    PUT    /api/v1/asset/datasource/nfs/{id}                  401 404 403 202   401 404 202 202
    DELETE /api/v1/asset/datasource/nfs/{id}                  401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/pvc                       401 200 200 200   401 200 200 200
    POST   /api/v1/asset/datasource/pvc                       401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/pvc/{id}                  401 404 200 200   401 404 200 200
    PUT    /api/v1/asset/datasource/pvc/{id}                  401 404 403 202   401 404 202 202
    DELETE /api/v1/asset/datasource/pvc/{id}                  401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/s3                        401 200 200 200   401 200 200 200
    POST   /api/v1/asset/datasource/s3                        401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/s3/{id}                   401 404 200 200   401 404 200 200
    PUT    /api/v1/asset/datasource/s3/{id}                   401 404 403 202   401 404 202 202
    DELETE /api/v1/asset/datasource/s3/{id}                   401 404 403 202   401 404 202 202
    GET    /api/v1/asset/datasource/secrets                   401 200 200 200   401 200 200 200
    POST   /api/v1/asset/datasource/secrets                   401 404 403 400   401 404 400 400
    GET    /api/v1/asset/datasource/secrets/{id}              401 404 404 404   401 404 404 404
    PUT    /api/v1/asset/datasource/secrets/{id}              401 404 404 404   401 404 404 404
    DELETE /api/v1/asset/datasource/secrets/{id}              401 404 404 404   401 404 404 404
    GET    /api/v1/asset/environment                          401 200 200 200   401 200 200 200
    POST   /api/v1/asset/environment                          401 404 403 202   401 404 202 202
    GET    /api/v1/asset/environment/{id}                     401 404 200 200   401 404 200 200
    PUT    /api/v1/asset/environment/{id}                     401 404 403 202   401 404 202 202
    DELETE /api/v1/asset/environment/{id}                     401 404 403 202   401 404 202 202
    GET    /api/v1/workload-templates                         401 200 200 200   401 200 200 200
    GET    /api/v1/workload-templates/count                   401 200 200 200   401 200 200 200
    GET    /api/v1/workload-templates/name-availability       401 404 403 204   401 404 204 204
    GET    /api/v1/workload-templates/workspaces              401 200 200 200   401 200 200 200
    POST   /api/v1/workload-templates/workspaces              401 404 403 202   401 404 202 202
    GET    /api/v1/workload-templates/workspaces/{id}         401 404 200 200   401 404 200 200
    PUT    /api/v1/workload-templates/workspaces/{id}         401 404 403 200   401 404 200 200
    PATCH  /api/v1/workload-templates/workspaces/{id}         401 404 403 200   401 404 200 200
    DELETE /api/v1/workload-templates/workspaces/{id}         401 404 403 204   401 404 204 204
    GET    /api/v1/workload-templates/{id}                    401 404 200 200   401 404 200 200
    "#);
}

#[tokio::test]
async fn strangers_see_nothing_in_lists() {
    let berth = Berth::start().await;
    let stranger = berth.person("stranger@example.com", false, false).await;
    let member = berth.person("member@example.com", false, true).await;
    for path in ["/api/v1/asset/environment", "/api/v1/asset/compute", "/api/v1/workload-templates"]
    {
        let seen = async |who: &Person| {
            let answer = berth.send(who, "GET", path, "").await.json();
            answer["entries"].as_array().map_or(0, Vec::len)
        };
        assert_eq!(seen(&stranger).await, 0, "{path} for a stranger");
        assert_ne!(seen(&member).await, 0, "{path} for a member");
    }
}
