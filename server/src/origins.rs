//! Where browsers find Berth and the tools of workspaces: under names, as `--public-url` and `--tools-domain` say, and
//! without them, on a machine that only its own browser reaches, below `localhost`, whose names all lead home
//! (RFC 6761); else at ports of Berth's own host (`--tools-ports`).

use std::{collections::BTreeSet, net::SocketAddr, ops::RangeInclusive};

use axum::http::Uri;
use domain::tool::{Apart, Gateway};

use crate::tools::Main;

/// What was said about names and ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    public: Option<Public>,
    domain: Option<String>,
    ports: Ports,
}

/// At which ports of Berth's host tools are opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Ports {
    /// Nobody said: the usual ones, where others than this machine reach Berth, and reach its ports.
    #[default]
    Usual,
    None,
    These(RangeInclusive<u16>),
}

/// Ports of tools where nobody says others.
const USUAL: RangeInclusive<u16> = 18_000..=18_255;
/// Ports of tools at most; each is a socket.
const PORTS_MAX: usize = 2_000;

/// The setting of the ports.
pub const TOOLS_PORTS: &str = "--tools-ports (BERTH_TOOLS_PORTS, tools_ports)";

/// Berth's own address, as browsers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Public {
    scheme: &'static str,
    host: String,
    port: Option<u16>,
}

impl Origins {
    /// Reads the settings; a wrong one is given back by its flag, with what would be right.
    pub fn of(
        url: Option<&str>,
        domain: Option<&str>,
        ports: Option<&str>,
    ) -> Result<Self, (&'static str, String)> {
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
        let ports = ports.map(|text| {
            ports_of(text).ok_or_else(|| {
                let wrong = format!(
                    "{text:?} is no range of ports; one looks like 18000-18255, of {PORTS_MAX} at most; none opens none"
                );
                (TOOLS_PORTS, wrong)
            })
        });
        let (public, domain) = (public.transpose()?, domain.transpose()?);
        let all = Self { public, domain, ports: ports.transpose()?.unwrap_or_default() };
        match all.at_odds() {
            Some(wrong) => Err((TOOLS_PORTS, wrong.to_owned())),
            None => Ok(all),
        }
    }

    fn at_odds(&self) -> Option<&'static str> {
        let Ports::These(_) = self.ports else { return None };
        let is_https = self.public.as_ref().is_some_and(|public| public.scheme == "https");
        match &self.domain {
            Some(_) => Some("tools have names of the domain for tools, or ports, not both"),
            None if is_https => Some(
                "nothing speaks TLS at them, and the public URL is https; give a domain for tools instead",
            ),
            None => None,
        }
    }

    /// The same where nobody reaches other ports than Berth's own; an error where somebody said some.
    pub fn without_ports(self, why: &str) -> Result<Self, (&'static str, String)> {
        match self.ports {
            Ports::These(_) => Err((TOOLS_PORTS, why.to_owned())),
            Ports::Usual | Ports::None => Ok(Self { ports: Ports::None, ..self }),
        }
    }

    /// The ports that tools are to have, where they have no names.
    pub fn ports(&self, listens: SocketAddr) -> Option<RangeInclusive<u16>> {
        let is_named = self.domain_at(listens).is_some();
        let is_https = self.public.as_ref().is_some_and(|public| public.scheme == "https");
        match &self.ports {
            Ports::These(ports) => Some(ports.clone()),
            Ports::Usual if !is_named && !is_https && !listens.ip().is_loopback() => Some(USUAL),
            Ports::Usual | Ports::None => None,
        }
    }

    /// The domain whose names tools have.
    fn domain_at(&self, listens: SocketAddr) -> Option<String> {
        let is_home = match &self.public {
            Some(public) => public.host == "localhost",
            None => listens.ip().is_loopback(),
        };
        self.domain.clone().or_else(|| is_home.then(|| "localhost".to_owned()))
    }

    /// Where tools are opened, and where Berth itself is: at `ports`, where it listens at some for them; `None` where
    /// there are neither ports nor names that tools could have.
    pub fn gateway(&self, listens: SocketAddr, ports: BTreeSet<u16>) -> Option<(Gateway, Main)> {
        if !ports.is_empty() {
            return Some(self.at_ports(listens, ports));
        }
        let domain = self.domain_at(listens)?;
        let named = |scheme, port, takes_names| Gateway {
            scheme,
            apart: Apart::Names { domain, port, takes_names },
        };
        let (gateway, names, origin) = match &self.public {
            Some(Public { scheme, host, port }) => {
                let origin = gateway_origin(scheme, host, *port);
                (named(scheme, *port, true), vec![host.clone()], origin)
            }
            None => {
                let port = Some(listens.port()).filter(|port| *port != 80);
                let names = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
                let names = if listens.ip().is_loopback() { names.to_vec() } else { Vec::new() };
                (named("http", port, false), names, format!("http://{listens}"))
            }
        };
        Some((gateway, Main::Named { names, origin }))
    }

    fn at_ports(&self, listens: SocketAddr, ports: BTreeSet<u16>) -> (Gateway, Main) {
        let (host, port) = match &self.public {
            Some(public) => (public.host.clone(), public.port.unwrap_or(80)),
            None => {
                let own = rustix::system::uname().nodename().to_string_lossy().into_owned();
                (own, listens.port())
            }
        };
        (Gateway { scheme: "http", apart: Apart::Ports { host, ports } }, Main::Beside(port))
    }
}

