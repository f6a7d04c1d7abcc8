//! A proxy of somebody else, in front of the same tool.

use std::{
    io,
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use anyhow::Result;
use tempfile::TempDir;
use testkit::engine::listening;

/// It ends with the value.
pub struct Proxy {
    child: Child,
    pub address: String,
    _folder: TempDir,
}

impl Proxy {
    /// Starts it, and waits until it listens at `address`. Its files lie in `folder` as long as it runs.
    pub fn start(program: &mut Command, address: String, folder: TempDir) -> io::Result<Self> {
        let child = program.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        listening(&address);
        Ok(Self { child, address, _folder: folder })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody has.
pub fn free() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
