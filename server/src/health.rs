//! Whether Berth lives, whether it is ready, and its numbers for Prometheus.

use std::{collections::BTreeMap, fmt::Write};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;

use crate::Doors;

/// The process answers.
pub async fn live() -> &'static str {
    "ok\n"
}

/// The database answers as well.
pub async fn ready(State(doors): State<Doors>) -> Response {
    match doors.control.ready().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            let line = format!("not ready: {}\n", crate::chain(&error));
            (StatusCode::SERVICE_UNAVAILABLE, line).into_response()
        }
    }
}

/// Numbers in the text format of Prometheus, for who has the token.
pub async fn metrics(State(doors): State<Doors>, headers: HeaderMap) -> Response {
    let given = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
    let wanted = doors.metrics_token.as_ref().map(|token| format!("Bearer {token}"));
    let right = match (&wanted, given) {
        (Some(wanted), Some(given)) => bool::from(wanted.as_bytes().ct_eq(given)),
        (Some(_), None) => false,
        (None, _) => doors.is_loopback,
    };
    if !right {
        return (StatusCode::UNAUTHORIZED, "a bearer token is needed\n").into_response();
    }
    let format = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (format, numbers(&doors)).into_response()
}

fn numbers(doors: &Doors) -> String {
    let world = doors.control.world();
    let mut phases: BTreeMap<&str, u64> = BTreeMap::new();
    for workload in world.live() {
        *phases.entry(workload.phase.name().as_str()).or_default() += 1;
    }
    let mut text =
        String::from("# HELP berth_workloads Workloads by phase.\n# TYPE berth_workloads gauge\n");
    for (phase, count) in phases {
        let _ = writeln!(text, "berth_workloads{{phase=\"{phase}\"}} {count}");
    }
    let nodes: usize = world.nodes.values().map(|nodes| nodes.len()).sum();
    let rows = [
        ("berth_nodes", "Nodes of all clusters.", nodes as u64),
        ("berth_projects", "Projects.", world.projects.len() as u64),
        ("berth_state_serial", "Changes of the state since the start.", world.serial),
    ];
    for (name, help, value) in rows {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
    }
    let cycles = doors.control.cycles();
    let rows = [
        ("berth_scheduler_cycles_total", "Scheduling cycles since the start.", cycles.run()),
        ("berth_scheduler_cycles_cut_total", "Cycles cut at their budget.", cycles.cut()),
        ("berth_scheduler_searches_cut_total", "Searches cut with them.", cycles.searches_cut()),
    ];
    for (name, help, value) in rows {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}");
    }
    text
}
