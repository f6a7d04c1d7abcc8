//! What Podman says by its own interface, where the common one fails: Podman 4 does not survive the question for the
//! statistics of a container that has no memory limit.

use std::path::Path;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::UnixStream;

use super::streams::Report;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    stats: Vec<Stats>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Stats {
    #[serde(rename = "CPUNano")]
    cpu_nano: u64,
    /// The time at which it was read.
    system_nano: u64,
    mem_usage: u64,
}

/// What a container has used up to now; nothing where this is no Podman, or the container is gone.
pub async fn report(socket: &Path, id: &str) -> Option<Report> {
    let stream = UnixStream::connect(socket).await.ok()?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    // Its end is the end of the answer.
    tokio::spawn(async move { drop(connection.await) });
    let path = format!("/v4.0.0/libpod/containers/stats?stream=false&containers={id}");
    let request = Request::get(path).header(header::HOST, "engine").body(Empty::<Bytes>::new());
    let answer = sender.send_request(request.ok()?).await.ok()?;
    if answer.status() != StatusCode::OK {
        return None;
    }
    read(&answer.into_body().collect().await.ok()?.to_bytes())
}

fn read(text: &[u8]) -> Option<Report> {
    let Answer { stats } = serde_json::from_slice(text).ok()?;
    let Stats { cpu_nano, system_nano, mem_usage } = stats.into_iter().next()?;
    // Compared with the clock, one CPU is one core.
    Some(Report { cpu_nanos: cpu_nano, system_nanos: system_nano, cpus: 1, memory: mem_usage })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn podman_counts_by_the_clock() {
        let text = |cpu: u64, at: u64| {
            format!(
                r#"{{"Error": null, "Stats": [{{"CPU": 0.1, "CPUNano": {cpu}, "SystemNano": {at},
                "MemUsage": 409600, "MemLimit": 25276514304, "PIDs": 1}}]}}"#
            )
        };
        let report = |cpu, at| read(text(cpu, at).as_bytes()).unwrap();
        let used = report(1_500_000_000, 4_000_000_000).since(Some(report(0, 1_000_000_000)));
        assert_eq!(used.map(|used| (used.cpu.0, used.memory.0)), Some((500, 409_600)));
        assert_eq!(read(br#"{"Error": null, "Stats": []}"#), None);
        assert_eq!(read(b"nothing"), None);
    }
}
