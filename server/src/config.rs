//! Settings: a flag wins over the environment, the environment over the file, the file over the
//! default. A setting that is wrong is named with what would be right.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;
use cluster::{container, kubernetes::Connection};
use control::FirstAccounts;
use domain::org::scheduler_named;
use serde::Deserialize;

use crate::{
    keys::{KeyError, KeySource},
    origins::Origins,
    which::Wanted,
};

/// What `berth serve` takes.
#[derive(Debug, Default, Args)]
pub struct ServeArgs {
    /// Folder of the database and of everything else that is kept [default: ./data]
    #[arg(long, env = "BERTH_DATA")]
    pub data: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "BERTH_LISTEN")]
    pub listen: Option<String>,
    /// How browsers reach Berth, where that is not the address above, such as https://berth.example.org
    #[arg(long, env = "BERTH_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Domain whose names all lead to Berth, one of which each tool has, such as tools.example.org
    /// [default: localhost where only this machine reaches Berth]
    #[arg(long, env = "BERTH_TOOLS_DOMAIN")]
    pub tools_domain: Option<String>,
    /// Ports of Berth's host for tools, one each, where they have no names; `none` opens none [default: 18000-18255
    /// where other machines reach Berth, and there is neither a domain nor an https URL, pod or replica]
    #[arg(long, env = "BERTH_TOOLS_PORTS")]
    pub tools_ports: Option<String>,
    /// `postgres://…` instead of the SQLite file in the data folder
    #[arg(long, env = "BERTH_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Settings as a TOML file: data, listen, public_url, tools_domain, tools_ports, database_url, metrics_token,
    /// simulation, cluster, engine, kubeconfig, kube_context, kube_scheduler, host_folders
    #[arg(long, env = "BERTH_CONFIG")]
    pub config: Option<PathBuf>,
    /// Nodes and faults of the simulated cluster, as a file
    #[arg(long, env = "BERTH_SIMULATION")]
    pub simulation: Option<PathBuf>,
    /// Bearer token that `/metrics` asks for; without one it answers on loopback only
    #[arg(long, env = "BERTH_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// What runs the workspaces: `container` (the engine of this machine), `kubernetes`, `simulated`
    /// (nothing runs), or `auto`: Kubernetes where Berth runs in a pod or a kubeconfig is named, else the
    /// engine when one answers [default: auto]
    #[arg(long, env = "BERTH_CLUSTER")]
    pub cluster: Option<String>,
    /// Socket of the container engine, such as unix:///run/podman/podman.sock [default: DOCKER_HOST,
    /// then the usual places]
    #[arg(long, env = "BERTH_ENGINE")]
    pub engine: Option<String>,
    /// Kubeconfig of the cluster that runs the workspaces [default: the pod's own service account]
    #[arg(long, env = "BERTH_KUBECONFIG")]
    pub kubeconfig: Option<PathBuf>,
    /// Which context of the kubeconfig [default: its current one]
    #[arg(long, env = "BERTH_KUBE_CONTEXT")]
    pub kube_context: Option<String>,
    /// Who binds the pods of the cluster: the name of its own scheduler, such as kai-scheduler, to which Berth then leaves
    /// queues and quotas [default: Berth]
    #[arg(long, env = "BERTH_KUBE_SCHEDULER")]
    pub kube_scheduler: Option<String>,
    /// A folder of this machine that workspaces may mount parts of; may be given again
    #[arg(long = "host-folder", env = "BERTH_HOST_FOLDERS", value_delimiter = ',')]
    pub host_folders: Vec<String>,
    /// Take the place of the Berth that works on this data folder: its socket, without a gap
    #[arg(long)]
    pub take_over: bool,
    /// One of several on one PostgreSQL: one of them decides, the others pass on to it what comes to them, and take
    /// its place when it is gone
    #[arg(long, env = "BERTH_REPLICA")]
    pub replica: bool,
    /// Where the other replicas reach this one [default: the address that it listens on]
    #[arg(long, env = "BERTH_ADVERTISE")]
    pub advertise: Option<SocketAddr>,
    /// Begin with an organisation worth looking at; only a new data folder takes it
    #[arg(long)]
    pub demo: bool,
}

/// The file's keys.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    listen: Option<String>,
    public_url: Option<String>,
    tools_domain: Option<String>,
    tools_ports: Option<String>,
    database_url: Option<String>,
    simulation: Option<PathBuf>,
    metrics_token: Option<String>,
    cluster: Option<String>,
    engine: Option<String>,
    kubeconfig: Option<PathBuf>,
    kube_context: Option<String>,
    kube_scheduler: Option<String>,
    #[serde(default)]
    host_folders: Vec<String>,
}

