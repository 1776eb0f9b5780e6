//! The folder, the addresses and the configuration of a quickstart.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use baohan_domain::calendar::china_time;
use baohan_ledger::Clock;
use rand::TryRngCore as _;
use reqwest::Url;
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, PgConnection};

use super::notary::{NAME as NOTARY, Notary};
use crate::config::{Config, Environment};

/// The platform's key.
pub const APPKEY: &str = "jyzx-demo";
/// Its secret; the interface specification's vectors use the same.
const APPSECRET: &str = "demo-secret-01";
/// The file of the key that signs checkpoints.
const SEAL_KEY: &str = "seal.key";
/// Bytes of a bearer token: 128 bits cannot be guessed.
const TOKEN_BYTES: usize = 16;

/// The servers that a quickstart uses beside itself.
#[derive(Debug, Clone, Default)]
pub struct Servers {
    /// PostgreSQL, for a user who may make databases; absent: the store is a file.
    pub postgres: Option<String>,
    /// Kafka's brokers; absent: nothing is published.
    pub kafka: Option<String>,
}

/// Where everything is.
pub struct Setting {
    /// This run's folder.
    pub folder: PathBuf,
    /// The configuration in it.
    pub file: PathBuf,
    /// What it says.
    pub config: Config,
    /// The office's bearer token, every role.
    pub token: String,
    /// Where the sandbox listens.
    pub sandbox: SocketAddr,
    /// Who co-signs checkpoints.
    pub notary: Notary,
}

impl Setting {
    /// Makes a new folder below `data`, finds free ports and writes a configuration that `baohan serve` takes as well.
    pub async fn make(data: &Path, clock: &dyn Clock, servers: &Servers) -> anyhow::Result<Self> {
        let folder = new_folder(data, clock)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let store = match &servers.postgres {
            Some(server) => new_database(server, &name).await?,
            None => format!("sqlite:{}", folder.join("ledger.db").display()),
        };
        let [gateway, office, sandbox, witness] = free_addresses()?;
        let notary = Notary::make(&folder, witness)?;
        let token = new_token()?;
        let file = folder.join("baohan.toml");
        let mut text = configuration(&folder, &store, [gateway, office, sandbox], &token, &notary);
        if let Some(brokers) = &servers.kafka {
            text.push_str(&publishing(brokers, &name));
        }
        std::fs::write(&file, &text).with_context(|| format!("cannot write {}", file.display()))?;
        let config = Config::load(&file, Environment::default())?;
        Ok(Self { folder, file, config, token, sandbox, notary })
    }

    /// The file of the key that signs checkpoints.
    pub fn seal_key(&self) -> PathBuf {
        self.folder.join(SEAL_KEY)
    }
}

/// Each run begins with an empty ledger, and leaves the earlier ones alone.
fn new_folder(data: &Path, clock: &dyn Clock) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
    let data = data.canonicalize().with_context(|| format!("cannot use {}", data.display()))?;
    let name = china_time(clock.now()).format("%Y%m%d-%H%M%S").to_string();
    for attempt in 0_u32.. {
        let folder = data.join(if attempt == 0 { name.clone() } else { format!("{name}-{attempt}") });
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| format!("cannot make {}", folder.display())),
        }
    }
    anyhow::bail!("no folder is free below {}", data.display())
}

/// Ports that are free now. They are given back and taken again in a moment.
fn free_addresses() -> anyhow::Result<[SocketAddr; 4]> {
    let listeners = [(), (), (), ()].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
    let [first, second, third, fourth] =
        listeners.map(|listener| listener.and_then(|listener| listener.local_addr()));
    Ok([first?, second?, third?, fourth?])
}

