//! Shells, each with one that holds it: a connection, or, when that broke, a task that waits a while for the next
//! one. Whoever asks for a shell by its id is given it by the one that holds it.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use cluster::{Shell, Terminal};
use domain::{WorkloadId, access::Actor};
use futures::stream::BoxStream;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    sync::{mpsc, oneshot},
};

use super::scrollback::Scrollback;

/// Frames that a shell may leave unread.
const TYPED_MAX: usize = 16;
/// How long whoever holds a shell may take to give it away.
const GIVEN_WITHIN: Duration = Duration::from_secs(5);

/// A shell and what belongs to it.
pub struct Session {
    pub id: String,
    /// What it writes, as it comes; ends with the shell.
    pub output: BoxStream<'static, Bytes>,
    /// What is typed. A shell that reads nothing leaves no room for more.
    pub typed: mpsc::Sender<Bytes>,
    pub shell: Box<dyn Shell>,
    pub written: Scrollback,
    pub workload: WorkloadId,
    /// Who opened it: nobody else is given it.
    of: String,
}

impl Session {
    pub fn new(id: String, terminal: Terminal, (actor, workload): (&Actor, WorkloadId)) -> Self {
        let Terminal { output, input, shell } = terminal;
        let (typed, to_type) = mpsc::channel(TYPED_MAX);
        tokio::spawn(hand_over(to_type, input));
        let (written, of) = (Scrollback::default(), actor.name.to_string());
        Self { id, output, typed, shell, written, workload, of }
    }
}

/// Beside everything else: a shell that is not read writes nothing, and one that writes nothing reads nothing.
async fn hand_over(mut typed: mpsc::Receiver<Bytes>, mut input: Pin<Box<dyn AsyncWrite + Send>>) {
    while let Some(bytes) = typed.recv().await {
        // The end of the shell is told by its output.
        if input.write_all(&bytes).await.is_err() || input.flush().await.is_err() {
            return;
        }
    }
}

/// Asks for a shell.
pub type Ask = oneshot::Sender<Session>;

/// Hears those who ask for the shell that one holds.
pub struct Hold {
    pub asks: mpsc::Receiver<Ask>,
}

struct Held {
    of: String,
    workload: WorkloadId,
    asks: mpsc::Sender<Ask>,
}

/// Who holds which shell.
#[derive(Default)]
pub struct Shells(Mutex<HashMap<String, Held>>);

impl Shells {
    /// From now on the caller holds it.
    pub fn hold(&self, session: &Session) -> Hold {
        let (asks, asked) = mpsc::channel(1);
        let held = Held { of: session.of.clone(), workload: session.workload, asks };
        self.lock().insert(session.id.clone(), held);
        Hold { asks: asked }
    }

    /// Nobody holds it any more: it has ended.
    pub fn forget(&self, id: &str) {
        self.lock().remove(id);
    }

    /// The shell of this id, if it is theirs and still there.
    pub async fn take(&self, id: &str, actor: &Actor, workload: WorkloadId) -> Option<Session> {
        let asks = {
            let held = self.lock();
            let held = held.get(id)?;
            (held.of == *actor.name && held.workload == workload).then(|| held.asks.clone())?
        };
        let (give, given) = oneshot::channel();
        asks.send(give).await.ok()?;
        tokio::time::timeout(GIVEN_WITHIN, given).await.ok()?.ok()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
