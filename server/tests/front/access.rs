//! People and what they may, as stories at the door: what is taken away is gone at the next request, nobody gives more
//! than they have, and a password that somebody else chose opens nothing but the page to choose another.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use domain::{Scope, access::Role};
use serde_json::{Value, json};

use crate::common::{Answer, Berth, PASSWORD, Person};

const RULES: &str = "/api/v1/authorization/access-rules";

/// An administrator with a server.
struct Place {
    berth: Berth,
    ada: Person,
}

impl Place {
    async fn begin() -> Self {
        let berth = Berth::start().await;
        let ada = berth.person("ada@example.com", true, false).await;
        Self { berth, ada }
    }

    async fn ask(&self, who: &Person, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.berth.send(who, method, path, &body).await
    }

    /// As the administrator; fails on a refusal.
    async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.ask(&self.ada, method, path, body).await;
        assert!(answer.status.is_success(), "{method} {path}: {}", answer.text);
        answer.json()
    }

    fn rule(&self, kind: &str, subject: &str, role: Role, scope: Scope) -> Value {
        json!({"subjectType": kind, "subjectId": subject, "roleId": role.id(),
            "scopeType": scope.level().name(), "scopeId": scope.id()})
    }

    async fn token(&self, id: &str, secret: &str) -> Answer {
        let body =
            json!({"grantType": "client_credentials", "clientID": id, "clientSecret": secret});
        self.ask(&Person::Anonymous, "POST", "/api/v1/token", body).await
    }

    /// Who holds the token that was granted.
    fn program(answer: &Answer) -> Person {
        Person::Program(answer.json()["accessToken"].as_str().unwrap().to_owned())
    }

    async fn sign_in(&self, email: &str, password: &str) -> Person {
        Person::SignedIn(self.berth.control.sign_in(email, password, "here").await.unwrap().0)
    }

    /// Where a user is.
    async fn path_of(&self, email: &str) -> String {
        let path = format!("/api/v1/users?filterBy=username=={email}");
        let found = self.done("GET", &path, Value::Null).await;
        format!("/api/v1/users/{}", text(&found[0]["id"]))
    }

    /// The status of a list of projects, and how many there are.
    async fn projects(&self, who: &Person) -> (u16, usize) {
        let answer = self.ask(who, "GET", "/api/v1/org-unit/projects", Value::Null).await;
        let count = answer.json()["projects"].as_array().map_or(0, Vec::len);
        (answer.status.as_u16(), count)
    }
}

fn text(of: &Value) -> String {
    of.as_str().unwrap_or_else(|| panic!("{of} is no text")).to_owned()
}

#[tokio::test]
async fn a_temporary_password_opens_nothing_but_the_way_to_another() {
    let place = Place::begin().await;
    let made = place.done("POST", "/api/v1/users", json!({"email": "Mara@Example.com"})).await;
    assert_eq!(made["username"], "mara@example.com");
    let first = text(&made["tempPassword"]);
    let mara = place.sign_in("mara@example.com", &first).await;

    let (status, _) = place.projects(&mara).await;
    assert_eq!(status, 403);
    let page = place.berth.open(&mara, "/workloads").await;
    assert_eq!(page.status, 403, "a script is told, a person is sent on");
    let grant = json!({"grantType": "password", "username": "mara@example.com", "password": first});
    let refused = place.ask(&Person::Anonymous, "POST", "/api/v1/token", grant).await;
    assert_eq!(
        (refused.status.as_u16(), refused.message().as_str()),
        (400, "choose a password of your own first")
    );

    let change = |current: &str, new: &str| json!({"currentPassword": current, "newPassword": new});
    let path = "/api/v1/me/password";
    for (current, new, field) in [
        ("wrong", "another passphrase", "currentPassword"),
        (first.as_str(), "short", "newPassword"),
        (first.as_str(), first.as_str(), "newPassword"),
    ] {
        let refused = place.ask(&mara, "POST", path, change(current, new)).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text.contains(field), "{}", refused.text);
    }
    let done = place.ask(&mara, "POST", path, change(&first, "another passphrase")).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(place.projects(&mara).await.0, 401, "what was signed in before is over");
    let mara = place.sign_in("mara@example.com", "another passphrase").await;
    assert_eq!(place.projects(&mara).await, (200, 0), "without a rule there is nothing");
}

