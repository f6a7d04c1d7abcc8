//! Results as text for people: workloads with state, node and reason, then fair shares.

use std::fmt::Write;

use domain::quantity::decimals;

use super::{
    ledger::{Timed, Waits},
    report::{CyclePlayed, Detail, Played, ScopeSeen},
};

/// Every cycle; the last one in full.
pub(super) fn cycles(played: &Played) -> String {
    let mut text = String::new();
    for cycle in &played.cycles {
        let counts = cycle.counts;
        let _ = writeln!(
            text,
            "cycle {} at {} s: {} bound, {} reserved, {} evicted ({} ms)",
            cycle.cycle,
            cycle.time,
            counts.bind,
            counts.pipeline,
            counts.evict,
            decimals(cycle.timing.cycle)
        );
        text += &decisions(cycle);
    }
    if let Some(detail) = played.cycles.last().and_then(|cycle| cycle.detail.as_ref()) {
        text += "\n";
        text += &workloads(detail);
        text += "\n";
        text += &shares(detail);
    }
    text
}

/// A run through time.
pub(super) fn timed(of: &Timed) -> String {
    let of = &of.report;
    let waits = |waits: &Waits| {
        let mean = decimals((waits.mean * 10.0).round() / 10.0);
        let Waits { p50, p90, p95, max, .. } = waits;
        format!("mean {mean} s, median {p50} s, p90 {p90} s, p95 {p95} s, most {max} s")
    };
    let mut text = format!(
        "{} cycles until {} s: {} finished, {} running, {} waiting\nwaited: {}\nGPUs in use: {} %\n\n",
        of.cycles,
        of.until,
        of.finished,
        of.running,
        of.waiting,
        waits(&of.wait_seconds),
        decimals((of.gpu_utilisation * 1000.0).round() / 10.0)
    );
    let head =
        ["PROJECT", "GPU HOURS", "OVER QUOTA", "FAIR HOURS", "FAIRNESS", "EVICTIONS", "WAITED"];
    let mut rows = vec![head.map(str::to_owned)];
    for (name, of) in &of.projects {
        let hours = [of.gpu_hours, of.over_quota_gpu_hours, of.fair_gpu_hours].map(decimals);
        let [held, over, fair] = hours;
        let part = |part: f64| format!("{} %", decimals((part * 1000.0).round() / 10.0));
        let fairness = of.fairness.map_or_else(|| "–".to_owned(), part);
        let (evictions, waited) = (of.evictions.to_string(), waits(&of.wait_seconds));
        rows.push([name.clone(), held, over, fair, fairness, evictions, waited]);
    }
    text += &table(&rows);
    text
}

fn decisions(cycle: &CyclePlayed) -> String {
    let mut text = String::new();
    for of in cycle.detail.iter().flat_map(|detail| &detail.decisions) {
        let _ = write!(text, "  {} {} on {}", of.decision, of.pod, of.node);
        let _ = match (of.by, &of.gains) {
            (Some(by), Some(gains)) => write!(text, " ({by}, for {gains})"),
            (Some(by), None) => write!(text, " ({by})"),
            (None, _) => Ok(()),
        };
        text += "\n";
    }
    text
}

fn workloads(detail: &Detail) -> String {
    let mut rows = vec![["WORKLOAD", "STATE", "NODE", "GPUS", "REASON"].map(str::to_owned)];
    for (id, of) in &detail.workloads {
        let mut nodes: Vec<_> = of.pods.iter().filter_map(|pod| pod.node.as_deref()).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let mut reason = of.reason.as_ref().map(|reason| reason.text.clone()).unwrap_or_default();
        if let Some(second) = of.estimate {
            reason += &format!(" Starts at {second} s.");
        }
        rows.push([id.clone(), of.state.to_owned(), nodes.join(","), decimals(of.gpus), reason]);
    }
    table(&rows)
}

fn shares(detail: &Detail) -> String {
    let head = ["SCOPE", "POOL", "FAIR GPUS", "HELD", "WANTED", "FAIR CORES", "FAIR MEMORY"];
    let mut rows = vec![head.map(str::to_owned)];
    let kinds = [("department", &detail.departments), ("project", &detail.projects)];
    for (kind, scopes) in kinds {
        for (name, pools) in scopes {
            for (pool, of) in pools {
                rows.push(share(format!("{kind} {name}"), pool, of));
            }
        }
    }
    table(&rows)
}

fn share(name: String, pool: &str, of: &ScopeSeen) -> [String; 7] {
    let bytes = domain::MemoryBytes(of.memory.fair_share as i64);
    let gpu = &of.gpu;
    let gpus = [gpu.fair_share, gpu.allocated, gpu.requested].map(decimals);
    let [fair, held, wanted] = gpus;
    let cores = decimals(of.cpu.fair_share);
    [name, pool.to_owned(), fair, held, wanted, cores, bytes.to_string()]
}

/// Columns as wide as their widest cell.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<_> = (0..N).map(|column| width(column).unwrap_or_default()).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        text += line.trim_end();
        text += "\n";
    }
    text
}
