//! A way to a server over TCP that can be closed for a while: who was on it is cut off, who comes is turned away and
//! counted.

use std::{
    io::{self, Read},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// How long it takes to begin.
const HEARD_WITHIN: Duration = Duration::from_millis(200);

/// The way. It ends with the process.
pub struct Way {
    port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_closed: bool,
    carried: Vec<TcpStream>,
    turned_away: u64,
}

impl Way {
    /// A way to a port of this machine.
    ///
    /// # Panics
    ///
    /// When there is no free port.
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("its number").port();
        let state = Arc::<Mutex<State>>::default();
        let seen = state.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let mut state = lock(&seen);
                if state.is_closed {
                    state.turned_away += 1;
                    drop(state);
                    turn_away(client);
                    continue;
                }
                state.carried.extend(client.try_clone());
                drop(state);
                let _ = carry(client, server);
            }
        });
        Self { port, state }
    }

    /// The port of this end.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn close(&self) {
        let mut state = lock(&self.state);
        state.is_closed = true;
        for carried in state.carried.drain(..) {
            // One that has ended by itself is no trouble.
            let _ = carried.shutdown(Shutdown::Both);
        }
    }

    pub fn open(&self) {
        lock(&self.state).is_closed = false;
    }

    /// How many came while it was closed.
    pub fn turned_away(&self) -> u64 {
        lock(&self.state).turned_away
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hears what somebody begins with, so that all of them end in the same way, and says nothing.
fn turn_away(mut client: TcpStream) {
    let _ = client.set_read_timeout(Some(HEARD_WITHIN));
    let _ = client.read(&mut [0; 4_096]);
}

/// Carries one connection in two threads.
fn carry(client: TcpStream, server: u16) -> io::Result<()> {
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server))?;
    let there = (client.try_clone()?, server.try_clone()?);
    for (mut from, mut to) in [there, (server, client)] {
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
        });
    }
    Ok(())
}