/// Settings that are complete and right.
pub struct Config {
    pub data: PathBuf,
    pub listen: SocketAddr,
    /// Where browsers find Berth and the tools.
    pub origins: Origins,
    pub database: store::DatabaseUrl,
    pub simulation: Option<PathBuf>,
    pub metrics_token: Option<String>,
    pub demo: bool,
    /// Whether it takes the place of another one.
    pub take_over: bool,
    /// Whether others wait beside it for their turn, and where they reach it.
    pub replica: Option<Replica>,
    /// What should run the workspaces.
    pub cluster: Wanted,
    /// How the cluster is reached, where Kubernetes runs the workspaces.
    pub kubernetes: Option<Connection>,
    /// Who binds the pods there, where Berth does not.
    pub scheduler: Option<String>,
    /// Sockets of container engines to try.
    pub sockets: Vec<PathBuf>,
    /// Folders of this machine that workspaces may mount parts of.
    pub host_folders: Vec<String>,
    pub first: FirstAccounts,
    /// Where the key for secrets comes from.
    pub key: KeySource,
}

/// One of several Berths on a database.
#[derive(Clone, Copy, Debug)]
pub struct Replica {
    /// Where the others reach it, if not at the address that it listens on.
    pub advertise: Option<SocketAddr>,
}

