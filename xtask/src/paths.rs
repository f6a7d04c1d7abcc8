//! Where things lie. Every path is relative to the workspace root, which `main` makes the current
//! folder; only cargo's own output may lie elsewhere, when `CARGO_TARGET_DIR` says so.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The site that the server embeds. It stays here wherever cargo's output goes, because the
/// server's sources name it.
pub const SITE: &str = "target/site";
/// The name of the style sheet, `berth.css`.
pub const NAME: &str = "berth";
/// The browser's programs, as files of `frontend/src/bin`: `form.js` and `form.wasm`, and so on.
pub const PROGRAMS: [&str; 7] = ["berth", "form", "setup", "org", "policies", "assets", ENGINE];
/// The one that draws no pages.
pub const ENGINE: &str = "engine";
/// The browser's target.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The workspace root.
pub fn root() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")
}

/// Cargo's output folder, absolute, so that it holds in other folders and processes too.
pub fn target() -> Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    Ok(root()?.join(target))
}

/// The built program.
pub fn berth(release: bool) -> Result<PathBuf> {
    Ok(target()?.join(if release { "release" } else { "debug" }).join("berth"))
}

/// The folder of the site that holds what is built rather than copied.
pub fn pkg() -> PathBuf {
    Path::new(SITE).join("pkg")
}
