//! What the old Berth and the new one say to each other, over a socket in the data folder that only its owner may
//! open: the new one asks, the old one gives its listening sockets, then says when it changes nothing any more; the
//! new one says when it serves. Whoever breaks off before that has not begun.

use std::{
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    net::TcpListener,
    os::{
        fd::{BorrowedFd, OwnedFd},
        unix::fs::PermissionsExt,
    },
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Interest},
    net::{UnixListener, UnixStream},
};

/// What is said, a byte each.
const ASK: u8 = b'?';
const SOCKETS: u8 = b'S';
const YOURS: u8 = b'Y';
const SERVING: u8 = b'!';

/// Sockets in one message at most; the system takes 253.
const AT_ONCE: usize = 64;

/// How long the old one may take to end what it is about.
const YOURS_WITHIN: Duration = Duration::from_secs(30);
/// How long the new one may take to begin.
const SERVING_WITHIN: Duration = Duration::from_secs(120);

/// Where the old Berth of a data folder can be asked.
pub fn path(data: &Path) -> PathBuf {
    data.join("berth.sock")
}

/// Hears whoever wants to take over.
pub fn listen(data: &Path) -> io::Result<UnixListener> {
    let path = path(data);
    // The folder's lock is ours: who made this one is gone, or has handed over.
    match std::fs::remove_file(&path) {
        Err(problem) if problem.kind() != io::ErrorKind::NotFound => return Err(problem),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// One that wants to take over, from the side of the old one.
pub struct Heir(UnixStream);

impl Heir {
    /// Waits for one that asks.
    pub async fn asks(listener: &UnixListener) -> Self {
        loop {
            let Ok((mut stream, _)) = listener.accept().await else {
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            };
            let asked = tokio::time::timeout(Duration::from_secs(1), stream.read_u8()).await;
            if matches!(asked, Ok(Ok(ASK))) {
                return Self(stream);
            }
        }
    }

    /// Gives it the listening sockets, in this order.
    pub async fn give(&self, sockets: &[BorrowedFd<'_>]) -> io::Result<()> {
        for some in sockets.chunks(AT_ONCE) {
            self.0.async_io(Interest::WRITABLE, || send(&self.0, some)).await?;
        }
        Ok(())
    }

    /// Says that everything is its own now, and waits until it serves.
    pub async fn yours(mut self) -> bool {
        if self.0.write_u8(YOURS).await.is_err() {
            return false;
        }
        let said = tokio::time::timeout(SERVING_WITHIN, self.0.read_u8()).await;
        matches!(said, Ok(Ok(SERVING)))
    }
}

/// The old one, from the side of the new one.
pub struct Elder(UnixStream);

impl Elder {
    /// Asks the Berth that works on this data folder for its place. Gives its listening sockets, once it changes
    /// nothing any more.
    pub async fn ask(data: &Path) -> io::Result<(Self, Vec<TcpListener>)> {
        let mut stream = UnixStream::connect(path(data)).await?;
        stream.write_u8(ASK).await?;
        let mut sockets = Vec::new();
        let until_yours = async {
            loop {
                match stream.async_io(Interest::READABLE, || receive(&stream)).await? {
                    (SOCKETS, some) => sockets.extend(some.into_iter().map(TcpListener::from)),
                    (YOURS, _) => return Ok(()),
                    _ => return Err(io::Error::other("it said something else")),
                }
            }
        };
        match tokio::time::timeout(YOURS_WITHIN, until_yours).await {
            Ok(said) => said?,
            Err(_) => return Err(io::Error::other("it does not let go")),
        }
        Ok((Self(stream), sockets))
    }

    /// Tells it that this one serves.
    pub async fn serving(mut self) -> io::Result<()> {
        self.0.write_u8(SERVING).await
    }
}

fn send(stream: &UnixStream, sockets: &[BorrowedFd<'_>]) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(AT_ONCE))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(sockets));
    let said = [IoSlice::new(&[SOCKETS])];
    sendmsg(stream, &said, &mut control, SendFlags::empty()).map(drop).map_err(io::Error::from)
}

/// What is said next, and the sockets that come with it.
fn receive(stream: &UnixStream) -> io::Result<(u8, Vec<OwnedFd>)> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(AT_ONCE))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut said = [0];
    let mut slices = [IoSliceMut::new(&mut said)];
    let seen = recvmsg(stream, &mut slices, &mut control, RecvFlags::CMSG_CLOEXEC)?;
    if seen.bytes == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let sockets = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(sockets) => Some(sockets),
        _ => None,
    });
    Ok((said[0], sockets.flatten().collect()))
}
