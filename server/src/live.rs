//! The live stream of an open page: server-sent events with the workloads that changed. Changes
//! within [`GATHER`] come as one. A page that fell behind is told to load again.

use std::{collections::BTreeSet, convert::Infallible, time::Duration};

use api::{events::LiveEvent, workloads::WorkloadView};
use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use control::{ControlPlane, Live};
use domain::{WorkloadId, access::Actor};
use futures::Stream;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::auth::{Caller, Doors};

/// How long changes are gathered before they are sent.
const GATHER: Duration = Duration::from_millis(50);

/// `GET /live`.
pub async fn stream(
    State(doors): State<Doors>,
    Caller(actor): Caller,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let reader = Reader { changes: doors.control.live(), control: doors.control, actor };
    let events = futures::stream::unfold((reader, Vec::new()), |(mut reader, mut waiting)| async {
        while waiting.is_empty() {
            waiting = reader.next().await?;
            waiting.reverse();
        }
        let event = waiting.pop()?;
        Some((Ok(event), (reader, waiting)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

struct Reader {
    changes: Receiver<Live>,
    control: ControlPlane,
    actor: Actor,
}

impl Reader {
    /// The events of the next burst; `None` when there will be no more.
    async fn next(&mut self) -> Option<Vec<Event>> {
        let mut ids = BTreeSet::new();
        let mut reload = false;
        take(self.changes.recv().await, &mut ids, &mut reload)?;
        let until = tokio::time::sleep(GATHER);
        tokio::pin!(until);
        loop {
            tokio::select! {
                () = &mut until => break,
                change = self.changes.recv() => {
                    if take(change, &mut ids, &mut reload).is_none() { break }
                }
            }
        }
        let mut events: Vec<_> = ids.into_iter().filter_map(|id| self.event(id)).collect();
        if reload {
            events.push(LiveEvent::Reload);
        }
        Some(events.iter().filter_map(|e| Event::default().json_data(e).ok()).collect())
    }

    /// What this reader may know about a workload that changed.
    fn event(&self, id: WorkloadId) -> Option<LiveEvent> {
        let workload = self.control.workload(&self.actor, id).ok()?;
        Some(match workload.is_deleted() {
            true => LiveEvent::WorkloadGone { id },
            false => {
                let row = self.control.world().row(&workload);
                LiveEvent::Workload(Box::new(WorkloadView::of(&row)))
            }
        })
    }
}

fn take(
    change: Result<Live, RecvError>,
    ids: &mut BTreeSet<WorkloadId>,
    reload: &mut bool,
) -> Option<()> {
    match change {
        Ok(Live::Workload(id)) => drop(ids.insert(id)),
        Ok(Live::Organisation) | Err(RecvError::Lagged(_)) => *reload = true,
        Err(RecvError::Closed) => return None,
    }
    Some(())
}