/// A setting is wrong.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{setting} is wrong: {wrong}")]
    Wrong { setting: &'static str, wrong: String },
    #[error("could not read {path}")]
    Unreadable {
        path: PathBuf,
        #[source]
        cause: std::io::Error,
    },
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Config {
    /// Puts flags, environment, file and defaults together.
    pub fn of(args: ServeArgs) -> Result<Self, ConfigError> {
        let file = args.config.as_deref().map(read_file).transpose()?.unwrap_or_default();
        let data = args.data.or(file.data).unwrap_or_else(|| "data".into());
        let listen = args.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".into());
        let listen = listen.parse().map_err(|_| ConfigError::Wrong {
            setting: "--listen (BERTH_LISTEN, listen)",
            wrong: format!("{listen:?} is no address; one looks like 127.0.0.1:8080"),
        })?;
        let url = args.public_url.or(file.public_url);
        let domain = args.tools_domain.or(file.tools_domain);
        let ports = args.tools_ports.or(file.tools_ports);
        let wrong = |(setting, wrong)| ConfigError::Wrong { setting, wrong };
        let mut origins =
            Origins::of(url.as_deref(), domain.as_deref(), ports.as_deref()).map_err(wrong)?;
        let database = match args.database_url.or(file.database_url) {
            Some(url) => url.parse().map_err(|wrong: store::NoDatabaseUrl| ConfigError::Wrong {
                setting: "--database-url (BERTH_DATABASE_URL, database_url)",
                wrong: wrong.to_string(),
            })?,
            None => store::DatabaseUrl::Sqlite(data.join("berth.db")),
        };
        let get = |name: &str| std::env::var(name).ok();
        let key = KeySource::of(get, &data)?;
        let replica = args.replica.then_some(Replica { advertise: args.advertise });
        if replica.is_some() {
            shareable(&database, &key, args.take_over)?;
            reachable(listen, args.advertise)?;
            let why = "the ports of one replica are not those of another; give a domain for tools";
            origins = origins.without_ports(why).map_err(wrong)?;
        }
        let context = args.kube_context.or(file.kube_context);
        let kubernetes = connection(args.kubeconfig.or(file.kubeconfig), context, get);
        if matches!(kubernetes, Some(Connection::InCluster)) {
            let why = "nobody reaches the ports of a pod; give a domain for tools";
            origins = origins.without_ports(why).map_err(wrong)?;
        }
        let cluster = wanted(args.cluster.or(file.cluster).as_deref(), kubernetes.is_some())?;
        let scheduler = args.kube_scheduler.or(file.kube_scheduler);
        let scheduler =
            scheduler.as_deref().map_or(Ok(None), scheduler_named).map_err(|wrong| {
                let setting = "--kube-scheduler (BERTH_KUBE_SCHEDULER, kube_scheduler)";
                ConfigError::Wrong { setting, wrong }
            })?;
        let engine = args.engine.or(file.engine);
        let sockets = container::candidates(engine.as_deref(), get, user()).map_err(|wrong| {
            ConfigError::Wrong {
                setting: "--engine (BERTH_ENGINE, engine, DOCKER_HOST)",
                wrong: wrong.to_string(),
            }
        })?;
        let host_folders =
            if args.host_folders.is_empty() { file.host_folders } else { args.host_folders };
        absolute(&host_folders)?;
        Ok(Self {
            key,
            data,
            listen,
            origins,
            database,
            simulation: args.simulation.or(file.simulation),
            metrics_token: args.metrics_token.or(file.metrics_token),
            demo: args.demo,
            take_over: args.take_over,
            replica,
            scheduler,
            cluster,
            kubernetes,
            sockets,
            host_folders,
            first: first_accounts(get)?,
        })
    }
}

/// Whether several Berths can work with these.
fn shareable(
    database: &store::DatabaseUrl,
    key: &KeySource,
    take_over: bool,
) -> Result<(), ConfigError> {
    let wrong = match (database, key) {
        _ if take_over => "no replica takes over: stop the old one, and another one leads",
        (store::DatabaseUrl::Sqlite(_), _) => {
            "replicas share a PostgreSQL; name it by --database-url (BERTH_DATABASE_URL)"
        }
        (_, KeySource::Own(_)) => {
            "replicas open the same secrets; give each the same BERTH_SECRET_KEY, or its file or command"
        }
        _ => return Ok(()),
    };
    Err(ConfigError::Wrong { setting: "--replica (BERTH_REPLICA)", wrong: wrong.to_owned() })
}

/// Whether the other replicas have an address to go to.
fn reachable(listen: SocketAddr, advertise: Option<SocketAddr>) -> Result<(), ConfigError> {
    if advertise.is_some() || !listen.ip().is_unspecified() {
        return Ok(());
    }
    Err(ConfigError::Wrong {
        setting: "--advertise (BERTH_ADVERTISE)",
        wrong: format!(
            "say at which address the other replicas reach this one, which listens on {listen}"
        ),
    })
}

/// How Kubernetes is reached: as somebody says, or as the pod in which Berth runs.
fn connection(
    path: Option<PathBuf>,
    context: Option<String>,
    get: impl Fn(&str) -> Option<String>,
) -> Option<Connection> {
    match path {
        Some(path) => Some(Connection::File { path, context }),
        // Kubernetes sets it in every container.
        None => get("KUBERNETES_SERVICE_HOST").map(|_| Connection::InCluster),
    }
}

fn wanted(text: Option<&str>, is_reachable: bool) -> Result<Wanted, ConfigError> {
    let wrong = |setting, wrong| Err(ConfigError::Wrong { setting, wrong });
    match (text.unwrap_or("auto"), is_reachable) {
        ("auto", false) => Ok(Wanted::Auto),
        ("auto" | "kubernetes", true) => Ok(Wanted::Kubernetes),
        ("kubernetes", false) => wrong(
            "--kubeconfig (BERTH_KUBECONFIG, kubeconfig)",
            "it is missing, and Berth does not run in a pod of the cluster".to_owned(),
        ),
        ("container", _) => Ok(Wanted::Container),
        ("simulated", _) => Ok(Wanted::Simulated),
        (other, _) => wrong(
            "--cluster (BERTH_CLUSTER, cluster)",
            format!("{other:?} is none of auto, container, kubernetes and simulated"),
        ),
    }
}

fn absolute(folders: &[String]) -> Result<(), ConfigError> {
    let wrong =
        folders.iter().find(|folder| !Path::new(folder).is_absolute() || folder.as_str() == "/");
    wrong.map_or(Ok(()), |folder| {
        Err(ConfigError::Wrong {
            setting: "--host-folder (BERTH_HOST_FOLDERS, host_folders)",
            wrong: format!("{folder:?} is no folder by its whole path, below the root"),
        })
    })
}

/// Who runs Berth, by number; the places of sockets are named after it.
fn user() -> u32 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").map_or(0, |me| me.uid())
}

fn read_file(path: &Path) -> Result<File, ConfigError> {
    let unreadable = |cause| ConfigError::Unreadable { path: path.to_owned(), cause };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    toml::from_str(&text)
        .map_err(|wrong| ConfigError::Wrong { setting: "--config", wrong: wrong.to_string() })
}

