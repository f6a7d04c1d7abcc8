//! The live stream of an open page: server-sent events with the rows of workloads that changed, in the
//! columns that the page shows. Changes
//! within [`GATHER`] come as one. A page that fell behind is told to load again.

use std::{collections::BTreeSet, convert::Infallible, time::Duration};

use app::pages::workloads::{Asked, data::LiveEvent, rows::row};
use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use control::{ControlPlane, Live};
use domain::{WorkloadId, access::Actor};
use futures::{Stream, StreamExt};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    auth::{Caller, Doors},
    rest::Query,
};

/// How long changes are gathered before they are sent.
const GATHER: Duration = Duration::from_millis(50);

/// `GET /live`.
pub async fn stream(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let columns = Asked::of_pairs(query.pairs()).shown_columns();
    let ends = doors.control.world().sign_outs(&actor);
    // Whoever is told nothing more here asks the one that has taken over.
    let over = doors.turn.over().cancelled_owned();
    let (changes, control) = (doors.control.live(), doors.control);
    let reader = Reader { changes, control, actor, ends, columns };
    let events = futures::stream::unfold((reader, Vec::new()), |(mut reader, mut waiting)| async {
        while waiting.is_empty() {
            waiting = reader.next().await?;
            waiting.reverse();
        }
        let event = waiting.pop()?;
        Some((Ok(event), (reader, waiting)))
    });
    Sse::new(events.take_until(over)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

struct Reader {
    changes: Receiver<Live>,
    control: ControlPlane,
    actor: Actor,
    /// How often everything of theirs had been ended at the beginning.
    ends: u32,
    columns: Vec<String>,
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
        // Who may see less from now on, or is signed out, sees less from now on.
        let now = self.control.world().actor_again(&self.actor)?;
        if self.ends != self.control.world().sign_outs(&self.actor) {
            return None;
        }
        self.actor = now;
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
            true => LiveEvent::Gone(id),
            false => LiveEvent::Row(Box::new(row(&self.control.world(), &workload, &self.columns))),
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
