//! Tools of workspaces: under which names they are opened (`form-and-assets.md` §15.9), and by whom (§4.1.3). Each has
//! an origin of its own, so that the browser keeps what one tool knows from all others and from Berth.

use serde::{Deserialize, Serialize};

use crate::{
    WorkloadId,
    access::{Actor, Forbidden},
    name::NAME_MAX,
    submission::{ExposedUrl, Submission, kept},
};

/// Characters that tell one name from another where two workspaces would have the same.
const MARK: usize = 6;

/// A tool with a URL, and the name of the host that it is opened at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolHost {
    /// In the container.
    pub port: u16,
    /// A label below the domain of tools; or a whole name, where somebody brought a URL of their own.
    pub host: String,
}

/// Where browsers find the tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The domain whose names all lead to Berth, such as `localhost` or `tools.example.org`.
    pub domain: String,
    /// Where it is not the usual one of the scheme.
    pub port: Option<u16>,
    /// Whether people may bring names of their own. Not where Berth does not know its own name, for they could bring
    /// that.
    pub takes_names: bool,
}

impl Gateway {
    /// Name and port, as they stand in the address bar.
    pub fn authority(&self, host: &str) -> String {
        let name = match is_label(host) {
            true => format!("{host}.{}", self.domain),
            false => host.to_owned(),
        };
        match self.port {
            Some(port) => format!("{name}:{port}"),
            None => name,
        }
    }

    /// The front page of the tool at this host.
    pub fn url(&self, host: &str) -> String {
        format!("{}://{}/", self.scheme, self.authority(host))
    }

    /// The host of a tool that a request names, as workloads keep it; `None` where the name is no tool's.
    pub fn host<'n>(&self, name: &'n str) -> Option<&'n str> {
        let label = name.strip_suffix(self.domain.as_str())?.strip_suffix('.')?;
        is_label(label).then_some(label)
    }
}

fn is_label(host: &str) -> bool {
    !host.is_empty() && !host.contains('.')
}

/// The hosts of a submission's tools, in its order. `is_free` says whether nobody else has one.
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
        let own = tool.url.as_deref().and_then(|url| brought(url, gateway?));
        let whole = match all.is_empty() {
            true => format!("{project}-{workspace}"),
            false => format!("{project}-{workspace}-{port}"),
        };
        let made = shortened(&whole, port, id);
        let is_free = |host: &String| is_free(host) && all.iter().all(|other| other.host != *host);
        let host = own.into_iter().chain(made).find(is_free);
        all.extend(host.map(|host| ToolHost { port, host }));
    }
    all
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
    match gateway.host(&name) {
        Some(label) => Some(label.to_owned()),
        None => gateway.takes_names.then_some(name),
    }
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

/// Whether somebody may open a tool: everybody who is signed in, or those who are named. Whoever made the workspace is
/// named like any other. Strangers are not told who is.
pub fn may_open(tool: &ExposedUrl, actor: &Actor) -> Result<(), Forbidden> {
    let users = tool.authorized_users.as_ref().filter(|users| !users.is_empty());
    let groups = tool.authorized_groups.as_ref().filter(|groups| !groups.is_empty());
    let is_you = |user: &String| user.eq_ignore_ascii_case(&actor.name);
    let open_to = match (users, groups) {
        (None, None) => return Ok(()),
        (Some(users), _) if users.iter().any(is_you) => return Ok(()),
        (Some(_), _) => "the users and service accounts that it names",
        // Berth knows no groups: those of an identity provider come with it.
        (None, Some(_)) => "members of the groups that it names",
    };
    let what = format!("open this tool: it is open only to {open_to}");
    Err(Forbidden { who: actor.name.clone(), what })
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
        let domain = "tools.example.org".to_owned();
        Gateway { scheme: "https", domain, port: None, takes_names: true }
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
        let shy = Gateway { takes_names: false, ..gateway() };
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
        let domain = "localhost".to_owned();
        let here = Gateway { scheme: "http", domain, port: Some(8080), takes_names: false };
        assert_eq!(here.url("vision-nb"), "http://vision-nb.localhost:8080/");
        assert_eq!(here.url("board.example.org"), "http://board.example.org:8080/");
        assert_eq!(here.host("vision-nb.localhost"), Some("vision-nb"));
        for other in ["localhost", ".localhost", "a.b.localhost", "xlocalhost", "example.org"] {
            assert_eq!(here.host(other), None, "{other}");
        }
    }

    #[test]
    fn a_tool_says_to_whom_it_is_open() {
        let mara = Actor::new(Principal::Berth, "mara@example.org", Rights::default());
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
        assert_eq!(
            told(r#"{"authorizedGroups": ["research"]}"#),
            "mara@example.org may not open this tool: it is open only to members of the groups that it \
             names"
        );
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
