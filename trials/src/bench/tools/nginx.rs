//! nginx with one worker, as a proxy that asks nobody who they are and changes nothing: about what the way through any
//! proxy costs where it shares its processors with load and tool.

use std::{
    io::ErrorKind,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use super::proxy::{Proxy, free};

/// Starts it with everything going to one tool; nothing where it is not installed.
pub fn before(tool: &str) -> Result<Option<Proxy>> {
    let (address, folder) = (free()?, tempfile::tempdir()?);
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, configuration(folder.path(), &address, tool))?;
    let mut nginx = Command::new("nginx");
    nginx.arg("-c").arg(&file).arg("-p").arg(folder.path()).stderr(Stdio::null());
    match Proxy::start(&mut nginx, address, folder) {
        Ok(proxy) => Ok(Some(proxy)),
        Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(None),
        Err(problem) => Err(problem).context("could not start nginx"),
    }
}

/// One process, which keeps its connections to the tool, as Berth does.
fn configuration(folder: &Path, address: &str, tool: &str) -> String {
    let folder = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {folder}/{kind};"))
        .join("\n  ");
    format!(
        r#"daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/log crit;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 100000000;
  {temporary}
  upstream tool {{ server {tool}; keepalive 64; keepalive_requests 100000000; }}
  server {{
    listen {address};
    location / {{
      proxy_pass http://tool;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}
}}
"#
    )
}
