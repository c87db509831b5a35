//! The hub's binary.

use hub::{cli, wiring};
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os(), wiring::serve)
}
