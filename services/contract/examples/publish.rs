//! Writes the published contract into a folder: `make contract`. Refuses what would break its readers.

use std::path::Path;

use anyhow::Context;
use baohan_contract::{Contract, Published};

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1).context("which folder?")?;
    let folder = Path::new(&folder);
    Contract::generated(&Published::read(folder)?)?.write(folder)?;
    println!("{} holds the contract of this version", folder.display());
    Ok(())
}
