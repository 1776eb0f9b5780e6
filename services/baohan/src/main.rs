#![doc = include_str!("../README.md")]

mod command;
mod config;
mod doctor;
mod erasure;
mod key_file;
mod logs;
mod master_key;
mod metrics;
mod projecting;
mod quickstart;
mod roles;
mod shutdown;
mod signing_key;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    // Who calls platforms over TLS needs a provider of its ciphers; a second installation would change nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    command::CommandLine::parse().run()
}
