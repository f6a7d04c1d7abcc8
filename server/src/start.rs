//! Starting and stopping: data folder, database, use cases, drivers, loops, listener, in this order;
//! and back within five seconds when the system asks for the end.

use std::{future::IntoFuture, net::SocketAddr, os::fd::AsFd, sync::Arc, time::Duration};

use axum::{ServiceExt, serve::ListenerExt};
use cluster::simulated::{Conditions, Pattern, Trouble};
use control::{
    Bootstrap, ControlPlane,
    clock::{SystemChance, SystemClock},
};
use store::{FileLock, Store};
use tokio::net::{TcpListener, UnixListener};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    Config, Doors, config,
    handover::{
        self, Turn,
        channel::{Elder, Heir},
        doorway::{Doorway, Open},
    },
    ports::Sockets,
    replica::Replica,
    tools::Desk,
    which,
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long open requests may take to end after the signal.
const DRAIN: Duration = Duration::from_secs(4);
/// How long a cluster may take to say what runs there, before others are served.
const FIRST_LOOK: Duration = Duration::from_secs(5);
/// How long what is open goes on after a newer Berth has taken over.
const OPEN_FOR: Duration = Duration::from_secs(3_600);
/// How often it is looked meanwhile what has changed.
const READ_ALONG_EVERY: Duration = Duration::from_secs(3);

/// Runs Berth until the system asks for its end, or a newer one has taken over.
pub async fn serve(config: Config) -> Result<(), Failure> {
    std::fs::create_dir_all(&config.data)
        .map_err(|cause| format!("could not make the folder {}: {cause}", config.data.display()))?;
    let (mut elder, mut sockets, mut is_first, mut greeted) = (None, None, true, None);
    if config.take_over {
        greeted = which::greet(&config).await;
        let (of, given) = Elder::ask(&config.data).await.map_err(|cause| {
            format!("could not take over from a Berth on {}: {cause}", config.data.display())
        })?;
        (elder, sockets) = (Some(of), Sockets::given(given));
    }
    loop {
        let folder = format!("the folder {}", config.data.display());
        let alone = FileLock::take(&config.data.join("berth.lock"), &folder).await?;
        let mut here = match sockets.take() {
            Some(given) => given,
            None => Sockets { own: bound(config.listen)?, tools: vec![] },
        };
        let wanted = config.origins.ports(here.own.local_addr()?);
        here.listen_for_tools(wanted)?;
        let (listener, tools) = (listening(&here.own)?, here.tools.iter().map(listening));
        let tools = tools.collect::<Result<Vec<_>, _>>()?;
        sockets = Some(here.again()?);
        let replica = replica_of(&config, &listener)?;
        let is_first = std::mem::take(&mut is_first);
        if replica.is_some() && is_first {
            announce(listener.local_addr()?);
        }
        let Some(store) = opened(&config, replica.as_ref(), &listener).await? else {
            return Ok(());
        };
        let (elder, greeted) = (elder.take(), greeted.take());
        let means = Means {
            sockets: here,
            listener,
            tools,
            store,
            replica,
            alone,
            elder,
            is_first,
            greeted,
        };
        match turn(&config, means).await? {
            End::Asked => return Ok(()),
            End::Over { heir, control, open } => {
                if heir.yours().await {
                    info!("a newer Berth serves; what is open goes on");
                    // They are the newer one's alone: whoever follows it listens there.
                    drop(sockets);
                    return drain(&control, &open).await;
                }
                warn!("the Berth that took over did not begin; this one goes on");
            }
            End::Superseded { control, open } => {
                warn!("another Berth leads; this one waits for its turn");
                tokio::spawn(async move { drain(&control, &open).await });
            }
        }
    }
}

fn bound(at: SocketAddr) -> Result<std::net::TcpListener, Failure> {
    let bound = std::net::TcpListener::bind(at);
    Ok(bound.map_err(|cause| format!("could not listen on {at}: {cause}"))?)
}

fn listening(socket: &std::net::TcpListener) -> Result<Arc<TcpListener>, Failure> {
    socket.set_nonblocking(true)?;
    Ok(Arc::new(TcpListener::from_std(socket.try_clone()?)?))
}

/// How a turn of serving ended.
enum End {
    /// The system asked for it.
    Asked,
    /// Nothing is changed here any more; somebody waits to do so.
    Over { heir: Heir, control: ControlPlane, open: Open },
    /// Another replica leads, and nothing is changed here any more.
    Superseded { control: ControlPlane, open: Open },
}

/// What a turn of serving begins with.
struct Means {
    /// To give to whoever takes over.
    sockets: Sockets,
    listener: Arc<TcpListener>,
    /// Where tools have ports.
    tools: Vec<Arc<TcpListener>>,
    store: Store,
    replica: Option<Replica>,
    /// Nobody else works on the data folder.
    alone: FileLock,
    /// Whose place it takes.
    elder: Option<Elder>,
    is_first: bool,
    greeted: which::Greeted,
}

