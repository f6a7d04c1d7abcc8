//! A shell in a running container, through the engine's `exec`. The two directions go over a connection of our own:
//! what a terminal writes has no frames, and the client of the engine looks for some.

use std::{
    io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use bollard::{
    Docker,
    errors::Error as EngineError,
    exec::{CreateExecOptions, StartExecOptions},
    query_parameters::ResizeExecOptionsBuilder,
};
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, stream};
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncReadExt, ReadHalf},
    net::UnixStream,
};
use tracing::debug;

use crate::{Shell, Terminal, TerminalSize};

/// Says which process it is before anything else is written, then becomes the best shell that there is.
const BEGIN: &str =
    r"printf '\033]berth;%s\007' $$; command -v bash >/dev/null 2>&1 && exec bash; exec sh";
/// What stands round the number.
const MARK: (&[u8], u8) = (b"\x1b]berth;", 0x07);
/// Bytes within which the number stands.
const MARK_MAX: usize = 64;
/// Bytes that are read at once.
const READ_MAX: usize = 16 << 10;
/// Seconds within which a shell begins.
const BEGINS_WITHIN: std::time::Duration = std::time::Duration::from_secs(10);

/// Why there is no shell.
#[derive(Debug, thiserror::Error)]
pub enum NoShell {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("the engine opened no terminal")]
    Connection(#[source] io::Error),
    /// The container has none, or ended meanwhile.
    #[error("{0}")]
    Refused(String),
}

/// Starts a shell in a container.
pub async fn open(
    docker: &Docker,
    socket: &Path,
    container: &str,
    size: TerminalSize,
) -> Result<Terminal, NoShell> {
    let options = CreateExecOptions {
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        tty: Some(true),
        env: Some(vec!["TERM=xterm-256color"]),
        cmd: Some(vec!["/bin/sh", "-c", BEGIN]),
        ..CreateExecOptions::default()
    };
    let exec = docker.create_exec(container, options).await?.id;
    let begun = tokio::time::timeout(BEGINS_WITHIN, begin(socket, &exec)).await;
    let (process, rest, stream) =
        begun.unwrap_or_else(|_| Err(NoShell::Refused("the shell does not begin".into())))?;
    let shell =
        ExecShell { docker: docker.clone(), container: container.to_owned(), exec, process };
    shell.resize(size).await;
    let (read, write) = tokio::io::split(stream);
    let output = stream::once(async { rest }).chain(chunks(read));
    let output = output.filter(|chunk| std::future::ready(!chunk.is_empty())).boxed();
    Ok(Terminal { output, input: Box::pin(write), shell: Box::new(shell) })
}

type Raw = TokioIo<hyper::upgrade::Upgraded>;

/// The number of the shell's process in its container, what it wrote already, and the connection to it.
async fn begin(socket: &Path, exec: &str) -> Result<(u32, Bytes, Raw), NoShell> {
    let mut stream = attach(socket.to_owned(), exec).await?;
    let mut read = BytesMut::new();
    loop {
        if let Some((process, length)) = marked(&read) {
            return Ok((process, read.split_off(length).freeze(), stream));
        }
        let more = stream.read_buf(&mut read).await.map_err(NoShell::Connection)?;
        if more == 0 || read.len() > MARK_MAX + READ_MAX {
            return Err(NoShell::Refused(no_shell(&String::from_utf8_lossy(&read))));
        }
    }
}

/// The number in the mark that the output begins with, and where the mark ends.
fn marked(read: &[u8]) -> Option<(u32, usize)> {
    let at = read.windows(MARK.0.len()).position(|window| window == MARK.0)? + MARK.0.len();
    let length = read[at..].iter().take(MARK_MAX).position(|byte| *byte == MARK.1)?;
    let number = std::str::from_utf8(&read[at..at + length]).ok()?.parse().ok()?;
    Some((number, at + length + 1))
}

