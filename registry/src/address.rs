//! Where requests may go. Names are resolved here and the addresses looked at before anything
//! connects, so that no name can mean another place a moment later.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use domain::submission::ImageReference;
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

use crate::Trouble;

/// How far a request may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses alone: for wherever a registry sends us.
    Public,
    /// Also private networks, and not this machine or its link.
    Near,
    /// Also this machine and its link: when an administrator allows it.
    Local,
}

/// A registry, by the beginning of its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registry {
    pub(crate) base: Url,
    pub(crate) reach: Reach,
}

/// Docker's own registry is called by another name than it has.
const DOCKER: &str = "registry-1.docker.io";
const DOCKER_NAMES: [&str; 3] = ["docker.io", "index.docker.io", DOCKER];

impl Registry {
    /// The registry that has an image. Only this machine is asked without TLS.
    pub fn of_image(image: &ImageReference, allow_local: bool) -> Result<Self, Trouble> {
        let host = image.registry.as_deref().unwrap_or("docker.io");
        let host = if DOCKER_NAMES.contains(&host) { DOCKER } else { host };
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let is_here = name == "localhost"
            || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let scheme = if is_here { "http" } else { "https" };
        Self::at(&format!("{scheme}://{host}"), allow_local)
    }

    /// The registry at an address that an administrator, or the owner of a credential, wrote down.
    pub fn at(url: &str, allow_local: bool) -> Result<Self, Trouble> {
        let wrong = || Trouble::Refused(url.to_owned(), "this is no address of a registry");
        let base = Url::parse(url).map_err(|_| wrong())?;
        let is_web = matches!(base.scheme(), "http" | "https") && base.has_host();
        let plain = base.username().is_empty() && base.password().is_none();
        if !is_web || !plain {
            return Err(wrong());
        }
        let base = base.join("/").map_err(|_| wrong())?;
        Ok(Self { base, reach: if allow_local { Reach::Local } else { Reach::Near } })
    }

    /// Whether this is the registry that a credential with the address `url` opens.
    pub fn is_at(&self, url: &str) -> bool {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = rest.split('/').next().unwrap_or_default().to_lowercase();
        let host = if DOCKER_NAMES.contains(&host.as_str()) { DOCKER } else { host.as_str() };
        let own = self.base.host_str().unwrap_or_default();
        let with_port = self.base.port().map(|port| format!("{own}:{port}"));
        host == with_port.as_deref().unwrap_or(own)
    }

    pub(crate) fn is_docker(&self) -> bool {
        self.base.host_str() == Some(DOCKER)
    }

    /// How far a request to `url` may reach: whatever is not the registry itself must be public, and
    /// over TLS.
    pub(crate) fn reach_of(&self, url: &Url) -> Result<Reach, Trouble> {
        let own = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
        let is_own = own(url) == own(&self.base);
        let reach = if is_own { self.reach } else { Reach::Public };
        let named =
            || url.host_str().filter(|host| !host.is_empty()).unwrap_or(url.as_str()).to_owned();
        match url.scheme() {
            "https" => {}
            "http" if is_own => {}
            _ => return Err(Trouble::Refused(named(), "the registry leads there without TLS")),
        }
        let address = named();
        let literal = address.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match literal.ok().and_then(|literal| reach.refuses(literal)) {
            Some(why) => Err(Trouble::Refused(address, why)),
            None => Ok(reach),
        }
    }
}

impl Reach {
    /// Why nothing is sent to this address.
    pub(crate) fn refuses(self, address: IpAddr) -> Option<&'static str> {
        let address = plain(address);
        if is_nowhere(address) {
            return Some("no registry can be there");
        }
        let here = "it is this machine or its link, which the general settings do not allow";
        match self {
            Self::Local => None,
            Self::Near => is_local(address).then_some(here),
            Self::Public => (is_local(address) || is_private(address))
                .then_some("the registry leads to a private address"),
        }
    }
}

/// An IPv4 address in the clothes of IPv6 is an IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => {
            let bytes = v6.octets();
            let is_nat64 = bytes[..12] == [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
            let inner = Ipv4Addr::new(bytes[12], bytes[13], bytes[14], bytes[15]);
            match v6.to_ipv4_mapped() {
                Some(v4) => IpAddr::V4(v4),
                None if is_nat64 => IpAddr::V4(inner),
                None => address,
            }
        }
        IpAddr::V4(_) => address,
    }
}

fn is_nowhere(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.octets()[0] == 0 || v4.is_broadcast() || v4.is_multicast(),
        IpAddr::V6(v6) => v6.is_unspecified() || v6.is_multicast(),
    }
}

fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || (v6.segments()[0] & 0xffc0) == 0xfe80,
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private()
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (b & 0xfe) == 18)
        }
        IpAddr::V6(v6) => (v6.segments()[0] & 0xfe00) == 0xfc00,
    }
}

