//! Tools of workspaces: under which names they are opened (`form-and-assets.md` §15.9), and by whom (§4.1.3). Each has
//! an origin of its own, so that the browser keeps what one tool knows from all others and from Berth.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    WorkloadId,
    access::{Actor, Forbidden},
    name::NAME_MAX,
    submission::{ExposedUrl, Submission, kept},
};

/// Characters that tell one name from another where two workspaces would have the same.
const MARK: usize = 6;

/// A tool with a URL, and what tells it from all others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolHost {
    /// In the container.
    pub port: u16,
    /// A label below the domain of tools; a whole name, where somebody brought a URL of their own; or the number of a
    /// port of Berth's own host.
    pub host: String,
}

/// Where browsers find the tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// `http` or `https`.
    pub scheme: &'static str,
    pub apart: Apart,
}

/// What tells a tool from others and from Berth, so that each is an origin of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Apart {
    Names {
        /// The domain whose names all lead to Berth, such as `localhost` or `tools.example.org`.
        domain: String,
        /// Where it is not the usual one of the scheme.
        port: Option<u16>,
        /// Whether people may bring names of their own. Not where Berth does not know its own name, for they could
        /// bring that.
        takes_names: bool,
    },
    Ports {
        /// What Berth's host is called where no browser says.
        host: String,
        /// On which Berth listens for tools.
        ports: BTreeSet<u16>,
    },
}

impl Gateway {
    /// Name and port, as they stand in the address bar of a browser that calls Berth's host `called`.
    pub fn authority(&self, host: &str, called: Option<&str>) -> String {
        match &self.apart {
            Apart::Names { domain, port, .. } => {
                let name = match is_label(host) {
                    true => format!("{host}.{domain}"),
                    false => host.to_owned(),
                };
                match port {
                    Some(port) => format!("{name}:{port}"),
                    None => name,
                }
            }
            Apart::Ports { host: own, .. } => format!("{}:{host}", called.unwrap_or(own)),
        }
    }

    /// The front page of the tool at this host.
    pub fn url(&self, host: &str, called: Option<&str>) -> String {
        format!("{}://{}/", self.scheme, self.authority(host, called))
    }

    /// The host of a tool that a request names, as workloads keep it; `None` where the name and the port are no tool's.
    pub fn host(&self, name: &str, port: Option<u16>) -> Option<String> {
        match &self.apart {
            Apart::Names { domain, .. } => {
                let label = name.strip_suffix(domain.as_str())?.strip_suffix('.')?;
                is_label(label).then(|| label.to_owned())
            }
            Apart::Ports { ports, .. } => {
                port.filter(|port| ports.contains(port)).map(|port| port.to_string())
            }
        }
    }

    /// Its own port, where not the usual one of the scheme; of names, all have this one.
    pub fn port(&self) -> Option<u16> {
        match &self.apart {
            Apart::Names { port, .. } => *port,
            Apart::Ports { .. } => None,
        }
    }

    /// The port of a tool that shares its host with others.
    pub fn port_of(&self, host: &str) -> Option<u16> {
        match &self.apart {
            Apart::Names { .. } => None,
            Apart::Ports { .. } => host.parse().ok(),
        }
    }

    /// Whether people may bring names of their own.
    pub fn takes_names(&self) -> bool {
        matches!(self.apart, Apart::Names { takes_names: true, .. })
    }

    /// Whether a tool can be opened at this host. What was given to one while tools were told apart another way, or by
    /// other ports, leads nowhere.
    pub fn leads_to(&self, host: &str) -> bool {
        let port = host.parse::<u16>().ok();
        match &self.apart {
            Apart::Names { .. } => port.is_none(),
            Apart::Ports { ports, .. } => port.is_some_and(|port| ports.contains(&port)),
        }
    }
}

fn is_label(host: &str) -> bool {
    !host.is_empty() && !host.contains('.')
}

