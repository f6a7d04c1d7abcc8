//! A shell in a pod's container, through the API server.

use async_trait::async_trait;
use bytes::Bytes;
use futures::{SinkExt, StreamExt, channel::mpsc, stream};
use k8s_openapi::{api::core::v1::Pod, apimachinery::pkg::apis::meta::v1::Status};
use kube::{
    Api, Client,
    api::{AttachParams, AttachedProcess, TerminalSize as Size},
};
use tokio::sync::Mutex;
use tokio_util::io::ReaderStream;

use super::{found::Found, logs::whole};
use crate::{Shell, Terminal, TerminalSize};

/// Becomes the best shell that there is.
const BEGIN: &str =
    "export TERM=xterm-256color; command -v bash >/dev/null 2>&1 && exec bash; exec sh";
/// Seconds that a new size may take to be told.
const RESIZE_SECS: u64 = 5;

/// Starts a shell in the container of a pod.
pub async fn open(
    client: &Client,
    found: &Found,
    size: TerminalSize,
) -> Result<Terminal, kube::Error> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &found.namespace);
    let params = AttachParams::interactive_tty().stderr(false);
    let mut process = pods.exec(&found.name, ["/bin/sh", "-c", BEGIN], &params).await?;
    let (input, output) = (process.stdin(), process.stdout());
    let status = process.take_status();
    let sizes = process.terminal_size();
    let shell = ExecShell {
        sizes: Mutex::new(sizes),
        ended: Mutex::new(Ended::Open(status.map(|status| Box::pin(status) as _))),
        _process: process,
    };
    shell.resize(size).await;
    let output = match output {
        Some(read) => whole(ReaderStream::new(read)).boxed(),
        None => stream::empty::<Bytes>().boxed(),
    };
    let input: std::pin::Pin<Box<dyn tokio::io::AsyncWrite + Send>> = match input {
        Some(write) => Box::pin(write),
        None => Box::pin(tokio::io::sink()),
    };
    Ok(Terminal { output, input, shell: Box::new(shell) })
}

type Told = std::pin::Pin<Box<dyn Future<Output = Option<Status>> + Send>>;

enum Ended {
    Open(Option<Told>),
    With(Option<i64>),
}

struct ExecShell {
    sizes: Mutex<Option<mpsc::Sender<Size>>>,
    ended: Mutex<Ended>,
    /// The connection ends with it, and with the connection the shell.
    _process: AttachedProcess,
}

#[async_trait]
impl Shell for ExecShell {
    async fn resize(&self, size: TerminalSize) {
        let mut sizes = self.sizes.lock().await;
        if let Some(sizes) = sizes.as_mut() {
            let size = Size { width: size.columns, height: size.rows };
            // The next window is told again.
            let told =
                tokio::time::timeout(std::time::Duration::from_secs(RESIZE_SECS), sizes.send(size));
            drop(told.await);
        }
    }

    async fn exit_code(&self) -> Option<i64> {
        let mut ended = self.ended.lock().await;
        let code = match &mut *ended {
            Ended::With(code) => return *code,
            Ended::Open(told) => match told.take() {
                Some(told) => told.await.and_then(|status| code(&status)),
                None => None,
            },
        };
        *ended = Ended::With(code);
        code
    }
}

/// What a command ended with, as the kubelet tells.
fn code(status: &Status) -> Option<i64> {
    if status.status.as_deref() == Some("Success") {
        return Some(0);
    }
    let causes = status.details.iter().flat_map(|details| details.causes.iter().flatten());
    let told = causes.into_iter().find(|cause| cause.reason.as_deref() == Some("ExitCode"))?;
    told.message.as_deref()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kubelet_tells_what_a_command_ended_with() {
        let read = |text: &str| code(&serde_json::from_str(text).unwrap());
        assert_eq!(read(r#"{"status": "Success"}"#), Some(0));
        let failed = r#"{"status": "Failure", "reason": "NonZeroExitCode",
            "details": {"causes": [{"reason": "ExitCode", "message": "3"}]}}"#;
        assert_eq!(read(failed), Some(3));
        assert_eq!(read(r#"{"status": "Failure", "reason": "InternalError"}"#), None);
    }
}
