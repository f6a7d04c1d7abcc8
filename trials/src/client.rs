//! A client of the REST interface, with an application's token.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, Method, Response, StatusCode, redirect::Policy};
use serde_json::{Value, json};

use crate::berth::{ADMIN, CLIENT};

/// Rows asked for at once; the interface gives no more.
const PAGE: usize = 500;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a workspace may take until it runs, on a slow machine.
const START_WITHIN: Duration = Duration::from_secs(60);

/// Somebody with a token. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rest {
    client: Client,
    url: String,
    pub token: String,
    pub project: String,
    pub cluster: String,
}

impl Rest {
    /// Asks for a token, and where workspaces may be.
    pub async fn sign_in(url: &str) -> Result<Self> {
        // Who asks at the port of a program that was just killed may even reach itself, and would
        // wait for ever.
        let client = Client::builder().timeout(PATIENCE).build()?;
        let asked = json!({
            "grantType": "client_credentials", "clientID": CLIENT.0, "clientSecret": CLIENT.1,
        });
        let answer = client.post(format!("{url}/api/v1/token")).json(&asked).send().await?;
        let token: Value = answer.error_for_status()?.json().await?;
        let token = token["accessToken"].as_str().context("no token")?.to_owned();
        let url = url.to_owned();
        let mut rest = Self { client, url, token, project: String::new(), cluster: String::new() };
        let projects = rest.get("/api/v1/org-unit/projects").await?;
        let clusters = rest.get("/api/v1/clusters").await?;
        rest.project = text(&projects["projects"][0]["id"])?;
        rest.cluster = text(&clusters[0]["uuid"])?;
        Ok(rest)
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Response> {
        let request = self.client.request(method, format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        Ok(request.send().await?)
    }

    pub async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.send(Method::GET, path, None).await?;
        let status = answer.status();
        let text = answer.text().await?;
        if status != StatusCode::OK {
            bail!("{path}: {status}: {text}");
        }
        Ok(serde_json::from_str(&text)?)
    }

    /// Every workload, the deleted ones too if `deleted`.
    pub async fn workloads(&self, deleted: bool) -> Result<Vec<Value>> {
        let mut all = vec![];
        loop {
            let path = format!(
                "/api/v1/workloads?limit={PAGE}&offset={}&deleted={deleted}&sortBy=createdAt",
                all.len()
            );
            let mut page = self.get(&path).await?;
            let rows = page["workloads"].as_array_mut().context("no workloads")?;
            let is_last = rows.len() < PAGE;
            all.append(rows);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Asks for a workspace.
    pub async fn create(&self, name: &str, spec: Value) -> Result<Response> {
        let body = json!({
            "name": name, "projectId": self.project, "clusterId": self.cluster, "spec": spec,
        });
        self.send(Method::POST, "/api/v1/workloads/workspaces", Some(body)).await
    }
}

impl Rest {
    /// Makes a workspace that runs; gives its id.
    pub async fn running(&self, name: &str, spec: Value) -> Result<String> {
        let made: Value = self.create(name, spec).await?.error_for_status()?.json().await?;
        let id = text(&made["workloadId"])?;
        let until = Instant::now() + START_WITHIN;
        loop {
            let seen = self.get(&format!("/api/v1/workloads/{id}")).await?;
            if seen["phase"] == "Running" {
                return Ok(id);
            }
            ensure!(Instant::now() < until, "it does not run: {seen:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The cookie of the administrator's session, as a browser has it.
pub async fn cookie(url: &str) -> Result<String> {
    // The answer leads on to the page; the cookie comes before that.
    let client = Client::builder().redirect(Policy::none()).build()?;
    let form = format!("email={}&password={}", ADMIN.0, ADMIN.1.replace(' ', "+"));
    let answer = client
        .post(format!("{url}/sign-in"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(form)
        .send()
        .await?;
    let cookie = answer.headers().get("set-cookie").context("no cookie")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// A text, or a number as text.
fn text(value: &Value) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        other => bail!("{other} is no id"),
    }
}
