//! How a cycle is kept: what it read, as a difference to the one before where that is shorter, and what it
//! decided. A text that was kept decides the same again, or says that it does not.

use std::{collections::BTreeSet, sync::Arc};

use domain::{ClusterId, Timestamp};
use scheduler::{Cut, Decision, Difference, Scheduler, Snapshot};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::KeptCycle;

/// After so many differences in a row comes a whole one.
const DIFFERENCES_MAX: u32 = 64;

/// What stands in the database.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    /// When it was; the snapshot may have been read a little earlier.
    now: Timestamp,
    read: Read,
    /// Those that were carried out. Who waits as before is not among them.
    decisions: Vec<Decision>,
    /// Of all decisions as JSON, in hexadecimal.
    digest: String,
    cut: Cut,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Read {
    Whole(Arc<Snapshot>),
    Difference(Box<Difference>),
}

/// The cycle to which the next one may be a difference.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    number: i64,
    snapshot: Arc<Snapshot>,
    /// Differences since the last whole one, and bytes of them.
    differences: u32,
    bytes: usize,
    /// Bytes of the last whole one.
    whole: usize,
}

/// One cycle, to be written down.
pub(crate) struct Told<'a> {
    pub number: i64,
    pub cluster: ClusterId,
    pub now: Timestamp,
    pub snapshot: &'a Arc<Snapshot>,
    pub decisions: &'a [Decision],
    pub carried_out: Vec<Decision>,
    pub cut: Cut,
}

/// The text of a cycle, and what the next one can build on.
pub(crate) fn write(told: Told<'_>, last: Option<&Base>) -> Option<(KeptCycle, Base)> {
    let Told { number, cluster, now, snapshot, decisions, carried_out, cut } = told;
    let last = last.filter(|last| last.differences < DIFFERENCES_MAX && last.bytes < last.whole);
    let read = match last {
        Some(last) => Read::Difference(Box::new(Difference::between(&last.snapshot, snapshot))),
        None => Read::Whole(snapshot.clone()),
    };
    let mut body = Body { now, read, decisions: carried_out, digest: digest(decisions)?, cut };
    let mut text = serde_json::to_string(&body).ok()?;
    let mut base = last;
    // A difference that is longer than the last whole one is no saving.
    if let Some(last) = last
        && text.len() > last.whole
    {
        body.read = Read::Whole(snapshot.clone());
        text = serde_json::to_string(&body).ok()?;
        base = None;
    }
    let snapshot = snapshot.clone();
    let next = match base {
        Some(last) => Base {
            number,
            snapshot,
            differences: last.differences + 1,
            bytes: last.bytes + text.len(),
            whole: last.whole,
        },
        None => Base { number, snapshot, differences: 0, bytes: 0, whole: text.len() },
    };
    let kept =
        KeptCycle { number, cluster, at: now, base: base.map(|last| last.number), body: text };
    Some((kept, next))
}

/// A cycle that was kept, read again.
#[derive(Clone, Debug)]
pub struct Cycle {
    pub number: i64,
    pub cluster: ClusterId,
    pub at: Timestamp,
    pub snapshot: Snapshot,
    /// Those that were carried out.
    pub decisions: Vec<Decision>,
    /// What was left undone because it took too long.
    pub cut: Cut,
    digest: String,
}

/// A cycle, played again.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// All that it decides, also about those who wait as before.
    pub decisions: Vec<Decision>,
    /// Whether they are those of then, to the byte.
    pub is_same: bool,
}

/// What is kept cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("cycle {0} is not kept")]
    Missing(i64),
    #[error("what is kept of cycle {number} cannot be read")]
    Broken {
        number: i64,
        #[source]
        cause: serde_json::Error,
    },
}

impl Cycle {
    /// Reads a cycle from itself and those that it is a difference to, the whole one first.
    pub fn read(number: i64, chain: &[KeptCycle]) -> Result<Self, Unreadable> {
        let mut built: Option<Snapshot> = None;
        let mut last = None;
        for kept in chain {
            let broken = |cause| Unreadable::Broken { number: kept.number, cause };
            let Body { now, read, decisions, digest, cut } =
                serde_json::from_str(&kept.body).map_err(broken)?;
            match (read, &mut built) {
                (Read::Whole(snapshot), built) => {
                    *built = Some(Arc::unwrap_or_clone(snapshot));
                }
                (Read::Difference(difference), Some(snapshot)) => difference.apply(snapshot),
                (Read::Difference(_), None) => return Err(Unreadable::Missing(number)),
            }
            last = Some((kept, now, decisions, digest, cut));
        }
        let missing = || Unreadable::Missing(number);
        let (snapshot, (kept, now, decisions, digest, cut)) =
            built.zip(last).ok_or_else(missing)?;
        let snapshot = Snapshot { now, ..snapshot };
        let (cluster, at) = (kept.cluster, kept.at);
        Ok(Self { number: kept.number, cluster, at, snapshot, decisions, cut, digest })
    }

    /// The scheduler as it stood before the cycle.
    pub fn scheduler(&self) -> Scheduler {
        Scheduler::new(self.snapshot.clone())
    }

    /// Decides again.
    pub fn replay(&self) -> Replay {
        let decisions = self.scheduler().decide().decisions;
        let text = |decision: &Decision| serde_json::to_string(decision).ok();
        let again: BTreeSet<_> = decisions.iter().map(text).collect();
        let is_same = digest(&decisions).as_deref() == Some(self.digest.as_str())
            && self.decisions.iter().all(|decision| again.contains(&text(decision)));
        Replay { decisions, is_same }
    }
}

fn digest(decisions: &[Decision]) -> Option<String> {
    let bytes = Sha256::digest(serde_json::to_vec(decisions).ok()?);
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
