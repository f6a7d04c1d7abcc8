//! A throw-away PostgreSQL for the tests of one process: started when the first test asks for it,
//! gone with the process however that ends. Each test gets a database of its own; one that wants to
//! stop the server gets a [`Server`] of its own.

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

/// No network; and no more care for the data than a test needs.
const OPTIONS: &str =
    "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200";

/// Starts the server, says `ready` as its last word, and stops the server once its standard input
/// ends: the pipe closes even when the process that holds the other end is killed. Run by `sh`, with
/// the folder, the programs' folder, the server's options and the words that change the user.
const KEEPER: &str = r#"
dir=$1 bin=$2 options=$3; shift 3
cd "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
"$@" "$bin/initdb" --no-sync -A trust -U postgres -E UTF8 -D "$dir/data" >initdb.log 2>&1 </dev/null || {
    cat initdb.log; exit 1; }
"$@" "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -w -t 30 start >start.log 2>&1 </dev/null \
    -o "$options -k '$dir'" || {
    cat start.log data/server.log; exit 1; }
echo ready
exec >/dev/null
while read -r _; do :; done
"$@" "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 </dev/null
"#;

/// A server of one's own.
pub struct Server {
    dir: PathBuf,
    bin: PathBuf,
    /// The words that a command of the server's begins with.
    user: Vec<&'static str>,
    made: AtomicU32,
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
    SERVER.get_or_init(Server::start).database()
}

impl Server {
    /// Starts a server in a folder of its own.
    ///
    /// # Panics
    ///
    /// When there is no PostgreSQL to start, with words on what to install.
    pub fn start() -> Self {
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
            .arg(OPTIONS)
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
        Self { dir, bin, user, made: AtomicU32::new(0), _keeper: keeper }
    }

    /// The URL of a new, empty database.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0"));
        format!("postgres://postgres@localhost/{name}?host={}", self.dir.display())
    }

    /// Stops it as a crash would: whoever is connected is cut off.
    pub fn crash(&self) {
        self.pg_ctl(&["-m", "immediate", "stop"]);
    }

    /// Starts it again, with what it had written.
    pub fn start_again(&self) {
        let options = format!("{OPTIONS} -k '{}'", self.dir.display());
        self.pg_ctl(&["-w", "-t", "30", "-o", &options, "start"]);
    }

    fn pg_ctl(&self, args: &[&str]) {
        let data = self.dir.join("data");
        let program = self.bin.join("pg_ctl");
        let mut command = match self.user.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.arg("-D").arg(&data).arg("-l").arg(data.join("server.log")).args(args);
        // A pipe would stay open as long as the server runs.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let done = command.current_dir(&self.dir).status().expect("pg_ctl starts");
        assert!(done.success(), "pg_ctl {args:?}: {done}");
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