/// The first administrator and the first application, from the environment.
fn first_accounts(get: impl Fn(&str) -> Option<String>) -> Result<FirstAccounts, ConfigError> {
    let admin = pair(
        ("BERTH_BOOTSTRAP_ADMIN_EMAIL", get("BERTH_BOOTSTRAP_ADMIN_EMAIL")),
        ("BERTH_BOOTSTRAP_ADMIN_PASSWORD", secret(&get, "BERTH_BOOTSTRAP_ADMIN_PASSWORD")?),
    )?;
    let client = pair(
        ("BERTH_BOOTSTRAP_CLIENT_ID", get("BERTH_BOOTSTRAP_CLIENT_ID")),
        ("BERTH_BOOTSTRAP_CLIENT_SECRET", secret(&get, "BERTH_BOOTSTRAP_CLIENT_SECRET")?),
    )?;
    Ok(FirstAccounts { admin, client })
}

/// A secret from the variable itself, or from the file that `NAME_FILE` names.
fn secret(get: impl Fn(&str) -> Option<String>, name: &str) -> Result<Option<String>, ConfigError> {
    let Some(path) = get(&format!("{name}_FILE")) else { return Ok(get(name)) };
    let path = PathBuf::from(path);
    let text = std::fs::read_to_string(&path);
    let text = text.map_err(|cause| ConfigError::Unreadable { path, cause })?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn pair(
    first: (&'static str, Option<String>),
    second: (&'static str, Option<String>),
) -> Result<Option<(String, String)>, ConfigError> {
    match (first.1, second.1) {
        (Some(a), Some(b)) => Ok(Some((a, b))),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(missing(first.0, second.0)),
        (Some(_), None) => Err(missing(second.0, first.0)),
    }
}

fn missing(setting: &'static str, beside: &str) -> ConfigError {
    ConfigError::Wrong { setting, wrong: format!("it is missing, and {beside} is set") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(args: ServeArgs) -> String {
        Config::of(args).err().map(|wrong| wrong.to_string()).unwrap_or_default()
    }

    #[test]
    fn wrong_settings_are_named_with_what_would_be_right() {
        let listen = Some("localhost".into());
        let text = wrong(ServeArgs { listen, ..ServeArgs::default() });
        assert!(text.contains("--listen") && text.contains("127.0.0.1:8080"), "{text}");
        let database_url = Some("mysql://x".into());
        let text = wrong(ServeArgs { database_url, ..ServeArgs::default() });
        assert!(text.contains("--database-url") && text.contains("postgres://"), "{text}");
    }

    #[test]
    fn what_runs_the_workspaces_is_said_in_one_word() {
        let cluster = Some("docker".into());
        let text = wrong(ServeArgs { cluster, ..ServeArgs::default() });
        assert!(text.contains("--cluster") && text.contains("container"), "{text}");
        let engine = Some("tcp://10.0.0.1:2375".into());
        let text = wrong(ServeArgs { engine, ..ServeArgs::default() });
        assert!(text.contains("--engine") && text.contains("unix:///"), "{text}");
        let cluster = Some("kubernetes".into());
        let text = wrong(ServeArgs { cluster, ..ServeArgs::default() });
        assert!(text.contains("--kubeconfig"), "{text}");
        let host_folders = vec!["srv".into()];
        let text = wrong(ServeArgs { host_folders, ..ServeArgs::default() });
        assert!(text.contains("--host-folder") && text.contains("whole path"), "{text}");
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("berth.toml");
        std::fs::write(&path, "listen = '127.0.0.1:1'\ndata = 'there'").unwrap();
        let listen = Some("127.0.0.1:2".into());
        let config = Config::of(ServeArgs { config: Some(path), listen, ..ServeArgs::default() });
        let config = config.map_err(|e| e.to_string()).unwrap();
        assert_eq!((config.listen.port(), config.data), (2, PathBuf::from("there")));
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("berth.toml");
        std::fs::write(&path, "lisen = '127.0.0.1:1'").unwrap();
        let text = wrong(ServeArgs { config: Some(path), ..ServeArgs::default() });
        assert!(text.contains("lisen") && text.contains("listen"), "{text}");
    }

    #[test]
    fn half_an_account_is_refused() {
        let get = |name: &str| (name == "BERTH_BOOTSTRAP_CLIENT_ID").then(|| "ci".to_owned());
        let text = first_accounts(get).err().unwrap().to_string();
        assert!(text.contains("BERTH_BOOTSTRAP_CLIENT_SECRET"), "{text}");
    }
}
