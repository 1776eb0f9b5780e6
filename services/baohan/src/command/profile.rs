//! Whose dialect and secret the commands by hand take: a configured platform's, or what the command line says.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use baohan_wire::{Dialect, Platform, Secret};
use clap::Args;

use crate::config::{self, Config, Environment};

/// A platform of the configuration, or a dialect by itself.
#[derive(Debug, Args)]
pub struct Profile {
    /// The configuration in which the platform stands.
    #[arg(long, value_name = "FILE", env = "BAOHAN_CONFIG", conflicts_with_all = ["secret_env", "dialect"])]
    config: Option<PathBuf>,
    /// Which platform of the configuration; not needed where it has one only.
    #[arg(long, value_name = "APPKEY", conflicts_with_all = ["secret_env", "dialect"])]
    platform: Option<String>,
    /// Instead of a configuration: the environment variable that holds the appsecret.
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
    /// Instead of a configuration: keys of the dialect; may be given often.
    #[arg(long, value_name = "KEY=VALUE")]
    dialect: Vec<String>,
}

impl Profile {
    /// The platform, its secret included. Without a configuration it is one that has the appkey `appkey`.
    pub fn platform(&self, appkey: &str) -> anyhow::Result<Platform> {
        if let Some(file) = &self.config {
            return self.configured(file);
        }
        let Some(name) = &self.secret_env else {
            bail!("whose secret? Give --config and --platform, or --secret-env");
        };
        let secret = std::env::var(name).with_context(|| format!("environment variable {name}"))?;
        Ok(Platform { dialect: self.dialect()?, ..Platform::new(appkey, Secret::new(secret)) })
    }

    /// The dialect alone: no secret is needed.
    pub fn dialect(&self) -> anyhow::Result<Dialect> {
        if let Some(file) = &self.config {
            return Ok(self.configured(file)?.dialect);
        }
        let pair = |text: &String| {
            let (key, value) =
                text.split_once('=').with_context(|| format!("--dialect {text}: KEY=VALUE is expected"))?;
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        };
        let pairs: Vec<(String, String)> = self.dialect.iter().map(pair).collect::<anyhow::Result<_>>()?;
        Ok(config::dialect_of_options(&pairs)?)
    }

    fn configured(&self, file: &std::path::Path) -> anyhow::Result<Platform> {
        let mut platforms = Config::load(file, Environment::of_process())?.platforms;
        let known = platforms.iter().map(|platform| platform.appkey.as_str()).collect::<Vec<_>>().join(", ");
        let index = match &self.platform {
            Some(appkey) => platforms.iter().position(|platform| platform.appkey == *appkey),
            None if platforms.len() == 1 => Some(0),
            None => bail!("which --platform? The configuration has {known}"),
        };
        let index = index.with_context(|| format!("no such platform; the configuration has {known}"))?;
        Ok(platforms.swap_remove(index))
    }
}