fn ports_of(text: &str) -> Option<Ports> {
    if text == "none" {
        return Some(Ports::None);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let ports = first.trim().parse().ok()?..=last.trim().parse().ok()?;
    let right = *ports.start() > 0 && (1..=PORTS_MAX).contains(&ports.len());
    right.then_some(Ports::These(ports))
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

    fn told(said: [Option<&str>; 3], listens: &str) -> String {
        let origins = match Origins::of(said[0], said[1], said[2]) {
            Ok(origins) => origins,
            Err((flag, wrong)) => return format!("{flag}: {wrong}"),
        };
        let listens = listens.parse().unwrap();
        let ports: BTreeSet<u16> = origins.ports(listens).into_iter().flatten().collect();
        let host = ports.first().map_or("nb".to_owned(), u16::to_string);
        match origins.gateway(listens, ports) {
            Some((gateway, Main::Named { origin, .. })) => {
                format!("{} from {origin}", gateway.url(&host, None))
            }
            Some((gateway, Main::Beside(port))) => {
                format!("{} from port {port}", gateway.url(&host, Some("gpu")))
            }
            None => "nowhere".to_owned(),
        }
    }

    #[test]
    fn tools_are_where_browsers_find_them() {
        let (local, wide) = ("127.0.0.1:8080", "0.0.0.0:8080");
        let public = Some("https://berth.example.org/");
        let plain = Some("http://gpu-server");
        let (domain, ports, none) = (Some("Tools.example.org"), Some("9000-9009"), Some("none"));
        for (said, listens, there) in [
            ([None; 3], local, "http://nb.localhost:8080/ from http://127.0.0.1:8080"),
            ([None; 3], wide, "http://gpu:18000/ from port 8080"),
            ([None, None, none], wide, "nowhere"),
            ([None, None, none], local, "http://nb.localhost:8080/ from http://127.0.0.1:8080"),
            ([None, None, ports], local, "http://gpu:9000/ from port 8080"),
            (
                [public, domain, None],
                wide,
                "https://nb.tools.example.org/ from https://berth.example.org",
            ),
            ([public, None, None], local, "nowhere"),
            ([public, None, None], wide, "nowhere"),
            ([plain, None, None], wide, "http://gpu:18000/ from port 80"),
            ([plain, None, None], local, "nowhere"),
            (
                [None, domain, None],
                local,
                "http://nb.tools.example.org:8080/ from http://127.0.0.1:8080",
            ),
            (
                [Some("http://localhost:9000"), None, None],
                wide,
                "http://nb.localhost:9000/ from http://localhost:9000",
            ),
        ] {
            assert_eq!(told(said, listens), there, "{said:?} {listens}");
        }
    }

    #[test]
    fn wrong_names_are_refused_with_what_would_be_right() {
        let here = "127.0.0.1:1";
        for url in ["berth.example.org", "ftp://x", "https://x/berth", "https://a@x", "https://x?y"]
        {
            assert!(told([Some(url), None, None], here).contains("--public-url"), "{url}");
        }
        for domain in ["", "*.example.org", "a..b", "-a", "https://x", "a/b"] {
            assert!(told([None, Some(domain), None], here).contains("--tools-domain"), "{domain}");
        }
        for ports in ["", "x", "0-5", "9-8", "1-65535", "70000", "1-2-3"] {
            assert!(told([None, None, Some(ports)], here).contains("18000-18255"), "{ports}");
        }
        let ports = Some("9000-9009");
        let both = told([None, Some("tools.example.org"), ports], here);
        assert!(both.ends_with("not both"), "{both}");
        let tls = told([Some("https://berth.example.org"), None, ports], here);
        assert!(tls.contains("TLS"), "{tls}");
        let several = Origins::of(None, None, ports).unwrap().without_ports("not of replicas");
        assert_eq!(several.unwrap_err().1, "not of replicas");
    }
}
