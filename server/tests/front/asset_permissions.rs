//! Who may do what with assets and templates: every route, tried by everybody, as one table. What an
//! asset belongs to decides, so each route with an id is tried on an asset of the account and on one
//! of a project. The other routes stand in the
//! table of `permissions.rs`; both are made of what the interface says of itself.

use serde_json::{Value, json};

use crate::common::{Berth, Person, operations_of_places};

fn routes() -> impl Iterator<Item = (&'static str, String)> {
    operations_of_places(true).into_iter()
}

/// Whose things are touched.
#[derive(Clone, Copy, PartialEq)]
enum Owner {
    Account,
    Project,
}

/// Makes what a route needs, anew after each attempt that succeeded, so that no attempt depends on another.
struct Rehearsal<'a> {
    berth: &'a Berth,
    administrator: &'a Person,
    made: u32,
    /// What nobody has changed yet: where it is, whose, and its id.
    untouched: Option<(String, Owner, String)>,
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

    /// The same thing for one after the other, until somebody changes it.
    async fn untouched(&mut self, path: &str, owner: Owner) -> String {
        match &self.untouched {
            Some((of, whose, id)) if of == path && *whose == owner => id.clone(),
            _ => {
                let id = self.id(path, owner).await;
                self.untouched = Some((path.to_owned(), owner, id.clone()));
                id
            }
        }
    }

    /// The id that a path asks for.
    async fn id(&mut self, path: &str, owner: Owner) -> String {
        let base = match path.split("/{").next().unwrap_or_default() {
            "/api/v1/workload-templates" => "/api/v1/workload-templates/workspaces",
            base => base,
        };
        let body = self.body("POST", base, owner).await;
        let answer = self.berth.send(self.administrator, "POST", base, &body).await;
        let json = answer.json();
        let id = json["meta"]["id"].as_str().or(json["id"].as_str()).map(str::to_owned);
        id.unwrap_or_else(|| panic!("{base} answered {}: {}", answer.status, answer.text))
    }

    /// What makes or changes something there. Data volumes belong to projects alone.
    async fn body(&mut self, method: &str, path: &str, owner: Owner) -> String {
        let meta = self.meta(path, owner);
        let (name, project) = (meta["name"].clone(), self.berth.project.to_string());
        let body = match (method, path) {
            ("POST", "/api/v1/datavolumes") => {
                json!({"name": name, "originPvcName": "data", "projectId": project})
            }
            (_, path) if path.contains("/datavolumes/") && path.ends_with("copes") => {
                json!({"add": [{"scopeType": "project", "scopeId": project}]})
            }
            (_, path) if path.contains("/datavolumes/") => json!({"description": "d"}),
            (
                "POST" | "PUT",
                "/api/v1/asset/datasource/secrets" | "/api/v1/asset/datasource/secrets/{id}",
            ) => {
                let id = Box::pin(self.id("/api/v1/asset/credentials/password/{id}", owner)).await;
                json!({"meta": meta, "spec": {"mountPath": "/secret", "credentialAssetId": id}})
            }
            (_, path) if path.contains("/workload-template") && !path.contains("templates") => {
                let id = Box::pin(self.id("/api/v1/asset/environment/{id}", owner)).await;
                json!({"meta": meta, "spec": {"assets": {"environment": id}}})
            }
            _ => json!({"meta": meta, "spec": spec(path)}),
        };
        body.to_string()
    }

    /// The status that `who` gets.
    async fn attempt(&mut self, method: &str, path: &str, who: &Person, owner: Owner) -> String {
        let body = match method {
            "POST" | "PUT" | "PATCH" => self.body(method, path, owner).await,
            _ => String::new(),
        };
        let mut full = path.to_owned();
        if let Some((before, rest)) = path.split_once('{') {
            let after = rest.split_once('}').map(|(_, after)| after).unwrap_or_default();
            full = format!("{before}{}{after}", self.untouched(path, owner).await);
        }
        if path.ends_with("datavolumes/name-availability") {
            full = format!("{path}?dataName=free&clusterId={}", self.berth.cluster);
        } else if path.ends_with("name-availability") {
            let meta = self.meta(path, owner);
            let of = |field: &str| meta[field].as_str().unwrap_or_default().to_owned();
            full = format!("{path}?templateName=free&scopeType={}", of("scopeType"));
            full.push_str(&format!("&scopeId={}", of("scopeId")));
        }
        let status = self.berth.send(who, method, &full, &body).await.status;
        if status.is_success() && method != "GET" {
            self.untouched = None;
        }
        status.as_u16().to_string()
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
        _ if of("registries") => {
            json!({"url": "https://127.0.0.1:1", "user": "a", "password": "b"})
        }
        _ if of("password") => json!({"user": "a", "password": "b"}),
        _ if of("access-key") => json!({"accessKeyId": "a", "secretAccessKey": "b"}),
        _ if of("docker-registry") => json!({"url": "https://r", "user": "a", "password": "b"}),
        _ if of("generic-secret") => json!({"keyValuePairs": [{"key": "a", "value": "b"}]}),
        _ if of("ngc-api-key") => json!({"ngc_api_key": "a"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn everybody_at_every_route() {
    let berth = Berth::start().await;
    let people = berth.everybody().await;
    let mut rehearsal =
        Rehearsal { berth: &berth, administrator: &people[7], made: 0, untouched: None };
    let mut table = String::new();
    for (method, path) in routes() {
        let mut line = format!("{method:<6} {path:<50}");
        for owner in [Owner::Account, Owner::Project] {
            for who in &people {
                let status = rehearsal.attempt(method, &path, who, owner).await;
                line.push_str(&format!(" {status}"));
            }
            line.push_str("  ");
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    // Columns: not signed in, without a role, viewer, data administrator, practitioner, project administrator,
    // department administrator, system administrator; first what belongs to the account, then what belongs to the
    // project `default`.
    insta::assert_snapshot!(table, @r"
    GET    /api/v1/asset/compute                              401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/compute                              401 404 403 403 403 403 403 202   401 404 403 403 202 202 202 202
    GET    /api/v1/asset/compute/{id}                         401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/compute/{id}                         401 404 403 403 403 403 403 202   401 404 403 403 202 202 202 202
    DELETE /api/v1/asset/compute/{id}                         401 404 403 403 403 403 403 202   401 404 403 403 202 202 202 202
    GET    /api/v1/asset/credentials                          401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    GET    /api/v1/asset/credentials/access-key               401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/credentials/access-key               401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/credentials/access-key/{id}          401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/credentials/access-key/{id}          401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/credentials/access-key/{id}          401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/credentials/docker-registry          401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/credentials/docker-registry          401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/credentials/docker-registry/{id}     401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/credentials/docker-registry/{id}     401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/credentials/docker-registry/{id}     401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/credentials/generic-secret           401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/credentials/generic-secret           401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/credentials/generic-secret/{id}      401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/credentials/generic-secret/{id}      401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/credentials/generic-secret/{id}      401 404 403 403 403 403 403 204   401 404 403 204 204 204 204 204
    GET    /api/v1/asset/credentials/ngc-api-key              401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/credentials/ngc-api-key              401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/credentials/ngc-api-key/{id}         401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/credentials/ngc-api-key/{id}         401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/credentials/ngc-api-key/{id}         401 404 403 403 403 403 403 204   401 404 403 204 204 204 204 204
    GET    /api/v1/asset/credentials/password                 401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/credentials/password                 401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/credentials/password/{id}            401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/credentials/password/{id}            401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/credentials/password/{id}            401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource                           401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    GET    /api/v1/asset/datasource/config-map                401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/datasource/config-map                401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/config-map/{id}           401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/datasource/config-map/{id}           401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/datasource/config-map/{id}           401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/git                       401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/datasource/git                       401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/git/{id}                  401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/datasource/git/{id}                  401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/datasource/git/{id}                  401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/host-path                 401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/datasource/host-path                 401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/host-path/{id}            401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/datasource/host-path/{id}            401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/datasource/host-path/{id}            401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/nfs                       401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/datasource/nfs                       401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/nfs/{id}                  401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/datasource/nfs/{id}                  401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/datasource/nfs/{id}                  401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/pvc                       401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/datasource/pvc                       401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/pvc/{id}                  401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/datasource/pvc/{id}                  401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/datasource/pvc/{id}                  401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/s3                        401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/datasource/s3                        401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/s3/{id}                   401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/datasource/s3/{id}                   401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/datasource/s3/{id}                   401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/secrets                   401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/datasource/secrets                   401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/datasource/secrets/{id}              401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/datasource/secrets/{id}              401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    DELETE /api/v1/asset/datasource/secrets/{id}              401 404 403 403 403 403 403 202   401 404 403 202 202 202 202 202
    GET    /api/v1/asset/environment                          401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/environment                          401 404 403 403 403 403 403 202   401 404 403 403 202 202 202 202
    GET    /api/v1/asset/environment/{id}                     401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/environment/{id}                     401 404 403 403 403 403 403 202   401 404 403 403 202 202 202 202
    DELETE /api/v1/asset/environment/{id}                     401 404 403 403 403 403 403 202   401 404 403 403 202 202 202 202
    GET    /api/v1/asset/registries                           401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/registries                           401 404 403 403 403 403 403 201   401 404 403 403 403 403 403 201
    GET    /api/v1/asset/registries/{assetId}/repositories    401 404 400 400 400 400 400 400   401 404 400 400 400 400 400 400
    GET    /api/v1/asset/registries/{assetId}/repositories/tags 401 404 400 400 400 400 400 400   401 404 400 400 400 400 400 400
    GET    /api/v1/asset/registries/{id}                      401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/registries/{id}                      401 404 403 403 403 403 403 200   401 404 403 403 403 403 403 200
    DELETE /api/v1/asset/registries/{id}                      401 404 403 403 403 403 403 204   401 404 403 403 403 403 403 204
    GET    /api/v1/asset/workload-template                    401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/asset/workload-template                    401 404 403 403 403 403 403 202   401 404 403 403 202 202 202 202
    GET    /api/v1/asset/workload-template/{id}               401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/asset/workload-template/{id}               401 404 403 403 403 403 403 202   401 404 403 403 202 202 202 202
    DELETE /api/v1/asset/workload-template/{id}               401 404 403 403 403 403 403 202   401 404 403 403 202 202 202 202
    GET    /api/v1/datavolumes                                401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/datavolumes                                401 404 403 201 403 201 201 201   401 404 403 201 403 201 201 201
    GET    /api/v1/datavolumes/count                          401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    GET    /api/v1/datavolumes/name-availability              401 404 204 204 204 204 204 204   401 404 204 204 204 204 204 204
    GET    /api/v1/datavolumes/{datavolumeId}/shared-scopes   401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PATCH  /api/v1/datavolumes/{datavolumeId}/shared-scopes   401 404 403 200 403 200 200 200   401 404 403 200 403 200 200 200
    GET    /api/v1/datavolumes/{datavolumeId}/sharedScopes    401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PATCH  /api/v1/datavolumes/{datavolumeId}/sharedScopes    401 404 403 200 403 200 200 200   401 404 403 200 403 200 200 200
    GET    /api/v1/datavolumes/{id}                           401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PATCH  /api/v1/datavolumes/{id}                           401 404 403 200 403 200 200 200   401 404 403 200 403 200 200 200
    DELETE /api/v1/datavolumes/{id}                           401 404 403 204 403 204 204 204   401 404 403 204 403 204 204 204
    GET    /api/v1/workload-templates                         401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    GET    /api/v1/workload-templates/count                   401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    GET    /api/v1/workload-templates/name-availability       401 404 403 403 403 403 403 204   401 404 403 403 204 204 204 204
    GET    /api/v1/workload-templates/workspaces              401 200 200 200 200 200 200 200   401 200 200 200 200 200 200 200
    POST   /api/v1/workload-templates/workspaces              401 404 403 403 403 403 403 202   401 404 403 403 202 202 202 202
    GET    /api/v1/workload-templates/workspaces/{id}         401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    PUT    /api/v1/workload-templates/workspaces/{id}         401 404 403 403 403 403 403 200   401 404 403 403 200 200 200 200
    PATCH  /api/v1/workload-templates/workspaces/{id}         401 404 403 403 403 403 403 200   401 404 403 403 200 200 200 200
    DELETE /api/v1/workload-templates/workspaces/{id}         401 404 403 403 403 403 403 204   401 404 403 403 204 204 204 204
    GET    /api/v1/workload-templates/{id}                    401 404 200 200 200 200 200 200   401 404 200 200 200 200 200 200
    ");
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
