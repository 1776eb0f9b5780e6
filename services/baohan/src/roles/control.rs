//! Commands to the ledger that runs already: a socket beside the store, for its owner alone. Two processes never write to
//! one SQLite ledger, so what the command line wants to write is asked of the one that does.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};

use crate::config::Config;
use crate::erasure;

use super::Running;

/// A command is one line.
const LINE_BYTES_MAX: u64 = 4 << 10;
/// How long one may take, the wait for the store included.
const COMMAND_TIME_MAX: Duration = Duration::from_mins(1);
/// Its owner alone reads and writes the socket.
const MODE: u32 = 0o600;

/// What can be asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Request {
    /// Erase the personal data of a guarantee.
    Erase {
        /// Its id or number.
        guarantee: String,
        /// Who asks.
        actor: String,
    },
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    /// It was done; a line for people.
    Done(String),
    /// It was not; why.
    Failed(String),
}

/// Where the socket of a configuration's store is.
fn path_of(config: &Config) -> PathBuf {
    let file = config.store.url.strip_prefix("sqlite:").unwrap_or(&config.store.url);
    let mut path = OsString::from(file.strip_prefix("//").unwrap_or(file));
    path.push(".control");
    PathBuf::from(path)
}

/// Starts to take commands. The store's own lock says that nobody else does, so a socket that is there is a dead one's.
pub fn start(running: &Running) -> anyhow::Result<()> {
    let path = path_of(&running.foundation.config);
    let _ = std::fs::remove_file(&path);
    let listener = match UnixListener::bind(&path) {
        Ok(listener) => listener,
        Err(error) => {
            // Such a path can be too long for a socket (108 bytes): commands then need the ledger to be stopped.
            tracing::warn!(path = %path.display(), %error, "no commands are taken while the ledger runs");
            return Ok(());
        }
    };
    let private = std::fs::Permissions::from_mode(MODE);
    std::fs::set_permissions(&path, private)
        .with_context(|| format!("cannot close {} to others", path.display()))?;
    let ledger = running.foundation.ledger.clone();
    let finish = running.finish.clone();
    running.works.spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = finish.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else { continue };
            // One after another: commands are rare, and none holds up a call.
            match tokio::time::timeout(COMMAND_TIME_MAX, carry_out(&ledger, stream)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "a command was not answered"),
                Err(_) => tracing::warn!("a command took too long"),
            }
        }
        let _ = std::fs::remove_file(&path);
    });
    Ok(())
}

async fn carry_out(ledger: &baohan_ledger::Ledger, mut stream: UnixStream) -> anyhow::Result<()> {
    let mut line = String::new();
    let (reading, mut writing) = stream.split();
    BufReader::new(reading.take(LINE_BYTES_MAX)).read_line(&mut line).await?;
    let Request::Erase { guarantee, actor } =
        serde_json::from_str(&line).context("a command that is none")?;
    let reply = match erasure::erase(ledger, &guarantee, &actor).await {
        Ok((id, erasure)) => Reply::Done(told(id, &erasure)),
        Err(error) => Reply::Failed(format!("{error:#}")),
    };
    writing.write_all(serde_json::to_string(&reply)?.as_bytes()).await?;
    writing.shutdown().await?;
    Ok(())
}

/// How an erasure reads.
pub fn told(id: uuid::Uuid, erasure: &baohan_log::Erasure) -> String {
    let bodies = erasure.bodies;
    if erasure.repeated {
        return format!(
            "{id}: erased on {} already; {bodies} more messages erased now",
            erasure.destroyed_at
        );
    }
    format!(
        "{id}: the key is destroyed, {bodies} messages erased from the journal; hashes and events stay valid"
    )
}

/// Asks the running ledger to erase; none where no ledger runs.
pub async fn ask_to_erase(config: &Config, guarantee: &str, actor: &str) -> anyhow::Result<Option<String>> {
    let Ok(mut stream) = UnixStream::connect(path_of(config)).await else { return Ok(None) };
    let request = Request::Erase { guarantee: guarantee.to_owned(), actor: actor.to_owned() };
    let mut line = serde_json::to_string(&request)?;
    line.push('\n');
    stream.write_all(line.as_bytes()).await?;
    let mut reply = String::new();
    stream.take(LINE_BYTES_MAX).read_to_string(&mut reply).await?;
    match serde_json::from_str(&reply).context("the running ledger did not answer; its log says why")? {
        Reply::Done(text) => Ok(Some(text)),
        Reply::Failed(text) => bail!("{text}"),
    }
}
