//! The command line: a subcommand a file.

mod backup;
mod config_check;
mod doctor;
mod erase;
mod export;
mod import;
mod message;
mod profile;
mod projections;
mod quickstart;
mod sandbox;
mod seal;
mod sealing_key;
mod serve;
mod sign;
mod unseal;
mod verify;
mod witness;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

use crate::config::{Config, ConfigError, Environment, LogSettings, Witness, WitnessConfig};

/// Exit code of a command that did its work and found something wrong, or could not do it.
const EXIT_FAILED: u8 = 1;
/// Exit code of a broken configuration, and of a command line that clap refuses.
const EXIT_MISCONFIGURED: u8 = 2;

/// The ledger of record for electronic bid guarantees.
#[derive(Debug, Parser)]
#[command(name = "baohan", version, about, after_help = EXAMPLES, arg_required_else_help = true)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  baohan quickstart                         whole lives of guarantees, against a platform in the same process
  baohan config check --config baohan.toml  what was understood, or file, line and key of each mistake
  baohan serve --config baohan.toml         every role in one process
  baohan sign --config baohan.toml body.json
";

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Sandbox(sandbox::Sandbox),
    Quickstart(quickstart::Quickstart),
    Sign(sign::Sign),
    Seal(seal::Seal),
    Unseal(unseal::Unseal),
    Erase(erase::Erase),
    Export(export::Export),
    Import(import::Import),
    Backup(backup::Backup),
    Projections(projections::ProjectionsCommand),
    /// Looks at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    Doctor(doctor::Doctor),
    Witness(witness::WitnessCommand),
    Verify(verify::Verify),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    Check(config_check::Check),
}

/// Where the configuration is.
#[derive(Debug, Clone, Args)]
pub struct ConfigFile {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "BAOHAN_CONFIG", default_value = "baohan.toml", global = true)]
    config: PathBuf,
}

impl ConfigFile {
    /// Reads it, with the overrides of this process's environment.
    pub fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.config, Environment::of_process())
    }

    /// Reads the part of a witness: of a file that is a witness's alone, or of a ledger's that has one beside it.
    pub fn load_witness(&self) -> anyhow::Result<(Witness, LogSettings)> {
        if self.is_of_witness() {
            let config = WitnessConfig::load(&self.config, Environment::of_process())?;
            return Ok((config.witness, config.log));
        }
        let config = self.load()?;
        let file = self.config.display();
        Ok((config.witness.with_context(|| format!("{file} has no [witness]"))?, config.log))
    }

    /// Whether the file is a witness's alone.
    pub fn is_of_witness(&self) -> bool {
        WitnessConfig::is_of(&self.config, &Environment::of_process())
    }
}

impl CommandLine {
    /// Does what was asked, and says how it went: 0 well, 1 not, 2 a broken configuration.
    pub fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Serve(command) => command.run(),
            Command::Sandbox(command) => command.run(),
            Command::Quickstart(command) => command.run(),
            Command::Sign(command) => command.run(),
            Command::Seal(command) => command.run(),
            Command::Unseal(command) => command.run(),
            Command::Erase(command) => command.run(),
            Command::Projections(command) => command.run(),
            Command::Export(command) => command.run(),
            Command::Import(command) => command.run(),
            Command::Backup(command) => command.run(),
            Command::Config(ConfigCommand::Check(command)) => command.run(),
            Command::Doctor(command) => command.run(),
            Command::Witness(command) => command.run(),
            Command::Verify(command) => Ok(command.run()),
        };
        match done {
            Ok(code) => code,
            Err(error) => told(&error),
        }
    }
}

/// Prints the chain of causes once, and gives the exit code that belongs to it.
fn told(error: &anyhow::Error) -> ExitCode {
    if let Some(ConfigError::Wrong(_)) = error.downcast_ref() {
        eprintln!("{error}");
    } else {
        eprintln!("error: {error:#}");
    }
    ExitCode::from(if error.is::<ConfigError>() { EXIT_MISCONFIGURED } else { EXIT_FAILED })
}

/// A runtime for the commands that wait for something.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does_and_shows_an_example() {
        for command in CommandLine::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{} has no about", command.get_name());
            let shown = command.get_after_help().or(command.get_after_long_help()).is_some();
            assert!(shown || command.has_subcommands(), "{} has no example", command.get_name());
        }
    }
    #[test]
    fn the_configuration_may_be_named_before_and_behind_what_is_to_be_done() {
        for words in [
            &["baohan", "projections", "--config", "a.toml", "status"][..],
            &["baohan", "projections", "rebuild", "guarantees", "--config", "a.toml"],
            &["baohan", "config", "check", "--config", "a.toml"],
            &["baohan", "serve", "--config", "a.toml"],
        ] {
            assert!(CommandLine::try_parse_from(words).is_ok(), "{words:?}");
        }
    }
}