/// A database of this run's own: each run begins with an empty ledger here too.
async fn new_database(server: &str, run: &str) -> anyhow::Result<String> {
    let name = format!("quickstart_{}", run.replace('-', "_"));
    let mut url = Url::parse(server).context("--postgres is no address of a PostgreSQL server")?;
    let mut connection = PgConnection::connect(server).await.context("PostgreSQL does not answer")?;
    // The name is made of digits and underscores: nothing in it needs to be escaped.
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
    sqlx::raw_sql(&create).execute(&mut connection).await.context("cannot make a database for this run")?;
    connection.close().await?;
    url.set_path(&name);
    Ok(url.into())
}

/// Topics of this run's own.
fn publishing(brokers: &str, run: &str) -> String {
    let [brokers, prefix] =
        [brokers.to_owned(), format!("quickstart-{run}")].map(|text| toml::Value::String(text).to_string());
    format!("\n[kafka]\nbrokers = {brokers}\ntopic_prefix = {prefix}\n")
}

fn new_token() -> anyhow::Result<String> {
    let mut bytes = [0; TOKEN_BYTES];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).context("the system gives no random bytes")?;
    Ok(hex::encode(bytes))
}

fn configuration(
    folder: &Path,
    store: &str,
    [gateway, office, sandbox]: [SocketAddr; 3],
    token: &str,
    notary: &Notary,
) -> String {
    let quoted = |text: String| toml::Value::String(text).to_string();
    let store = quoted(store.to_owned());
    let [key, documents, seal_key, checkpoints] =
        [("", "master.key"), ("file:", "documents"), ("", SEAL_KEY), ("", "checkpoints")]
            .map(|(scheme, name)| quoted(format!("{scheme}{}", folder.join(name).display())));
    let (witness, witness_key) = (notary.address, notary.public_key.to_hex());
    let folder = folder.display();
    let token_sha256 = hex::encode(Sha256::digest(token));
    format!(
        r#"# Made by baohan quickstart. Start this ledger again with: baohan serve --config {folder}/baohan.toml

[institution]
name = "示例融资担保有限公司"

[gateway]
listen = "{gateway}"
public_url = "http://{gateway}"

[office]
listen = "{office}"

[[office.tokens]]
name = "quickstart"
token_sha256 = "{token_sha256}"
roles = ["underwriter", "operator", "auditor", "finance", "privacy"]

[store]
url = {store}

[keys]
master_file = {key}

[documents]
url = {documents}

[seal]
key_file = {seal_key}
folder = {checkpoints}

[[seal.witnesses]]
name = "{NOTARY}"
url = "http://{witness}"
public_key = "{witness_key}"

[underwriting]
mode = "automatic"

[[platforms]]
appkey = "{APPKEY}"
appsecret = "{APPSECRET}"
name = "示例公共资源交易中心"
base_url = "http://{sandbox}"
"#
    )
}

#[cfg(test)]
mod tests {
    use baohan_ledger::SystemClock;

    use super::*;

    #[tokio::test]
    async fn every_run_has_a_folder_of_its_own_and_a_configuration_that_loads() {
        let data = tempfile::tempdir().unwrap();
        let servers = Servers::default();
        let first = Setting::make(data.path(), &SystemClock, &servers).await.unwrap();
        let second = Setting::make(data.path(), &SystemClock, &servers).await.unwrap();
        assert_ne!(first.folder, second.folder);
        assert_ne!(first.token, second.token);
        assert!(first.config.underwriting.automatic);
        assert!(first.config.kafka.is_none());
        assert_eq!(first.config.platforms[0].base_url, format!("http://{}", first.sandbox));
    }

    #[tokio::test]
    async fn with_kafka_each_run_has_topics_of_its_own() {
        let data = tempfile::tempdir().unwrap();
        let servers = Servers { kafka: Some("127.0.0.1:9".into()), ..Servers::default() };
        let first = Setting::make(data.path(), &SystemClock, &servers).await.unwrap();
        let second = Setting::make(data.path(), &SystemClock, &servers).await.unwrap();
        let prefix = |setting: &Setting| setting.config.kafka.clone().unwrap().topic_prefix;
        assert_ne!(prefix(&first), prefix(&second));
    }
}