/// Resolves names, and gives only addresses that may be reached.
pub(crate) struct Resolver(pub Reach);

/// A name leads where nothing is sent.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub(crate) struct NotThere {
    pub why: &'static str,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            // One address that must not be reached spoils the name: which one is taken is chance.
            let refused = found.iter().find_map(|found| reach.refuses(found.ip()));
            match refused {
                Some(why) => Err(NotThere { why }.into()),
                None => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reaches_what() {
        let mut lines = Vec::new();
        for address in [
            "8.8.8.8",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2001:db8::1",
        ] {
            let may = |reach: Reach| {
                if reach.refuses(address.parse().unwrap()).is_none() { "yes" } else { "no" }
            };
            lines.push(format!(
                "{address:<18} {:<4} {:<4} {}",
                may(Reach::Public),
                may(Reach::Near),
                may(Reach::Local)
            ));
        }
        insta::assert_snapshot!(lines.join("\n"), @r"
        8.8.8.8            yes  yes  yes
        10.1.2.3           no   yes  yes
        172.16.0.1         no   yes  yes
        192.168.1.1        no   yes  yes
        100.64.0.1         no   yes  yes
        127.0.0.1          no   no   yes
        169.254.169.254    no   no   yes
        0.0.0.0            no   no   no
        0.1.2.3            no   no   no
        224.0.0.1          no   no   no
        255.255.255.255    no   no   no
        ::1                no   no   yes
        fe80::1            no   no   yes
        fd00::1            no   yes  yes
        ::ffff:127.0.0.1   no   no   yes
        ::ffff:10.0.0.1    no   yes  yes
        64:ff9b::7f00:1    no   no   yes
        2001:db8::1        yes  yes  yes
        ");
    }

    #[test]
    fn a_registry_is_found_from_its_image() {
        let of = |image: &str| {
            let registry = Registry::of_image(&image.parse().unwrap(), false);
            registry
                .map_or_else(|trouble| trouble.to_string(), |registry| registry.base.to_string())
        };
        let lines = [
            "busybox",
            "docker.io/library/a",
            "quay.io/a/b",
            "localhost:5000/a",
            "10.0.0.1:5000/a",
            "127.0.0.1/a",
        ]
        .map(|image| format!("{image:<22} {}", of(image)));
        insta::assert_snapshot!(lines.join("\n"), @r"
        busybox                https://registry-1.docker.io/
        docker.io/library/a    https://registry-1.docker.io/
        quay.io/a/b            https://quay.io/
        localhost:5000/a       http://localhost:5000/
        10.0.0.1:5000/a        https://10.0.0.1:5000/
        127.0.0.1/a            http://127.0.0.1/
        ");
    }

    #[test]
    fn a_registry_leads_only_to_public_places_over_tls() {
        let registry = Registry::at("https://registry.example.com/v1/", false).unwrap();
        let mut lines = Vec::new();
        for url in [
            "https://registry.example.com/token",
            "http://registry.example.com/token",
            "https://cdn.example.com/blob",
            "http://cdn.example.com/blob",
            "https://10.0.0.1/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/latest",
            "file:///etc/passwd",
        ] {
            let told = match registry.reach_of(&Url::parse(url).unwrap()) {
                Ok(reach) => format!("{reach:?}"),
                Err(trouble) => trouble.to_string(),
            };
            lines.push(format!("{url:<36} {told}"));
        }
        insta::assert_snapshot!(lines.join("\n"), @r"
        https://registry.example.com/token   Near
        http://registry.example.com/token    registry.example.com is not asked: the registry leads there without TLS
        https://cdn.example.com/blob         Public
        http://cdn.example.com/blob          cdn.example.com is not asked: the registry leads there without TLS
        https://10.0.0.1/                    10.0.0.1 is not asked: the registry leads to a private address
        https://127.0.0.1/                   127.0.0.1 is not asked: the registry leads to a private address
        https://[::1]/                       [::1] is not asked: the registry leads to a private address
        https://169.254.169.254/latest       169.254.169.254 is not asked: the registry leads to a private address
        file:///etc/passwd                   file:///etc/passwd is not asked: the registry leads there without TLS
        ");
        for wrong in ["registry.example.com", "ftp://a", "https://user:secret@a.example.com", ""] {
            assert!(Registry::at(wrong, true).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_credential_is_known_by_the_address_of_its_registry() {
        let docker = Registry::of_image(&"busybox".parse().unwrap(), false).unwrap();
        assert!(docker.is_at("https://index.docker.io/v1/") && docker.is_at("docker.io"));
        let own = Registry::of_image(&"r.example.com:5000/a".parse().unwrap(), false).unwrap();
        assert!(own.is_at("https://r.example.com:5000") && !own.is_at("https://r.example.com"));
        assert!(!own.is_at("https://r.example.com.evil.org:5000"));
    }
}
