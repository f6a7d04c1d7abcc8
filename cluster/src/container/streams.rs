//! What a running container tells: its log as it is written, and what it has used.

use std::path::Path;

use bollard::{
    Docker,
    models::ContainerStatsResponse,
    query_parameters::{LogsOptionsBuilder, StatsOptionsBuilder},
};
use domain::{Cores, MemoryBytes};
use futures::{Stream, StreamExt, stream};

use super::{
    libpod,
    look::{bytes, line},
};
use crate::{LogLine, Usage};

/// Bytes of one line that are kept; what is longer is cut into several.
const LINE_MAX: usize = 64 << 10;

/// The last `tail` lines of a container, then each line as it comes, until it ends.
pub fn log(docker: &Docker, id: &str, tail: usize) -> impl Stream<Item = LogLine> + Send + 'static {
    let options = LogsOptionsBuilder::default().follow(true).stdout(true).stderr(true);
    let options = options.timestamps(true).tail(&tail.to_string()).build();
    let parts = docker.logs(id, Some(options));
    let lines = parts.scan(Vec::new(), |rest: &mut Vec<u8>, part| {
        // The end of the engine is the end of the log.
        let whole = part.ok().map(|part| {
            rest.extend_from_slice(&bytes(part));
            stream::iter(cut(rest))
        });
        std::future::ready(whole)
    });
    lines.flatten()
}

/// The whole lines of what was read; the beginning of the next one stays.
fn cut(rest: &mut Vec<u8>) -> Vec<LogLine> {
    let end = match rest.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => end + 1,
        None if rest.len() > LINE_MAX => rest.len(),
        None => 0,
    };
    let whole: Vec<u8> = rest.drain(..end).collect();
    String::from_utf8_lossy(&whole).lines().filter_map(line).collect()
}

/// What a container has used up to now; nothing once it has ended.
pub async fn report(docker: &Docker, socket: &Path, id: &str) -> Option<Report> {
    let options = StatsOptionsBuilder::default().stream(false).one_shot(true).build();
    let told = docker.stats(id, Some(options)).next().await?.ok()?;
    let report = match Report::of(&told) {
        // Podman 4 says that it has failed as if that were an answer.
        empty if empty.system_nanos == 0 => libpod::report(socket, id).await?,
        report => report,
    };
    let is_over = report.system_nanos == 0 || report.memory == 0 && report.cpu_nanos == 0;
    (!is_over).then_some(report)
}

/// What one report says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub cpu_nanos: u64,
    /// Of all CPUs of the machine together.
    pub system_nanos: u64,
    pub cpus: u64,
    pub memory: u64,
}

impl Report {
    fn of(report: &ContainerStatsResponse) -> Self {
        let cpu = report.cpu_stats.as_ref();
        let memory = report.memory_stats.as_ref();
        let used = memory.and_then(|memory| memory.usage).unwrap_or_default();
        // What the kernel can take back at any moment is not used.
        let stats = memory.and_then(|memory| memory.stats.as_ref());
        let cache =
            stats.and_then(|stats| stats.get("inactive_file").or(stats.get("total_inactive_file")));
        Self {
            cpu_nanos: cpu.and_then(|cpu| cpu.cpu_usage.as_ref()?.total_usage).unwrap_or_default(),
            system_nanos: cpu.and_then(|cpu| cpu.system_cpu_usage).unwrap_or_default(),
            cpus: cpu.and_then(|cpu| cpu.online_cpus).map_or(1, u64::from),
            memory: used.saturating_sub(cache.copied().unwrap_or_default()),
        }
    }

    /// What was used since an earlier report; nothing where there is none to compare with.
    pub fn since(self, earlier: Option<Self>) -> Option<Usage> {
        let earlier = earlier?;
        let busy = self.cpu_nanos.saturating_sub(earlier.cpu_nanos) as f64;
        let all = self.system_nanos.saturating_sub(earlier.system_nanos) as f64;
        let cores = if all > 0.0 { busy / all * self.cpus as f64 } else { 0.0 };
        Some(Usage {
            cpu: Cores::from_f64(cores).unwrap_or_default(),
            memory: MemoryBytes(i64::try_from(self.memory).unwrap_or(i64::MAX)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_the_difference_of_two_reports() {
        let report = |cpu: u64, system: u64| {
            let text = format!(
                r#"{{"cpu_stats": {{"cpu_usage": {{"total_usage": {cpu}}}, "system_cpu_usage": {system}, "online_cpus": 2}},
                "memory_stats": {{"usage": 5000, "limit": 9000, "stats": {{"inactive_file": 1000}}}}}}"#
            );
            Report::of(&serde_json::from_str(&text).unwrap())
        };
        let (first, second) = (report(1_000, 10_000), report(1_500, 12_000));
        assert_eq!(first.since(None), None);
        let used = second.since(Some(first)).unwrap();
        assert_eq!((used.cpu, used.memory), (Cores(500), MemoryBytes(4_000)));
        // A clock that stands still divides by nothing.
        assert_eq!(first.since(Some(first)).unwrap().cpu, Cores(0));
    }

    #[test]
    fn lines_wait_for_their_end() {
        let mut rest = b"2026-11-24T10:00:00Z one\n2026-11-24T10:00:01Z tw".to_vec();
        let texts =
            |lines: Vec<LogLine>| lines.into_iter().map(|line| line.text).collect::<Vec<_>>();
        assert_eq!(texts(cut(&mut rest)), ["one"]);
        rest.extend_from_slice(b"o\n");
        assert_eq!(texts(cut(&mut rest)), ["two"]);
        assert!(rest.is_empty());
    }
}
