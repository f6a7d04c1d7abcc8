//! One question to a registry, with redirects and tokens, each step of it bounded.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{
    Response, StatusCode, Url,
    header::{self, HeaderMap},
};
use serde::Deserialize;

use crate::{
    ANSWER_MAX, Client, Login, Reach, Registry, Trouble, address::NotThere, challenge::Challenge,
};

/// Redirects of one request.
const HOPS_MAX: usize = 3;

/// The registry that is asked, on whose behalf, and the token that it wanted.
pub(crate) struct Asking<'a> {
    client: &'a Client,
    pub registry: &'a Registry,
    login: Option<&'a Login>,
    authorization: Option<String>,
}

/// An answer that was read to its end.
pub(crate) struct Answer {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

#[derive(Deserialize)]
struct Token {
    #[serde(alias = "access_token")]
    token: String,
}

impl<'a> Asking<'a> {
    pub fn of(client: &'a Client, registry: &'a Registry, login: Option<&'a Login>) -> Self {
        Self { client, registry, login, authorization: None }
    }

    /// What the registry has at `path`.
    pub async fn get(&mut self, path: &str, accept: &str) -> Result<Answer, Trouble> {
        let url = self.registry.base.join(path);
        let url = url.map_err(|_| Trouble::Nonsense("an address that is none".to_owned()))?;
        if url.origin() != self.registry.base.origin() {
            let host = url.host_str().unwrap_or_default().to_owned();
            return Err(Trouble::Refused(host, "the registry goes on there"));
        }
        let first = self.follow(url.clone(), accept).await?;
        // Whoever else was led to may want what he likes.
        let is_own = first.url().origin() == self.registry.base.origin();
        let answer = match (first.status(), &self.authorization) {
            (StatusCode::UNAUTHORIZED, None) if is_own => {
                self.authorize(&first).await?;
                self.follow(url, accept).await?
            }
            _ => first,
        };
        match answer.status() {
            StatusCode::OK => read(answer).await,
            StatusCode::NOT_FOUND => Err(Trouble::Missing),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Trouble::Denied),
            StatusCode::TOO_MANY_REQUESTS => {
                Err(Trouble::Nonsense("that it was asked too often; try again later".to_owned()))
            }
            status => Err(Trouble::Nonsense(format!("with the status {}", status.as_u16()))),
        }
    }

    /// Sends a request and follows where it leads. Name and password stay with the registry.
    async fn follow(&self, mut url: Url, accept: &str) -> Result<Response, Trouble> {
        for _ in 0..=HOPS_MAX {
            let reach = self.registry.reach_of(&url)?;
            let mut request =
                self.client.http(reach).get(url.clone()).header(header::ACCEPT, accept);
            let is_own = url.origin() == self.registry.base.origin();
            if let Some(authorization) = self.authorization.as_ref().filter(|_| is_own) {
                request = request.header(header::AUTHORIZATION, authorization);
            }
            let answer = request.send().await.map_err(|wrong| trouble(&url, &wrong))?;
            if !answer.status().is_redirection() {
                return Ok(answer);
            }
            let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            let next = to.and_then(|to| url.join(to).ok());
            url = next.ok_or_else(|| Trouble::Nonsense("with a redirect to nowhere".to_owned()))?;
        }
        Err(Trouble::Nonsense(format!("with more than {HOPS_MAX} redirects")))
    }

    /// Gets what the registry wants before it answers.
    async fn authorize(&mut self, answer: &Response) -> Result<(), Trouble> {
        let wanted = answer.headers().get(header::WWW_AUTHENTICATE).and_then(|h| h.to_str().ok());
        match wanted.and_then(Challenge::read) {
            Some(Challenge::Basic) => {
                let login = self.login.ok_or(Trouble::Denied)?;
                self.authorization = Some(basic(login));
                Ok(())
            }
            Some(Challenge::Bearer { realm, service, scope }) => {
                let mut url = Url::parse(&realm)
                    .map_err(|_| Trouble::Nonsense("with a realm that is no address".to_owned()))?;
                let said = [("service", service), ("scope", scope)];
                for (name, value) in said.into_iter().filter_map(|(n, v)| Some((n, v?))) {
                    url.query_pairs_mut().append_pair(name, &value);
                }
                self.authorization = Some(self.token(url).await?);
                Ok(())
            }
            None => Err(Trouble::Denied),
        }
    }

    async fn token(&self, url: Url) -> Result<String, Trouble> {
        let reach: Reach = self.registry.reach_of(&url)?;
        let mut request = self.client.http(reach).get(url.clone());
        if let Some(login) = self.login {
            request = request.header(header::AUTHORIZATION, basic(login));
        }
        let answer = request.send().await.map_err(|wrong| trouble(&url, &wrong))?;
        match answer.status() {
            StatusCode::OK => {
                let body = read(answer).await?.body;
                let token = serde_json::from_slice::<Token>(&body);
                let token =
                    token.map_err(|_| Trouble::Nonsense("with a token that is none".to_owned()))?;
                Ok(format!("Bearer {}", token.token))
            }
            _ => Err(Trouble::Denied),
        }
    }
}

fn basic(login: &Login) -> String {
    let pair = format!("{}:{}", login.user, login.password.reveal());
    format!("Basic {}", STANDARD.encode(pair))
}

/// Reads an answer to its end, or gives up when it has none.
async fn read(mut answer: Response) -> Result<Answer, Trouble> {
    if answer.content_length().is_some_and(|length| length > ANSWER_MAX as u64) {
        return Err(Trouble::TooLarge);
    }
    let headers = answer.headers().clone();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| Trouble::Unreachable)? {
        if body.len() + chunk.len() > ANSWER_MAX {
            return Err(Trouble::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { headers, body })
}

fn trouble(url: &Url, wrong: &reqwest::Error) -> Trouble {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(wrong);
    while let Some(one) = cause {
        if let Some(not_there) = one.downcast_ref::<NotThere>() {
            return Trouble::Refused(url.host_str().unwrap_or_default().to_owned(), not_there.why);
        }
        cause = one.source();
    }
    if wrong.is_timeout() { Trouble::Slow } else { Trouble::Unreachable }
}
