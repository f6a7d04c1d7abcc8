//! The server to compare with: the same libraries, one file, nothing else.

use std::path::PathBuf;

use anyhow::Result;
use axum::{Router, body::Bytes, routing::get};
use tokio::net::TcpListener;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What is served
    file: PathBuf,
}

/// Serves until it is killed; the address is the first line of standard output.
pub async fn serve(args: Args) -> Result<()> {
    let body = Bytes::from(std::fs::read(args.file)?);
    let answer = move || {
        let body = body.clone();
        async move { ([("content-type", "application/json")], body) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/", get(answer))).await?;
    Ok(())
}