/// The hosts of a submission's tools, in its order; none for those that there is no port for. `is_free` says whether
/// nobody else has one.
pub fn hosts(
    gateway: Option<&Gateway>,
    (project, workspace): (&str, &str),
    id: WorkloadId,
    submission: &Submission,
    is_free: impl Fn(&str) -> bool,
) -> Vec<ToolHost> {
    let mut all: Vec<ToolHost> = Vec::new();
    for (_, tool) in kept(&submission.exposed_urls, |url| url.exclude) {
        let Some(port) = tool.container.and_then(|port| u16::try_from(port).ok()) else { continue };
        let is_free = |host: &String| is_free(host) && all.iter().all(|other| other.host != *host);
        let host = match gateway.map(|gateway| &gateway.apart) {
            Some(Apart::Ports { ports, .. }) => spread(ports, id).find(is_free),
            _ => {
                let own = tool.url.as_deref().and_then(|url| brought(url, gateway?));
                let whole = match all.is_empty() {
                    true => format!("{project}-{workspace}"),
                    false => format!("{project}-{workspace}-{port}"),
                };
                own.into_iter().chain(shortened(&whole, port, id)).find(is_free)
            }
        };
        all.extend(host.map(|host| ToolHost { port, host }));
    }
    all
}

/// All ports, beginning where the id says: what a tool has left in browsers at its port is not met by the very next.
fn spread(ports: &BTreeSet<u16>, id: WorkloadId) -> impl Iterator<Item = String> {
    let all: Vec<u16> = ports.iter().copied().collect();
    let places = u128::try_from(all.len()).unwrap_or_default().max(1);
    let first = usize::try_from(id.0.as_u128() % places).unwrap_or_default();
    let turned = all.clone().into_iter().cycle().skip(first).take(all.len());
    turned.map(|port| port.to_string())
}

/// The name itself where a DNS label has room for it, then others that are this workload's alone.
fn shortened(whole: &str, port: u16, id: WorkloadId) -> impl Iterator<Item = String> {
    let mark: String = id.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    let ends = [mark[..MARK].to_owned(), format!("{}-{port}", &mark[..MARK]), mark];
    let marked = ends.map(|end| {
        let room = NAME_MAX.saturating_sub(end.len() + 1).min(whole.len());
        format!("{}-{end}", whole[..room].trim_end_matches('-'))
    });
    let whole = (whole.len() <= NAME_MAX).then(|| whole.to_owned());
    whole.into_iter().chain(marked)
}

/// The host that somebody brings with a URL.
fn brought(url: &str, gateway: &Gateway) -> Option<String> {
    let name = host_of_url(url)?;
    let Apart::Names { takes_names, .. } = gateway.apart else { return None };
    gateway.host(&name, None).or_else(|| takes_names.then_some(name))
}

/// The name of the host in a URL that somebody typed; `None` for a name without a dot, which is nobody's to give.
fn host_of_url(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let name = authority.split_once(':').map_or(authority, |(name, _)| name);
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    let right = name.bytes().all(is_name) && name.contains('.') && !name.ends_with('.');
    right.then(|| name.to_ascii_lowercase())
}

/// Whether somebody may open a tool: everybody who is signed in, or those who are named, themselves or by a group.
/// Whoever made the workspace is named like any other. Strangers are not told who is.
pub fn may_open(tool: &ExposedUrl, actor: &Actor) -> Result<(), Forbidden> {
    let Some(open_to) = closed(tool, actor) else { return Ok(()) };
    let what = format!("open this tool: it is open only to {open_to}");
    Err(Forbidden { who: actor.name.clone(), what })
}

/// Tools of a submission that are open to groups, none of them of whoever submits it: a sentence each. Of users whom a
/// tool names, the field in which they are typed says it.
pub fn closed_to(submission: &Submission, actor: &Actor) -> Vec<String> {
    let tools = kept(&submission.exposed_urls, |url| url.exclude);
    let sentence = |(_, tool): (usize, &ExposedUrl)| {
        tool.authorized_groups.as_ref().filter(|groups| !groups.is_empty())?;
        let open_to = closed(tool, actor)?;
        let port = || tool.container.map(|port| format!("the tool on port {port}"));
        let name = tool.tool_name.clone().or_else(port)?;
        Some(format!("You will not be able to open {name}: it is open only to {open_to}"))
    };
    tools.filter_map(sentence).collect()
}

