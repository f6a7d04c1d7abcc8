//! What a container would have written: made up from its image, a few lines at its start and one
//! now and then.

use domain::Timestamp;

use super::{later, pod::Pod, secs_between};
use crate::LogLine;

/// Seconds between two lines of a container that has nothing to say.
const HEARTBEAT_SECS: f64 = 60.0;
/// Heartbeats kept.
const HEARTBEATS_MAX: u64 = 1_000;

/// The last `tail` lines of the container that started last, up to `now`.
pub fn lines(pod: &Pod, now: Timestamp, tail: usize) -> Vec<LogLine> {
    let Some(start) = pod.started_at else { return Vec::new() };
    let mut lines: Vec<_> = beginning(pod)
        .into_iter()
        .map(|(secs, text)| LogLine { at: later(start, secs), text })
        .collect();
    let beats = (secs_between(start, now) / HEARTBEAT_SECS) as u64;
    let first = beats.saturating_sub(HEARTBEATS_MAX) + 1;
    lines.extend((first..=beats).map(|beat| LogLine {
        at: later(start, beat as f64 * HEARTBEAT_SECS),
        text: format!("{beat} min up, nothing to report"),
    }));
    lines.retain(|line| line.at <= now);
    let surplus = lines.len().saturating_sub(tail);
    lines.split_off(surplus)
}

/// The same as plain text.
pub fn text(pod: &Pod, now: Timestamp, tail: usize) -> Vec<String> {
    lines(pod, now, tail).into_iter().map(|line| line.text).collect()
}

/// The first lines, and the seconds after the start at which they come.
fn beginning(pod: &Pod) -> Vec<(f64, String)> {
    let told = match pod.image.as_str() {
        image if image.contains("jupyter") || image.contains("notebook") => jupyter(pod),
        image if image.contains("code-server") || image.contains("vscode") => code(pod),
        image if image.contains("tensorboard") => {
            vec![format!("TensorBoard 2.18.0 at http://0.0.0.0:{}/", port(pod, 6006))]
        }
        image if image.contains("rstudio") => {
            vec![format!("rserver: listening on 0.0.0.0 port {}", port(pod, 8787))]
        }
        image if image.contains("mlflow") => {
            vec![format!("Listening at: http://0.0.0.0:{}", port(pod, 5000))]
        }
        _ => vec![format!(
            "Started {}",
            if pod.command.is_empty() { "the image's command" } else { &pod.command }
        )],
    };
    let first = "This container is simulated: nothing runs".to_owned();
    let gpus = format!("{} on {} with {} GPUs", pod.name, pod.node, pod.gpus);
    let all = [first, gpus].into_iter().chain(told).enumerate();
    all.map(|(at, text)| (at as f64 * 0.15, text)).collect()
}

fn jupyter(pod: &Pod) -> Vec<String> {
    let port = port(pod, 8888);
    vec![
        "Entered start.sh with args: start-notebook.py".to_owned(),
        "[I ServerApp] jupyterlab | extension was successfully linked.".to_owned(),
        "[I ServerApp] Serving notebooks from local directory: /home/jovyan".to_owned(),
        "[I ServerApp] Jupyter Server 2.14.2 is running at:".to_owned(),
        format!("[I ServerApp] http://{}:{port}/lab", pod.name),
        "[I ServerApp] Use Control-C to stop this server and shut down all kernels".to_owned(),
    ]
}

fn code(pod: &Pod) -> Vec<String> {
    vec![
        "info  code-server 4.96.2".to_owned(),
        "info  Using user-data-dir /home/coder/.local/share/code-server".to_owned(),
        format!("info  HTTP server listening on http://0.0.0.0:{}/", port(pod, 8080)),
    ]
}

fn port(pod: &Pod, usual: i64) -> i64 {
    pod.port.unwrap_or(usual)
}
