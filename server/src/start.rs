//! Starting and stopping: data folder, database, use cases, drivers, loops, listener, in this order;
//! and back within five seconds when the system asks for the end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use cluster::simulated::{Conditions, Pattern, Trouble};
use control::{
    Bootstrap, ControlPlane,
    clock::{SystemChance, SystemClock},
};
use store::{FileLock, Store};
use tokio::net::TcpListener;
use tracing::{info, warn};

use crate::{Config, Doors, tools::Desk, which};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long open requests may take to end after the signal.
const DRAIN: Duration = Duration::from_secs(4);

/// Runs Berth until the system asks for its end.
pub async fn serve(config: Config) -> Result<(), Failure> {
    std::fs::create_dir_all(&config.data)
        .map_err(|cause| format!("could not make the folder {}: {cause}", config.data.display()))?;
    let folder = format!("the folder {}", config.data.display());
    let _alone = FileLock::take(&config.data.join("berth.lock"), &folder).await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|cause| format!("could not listen on {}: {cause}", config.listen))?;
    let address = listener.local_addr()?;
    let (control, started) = control_plane(&config).await?;
    let metrics_token = config.metrics_token.as_deref().map(Arc::from);
    let mut doors = Doors { metrics_token, ..Doors::of(&control, address).await? };
    match config.origins.gateway(address) {
        Some((gateway, main)) => doors.tools = Some(Desk::open(&doors, gateway, main).await?),
        None => warn!("tools of workspaces cannot be opened: give --tools-domain, see the README"),
    }
    let loops = control.start();
    announce(address, &started);
    let service = crate::router(doors).into_make_service_with_connect_info::<SocketAddr>();
    let (draining, drained) = tokio::sync::oneshot::channel();
    let served = axum::serve(listener, service).with_graceful_shutdown(async move {
        asked_to_stop().await;
        info!("stopping");
        // Nobody waits for it when the server has failed.
        let _ = draining.send(());
    });
    tokio::select! {
        end = served => end?,
        // Live streams never end by themselves.
        () = after_the_signal(drained) => {}
    }
    drop(loops);
    Ok(())
}

async fn after_the_signal(drained: tokio::sync::oneshot::Receiver<()>) {
    if drained.await.is_ok() {
        tokio::time::sleep(DRAIN).await;
    } else {
        std::future::pending::<()>().await;
    }
}

async fn control_plane(config: &Config) -> Result<(ControlPlane, Bootstrap), Failure> {
    let store = Store::open(&config.database).await?;
    let control = ControlPlane::open(store, Arc::new(SystemClock), Arc::new(SystemChance)).await?;
    control.unlock(config.key.keyring()?);
    match control.unreadable_secrets() {
        0 => {}
        count => warn!("no key that was given opens the secrets of {count} credentials"),
    }
    let started = which::begin(&control, config).await?;
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
fn announce(address: SocketAddr, started: &Bootstrap) {
    use std::io::Write;
    println!("listening on http://{address}");
    let _ = std::io::stdout().flush();
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