#[tokio::test]
async fn a_rule_counts_from_the_next_request_on_and_reaches_what_comes_later() {
    let place = Place::begin().await;
    let mara = place.berth.person("mara@example.com", false, false).await;
    let department = place.berth.control.world().projects[&place.berth.project].department;
    let scope = Scope::Department(department);
    let rule = place.rule("user", "mara@example.com", Role::Practitioner, scope);
    let rule = place.done("POST", RULES, rule).await;
    assert_eq!(place.projects(&mara).await, (200, 1));
    let new = json!({"name": "later", "clusterId": place.berth.cluster, "resources": []});
    place.done("POST", "/api/v1/org-unit/projects", new).await;
    assert_eq!(place.projects(&mara).await, (200, 2), "also what was made since");

    let again = place.rule("user", "mara@example.com", Role::Practitioner, scope);
    assert_eq!(place.done("POST", RULES, again).await["id"], rule["id"], "there is one of it");
    place.done("DELETE", &format!("{RULES}/{}", rule["id"]), Value::Null).await;
    assert_eq!(place.projects(&mara).await, (200, 0), "in a session that was open");
    let ended = place.done("GET", &format!("{RULES}?includeDeleted=true"), Value::Null).await;
    let ended = ended["accessRules"].as_array().unwrap().iter().find(|one| one["id"] == rule["id"]);
    assert!(ended.unwrap()["deletedAt"].is_string());
}

