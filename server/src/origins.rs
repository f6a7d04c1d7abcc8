//! Under which names browsers find Berth and the tools of workspaces: as `--public-url` and `--tools-domain` say, and
//! without them, on a machine that only its own browser reaches, below `localhost`, whose names all lead home
//! (RFC 6761).

use std::net::SocketAddr;

use axum::http::Uri;
use domain::tool::Gateway;

use crate::tools::Main;

/// What was said about names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    public: Option<Public>,
    domain: Option<String>,
}

/// Berth's own address, as browsers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Public {
    scheme: &'static str,
    host: String,
    port: Option<u16>,
}

impl Origins {
    /// Reads both settings; a wrong one is given back by its flag, with what would be right.
    pub fn of(url: Option<&str>, domain: Option<&str>) -> Result<Self, (&'static str, String)> {
        let public = url.map(|text| {
            public(text).ok_or_else(|| {
                let wrong =
                    format!("{text:?} is no origin; one looks like https://berth.example.org");
                ("--public-url (BERTH_PUBLIC_URL, public_url)", wrong)
            })
        });
        let domain = domain.map(|text| match is_domain(text) {
            true => Ok(text.to_ascii_lowercase()),
            false => {
                let wrong = format!("{text:?} is no domain; one looks like tools.example.org");
                Err(("--tools-domain (BERTH_TOOLS_DOMAIN, tools_domain)", wrong))
            }
        });
        Ok(Self { public: public.transpose()?, domain: domain.transpose()? })
    }

    /// Where tools are opened, and where Berth itself is; `None` where no name is known that tools could have.
    pub fn gateway(&self, listens: SocketAddr) -> Option<(Gateway, Main)> {
        let is_home = listens.ip().is_loopback();
        let home = is_home.then(|| "localhost".to_owned());
        match &self.public {
            Some(Public { scheme, host, port }) => {
                let own = (host == "localhost").then(|| host.clone());
                let domain = self.domain.clone().or(own)?;
                let gateway = Gateway { scheme, domain, port: *port, takes_names: true };
                let origin = gateway_origin(scheme, host, *port);
                Some((gateway, Main { names: vec![host.clone()], origin }))
            }
            None => {
                let domain = self.domain.clone().or(home)?;
                let port = Some(listens.port()).filter(|port| *port != 80);
                let gateway = Gateway { scheme: "http", domain, port, takes_names: false };
                let names = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
                let names = if is_home { names.to_vec() } else { Vec::new() };
                Some((gateway, Main { names, origin: format!("http://{listens}") }))
            }
        }
    }
}

fn gateway_origin(scheme: &str, host: &str, port: Option<u16>) -> String {
    match port {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}

fn public(text: &str) -> Option<Public> {
    let uri: Uri = text.trim_end_matches('/').parse().ok()?;
    let scheme = match uri.scheme_str()? {
        "http" => "http",
        "https" => "https",
        _ => return None,
    };
    let usual = if scheme == "https" { 443 } else { 80 };
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let is_bare = uri.path() == "/" && uri.query().is_none();
    let port = authority.port_u16().filter(|port| *port != usual);
    is_bare.then(|| Public { scheme, host: authority.host().to_ascii_lowercase(), port })
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 190 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(url: Option<&str>, domain: Option<&str>, listens: &str) -> String {
        let origins = match Origins::of(url, domain) {
            Ok(origins) => origins,
            Err((flag, wrong)) => return format!("{flag}: {wrong}"),
        };
        match origins.gateway(listens.parse().unwrap()) {
            Some((gateway, main)) => format!("{} from {}", gateway.url("nb"), main.origin),
            None => "nowhere".to_owned(),
        }
    }

    #[test]
    fn tools_are_where_browsers_find_them() {
        let (local, wide) = ("127.0.0.1:8080", "0.0.0.0:8080");
        let public = Some("https://berth.example.org/");
        let domain = Some("Tools.example.org");
        for (url, domain, listens, there) in [
            (None, None, local, "http://nb.localhost:8080/ from http://127.0.0.1:8080"),
            (None, None, wide, "nowhere"),
            (public, domain, wide, "https://nb.tools.example.org/ from https://berth.example.org"),
            (public, None, local, "nowhere"),
            (None, domain, local, "http://nb.tools.example.org:8080/ from http://127.0.0.1:8080"),
            (
                Some("http://localhost:9000"),
                None,
                wide,
                "http://nb.localhost:9000/ from http://localhost:9000",
            ),
        ] {
            assert_eq!(told(url, domain, listens), there, "{url:?} {domain:?} {listens}");
        }
    }

    #[test]
    fn wrong_names_are_refused_with_what_would_be_right() {
        for url in ["berth.example.org", "ftp://x", "https://x/berth", "https://a@x", "https://x?y"]
        {
            assert!(told(Some(url), None, "127.0.0.1:1").contains("--public-url"), "{url}");
        }
        for domain in ["", "*.example.org", "a..b", "-a", "https://x", "a/b"] {
            assert!(told(None, Some(domain), "127.0.0.1:1").contains("--tools-domain"), "{domain}");
        }
    }
}
