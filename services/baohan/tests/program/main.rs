//! The built program as its users meet it: commands, exit codes, signals, files.

mod commands;
mod configuration;
mod ledger;
mod quickstart;
mod running;