/// Takes the engine's connection over, as it is.
async fn attach(socket: PathBuf, exec: &str) -> Result<Raw, NoShell> {
    let stream = UnixStream::connect(socket).await.map_err(NoShell::Connection)?;
    let other = |cause: hyper::Error| NoShell::Connection(io::Error::other(cause));
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(other)?;
    tokio::spawn(async move {
        if let Err(problem) = connection.with_upgrades().await {
            debug!("a terminal's connection to the engine ended: {problem}");
        }
    });
    let request = Request::post(format!("/exec/{exec}/start"))
        .header(header::HOST, "engine")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "tcp")
        .body(Full::new(Bytes::from_static(br#"{"Detach":false,"Tty":true}"#)))
        .map_err(|cause| NoShell::Connection(io::Error::other(cause)))?;
    let answer = sender.send_request(request).await.map_err(other)?;
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        return Ok(TokioIo::new(hyper::upgrade::on(answer).await.map_err(other)?));
    }
    let said = answer.into_body().collect().await.map_err(other)?.to_bytes();
    Err(NoShell::Refused(no_shell(&String::from_utf8_lossy(&said))))
}

/// What an engine says when a program is not there, in our words.
fn no_shell(said: &str) -> String {
    let missing = ["no such file", "not found", "executable file"];
    match missing.iter().any(|words| said.to_lowercase().contains(words)) {
        true => "its image has no shell (/bin/sh)".into(),
        false if said.trim().is_empty() => "the shell ended before it began".into(),
        false => format!("the engine said: {}", said.trim().chars().take(200).collect::<String>()),
    }
}

fn chunks(read: ReadHalf<Raw>) -> impl futures::Stream<Item = Bytes> + Send {
    stream::unfold(read, |mut read| async move {
        let chunk = next(&mut read).await?;
        Some((chunk, read))
    })
}

/// What comes next; nothing once there is an end, of the shell or of the engine.
async fn next(read: &mut (impl AsyncRead + Unpin)) -> Option<Bytes> {
    let mut buffer = BytesMut::with_capacity(READ_MAX);
    match read.read_buf(&mut buffer).await {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(buffer.freeze()),
    }
}

struct ExecShell {
    docker: Docker,
    container: String,
    exec: String,
    /// In the container.
    process: u32,
}

#[async_trait]
impl Shell for ExecShell {
    async fn resize(&self, size: TerminalSize) {
        let options = ResizeExecOptionsBuilder::default();
        let options = options.h(i32::from(size.rows)).w(i32::from(size.columns)).build();
        if let Err(problem) = self.docker.resize_exec(&self.exec, options).await {
            debug!("could not resize a terminal: {problem}");
        }
    }

    async fn exit_code(&self) -> Option<i64> {
        let seen = self.docker.inspect_exec(&self.exec).await.ok()?;
        seen.exit_code.filter(|_| seen.running != Some(true))
    }
}

impl Drop for ExecShell {
    /// Engines let a shell go on when nobody listens any more.
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (docker, process) = (self.docker.clone(), self.process);
        let (container, exec) =
            (std::mem::take(&mut self.container), std::mem::take(&mut self.exec));
        runtime.spawn(async move {
            let over =
                docker.inspect_exec(&exec).await.is_ok_and(|seen| seen.running != Some(true));
            if over {
                return;
            }
            if let Err(problem) = hang_up(&docker, &container, process).await {
                debug!("could not end a shell: {problem}");
            }
        });
    }
}

async fn hang_up(docker: &Docker, container: &str, process: u32) -> Result<(), EngineError> {
    let kill = format!("kill -HUP {process}");
    let cmd = Some(vec!["/bin/sh", "-c", &kill]);
    let exec =
        docker.create_exec(container, CreateExecOptions { cmd, ..Default::default() }).await?;
    let options = StartExecOptions { detach: true, ..StartExecOptions::default() };
    docker.start_exec(&exec.id, Some(options)).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_says_which_process_it_is() {
        assert_eq!(marked(b"\x1b]berth;17\x07$ "), Some((17, 11)));
        assert_eq!(marked(b"\r\n\x1b]berth;6\x07"), Some((6, 12)));
        assert_eq!(marked(b"\x1b]berth;17"), None, "the rest is on its way");
        assert_eq!(marked(b"\x1b]berth;x\x07"), None);
        assert_eq!(marked(b""), None);
    }

    #[test]
    fn why_there_is_no_shell() {
        let missing =
            r#"{"message": "exec: \"/bin/sh\": stat /bin/sh: no such file or directory"}"#;
        assert_eq!(no_shell(missing), "its image has no shell (/bin/sh)");
        assert_eq!(no_shell("\n"), "the shell ended before it began");
        assert_eq!(no_shell("paused\n"), "the engine said: paused");
    }
}