/// To whom a tool is open, where that is not this actor.
fn closed(tool: &ExposedUrl, actor: &Actor) -> Option<&'static str> {
    let users = tool.authorized_users.as_ref().filter(|users| !users.is_empty());
    let groups = tool.authorized_groups.as_ref().filter(|groups| !groups.is_empty());
    let is_you = |user: &String| user.eq_ignore_ascii_case(&actor.name);
    match (users, groups) {
        (None, None) => None,
        (Some(users), _) if users.iter().any(is_you) => None,
        (_, Some(groups)) if groups.iter().any(|group| actor.groups.contains(group)) => None,
        (Some(_), _) => Some("the users and service accounts that it names"),
        (None, Some(_)) => Some("members of the groups that it names"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Principal, Rights};

    fn submission(json: &str) -> Submission {
        serde_json::from_str(json).unwrap()
    }

    fn named(names: (&str, &str), json: &str, taken: &[&str]) -> Vec<String> {
        let id = WorkloadId(uuid::Uuid::from_u128(0xfedc_ba98_7654_3210_0000_0000_0000_0007));
        let free = |host: &str| !taken.contains(&host);
        let hosts = hosts(Some(&gateway()), names, id, &submission(json), free);
        hosts.iter().map(|tool| format!("{} {}", tool.port, tool.host)).collect()
    }

    fn gateway() -> Gateway {
        names("https", "tools.example.org", None, true)
    }

    fn names(scheme: &'static str, domain: &str, port: Option<u16>, takes_names: bool) -> Gateway {
        Gateway { scheme, apart: Apart::Names { domain: domain.to_owned(), port, takes_names } }
    }

    fn ports(ports: impl IntoIterator<Item = u16>) -> Gateway {
        let (host, ports) = ("gpu-server".to_owned(), ports.into_iter().collect());
        Gateway { scheme: "http", apart: Apart::Ports { host, ports } }
    }

    const TWO: &str = r#"{"exposedUrls": [{"container": 8888}, {"container": 1, "exclude": true},
        {"container": 6006}, {"container": 80, "url": "https://Board.example.org:8443/x"}]}"#;

    #[test]
    fn each_tool_has_a_host_of_its_own() {
        assert_eq!(
            named(("vision", "nb"), TWO, &[]),
            ["8888 vision-nb", "6006 vision-nb-6006", "80 board.example.org"]
        );
    }

    /// `a-b` in `c` and `b` in `c-a` would have one origin, and see what the other keeps in the browser.
    #[test]
    fn no_two_workspaces_have_one_host() {
        assert_eq!(
            named(("vision", "nb"), TWO, &["vision-nb", "vision-nb-fedcba", "board.example.org"]),
            ["8888 vision-nb-fedcba-8888", "6006 vision-nb-6006", "80 vision-nb-80"]
        );
    }

    #[test]
    fn a_name_of_ones_own_is_taken_where_berth_knows_its_own() {
        let own = r#"{"exposedUrls": [{"container": 80, "url": "https://mine.tools.example.org"},
            {"container": 81, "url": "https://board.example.org"}]}"#;
        assert_eq!(named(("vision", "nb"), own, &[]), ["80 mine", "81 board.example.org"]);
        let shy = names("https", "tools.example.org", None, false);
        let id = WorkloadId(uuid::Uuid::from_u128(7));
        let hosts = hosts(Some(&shy), ("vision", "nb"), id, &submission(own), |_| true);
        assert_eq!(hosts[1].host, "vision-nb-81");
    }

    #[test]
    fn a_host_fits_into_a_label() {
        let project = "p".repeat(50);
        for host in named((&project, "a-workspace"), TWO, &[]) {
            let (_, host) = host.split_once(' ').unwrap();
            assert!(host.len() <= 63 && !host.contains("--"), "{host}");
        }
    }

    #[test]
    fn a_gateway_knows_its_own_names() {
        let here = names("http", "localhost", Some(8080), false);
        assert_eq!(here.url("vision-nb", None), "http://vision-nb.localhost:8080/");
        assert_eq!(here.url("board.example.org", None), "http://board.example.org:8080/");
        assert_eq!(here.host("vision-nb.localhost", None).as_deref(), Some("vision-nb"));
        for other in ["localhost", ".localhost", "a.b.localhost", "xlocalhost", "example.org"] {
            assert_eq!(here.host(other, None), None, "{other}");
        }
        assert!(here.leads_to("vision-nb") && !here.leads_to("18000"));
    }

    #[test]
    fn without_names_each_tool_has_a_port() {
        let gateway = ports(18_000..=18_003);
        let id = WorkloadId(uuid::Uuid::from_u128(6));
        let hosts = |taken: &[&str]| -> Vec<String> {
            let free = |host: &str| !taken.contains(&host);
            let made = hosts(Some(&gateway), ("vision", "nb"), id, &submission(TWO), free);
            made.iter().map(|tool| format!("{} {}", tool.port, tool.host)).collect()
        };
        assert_eq!(hosts(&[]), ["8888 18002", "6006 18003", "80 18000"]);
        assert_eq!(hosts(&["18003", "18001"]), ["8888 18002", "6006 18000"], "no port is left");
        assert_eq!(gateway.url("18002", Some("10.0.0.5")), "http://10.0.0.5:18002/");
        assert_eq!(gateway.url("18002", None), "http://gpu-server:18002/");
        assert_eq!(gateway.host("10.0.0.5", Some(18_002)).as_deref(), Some("18002"));
        for other in [None, Some(8080), Some(18_004)] {
            assert_eq!(gateway.host("gpu-server", other), None, "{other:?}");
        }
        assert!(!gateway.leads_to("vision-nb") && !gateway.leads_to("17999"));
    }

    #[test]
    fn a_tool_says_to_whom_it_is_open() {
        let mara = Actor::new(Principal::Berth, "mara@example.org", Rights::default());
        let mara = mara.member_of(["vision".to_owned()].into());
        let told = |json: &str| match may_open(&serde_json::from_str(json).unwrap(), &mara) {
            Ok(()) => "opens".to_owned(),
            Err(refusal) => refusal.to_string(),
        };
        assert_eq!(told("{}"), "opens");
        assert_eq!(told(r#"{"authorizedUsers": ["ci-bot", "Mara@example.org"]}"#), "opens");
        assert_eq!(
            told(r#"{"authorizedUsers": ["ada@example.org"]}"#),
            "mara@example.org may not open this tool: it is open only to the users and service accounts \
             that it names"
        );
        assert_eq!(told(r#"{"authorizedGroups": ["research", "vision"]}"#), "opens");
        assert_eq!(
            told(r#"{"authorizedGroups": ["research", "Vision"]}"#),
            "mara@example.org may not open this tool: it is open only to members of the groups that it \
             names"
        );
    }

    #[test]
    fn who_shuts_themselves_out_is_told() {
        let mara = Actor::new(Principal::Berth, "mara@example.org", Rights::default());
        let submission = submission(
            r#"{"exposedUrls": [
                {"container": 8888, "toolName": "Jupyter", "authorizedUsers": ["ada@example.org"]},
                {"container": 6006, "toolName": "TensorBoard", "authorizedGroups": ["research"]},
                {"container": 80, "authorizedGroups": ["vision"]},
                {"container": 81, "exclude": true, "authorizedGroups": ["vision"]}]}"#,
        );
        assert_eq!(
            closed_to(&submission, &mara),
            [
                "You will not be able to open TensorBoard: it is open only to members of the groups that it names",
                "You will not be able to open the tool on port 80: it is open only to members of the groups that it names",
            ]
        );
        let mara = mara.member_of(["research".to_owned()].into());
        assert_eq!(closed_to(&submission, &mara).len(), 1);
    }

    #[test]
    fn hosts_of_urls_are_read_as_browsers_read_them() {
        for (url, host) in [
            ("https://nb.example.org/x", Some("nb.example.org")),
            ("https://NB.example.org:8443?x", Some("nb.example.org")),
            ("https://nb.example.org\\.evil", Some("nb.example.org")),
            ("https://berth@nb.example.org/", None),
            ("https://localhost/", None),
            ("https://[::1]/", None),
            ("nb.example.org", None),
        ] {
            assert_eq!(host_of_url(url).as_deref(), host, "{url}");
        }
    }
}
