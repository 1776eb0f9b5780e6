//! The key to sealed fields, as the commands by hand take it: never on the command line, where others see it.

use anyhow::Context as _;
use baohan_wire::{Dialect, SealKey};
use clap::Args;

/// Where the key is.
#[derive(Debug, Args)]
pub struct SealingKey {
    /// The environment variable that holds the key: 32 hex digits, base64 of 16 bytes, or 16 characters. Without it the
    /// platform's `sealed_key` is taken.
    #[arg(long, value_name = "NAME")]
    key_env: Option<String>,
    /// A vector of 16 bytes in hex or base64: CBC mode instead of ECB.
    #[arg(long, value_name = "IV")]
    iv: Option<String>,
}

impl SealingKey {
    /// The key.
    pub fn key(&self, dialect: &Dialect) -> anyhow::Result<SealKey> {
        let text = if let Some(name) = &self.key_env {
            std::env::var(name).with_context(|| format!("environment variable {name}"))?
        } else {
            let fixed = dialect.sealed_key.as_ref().context("no key: give --key-env")?;
            fixed.expose().to_owned()
        };
        SealKey::parse(text.trim())
            .context("the key is none: 32 hex digits, base64 of 16 bytes, or 16 characters")
    }

    /// The vector.
    pub fn iv(&self) -> Option<&str> {
        self.iv.as_deref()
    }
}
