#![doc = include_str!("../README.md")]

mod command;
mod config;
mod logs;
mod master_key;
mod shutdown;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    command::CommandLine::parse().run()
}