#[tokio::test]
async fn a_member_of_a_group_has_its_rules() {
    let place = Place::begin().await;
    let mara = place.berth.person("mara@example.com", false, false).await;
    let scope = Scope::Project(place.berth.project);
    place.done("POST", RULES, place.rule("group", "research", Role::Practitioner, scope)).await;
    place.done("POST", RULES, place.rule("group", "ops", Role::Viewer, Scope::Account)).await;
    assert_eq!(place.projects(&mara).await, (200, 0), "she is in no group");
    let path = place.path_of("mara@example.com").await;
    let user = place.done("PATCH", &path, json!({"groups": ["research", "unknown"]})).await;
    assert_eq!(user["groups"], json!(["research", "unknown"]));
    assert_eq!(place.projects(&mara).await, (200, 1), "in a session that was open");
    let own = place.ask(&mara, "GET", "/api/v1/authorization/me/access-rules", Value::Null).await;
    let own = own.json()["accessRules"]["accessRules"].clone();
    assert_eq!((own[0]["subjectType"].as_str(), own.as_array().unwrap().len()), (Some("group"), 1));

    // Whoever administrates users here, and less than a group may, puts nobody into it.
    let rights = [(Role::SystemAdministrator, scope)];
    let half = place.berth.person_with("half@example.com", rights).await;
    let mut told = String::new();
    for groups in [json!(["ops"]), json!(["a,b"]), json!([" "]), json!("ops"), json!([])] {
        let answer = place.ask(&half, "PATCH", &path, json!({"groups": groups})).await;
        told.push_str(&format!("{groups}: {} {}\n", answer.status.as_u16(), answer.message()));
    }
    insta::assert_snapshot!(told, @r#"
    ["ops"]: 403 half@example.com may not put somebody into group ops, which may more than they may
    ["a,b"]: 400 groups: Enter the name of a group: 1 to 254 characters, no commas
    [" "]: 400 groups: Enter the name of a group: 1 to 254 characters, no commas
    "ops": 400 groups: must be a list, not the text "ops"
    []: 200 
    "#);
    assert_eq!(place.projects(&mara).await, (200, 0), "out of the groups again");
}

#[tokio::test]
async fn nobody_gives_or_takes_more_than_they_have() {
    let place = Place::begin().await;
    let project = Scope::Project(place.berth.project);
    let lead =
        place.berth.person_with("lead@example.com", [(Role::ProjectAdministrator, project)]).await;
    place.berth.person("mara@example.com", false, false).await;
    let mut told = String::new();
    for (role, scope) in [
        (Role::Practitioner, project),
        (Role::ProjectAdministrator, project),
        (Role::SystemAdministrator, project),
        (Role::Practitioner, Scope::Account),
    ] {
        let body = place.rule("user", "mara@example.com", role, scope);
        let answer = place.ask(&lead, "POST", RULES, body).await;
        let status = answer.status.as_u16();
        told.push_str(&format!(
            "{role} on {}: {status} {}\n",
            scope.level().noun(),
            answer.message()
        ));
    }
    // Rules of others on the account are not theirs to see, and so not theirs to end.
    let all = place.done("GET", &format!("{RULES}?scopeType=tenant"), Value::Null).await;
    let of_ada = all["accessRules"][0]["id"].to_string();
    let taken = place.ask(&lead, "DELETE", &format!("{RULES}/{of_ada}"), Value::Null).await;
    told.push_str(&format!("ending the administrator's: {}\n", taken.status.as_u16()));
    // A user who may more is nobody's to take over.
    let path = format!("{}/password", place.path_of("ada@example.com").await);
    place.berth.person_with("half@example.com", [(Role::SystemAdministrator, project)]).await;
    let half = place.sign_in("half@example.com", PASSWORD).await;
    let over = place.ask(&half, "POST", &path, Value::Null).await;
    told.push_str(&format!("taking over: {} {}\n", over.status.as_u16(), over.message()));
    insta::assert_snapshot!(told, @r"
    AI practitioner on project: 201 
    Project administrator on project: 201 
    System administrator on project: 403 lead@example.com may not give the role System administrator there, which allows more than they may
    AI practitioner on account: 403 lead@example.com may not create access rules
    ending the administrator's: 404
    taking over: 403 half@example.com may not change ada@example.com, who may more than they may
    ");
}

#[tokio::test]
async fn an_administrator_is_left() {
    let place = Place::begin().await;
    let rules = place.done("GET", &format!("{RULES}?roleId=1"), Value::Null).await;
    let path = format!("{RULES}/{}", rules["accessRules"][0]["id"]);
    let refused = place.ask(&place.ada, "DELETE", &path, Value::Null).await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.text.contains("last local user who administrates everything"),
        "{}",
        refused.text
    );
    let batch =
        json!({"action": "validate_delete", "ids": [rules["accessRules"][0]["id"].to_string()]});
    let tried = place.done("POST", &format!("{RULES}/batch"), batch).await;
    assert_eq!(tried["failed"][0]["code"], 400);

    let users = place.done("GET", "/api/v1/users", Value::Null).await;
    let own = format!("/api/v1/users/{}", text(&users[0]["id"]));
    assert_eq!(place.ask(&place.ada, "DELETE", &own, Value::Null).await.status, 400);
    // A second one may end the first.
    let eve = place.berth.person("eve@example.com", true, false).await;
    assert_eq!(place.ask(&eve, "DELETE", &own, Value::Null).await.status, 204);
    assert_eq!(place.projects(&place.ada).await.0, 401, "the session ended with the user");
}

#[tokio::test]
async fn a_service_account_works_within_its_rules_while_it_is_enabled() {
    let place = Place::begin().await;
    let accounts = "/api/v1/service-accounts";
    let made = place.done("POST", accounts, json!({"name": "nightly"})).await;
    let (id, client) = (text(&made["id"]), text(&made["clientId"]));
    let secret = text(&made["clientSecret"]);
    let listed = place.done("GET", "/api/v1/apps", Value::Null).await;
    assert!(!listed.to_string().contains(&secret), "a secret is said once");
    assert_eq!(listed[0]["clientId"], made["clientId"], "two names for one thing");

    let program = Place::program(&place.token(&client, &secret).await);
    assert_eq!(place.projects(&program).await, (200, 0));
    let project = Scope::Project(place.berth.project);
    let rule = place.rule("app", &client, Role::Practitioner, project);
    assert_eq!(place.done("POST", RULES, rule).await["subjectType"], "service-account");
    let body: Value = serde_json::from_str(&place.berth.workspace("by-night", 0)).unwrap();
    let made = place.ask(&program, "POST", "/api/v1/workloads/workspaces", body).await;
    assert_eq!(made.status, 202, "{}", made.text);

    let new = place.done("POST", &format!("{accounts}/{id}/secret"), Value::Null).await;
    let new = text(&new["clientSecret"]);
    assert_eq!(place.token(&client, &secret).await.status, 400, "the old secret has ended");
    place.done("PATCH", &format!("{accounts}/{id}"), json!({"enabled": false})).await;
    assert_eq!(place.token(&client, &new).await.status, 400);
    assert_eq!(place.projects(&program).await.0, 401, "and what was granted opens nothing");
    for (name, status) in [("nightly", 409), ("Nightly", 400), ("n", 400)] {
        let answer = place.ask(&place.ada, "POST", accounts, json!({"name": name})).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text);
    }
    place.done("DELETE", &format!("{accounts}/{id}"), Value::Null).await;
    let rules =
        place.done("GET", &format!("{RULES}?subjectType=service-account"), Value::Null).await;
    assert_eq!(rules["totalRecords"], 0, "its rules end with it");
}

