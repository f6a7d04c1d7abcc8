//! The line between a page and a shell. It breaks in three ways: the shell ends, the page goes, or the connection is
//! lost; in the last the shell is kept for a while.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, WebSocket},
};
use cluster::{Shell, TerminalSize};
use control::Error;
use domain::WorkloadId;
use futures::StreamExt;
use tokio::time::Interval;

use super::{
    kept::{Ask, Hold, Session},
    words::{Close, Said, Told},
};
use crate::{Doors, auth::Holder};

/// How long a shell waits for its page to come back.
const WAITS: Duration = Duration::from_secs(120);
/// How often it is asked whether whoever is there may still be.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A sign of life this often, in looks: proxies end what is silent for a minute.
const ALIVE_EVERY: u32 = 8;

/// What a line came to.
enum End {
    /// The shell, or its container.
    Shell,
    /// The page was closed.
    Page,
    Lost,
    /// Whoever it is may not be there any longer, or nobody may; says why.
    Cut(String),
    Asked(Ask),
}

/// One line, from its beginning to its end.
pub async fn talk(
    doors: Doors,
    mut session: Session,
    holder: Holder,
    seen: u64,
    mut socket: WebSocket,
) {
    let mut hold = doors.shells.hold(&session);
    let mut look = tokio::time::interval(LOOK_EVERY);
    let (from, missed) = session.written.after(seen);
    let begun = Told::Shell { id: session.id.clone(), from };
    let is_there = tell(&mut socket, &begun).await
        && (missed.is_empty() || socket.send(Message::Binary(missed.into())).await.is_ok());
    let mut end = match is_there {
        true => pass(&doors, &mut session, &holder, &mut hold, (&mut socket, &mut look)).await,
        false => End::Lost,
    };
    if matches!(end, End::Lost) {
        drop(socket);
        let waited =
            tokio::time::timeout(WAITS, wait(&doors, &mut session, &holder, &mut hold, &mut look));
        end = waited.await.unwrap_or(End::Page);
        if let End::Asked(ask) = end {
            return given(&doors, session, ask);
        }
        return doors.shells.forget(&session.id);
    }
    match end {
        End::Shell => {
            let code = session.shell.exit_code().await;
            tell(&mut socket, &Told::Ended { code }).await;
            close(socket, Close::Ended).await;
        }
        End::Cut(why) => close(socket, Close::Cut(why)).await,
        End::Asked(ask) => {
            given(&doors, session, ask);
            return close(socket, Close::Elsewhere).await;
        }
        End::Page | End::Lost => {}
    }
    doors.shells.forget(&session.id);
}

fn given(doors: &Doors, session: Session, ask: Ask) {
    // Who asked may have gone meanwhile: then it ends here.
    if let Err(session) = ask.send(session) {
        doors.shells.forget(&session.id);
    }
}

/// Passes everything on in both directions.
async fn pass(
    doors: &Doors,
    session: &mut Session,
    holder: &Holder,
    hold: &mut Hold,
    (socket, look): (&mut WebSocket, &mut Interval),
) -> End {
    let (mut looks, mut is_used) = (0_u32, false);
    let mut waiting = None::<Bytes>;
    loop {
        tokio::select! {
            Some(ask) = hold.asks.recv() => return End::Asked(ask),
            written = session.output.next() => {
                let Some(written) = written else { return End::Shell };
                session.written.push(&written);
                // A page that takes nothing any more may have come back on another line.
                tokio::select! {
                    sent = socket.send(Message::Binary(written)) => {
                        if sent.is_err() { return End::Lost }
                    }
                    Some(ask) = hold.asks.recv() => return End::Asked(ask),
                }
            }
            room = session.typed.reserve(), if waiting.is_some() => {
                if let (Ok(room), Some(typed)) = (room, waiting.take()) {
                    room.send(typed);
                }
            }
            said = socket.recv(), if waiting.is_none() => match said {
                Some(Ok(Message::Binary(typed))) => {
                    is_used = true;
                    waiting = Some(typed);
                }
                Some(Ok(Message::Text(text))) => heard(&*session.shell, &text).await,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_))) => return End::Page,
                Some(Err(_)) | None => return End::Lost,
            },
            _ = look.tick() => {
                let used = std::mem::take(&mut is_used);
                if let Some(why) = why_not(doors, session.workload, holder, used).await {
                    return End::Cut(why);
                }
                looks = looks.wrapping_add(1);
                let is_time = looks.is_multiple_of(ALIVE_EVERY);
                if is_time && socket.send(Message::Ping(Bytes::new())).await.is_err() {
                    return End::Lost;
                }
            }
        }
    }
}

/// Keeps what the shell writes until somebody asks for it.
async fn wait(
    doors: &Doors,
    session: &mut Session,
    holder: &Holder,
    hold: &mut Hold,
    look: &mut Interval,
) -> End {
    loop {
        tokio::select! {
            Some(ask) = hold.asks.recv() => return End::Asked(ask),
            written = session.output.next() => match written {
                Some(written) => session.written.push(&written),
                None => return End::Shell,
            },
            _ = look.tick() => if let Some(why) = why_not(doors, session.workload, holder, false).await {
                return End::Cut(why);
            },
        }
    }
}

async fn heard(shell: &dyn Shell, text: &str) {
    // What a page says that is none of ours changes nothing.
    if let Ok(Said::Resize { columns, rows }) = serde_json::from_str(text) {
        shell.resize(TerminalSize::of(columns, rows)).await;
    }
}

/// Why whoever opened it could not open it now. Typing is a use of their session. A database that does not answer
/// takes nobody's terminal away.
async fn why_not(
    doors: &Doors,
    workload: WorkloadId,
    holder: &Holder,
    is_used: bool,
) -> Option<String> {
    let (tokens, control) = (&doors.tokens, &doors.control);
    let actor = match is_used {
        true => holder.used(tokens, control).await,
        false => holder.actor(tokens, control).await,
    };
    let wrong = match actor {
        Ok(Some(actor)) => control.terminal_of(&actor, workload).err()?,
        Ok(None) => Error::SignedOut,
        Err(_) => return None,
    };
    Some(wrong.to_string())
}

async fn tell(socket: &mut WebSocket, told: &Told) -> bool {
    let Ok(text) = serde_json::to_string(told) else { return false };
    socket.send(Message::Text(text.into())).await.is_ok()
}

async fn close(mut socket: WebSocket, why: Close) {
    let frame = CloseFrame { code: why.code(), reason: why.reason().into() };
    // Where nobody is any more, nobody has to be told.
    let _ = socket.send(Message::Close(Some(frame))).await;
}
