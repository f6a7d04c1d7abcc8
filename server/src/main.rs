//! The program `berth`: `berth serve`, and the client's commands beside it.

fn main() -> std::process::ExitCode {
    server::main()
}
