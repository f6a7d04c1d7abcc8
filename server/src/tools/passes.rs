//! Who is in: remembered for a few seconds, looked at again while a connection is open, and cut off once they may no
//! longer.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::http::{HeaderMap, header};
use control::{ControlPlane, Error, Tool};
use domain::{Timestamp, WorkloadId, access::Actor};
use tokio_util::sync::CancellationToken;

use super::{Desk, enter};
use crate::auth::Holder;

/// Seconds after which somebody is looked at again.
const RECHECK_SECS: i64 = 4;
/// How often those are looked at who have something open.
const WATCH: Duration = Duration::from_secs(2);

/// What somebody showed at the door of a tool.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Shown {
    /// The ticket of a browser.
    Ticket(String),
    /// The access token of a program.
    Bearer(String),
}

/// Somebody at a tool.
pub struct Pass {
    /// Cancelled when they may be there no longer.
    pub cut: CancellationToken,
    /// With the rights of when they came in.
    pub actor: Actor,
    who: Holder,
    workload: WorkloadId,
    host: String,
    /// The second in which they were looked at last.
    checked: AtomicI64,
}

impl Pass {
    fn is_for(&self, tool: &Tool) -> bool {
        self.workload == tool.workload.id && self.host == tool.host
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        let age = now.as_second() - self.checked.load(Ordering::Relaxed);
        (0..=RECHECK_SECS).contains(&age)
    }

    /// Whether whoever it is may still be there. Looking is not use: it keeps no session alive.
    async fn still_holds(&self, desk: &Desk, control: &ControlPlane) -> bool {
        let actor = self.who.actor(&desk.tokens, control).await;
        let world = control.world();
        let tool = world.tool(&self.host).filter(|tool| self.is_for(tool));
        match (actor, tool) {
            (Ok(Some(actor)), Some(tool)) => world.may_open(&actor, &tool).is_ok(),
            // A database that does not answer takes nobody's access away.
            (Err(error), Some(_)) => !matches!(error, Error::SignedOut),
            _ => false,
        }
    }
}

/// Those who are in, by what they showed and the host that they showed it at.
#[derive(Default)]
pub struct Passes(Mutex<HashMap<(Shown, String), Arc<Pass>>>);

impl Passes {
    /// The pass of a request, if whoever sends it may open the tool.
    pub async fn of(
        &self,
        desk: &Desk,
        control: &ControlPlane,
        tool: &Tool,
        headers: &HeaderMap,
    ) -> Result<Arc<Pass>, Error> {
        let shown = desk.shown(headers, tool).ok_or(Error::SignedOut)?;
        let now = control.now();
        let key = (shown, tool.host.clone());
        let known = self.lock().get(&key).filter(|pass| pass.is_for(tool)).cloned();
        if let Some(pass) = known.filter(|pass| pass.is_fresh(now)) {
            return Ok(pass);
        }
        let who = match &key.0 {
            Shown::Bearer(token) => Holder::Bearer(token.clone()),
            Shown::Ticket(ticket) => {
                let session = desk.tickets.read(ticket, tool, now).ok_or(Error::SignedOut)?;
                Holder::Session(session)
            }
        };
        // Whoever uses a tool uses their session.
        let actor = who.used(&desk.tokens, control).await?.ok_or(Error::SignedOut)?;
        control.world().may_open(&actor, tool)?;
        Ok(self.renew(key, (who, actor), tool, now))
    }

    /// The pass that there is, looked at just now; or a new one.
    fn renew(
        &self,
        key: (Shown, String),
        (who, actor): (Holder, Actor),
        tool: &Tool,
        now: Timestamp,
    ) -> Arc<Pass> {
        let mut passes = self.lock();
        // Connections hang on its token: it stays the same one.
        if let Some(pass) = passes.get(&key).filter(|pass| pass.is_for(tool)) {
            pass.checked.store(now.as_second(), Ordering::Relaxed);
            return pass.clone();
        }
        let pass = Arc::new(Pass {
            cut: CancellationToken::new(),
            actor,
            who,
            workload: tool.workload.id,
            host: tool.host.clone(),
            checked: AtomicI64::new(now.as_second()),
        });
        if let Some(other) = passes.insert(key, pass.clone()) {
            other.cut.cancel();
        }
        pass
    }

    async fn look(&self, desk: &Desk, control: &ControlPlane) {
        let all: Vec<_> = self.lock().iter().map(|(k, pass)| (k.clone(), pass.clone())).collect();
        for (key, pass) in all {
            if !pass.still_holds(desk, control).await {
                pass.cut.cancel();
                self.lock().remove(&key);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(Shown, String), Arc<Pass>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    fn shown(&self, headers: &HeaderMap, tool: &Tool) -> Option<Shown> {
        // The scripts of a tool may have tokens of their own, which are none of Berth's.
        if let Some(ticket) = proxy::cookie(headers, &enter::ticket_cookie(self, tool)) {
            return Some(Shown::Ticket(ticket.to_owned()));
        }
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        bearer?.strip_prefix("Bearer ").map(|token| Shown::Bearer(token.to_owned()))
    }
}

/// Looks again and again at those who are in, as long as there is a desk.
pub fn watch(desk: Weak<Desk>, control: ControlPlane) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(WATCH).await;
            let Some(desk) = desk.upgrade() else { break };
            desk.passes.look(&desk, &control).await;
        }
    });
}
