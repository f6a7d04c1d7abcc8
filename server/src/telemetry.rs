//! Logs: structured, to standard error; what they show is set by `RUST_LOG`.

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// Starts the logs. Lines for people on a terminal, JSON elsewhere.
pub fn start() {
    // What Kubernetes does not do is said by its driver, once, and not at each try.
    let quiet =
        "info,sqlx=warn,leptos=warn,hyper=warn,tower_http=warn,kube_client=off,kube_runtime=off";
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(quiet));
    let registry = tracing_subscriber::registry().with(filter);
    let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    // A second start in one process, as tests do, keeps the first.
    let _ = match is_terminal {
        true => registry.with(fmt::layer().with_writer(std::io::stderr).compact()).try_init(),
        false => registry.with(fmt::layer().with_writer(std::io::stderr).json()).try_init(),
    };
}
