use std::process::ExitCode;

use baohan_wire::seal_fields;
use clap::Args;

use super::message::Message;
use super::profile::Profile;
use super::sealing_key::SealingKey;
use crate::terminal::say;

/// Seals the fields of an application that the dialect's `sealed` names (SM4, base64), and prints the message.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  KEY=0123456789abcdeffedcba9876543210 baohan seal --key-env KEY plain.json > sealed.json
  baohan seal --config baohan.toml --platform jyzx-demo plain.json     what that platform seals, with its sealed_key
  KEY=… SECRET=… sh -c 'baohan seal --key-env KEY plain.json | baohan sign --secret-env SECRET --body'")]
pub struct Seal {
    #[command(flatten)]
    profile: Profile,
    #[command(flatten)]
    key: SealingKey,
    #[command(flatten)]
    message: Message,
}

impl Seal {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let dialect = self.profile.dialect()?;
        let key = self.key.key(&dialect)?;
        say!("{}", seal_fields(&self.message.read_text()?, &dialect, &key, self.key.iv())?);
        Ok(ExitCode::SUCCESS)
    }
}
