//! A server without a socket: its front over a fresh SQLite file, and people at its doors.
#![allow(clippy::unwrap_used, dead_code, reason = "shared by tests, each of which uses a part")]

pub mod contract;
pub mod terminal;
pub mod violations;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    ServiceExt as _,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use cluster::simulated::{SimulatedDriver, one_machine};
use control::{
    ControlPlane, FirstAccounts, NewRule, SubjectName,
    clock::{Clock, SystemChance, SystemClock},
    secrets::Keyring,
};
use domain::{
    ClusterId, ProjectId, Scope,
    access::{Actor, Role, SubjectKind},
    tool::{Apart, Gateway},
};
use serde_json::{Value, json};
use server::{
    Doors, Front,
    tools::{Desk, Main},
};
use store::{DatabaseUrl, Store};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// The password of everybody.
pub const PASSWORD: &str = "a long enough passphrase";
const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Every method and path of the interface that is about what belongs to a place (assets and
/// templates), or that is not. Each stands in the table of one permission test.
pub fn operations_of_places(wanted: bool) -> Vec<(&'static str, String)> {
    let all = server::rest::operations().into_iter();
    let is_of_place = |path: &str| {
        ["/api/v1/asset/", "/api/v1/workload-templates", "/api/v1/datavolumes"]
            .iter()
            .any(|of| path.starts_with(of))
    };
    all.filter(|(_, path)| is_of_place(path) == wanted).collect()
}

/// What `berth policy test` says of each of these cases.
pub fn tested_offline(cases: &[Value]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.json");
    std::fs::write(&file, json!({"cases": cases}).to_string()).unwrap();
    let told = std::process::Command::new(env!("CARGO_BIN_EXE_berth"))
        .args(["policy", "test", "--format", "json"])
        .arg(&file)
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    told["files"][0]["cases"].as_array().cloned().unwrap_or_default()
}

/// The kinds of bodies.
pub const JSON: &str = "application/json";

/// A running Berth; it ends with the value.
pub struct Berth {
    pub control: ControlPlane,
    pub cluster: ClusterId,
    pub project: ProjectId,
    front: Front,
    _loops: JoinSet<()>,
    _folder: TempDir,
}

/// Who sends a request.
#[derive(Clone, Debug)]
pub enum Person {
    Anonymous,
    /// With this session in the cookie.
    SignedIn(String),
    /// A program, with this access token.
    Program(String),
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body, or null where it is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The sentence of a refusal.
    pub fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }
}

impl Berth {
    /// A first start, with a cluster that reports its nodes.
    pub async fn start() -> Self {
        Self::start_at(ADDRESS, Arc::new(SystemClock), None).await
    }

    /// The same behind a socket, by another clock, with tools below `localhost`.
    pub async fn with_tools(clock: Arc<dyn Clock>) -> (Self, String) {
        let listener = tokio::net::TcpListener::bind(ADDRESS).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (domain, port) = ("localhost".to_owned(), Some(address.port()));
        let apart = Apart::Names { domain, port, takes_names: false };
        let (names, origin) = (vec!["127.0.0.1".to_owned()], format!("http://{address}"));
        let tools = (Gateway { scheme: "http", apart }, Main::Named { names, origin });
        let berth = Self::start_at(address, clock, Some(tools)).await;
        berth.serve(listener);
        (berth, format!("http://{address}"))
    }

    async fn start_at(
        address: SocketAddr,
        clock: Arc<dyn Clock>,
        tools: Option<(Gateway, Main)>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
        let store = Store::open(&database).await.unwrap();
        let control = ControlPlane::open(store, clock, Arc::new(SystemChance)).await.unwrap();
        control.unlock(Keyring::read(&"5a".repeat(32)).unwrap());
        let cluster = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap().cluster;
        let state = folder.path().join("simulated.json");
        let driver = SimulatedDriver::open(&state, None, one_machine()).unwrap();
        control.drive(cluster, Arc::new(driver));
        let loops = control.start();
        let project = *control.world().projects.keys().next().unwrap();
        let mut doors = Doors::of(&control, address).await.unwrap();
        if let Some((gateway, main)) = tools {
            doors.tools = Some(Desk::open(&doors, gateway, main).await.unwrap());
        }
        let front = server::everything(doors);
        let berth = Self { control, cluster, project, front, _loops: loops, _folder: folder };
        berth.until_nodes_are_seen().await;
        berth
    }

    /// The same server behind a socket; it ends with the test.
    pub async fn listen(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind(ADDRESS).await.unwrap();
        let address = listener.local_addr().unwrap();
        self.serve(listener);
        address
    }

