//! Watching: what the engine tells by itself, and the memory of what runs. Both are hints and
//! evidence, nothing is decided here; what was missed, the next look finds.

use std::{sync::Weak, time::Duration};

use bollard::query_parameters::EventsOptions;
use futures::StreamExt;

use super::{
    driver::Shared,
    found::{Found, State},
    look::ours,
    memory,
};

/// Pause after the stream of events has ended.
const AGAIN: Duration = Duration::from_secs(1);
/// How often the memory of a container is read.
const MEMORY_EVERY: Duration = Duration::from_millis(100);

/// Hints whenever the engine says that something of ours has changed. Ends with the driver.
pub async fn events(shared: Weak<Shared>) {
    loop {
        let Some(strong) = shared.upgrade() else { return };
        let docker = strong.link_now().map(|link| link.docker);
        let filters = Some(ours(strong.settings.cluster));
        drop(strong);
        if let Some(docker) = docker {
            let mut stream =
                docker.events(Some(EventsOptions { filters, ..EventsOptions::default() }));
            while let Some(Ok(event)) = stream.next().await {
                let Some(shared) = shared.upgrade() else { return };
                let id = event.actor.and_then(|actor| actor.id);
                if let Some(id) = id {
                    shared.board().inspected.remove(&id);
                }
                shared.hint.notify_one();
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Reads the memory of a running container with a limit until it is gone.
pub fn memory(shared: &std::sync::Arc<Shared>, found: &Found) {
    let (State::Running, Some(pid), Some(_)) = (&found.state, found.pid, found.memory_limit) else {
        return;
    };
    {
        let mut board = shared.board();
        if board.memory.contains_key(&found.id) {
            return;
        }
        board.memory.insert(found.id.clone(), memory::Seen::default());
    }
    let groups = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap_or_default();
    let Some(folder) = memory::folder(&groups, "/sys/fs/cgroup".as_ref()) else { return };
    let (shared, id) = (std::sync::Arc::downgrade(shared), found.id.clone());
    tokio::spawn(async move {
        // The group goes with the container.
        while let Some(seen) = memory::read(&folder) {
            let Some(shared) = shared.upgrade() else { return };
            match shared.board().memory.get_mut(&id) {
                Some(known) => *known = known.and(seen),
                None => return,
            }
            drop(shared);
            tokio::time::sleep(MEMORY_EVERY).await;
        }
    });
}
