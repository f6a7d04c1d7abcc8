//! A throw-away PostgreSQL for the tests of one process: started when the first test asks for it,
//! gone with the process however that ends. Each test gets a database of its own.

use std::{
    env, fs,
    io::{BufReader, Read},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// Where distributions put the programs of the server, by version.
const INSTALLED: &str = "/usr/lib/postgresql";

/// Starts the server, says `ready` as its last word, and stops the server once its standard input ends: the pipe closes even
/// when the process that holds the other end is killed. Run by `sh`, with the folder, the programs'
/// folder and the words that change the user as arguments.
const KEEPER: &str = r#"
dir=$1 bin=$2; shift 2
cd "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
"$@" "$bin/initdb" --no-sync -A trust -U postgres -E UTF8 -D "$dir/data" >initdb.log 2>&1 </dev/null || {
    cat initdb.log; exit 1; }
"$@" "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -w -t 30 start >start.log 2>&1 </dev/null \
    -o "-c listen_addresses='' -k '$dir' -c fsync=off -c full_page_writes=off -c max_connections=200" || {
    cat start.log data/server.log; exit 1; }
echo ready
exec >/dev/null
while read -r _; do :; done
"$@" "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 </dev/null
"#;

struct Server {
    dir: PathBuf,
    bin: PathBuf,
    /// Holds the pipe whose end stops the server.
    _keeper: Child,
}

/// The URL of a new, empty database.
///
/// # Panics
///
/// When there is no PostgreSQL to start, with words on what to install.
pub fn database() -> String {
    static SERVER: OnceLock<Server> = OnceLock::new();
    static MADE: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(Server::start);
    let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
    server.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0"));
    format!("postgres://postgres@localhost/{name}?host={}", server.dir.display())
}

impl Server {
    fn start() -> Self {
        let bin = programs().expect(
            "initdb is neither in /usr/lib/postgresql/*/bin nor on PATH; install postgresql-15",
        );
        let dir = tempfile::Builder::new().prefix("berth-pg-").tempdir();
        // The keeper removes it: after the server has stopped, and not before.
        let dir = dir.expect("a folder for temporary files").keep();
        let user = other_user(&dir);
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .args([&dir, &bin])
            .args(&user)
            // Its own group, so that Ctrl-C ends the tests and leaves it the time to clean up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh starts");
        let mut said = String::new();
        let pipe = keeper.stdout.take().expect("a pipe was asked for");
        BufReader::new(pipe).read_to_string(&mut said).expect("sh writes text");
        assert!(said.ends_with("ready\n"), "PostgreSQL did not start:\n{said}");
        Self { dir, bin, _keeper: keeper }
    }

    fn sql(&self, database: &str, sql: &str) {
        let done = Command::new(self.bin.join("psql"))
            .args([
                "-X",
                "-q",
                "-U",
                "postgres",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
                "-c",
                sql,
            ])
            .arg("-h")
            .arg(&self.dir)
            .stdin(Stdio::null())
            .output()
            .expect("psql starts");
        assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

/// The folder with `initdb`: the newest that a distribution installed, else the one on PATH.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir(INSTALLED).into_iter().flatten().flatten();
    let mut installed: Vec<_> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())))
        .map(|(version, path)| (version, path.join("bin")))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    installed.sort();
    let on_path = || {
        let path = env::var_os("PATH")?;
        env::split_paths(&path).find(|bin| bin.join("initdb").exists())
    };
    installed.pop().map(|(_, bin)| bin).or_else(on_path)
}

/// The server refuses to run as root: then it runs as `postgres`, whom the folder is given to.
/// Returns the words to begin its command with.
fn other_user(dir: &Path) -> Vec<&'static str> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    });
    if !is_root {
        return vec![];
    }
    let given = Command::new("chown").arg("postgres").arg(dir).status();
    assert!(given.is_ok_and(|done| done.success()), "the user `postgres` is missing");
    vec!["runuser", "-u", "postgres", "--"]
}
