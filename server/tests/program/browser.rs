//! A browser as far as opening tools goes: it keeps cookies by host, follows redirects, and says what a person would
//! see. Every name leads to the one Berth, as it does below `localhost`; an address leads where it says.

#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy does not see as such")]

use std::collections::BTreeMap;

use reqwest::{Client, ClientBuilder, Method, StatusCode, Url, header, redirect::Policy};

/// A client that asks without encryption: to read everything that a system trusts takes longer than most requests.
pub fn plain() -> ClientBuilder {
    testkit::tls::provide();
    Client::builder().tls_certs_only([])
}

/// Redirects that are followed in a row.
const HOPS_MAX: usize = 10;

pub struct Browser {
    client: Client,
    berth: String,
    jar: BTreeMap<String, BTreeMap<String, String>>,
}

/// Where somebody ended up.
#[derive(Debug)]
pub struct Seen {
    pub status: StatusCode,
    pub url: Url,
    pub text: String,
}

impl Browser {
    /// A browser with nothing in it; `berth` is `http://127.0.0.1:4000`.
    pub fn new(berth: &str) -> Self {
        let client = plain().redirect(Policy::none()).build().unwrap();
        Self { client, berth: berth.to_owned(), jar: BTreeMap::new() }
    }

    /// Signs in at Berth.
    pub async fn sign_in(&mut self, email: &str, password: &str) {
        let url = format!("{}/sign-in", self.berth);
        let form = [("email", email), ("password", password)];
        let body = serde_urlencoded::to_string(form).unwrap();
        let answer = self.ask(Method::POST, &url, Some(body)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }

    /// Presses the button Sign out.
    pub async fn sign_out(&mut self) {
        let page = self.open(&format!("{}/workloads", self.berth)).await.text;
        let token =
            page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let form = format!("csrf={}", token.unwrap_or_default());
        let url = format!("{}/sign-out", self.berth);
        let answer = self.ask(Method::POST, &url, Some(form)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }

    /// Opens an address, and goes wherever it leads.
    pub async fn open(&mut self, url: &str) -> Seen {
        let mut url = url.to_owned();
        for _ in 0..HOPS_MAX {
            let Answer { status, location, text } = self.ask(Method::GET, &url, None).await;
            match location.filter(|_| status.is_redirection()) {
                Some(next) => url = Url::parse(&url).unwrap().join(&next).unwrap().into(),
                None => return Seen { status, url: Url::parse(&url).unwrap(), text },
            }
        }
        panic!("it was led around in circles, at last to {url}");
    }

    /// The cookies of a host.
    pub fn cookies(&self, host: &str) -> &BTreeMap<String, String> {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        self.jar.get(host).unwrap_or(&NONE)
    }

    /// Puts a cookie where none should be.
    pub fn plant(&mut self, host: &str, name: &str, value: &str) {
        self.jar.entry(host.into()).or_default().insert(name.into(), value.into());
    }

    /// One request, as a person makes it who follows a link or sends a form of this origin.
    pub async fn ask(&mut self, method: Method, url: &str, form: Option<String>) -> Answer {
        let url = Url::parse(url).unwrap();
        let host = url.host_str().unwrap().to_owned();
        let authority = url.authority().to_owned();
        let there = match url.host() {
            Some(url::Host::Ipv4(_)) => url.to_string(),
            _ => format!("{}{}", self.berth, &url[url::Position::BeforePath..]),
        };
        let cookies: Vec<_> =
            self.cookies(&host).iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.client.request(method, there);
        request = request.header(header::HOST, &authority).header(header::ACCEPT, "text/html");
        request = request.header(header::COOKIE, cookies.join("; "));
        if let Some(form) = form {
            request = request.header(header::ORIGIN, format!("http://{authority}"));
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            request = request.body(form);
        }
        let answer = request.send().await.unwrap();
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            assert!(!line.to_lowercase().contains("domain="), "{line}");
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.plant(&host, name, value);
        }
        let location = answer.headers().get(header::LOCATION);
        let location = location.map(|to| to.to_str().unwrap().to_owned());
        Answer { status: answer.status(), location, text: answer.text().await.unwrap() }
    }
}

/// What one request was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub text: String,
}
