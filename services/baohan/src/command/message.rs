//! The message that a command by hand works on: a file, or standard input.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;

/// The longest message: a notice with a guarantee file in it.
const MESSAGE_BYTES_MAX: u64 = 64 << 20;

/// Where the message is.
#[derive(Debug, Args)]
pub struct Message {
    /// The message, a JSON object; `-` is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
}

impl Message {
    /// Reads it.
    pub fn read(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let limit = MESSAGE_BYTES_MAX + 1;
        if self.file.as_os_str() == "-" {
            std::io::stdin().take(limit).read_to_end(&mut bytes).context("standard input")?;
        } else {
            let opened = std::fs::File::open(&self.file);
            let read = opened.and_then(|file| file.take(limit).read_to_end(&mut bytes));
            read.with_context(|| self.file.display().to_string())?;
        }
        if bytes.len() as u64 > MESSAGE_BYTES_MAX {
            bail!("the message is longer than {MESSAGE_BYTES_MAX} bytes");
        }
        Ok(bytes)
    }

    /// Reads it as text.
    pub fn read_text(&self) -> anyhow::Result<String> {
        String::from_utf8(self.read()?).context("the message is no UTF-8 text")
    }
}
