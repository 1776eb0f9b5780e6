use std::process::ExitCode;

use baohan_wire::unseal_fields;
use clap::Args;

use super::message::Message;
use super::profile::Profile;
use super::sealing_key::SealingKey;
use crate::terminal::say;

/// Opens the sealed fields of an application as a restore would, and prints the message.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  KEY=0123456789abcdeffedcba9876543210 baohan unseal --key-env KEY sealed.json
  baohan unseal --config baohan.toml --platform jyzx-demo sealed.json     with the platform's own sealed_key
  KEY=… baohan unseal --key-env KEY --iv fedcba98765432100123456789abcdef sealed.json")]
pub struct Unseal {
    #[command(flatten)]
    profile: Profile,
    #[command(flatten)]
    key: SealingKey,
    #[command(flatten)]
    message: Message,
}

impl Unseal {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let dialect = self.profile.dialect()?;
        let key = self.key.key(&dialect)?;
        say!("{}", unseal_fields(&self.message.read_text()?, &dialect, &key, self.key.iv())?);
        Ok(ExitCode::SUCCESS)
    }
}