#[tokio::test]
async fn an_access_key_acts_as_its_user_and_ends_with_them() {
    let place = Place::begin().await;
    let mara = place.berth.person("mara@example.com", false, true).await;
    let keys = "/api/v1/access-keys";
    let made = place.ask(&mara, "POST", keys, json!({"name": "laptop"})).await.json();
    let program =
        Place::program(&place.token(&text(&made["clientId"]), &text(&made["clientSecret"])).await);
    assert_eq!(place.projects(&program).await, (200, 1));
    let own =
        place.ask(&program, "GET", "/api/v1/authorization/me/access-rules", Value::Null).await;
    assert_eq!(own.json()["accessRules"]["accessRules"][0]["subjectId"], "mara@example.com");
    let others = place.ask(&place.ada, "GET", keys, Value::Null).await.json();
    assert_eq!(others, json!({"accessKeys": []}), "keys are their user's business");
    for number in 1..domain::access::KEYS_MAX {
        let name = json!({"name": format!("key-{number}")});
        assert_eq!(place.ask(&mara, "POST", keys, name).await.status, 201);
    }
    let many = place.ask(&mara, "POST", keys, json!({"name": "one-more"})).await;
    assert_eq!((many.status.as_u16(), many.message().contains("At most 20")), (400, true));

    let path = place.path_of("mara@example.com").await;
    place.done("DELETE", &path, Value::Null).await;
    assert_eq!(place.projects(&program).await.0, 401);
    assert!(place.berth.control.world().applications.is_empty());
}

#[tokio::test]
async fn signing_somebody_out_ends_sessions_and_tokens() {
    let place = Place::begin().await;
    let mara = place.berth.person("mara@example.com", false, true).await;
    let grant = json!({"grantType": "password", "username": "mara@example.com",
        "password": PASSWORD});
    let granted = place.ask(&Person::Anonymous, "POST", "/api/v1/token", grant).await;
    let refresh = text(&granted.json()["refreshToken"]);
    let program = Place::program(&granted);
    let refreshing = json!({"grantType": "refresh_token", "refreshToken": refresh});
    let again = place.ask(&Person::Anonymous, "POST", "/api/v1/token", refreshing.clone()).await;
    assert_eq!(place.projects(&Place::program(&again)).await, (200, 1));
    let as_token = Person::Program(refresh);
    assert_eq!(place.projects(&as_token).await.0, 401, "it is good for another token alone");

    let path = format!("{}/logout", place.path_of("mara@example.com").await);
    place.done("POST", &path, Value::Null).await;
    assert_eq!(place.projects(&mara).await.0, 401);
    assert_eq!(place.projects(&program).await.0, 401);
    let late = place.ask(&Person::Anonymous, "POST", "/api/v1/token", refreshing).await;
    assert_eq!(late.status, 400);
}

#[tokio::test]
async fn everybody_learns_what_they_may_and_where() {
    let place = Place::begin().await;
    let project = Scope::Project(place.berth.project);
    let mara = place.berth.person_with("mara@example.com", [(Role::Practitioner, project)]).await;
    let mut told = String::new();
    for of in ["workspaces", "nodes", "environments", "department", "nothing"] {
        let body = json!({"resourceType": of});
        let path = "/api/v1/authorization/permitted-scopes";
        let answer = place.ask(&mara, "POST", path, body).await;
        let json = answer.json();
        let words = |action: &str| {
            let of = &json[action];
            let (clusters, projects) = (of["clusters"].as_array(), of["projects"].as_array());
            let count = |all: Option<&Vec<Value>>| all.map_or(0, Vec::len);
            format!("{action} {} clusters {} projects", count(clusters), count(projects))
        };
        let (create, read) = (words("create"), words("read"));
        told.push_str(&format!("{of}: {} {create}, {read}\n", answer.status.as_u16()));
    }
    insta::assert_snapshot!(told, @r"
    workspaces: 200 create 0 clusters 1 projects, read 0 clusters 1 projects
    nodes: 200 create 0 clusters 0 projects, read 1 clusters 0 projects
    environments: 200 create 0 clusters 1 projects, read 0 clusters 1 projects
    department: 200 create 0 clusters 0 projects, read 0 clusters 0 projects
    nothing: 400 create 0 clusters 0 projects, read 0 clusters 0 projects
    ");
    let all =
        place.ask(&mara, "GET", "/api/v1/authorization/permissions", Value::Null).await.json();
    let of = |name: &str| all.as_array().unwrap().iter().find(|one| one["resourceType"] == name);
    assert_eq!(of("workspaces").unwrap()["actions"], json!(["create", "read", "update", "delete"]));
    assert!(of("settings").is_none());
    let roles = place.ask(&mara, "GET", "/api/v1/authorization/roles", Value::Null).await.json();
    assert_eq!(roles.as_array().unwrap().len(), Role::ALL.len());
}
