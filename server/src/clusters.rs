//! Clusters of Kubernetes beside the first one: each is a kubeconfig in the data folder, named after the cluster. What is
//! asked of a cluster before it is added: whether it answers, and whether Berth has its rights there.

use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use cli::{AddArgs, CheckArgs, KubernetesCommand};
use cluster::kubernetes::{Connection, greet, kept, rights};
use domain::{ProjectName, org::scheduler_named};

use crate::Failure;

const FOLDER: &str = "clusters";
const ENDING: &str = "yaml";

/// Runs one of the commands.
pub async fn run(command: KubernetesCommand) -> Result<ExitCode, Failure> {
    match command {
        KubernetesCommand::Manifest { data_volumes } => {
            print!("{}", rights::MANIFEST);
            if data_volumes {
                print!("---\n{}", rights::DATA_VOLUMES);
            }
        }
        KubernetesCommand::Check(args) => return check(&args).await,
        KubernetesCommand::Add(args) => return add(args).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// The clusters that were added, by name.
pub fn added(data: &Path) -> Result<Vec<(String, Connection)>, Failure> {
    let folder = data.join(FOLDER);
    let unreadable = |cause| format!("could not read the folder {}: {cause}", folder.display());
    let files = match fs::read_dir(&folder) {
        Ok(files) => files.collect::<Result<Vec<_>, _>>().map_err(unreadable)?,
        Err(none) if none.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        Err(cause) => return Err(unreadable(cause).into()),
    };
    let paths = files.into_iter().map(|file| file.path());
    let named = paths.filter(|path| path.extension().is_some_and(|ending| ending == ENDING));
    let mut all: Vec<_> = named
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            Some((name, Connection::File { path, context: None }))
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all)
}

/// Says what answers, and what is missing with what mends it.
async fn check(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let connection =
        Connection::File { path: args.kubeconfig.clone(), context: args.context.clone() };
    let (version, rights) = greet(&connection).await?;
    println!("Kubernetes {version} answers.");
    let missing: Vec<_> = rights.iter().filter(|right| right.is_missing()).collect();
    if missing.is_empty() {
        println!("Berth has every right that it needs.");
        return Ok(ExitCode::SUCCESS);
    }
    for one in missing {
        println!("Missing: {} (to {}).", one.right, one.purpose);
    }
    println!("This grants what is missing to the service account berth-system/berth:");
    println!("  berth cluster kubernetes manifest | kubectl apply -f -");
    Ok(ExitCode::FAILURE)
}

async fn add(args: AddArgs) -> Result<ExitCode, Failure> {
    let name: ProjectName =
        args.name.parse().map_err(|wrong| format!("the name {:?}: {wrong}", args.name))?;
    let scheduler = args.scheduler.as_deref().map_or(Ok(None), scheduler_named);
    let scheduler = scheduler.map_err(|wrong| format!("--scheduler: {wrong}"))?;
    let code = check(&args.cluster).await?;
    if code != ExitCode::SUCCESS {
        eprintln!("berth: {name} is added all the same; it is of use once nothing is missing");
    }
    let text = kept(&args.cluster.kubeconfig, args.cluster.context.as_deref(), scheduler)?;
    let path = keep(&args.data, name.as_str(), &text)?;
    println!("Added {name} ({}).", path.display());
    println!("A Berth that works on this folder takes it up within seconds.");
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that nobody else reads.
fn keep(data: &Path, name: &str, text: &str) -> Result<PathBuf, Failure> {
    let folder = data.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}.{ENDING}"));
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&path)?;
    file.write_all(text.as_bytes())?;
    Ok(path)
}
