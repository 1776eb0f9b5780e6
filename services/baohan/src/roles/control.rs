//! Commands to the ledger that runs already: a socket beside the store, for its owner alone. Two processes never write to
//! one SQLite ledger, so what the command line wants to write is asked of the one that does. Over PostgreSQL a command is a
//! process beside the others and needs nobody.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};

use super::{Foundation, Running};
use crate::config::Config;
use crate::{erasure, projecting};

/// A command is one line.
const LINE_BYTES_MAX: u64 = 16 << 10;
/// An answer tells of every projection and shard at most.
const REPLY_BYTES_MAX: u64 = 4 << 20;
/// How long one may take, the wait for the store included.
const COMMAND_TIME_MAX: Duration = Duration::from_mins(1);
/// Its owner alone reads and writes the socket.
const MODE: u32 = 0o600;

/// What can be asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Erase the personal data of a guarantee.
    Erase {
        /// Its id or number.
        guarantee: String,
        /// Who asks.
        actor: String,
    },
    /// Do something about the projections.
    Projections(projecting::Request),
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// It was done; a line for people.
    Done(String),
    /// It was not; why.
    Failed(String),
    /// How the projections stand.
    Projections(projecting::Report),
}

/// Where the socket of a configuration's store is; none over PostgreSQL.
fn path_of(config: &Config) -> Option<PathBuf> {
    let mut path = OsString::from(config.store.url.file()?);
    path.push(".control");
    Some(PathBuf::from(path))
}

/// Starts to take commands. The store's own lock says that nobody else does, so a socket that is there is a dead one's.
pub fn start(running: &Running) -> anyhow::Result<()> {
    let Some(path) = path_of(&running.foundation.config) else { return Ok(()) };
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
    let foundation = running.foundation.clone();
    let finish = running.finish.clone();
    running.works.spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = finish.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else { continue };
            // One after another: commands are rare, and none holds up a call.
            match tokio::time::timeout(COMMAND_TIME_MAX, carry_out(&foundation, stream)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "a command was not answered"),
                Err(_) => tracing::warn!("a command took too long"),
            }
        }
        let _ = std::fs::remove_file(&path);
    });
    Ok(())
}

async fn carry_out(foundation: &Foundation, mut stream: UnixStream) -> anyhow::Result<()> {
    let mut line = String::new();
    let (reading, mut writing) = stream.split();
    BufReader::new(reading.take(LINE_BYTES_MAX)).read_line(&mut line).await?;
    let request = serde_json::from_str(&line).context("a command that is none")?;
    let reply = done(foundation, request).await.unwrap_or_else(|error| Reply::Failed(format!("{error:#}")));
    writing.write_all(serde_json::to_string(&reply)?.as_bytes()).await?;
    writing.shutdown().await?;
    Ok(())
}

async fn done(foundation: &Foundation, request: Request) -> anyhow::Result<Reply> {
    match request {
        Request::Erase { guarantee, actor } => {
            let (id, erasure) = erasure::erase(&foundation.ledger, &guarantee, &actor).await?;
            Ok(Reply::Done(erasure::told(id, &erasure)))
        }
        Request::Projections(request) => {
            let now = foundation.clock.now();
            Ok(Reply::Projections(projecting::carry_out(&foundation.projections, request, now).await?))
        }
    }
}

/// Asks the running ledger; none where no ledger runs that takes commands.
pub async fn ask(config: &Config, request: &Request) -> anyhow::Result<Option<Reply>> {
    let Some(path) = path_of(config) else { return Ok(None) };
    let Ok(mut stream) = UnixStream::connect(path).await else { return Ok(None) };
    let mut line = serde_json::to_string(request)?;
    line.push('\n');
    stream.write_all(line.as_bytes()).await?;
    let mut reply = String::new();
    stream.take(REPLY_BYTES_MAX).read_to_string(&mut reply).await?;
    match serde_json::from_str(&reply).context("the running ledger did not answer; its log says why")? {
        Reply::Failed(text) => bail!("{text}"),
        reply => Ok(Some(reply)),
    }
}
