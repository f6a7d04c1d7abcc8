//! A wire between a program and PostgreSQL that can be cut at the worst moment: after the word to
//! commit has reached the server, and before its answer has come back.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// What the wire does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Whole,
    /// The next commit reaches the server; its answer is lost. `then_whole` says whether new
    /// connections can be made afterwards.
    CutAtCommit {
        then_whole: bool,
    },
    /// Nobody can connect, and who was connected is cut off.
    Down,
}

/// The wire. It ends with the process.
pub struct Wire {
    port: u16,
    database: String,
    mode: Arc<Mutex<Mode>>,
    carried: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    /// A wire to the database that `url` names, one of [`crate::postgres`].
    ///
    /// # Panics
    ///
    /// When the URL is another one, or when there is no free port.
    pub fn to(url: &str) -> Self {
        let (rest, dir) = url.split_once("?host=").expect("a URL of testkit");
        let database = rest.rsplit('/').next().expect("a database").to_owned();
        let socket = PathBuf::from(dir).join(".s.PGSQL.5432");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("its number").port();
        let mode = Arc::new(Mutex::new(Mode::Whole));
        let carried = Arc::new(Mutex::new(vec![]));
        let (seen, ends) = (mode.clone(), carried.clone());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if now(&seen) != Mode::Down {
                    let end = client.try_clone();
                    ends.lock().unwrap_or_else(PoisonError::into_inner).extend(end);
                    let _ = carry(client, &socket, &seen);
                }
            }
        });
        Self { port, database, mode, carried }
    }

    /// The database's URL at this end of the wire.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{}?sslmode=disable", self.port, self.database)
    }

    /// The next commit is carried out and its answer is lost; then all is well again.
    pub fn lose_an_answer(&self) {
        self.set(Mode::CutAtCommit { then_whole: true });
    }

    /// The next commit is carried out, its answer is lost, and nobody can ask again until
    /// [`Wire::mend`].
    pub fn break_at_commit(&self) {
        self.set(Mode::CutAtCommit { then_whole: false });
    }

    /// Cuts off who is connected; nobody can connect until [`Wire::mend`].
    pub fn cut(&self) {
        self.set(Mode::Down);
        for end in self.carried.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // One that has ended by itself is no trouble.
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    pub fn mend(&self) {
        self.set(Mode::Whole);
    }

    fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    }
}

fn now(mode: &Mutex<Mode>) -> Mode {
    *mode.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries one connection in two threads.
fn carry(client: TcpStream, socket: &PathBuf, mode: &Arc<Mutex<Mode>>) -> io::Result<()> {
    let server = UnixStream::connect(socket)?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let (mut from_server, mut to_client) = (server, client);
    let (there, back) = (mode.clone(), mode.clone());
    let is_cut = Arc::new(Mutex::new(false));
    let cutting = is_cut.clone();
    thread::spawn(move || {
        let _ = copy(&mut from_client, &mut to_server, |bytes| {
            let commits = bytes.windows(6).any(|word| word == b"COMMIT");
            if commits && matches!(now(&there), Mode::CutAtCommit { .. }) {
                *cutting.lock().unwrap_or_else(PoisonError::into_inner) = true;
            }
            now(&there) != Mode::Down
        });
        let _ = to_server.shutdown(Shutdown::Both);
    });
    thread::spawn(move || {
        let _ = copy(&mut from_server, &mut to_client, |_| {
            let is_cut = *is_cut.lock().unwrap_or_else(PoisonError::into_inner);
            if is_cut {
                let mut mode = back.lock().unwrap_or_else(PoisonError::into_inner);
                let whole = *mode == Mode::CutAtCommit { then_whole: true };
                *mode = if whole { Mode::Whole } else { Mode::Down };
            }
            !is_cut
        });
        let _ = to_client.shutdown(Shutdown::Both);
        let _ = from_server.shutdown(Shutdown::Both);
    });
    Ok(())
}

/// Copies as long as `passes` lets what was read through.
fn copy(
    from: &mut impl Read,
    to: &mut impl Write,
    mut passes: impl FnMut(&[u8]) -> bool,
) -> io::Result<()> {
    let mut buffer = [0; 16_384];
    loop {
        let length = from.read(&mut buffer)?;
        if length == 0 || !passes(&buffer[..length]) {
            return Ok(());
        }
        to.write_all(&buffer[..length])?;
    }
}
