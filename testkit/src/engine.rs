//! A real container engine to throw away: Podman with a store, a socket and settings of its own, so
//! that a developer's containers are left alone; and a registry on loopback that it may pull from.
//! Images are made of busybox, for no other registry can be reached.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

const INSTALL: &str = "podman, runc, containernetworking-plugins, busybox-static and docker-registry \
                       are needed; `cargo xtask test --containers` installs them";
/// The least friendly machine: no cgroup manager of systemd's, limits that may not be raised.
const CONTAINERS_CONF: &str = r#"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"#;
const WITHIN: Duration = Duration::from_secs(60);

/// An engine that ends, with all its containers, when it is dropped.
pub struct Engine {
    folder: TempDir,
    service: Option<Child>,
    registry: Child,
    registry_at: SocketAddr,
}

impl Engine {
    /// Starts both.
    ///
    /// # Panics
    ///
    /// When one of the programs is not there or does not start, with words on what to install.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("berth-engine-").tempdir().expect("a folder");
        let registry_at = free_port();
        let path = folder.path();
        let registries = format!(
            "unqualified-search-registries = []\n[[registry]]\nlocation = \"{registry_at}\"\ninsecure = true\n"
        );
        write(&path.join("containers.conf"), CONTAINERS_CONF);
        write(&path.join("registries.conf"), &registries);
        let config = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: {registry_at}}}\n",
            path.join("registry").display()
        );
        write(&path.join("registry.yml"), &config);
        let mut engine =
            Self { registry: serve_registry(path), registry_at, folder, service: None };
        engine.resume();
        engine
    }

    /// The socket that it listens on.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("engine.sock")
    }

    /// Where its registry is: `127.0.0.1:40000`.
    pub fn registry(&self) -> String {
        self.registry_at.to_string()
    }

    /// The engine's service ends; containers go on, as Podman's do.
    pub fn halt(&mut self) {
        if let Some(mut service) = self.service.take() {
            let _ = service.kill();
            let _ = service.wait();
        }
        let _ = fs::remove_file(self.socket());
    }

    /// The service comes back.
    pub fn resume(&mut self) {
        let socket = format!("unix://{}", self.socket().display());
        let mut service = self.podman(&["system", "service", "--time", "0", &socket]);
        let quiet = service.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.service = Some(quiet.spawn().expect(INSTALL));
        let until = Instant::now() + WITHIN;
        while std::os::unix::net::UnixStream::connect(self.socket()).is_err() {
            assert!(Instant::now() < until, "podman's service did not answer within {WITHIN:?}");
            sleep(Duration::from_millis(20));
        }
    }

    /// The registry ends.
    pub fn stop_registry(&mut self) {
        let _ = self.registry.kill();
        let _ = self.registry.wait();
    }

    /// The registry comes back, with what it had.
    pub fn start_registry(&mut self) {
        self.registry = serve_registry(self.folder.path());
    }

    /// Makes an image of busybox, with every applet that it has. `changes` are as in a Dockerfile.
    pub fn image(&self, name: &str, changes: &[&str]) {
        let root = self.folder.path().join("root");
        if !root.exists() {
            busybox(&root);
        }
        let archive = self.folder.path().join("image.tar");
        done(Command::new("tar").arg("-C").arg(&root).arg("-cf").arg(&archive).arg("."));
        self.import(name, &archive, changes);
    }

    /// Makes an image of an archive of its root folder.
    pub fn import(&self, name: &str, archive: &Path, changes: &[&str]) {
        let mut import = self.podman(&["import", "--quiet"]);
        import.args(changes.iter().flat_map(|change| ["--change", change]));
        done(import.arg(archive).arg(name));
    }

    /// Pushes an image into the registry as `NAME`, and forgets it here. Gives what to pull it by.
    pub fn push(&self, image: &str, name: &str) -> String {
        let there = format!("{}/{name}", self.registry());
        done(&mut self.podman(&["push", "--quiet", image, &there]));
        there
    }

    /// Runs `podman` on this engine's store; gives what it said.
    pub fn ask(&self, args: &[&str]) -> String {
        let output = self.podman(args).output().expect(INSTALL);
        let said = String::from_utf8_lossy(&output.stdout);
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "podman {args:?}: {said}{wrong}");
        said.trim().to_owned()
    }

    fn podman(&self, args: &[&str]) -> Command {
        let path = self.folder.path();
        let mut podman = Command::new("podman");
        podman.arg("--root").arg(path.join("store")).arg("--runroot").arg(path.join("run"));
        // Its monitor notes a lack of memory in the folder it was started in.
        podman.args(args).current_dir(path).env("CONTAINERS_CONF", path.join("containers.conf"));
        podman.env("CONTAINERS_REGISTRIES_CONF", path.join("registries.conf"));
        podman
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.podman(&["rm", "--all", "--force", "--time", "0"]).output();
        self.halt();
        self.stop_registry();
        let _ = Command::new("umount").arg(self.folder.path().join("store/overlay")).output();
    }
}

fn serve_registry(folder: &Path) -> Child {
    let mut registry = Command::new("docker-registry");
    registry.arg("serve").arg(folder.join("registry.yml"));
    registry.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    registry.spawn().expect(INSTALL)
}

/// A root folder with busybox and a link for each of its applets.
fn busybox(root: &Path) {
    let program =
        ["/bin/busybox", "/usr/bin/busybox"].into_iter().find(|path| Path::new(path).exists());
    let program = program.expect(INSTALL);
    for folder in ["bin", "tmp", "etc", "home/ada"] {
        fs::create_dir_all(root.join(folder)).expect("a folder can be made");
    }
    fs::copy(program, root.join("bin/busybox")).expect("busybox can be copied");
    let listed = Command::new(program).arg("--list").output().expect(INSTALL);
    for applet in String::from_utf8_lossy(&listed.stdout).lines().filter(|name| *name != "busybox")
    {
        symlink("busybox", root.join("bin").join(applet)).expect("a link can be made");
    }
    write(&root.join("etc/passwd"), "root:x:0:0::/:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n");
}

fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address")
}

/// Waits until something listens there.
pub fn listening(at: &str) {
    let until = Instant::now() + WITHIN;
    while TcpStream::connect(at).is_err() {
        assert!(Instant::now() < until, "nothing listened on {at} within {WITHIN:?}");
        sleep(Duration::from_millis(20));
    }
}

fn done(command: &mut Command) {
    let output = command.output().expect(INSTALL);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {wrong}");
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("a file can be written");
}