    fn serve(&self, listener: tokio::net::TcpListener) {
        let service = self.front.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async { axum::serve(listener, service).await });
    }

    async fn until_nodes_are_seen(&self) {
        for _ in 0..200 {
            if self.control.world().nodes.values().any(|nodes| !nodes.is_empty()) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the simulated cluster reported no nodes within ten seconds");
    }

    /// Somebody with an account and a session.
    pub async fn person(&self, email: &str, is_admin: bool, is_member: bool) -> Person {
        let admin = is_admin.then_some((Role::SystemAdministrator, Scope::Account));
        let member = is_member.then_some((Role::Practitioner, Scope::Project(self.project)));
        self.person_with(email, admin.into_iter().chain(member)).await
    }

    /// Somebody with an account, a session and these roles on these places.
    pub async fn person_with(
        &self,
        email: &str,
        roles: impl IntoIterator<Item = (Role, Scope)>,
    ) -> Person {
        let berth = Actor::berth();
        self.control.create_user(&berth, email, PASSWORD).await.unwrap();
        for (role, scope) in roles {
            let subject = SubjectName { kind: SubjectKind::User, id: email.to_owned() };
            let rule = NewRule { subject, role, scope };
            self.control.create_access_rule(&berth, rule).await.unwrap();
        }
        Person::SignedIn(self.control.sign_in(email, PASSWORD, "test").await.unwrap().0)
    }

    /// One of everybody, in the order of the columns of the permission tables: who is not signed in, who has no
    /// role, one of each role on the project or the department `default`, and the system administrator.
    pub async fn everybody(&self) -> [Person; 8] {
        let project = Scope::Project(self.project);
        let department = Scope::Department(self.control.world().projects[&self.project].department);
        let with = async |name: &str, role, scope| {
            self.person_with(&format!("{name}@example.com"), [(role, scope)]).await
        };
        [
            Person::Anonymous,
            self.person("stranger@example.com", false, false).await,
            with("viewer", Role::Viewer, project).await,
            with("data", Role::DataAdministrator, project).await,
            with("practitioner", Role::Practitioner, project).await,
            with("project", Role::ProjectAdministrator, project).await,
            with("department", Role::DepartmentAdministrator, department).await,
            with("administrator", Role::SystemAdministrator, Scope::Account).await,
        ]
    }

    /// Sends a request as a page of ours would.
    pub async fn send(&self, who: &Person, method: &str, path: &str, body: &str) -> Answer {
        self.send_from("same-origin", who, method, path, body.to_owned()).await
    }

    /// Sends a request; `site` is what the browser says of the page that made it.
    pub async fn send_from(
        &self,
        site: &str,
        who: &Person,
        method: &str,
        path: &str,
        body: String,
    ) -> Answer {
        let kind = [(header::CONTENT_TYPE.as_str(), JSON)];
        let answer = self.send_as(&kind, site, who, method, path, body).await;
        contract::check(method, path, answer.status.as_u16(), &answer.text);
        answer
    }

    /// Sends a request with a header of its own.
    pub async fn send_with(
        &self,
        who: &Person,
        method: &str,
        path: &str,
        (name, value): (&str, &str),
        body: &str,
    ) -> Answer {
        let headers = [(header::CONTENT_TYPE.as_str(), JSON), (name, value)];
        let body = body.to_owned();
        let answer = self.send_as(&headers, "same-origin", who, method, path, body).await;
        contract::check(method, path, answer.status.as_u16(), &answer.text);
        answer
    }

    /// Sends the arguments of a server function, as a page of ours does.
    pub async fn call(&self, who: &Person, path: &str, body: String) -> Answer {
        let kind = [(header::CONTENT_TYPE.as_str(), JSON)];
        self.send_as(&kind, "same-origin", who, "POST", path, body).await
    }

    /// A page, as somebody opens it.
    pub async fn open(&self, who: &Person, path: &str) -> Answer {
        self.send_as(&[], "none", who, "GET", path, String::new()).await
    }

    async fn send_as(
        &self,
        headers: &[(&str, &str)],
        site: &str,
        who: &Person,
        method: &str,
        path: &str,
        body: String,
    ) -> Answer {
        let method: Method = method.parse().unwrap();
        let request = Request::builder().method(method).uri(path).header("sec-fetch-site", site);
        let request = headers.iter().fold(request, |to, (name, value)| to.header(*name, *value));
        let request = match who {
            Person::Anonymous => request,
            Person::SignedIn(token) => request.header(header::COOKIE, format!("berth={token}")),
            Person::Program(token) => {
                request.header(header::AUTHORIZATION, format!("Bearer {token}"))
            }
        };
        let request = request.body(Body::from(body)).unwrap();
        let response = self.front.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 24).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// The body that makes a workspace with this many GPUs in the project `default`.
    pub fn workspace(&self, name: &str, gpus: u32) -> String {
        json!({
            "name": name,
            "projectId": self.project.to_string(),
            "clusterId": self.cluster,
            "spec": {"image": "jupyter/base-notebook", "compute": {"gpuDevicesRequest": gpus}},
        })
        .to_string()
    }
}
