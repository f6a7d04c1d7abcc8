//! A throw-away container engine for tests that are not Rust: `engine NAME=ARCHIVE…` starts one with these images,
//! prints its socket, and ends it, with all its containers, when its standard input ends.

use std::{io::Read, path::Path, process::ExitCode};

use testkit::engine::Engine;

fn main() -> ExitCode {
    let engine = Engine::start();
    engine.image("localhost/busy:1", &[]);
    for image in std::env::args().skip(1) {
        let Some((name, archive)) = image.split_once('=') else {
            eprintln!("engine: {image} is not NAME=ARCHIVE");
            return ExitCode::FAILURE;
        };
        engine.import(name, Path::new(archive), &[]);
    }
    println!("{}", engine.socket().display());
    // Whatever comes is no matter; that nothing comes any more is the end.
    let mut rest = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut rest);
    ExitCode::SUCCESS
}