/// Serves until somebody asks for the end, or to take over.
async fn turn(config: &Config, means: Means) -> Result<End, Failure> {
    let Means { sockets, listener, tools, store, replica, alone, elder, is_first, greeted } = means;
    let address = listener.local_addr()?;
    let (control, started) = control_plane(config, store, greeted).await?;
    let metrics_token = config.metrics_token.as_deref().map(Arc::from);
    let turn = Turn::at(address);
    let mut doors =
        Doors { metrics_token, turn: turn.clone(), ..Doors::of(&control, address).await? };
    match config.origins.gateway(address, sockets.ports()) {
        Some((gateway, main)) => doors.tools = Some(Desk::open(&doors, gateway, main).await?),
        None => warn!("tools of workspaces cannot be opened: give --tools-domain, see the README"),
    }
    let heirs = handover::channel::listen(&config.data)?;
    // Whoever asks for a tool at once is to be told where it is.
    let _ = tokio::time::timeout(FIRST_LOOK, control.observe_once()).await;
    let loops = control.start();
    if is_first {
        if replica.is_none() {
            announce(address);
        }
        invite(address, &started);
    }
    let (open, shut) = (Open::default(), CancellationToken::new());
    let service = crate::everything(doors).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = CancellationToken::new();
    let at_each = [listener].into_iter().chain(tools).map(|listener| {
        let doorway = Doorway::new(listener, shut.clone(), open.clone()).tap_io(|_| {});
        let stopping = stopping.clone().cancelled_owned();
        axum::serve(doorway, service.clone()).with_graceful_shutdown(stopping).into_future()
    });
    let served = futures::future::try_join_all(at_each);
    if let Some(elder) = elder {
        elder.serving().await?;
    }
    let end = tokio::select! {
        end = served => { end?; End::Asked }
        // Live streams never end by themselves.
        () = after_the_signal(&stopping) => End::Asked,
        never = which::take_up(&control, &config.data) => match never {},
        () = superseded(replica.as_ref()) => {
            shut.cancel();
            turn.end(DRAIN).await;
            drop(loops);
            control.hand_over().await;
            return Ok(End::Superseded { control, open });
        }
        heir = given(&heirs, &sockets, &shut) => {
            turn.end(DRAIN).await;
            drop(loops);
            control.hand_over().await;
            return Ok(End::Over { heir, control, open });
        }
    };
    drop((loops, alone));
    Ok(end)
}

/// Waits for one that wants to take over; it has the sockets, and nothing is taken from them here.
async fn given(heirs: &UnixListener, sockets: &Sockets, shut: &CancellationToken) -> Heir {
    loop {
        let heir = Heir::asks(heirs).await;
        let all: Vec<_> = sockets.all().map(AsFd::as_fd).collect();
        match heir.give(&all).await {
            Ok(()) => {
                info!("handing over to a newer Berth");
                shut.cancel();
                return heir;
            }
            Err(problem) => warn!("could not hand over: {problem}"),
        }
    }
}

/// Returns once another replica leads.
async fn superseded(replica: Option<&Replica>) {
    match replica {
        Some(replica) => replica.turn_ends().await,
        None => std::future::pending().await,
    }
}

/// Waits until everything that is open has ended, with rights as they are now.
async fn drain(control: &ControlPlane, open: &Open) -> Result<(), Failure> {
    let ended = async {
        while open.count() > 0 {
            tokio::time::sleep(READ_ALONG_EVERY).await;
            if let Err(problem) = control.read_along().await {
                warn!("could not read what has changed: {problem}");
            }
        }
    };
    tokio::select! {
        // Whoever is still there after that begins anew.
        _ = tokio::time::timeout(OPEN_FOR, ended) => {}
        () = asked_to_stop() => {}
    }
    Ok(())
}

/// Lets what is open end after the signal, for some seconds.
async fn after_the_signal(stopping: &CancellationToken) {
    asked_to_stop().await;
    info!("stopping");
    stopping.cancel();
    tokio::time::sleep(DRAIN).await;
}

/// This Berth as one of several, if it is.
fn replica_of(config: &Config, listener: &TcpListener) -> Result<Option<Replica>, Failure> {
    let own = listener.local_addr()?;
    let of = |one: config::Replica| Replica::of(&config.database, one.advertise.unwrap_or(own));
    Ok(config.replica.map(of).transpose()?)
}

/// The database; of several Berths, only the one whose turn it is goes on. Nothing where the system asks for the end
/// before.
async fn opened(
    config: &Config,
    replica: Option<&Replica>,
    listener: &Arc<TcpListener>,
) -> Result<Option<Store>, Failure> {
    let Some(replica) = replica else { return Ok(Some(Store::open(&config.database).await?)) };
    tokio::select! {
        store = replica.turn_comes(listener) => Ok(Some(store?)),
        () = asked_to_stop() => Ok(None),
    }
}

async fn control_plane(
    config: &Config,
    store: Store,
    greeted: which::Greeted,
) -> Result<(ControlPlane, Bootstrap), Failure> {
    let control = ControlPlane::open(store, Arc::new(SystemClock), Arc::new(SystemChance)).await?;
    control.unlock(config.key.keyring()?);
    match control.unreadable_secrets() {
        0 => {}
        count => warn!("no key that was given opens the secrets of {count} credentials"),
    }
    let started = which::begin(&control, config, greeted).await?;
    Ok((control, started))
}

/// What goes wrong in the demonstration, by image.
pub(crate) fn demo_conditions() -> Conditions {
    let on = |pattern: &str| Pattern(pattern.to_owned());
    let trouble = vec![
        Trouble::MissingImage { on: on("*/missing/*") },
        Trouble::Crash { on: on("*/crashing/*"), after_secs: 4.0, exit_code: 1 },
        Trouble::Completes { on: on("*/finishing/*"), after_secs: 5.0 },
    ];
    Conditions { trouble, ..Conditions::fast(4.0) }
}

/// The address is the first line of standard output; what is said about it follows on standard
/// error.
fn announce(address: SocketAddr) {
    use std::io::Write;
    println!("listening on http://{address}");
    let _ = std::io::stdout().flush();
}

fn invite(address: SocketAddr, started: &Bootstrap) {
    if let Some(token) = &started.link {
        let link = format!("http://{address}/welcome?token={token}");
        eprintln!("Make the first administrator within 15 minutes: {link}");
    }
}

/// Returns when the system asks for the end: SIGTERM, or Ctrl-C.
async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            }
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}
