use std::path::Path;

use baohan_log::{Item, Kept, Load, Options, Origin, ShardHead, Standing};
use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use crate::error::Error;
use crate::file::{Next, Reading};
use crate::line::{EventLine, Header, Line, VERSION};

/// Rows that go into the store at once.
const BATCH: usize = 1_000;
/// Bytes of rows that go into the store at once: a batch of the biggest calls would be gigabytes.
const BATCH_BYTES: usize = 16 << 20;
/// Batches that are read ahead while the store takes one.
const BATCHES_AHEAD: usize = 2;

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// How many events.
    pub events: u64,
    /// Each shard's newest position in the new store.
    pub positions: Vec<u64>,
    /// How the old store stood.
    pub standing: Standing,
    /// SM3 of the file's lines.
    pub sm3: String,
}

/// Reads a whole ledger out of a file into a store that holds nothing. It becomes the store at its end and not before, and only when the
/// file's digest and the old heads are right: what ends in the middle leaves nothing, and can be done again from the start.
///
/// # Errors
/// When the file is not what was exported, or the store holds anything or fails.
pub async fn import(options: &Options, path: &Path) -> Result<Imported, Error> {
    let (batches, mut read) = mpsc::channel(BATCHES_AHEAD);
    let file = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || read_all(&file, &batches));
    let mut load = Load::begin(options).await?;
    let mut header = None;
    while let Some(batch) = read.recv().await {
        match batch {
            Batch::Header(found) => header = Some(*found),
            Batch::Events(events) => load.events(events).await?,
            Batch::Items(items) => load.beside(items).await?,
        }
    }
    let sm3 = reading.await.map_err(|_| Error::Ended)??;
    let header = header.ok_or(Error::Ended)?;
    let standing = Standing::try_from(header.store)?;
    let now: DateTime<Utc> = (options.now)();
    let origin = Origin {
        standing: standing.clone(),
        content_sm3: sm3.clone(),
        exported_at: header.exported_at,
        imported_at: now,
    };
    let positions = load.finish(&origin).await?;
    Ok(Imported { events: positions.iter().sum(), positions, standing, sm3 })
}

enum Batch {
    Header(Box<Header>),
    Events(Vec<Kept>),
    Items(Vec<Item>),
}

/// Reads the file to its end, and answers its digest. It gives up where nobody takes the batches any more.
fn read_all(path: &Path, batches: &mpsc::Sender<Batch>) -> Result<String, Error> {
    let mut file = Reading::open(path)?;
    let header = header(&mut file, path)?;
    let mut heads = Heads::of(&header);
    let send = |batch| batches.blocking_send(batch).map_err(|_| Error::Ended);
    send(Batch::Header(Box::new(header)))?;
    let (mut events, mut items, mut bytes) = (Vec::new(), Vec::new(), 0);
    loop {
        let (next, length) = file.next()?;
        let is_full = events.len() + items.len() >= BATCH || bytes > BATCH_BYTES;
        let is_event = matches!(&next, Next::Line(line) if matches!(**line, Line::Event(_)));
        let ends = matches!(next, Next::End { .. });
        if !events.is_empty() && (is_full || ends || !is_event) {
            send(Batch::Events(std::mem::take(&mut events)))?;
            bytes = 0;
        }
        if !items.is_empty() && (is_full || ends) {
            send(Batch::Items(std::mem::take(&mut items)))?;
            bytes = 0;
        }
        bytes += length;
        match next {
            Next::Line(line) => match *line {
                Line::Event(line) if items.is_empty() => events.push(heads.follow(line)?),
                line => items.push(line.item()?),
            },
            Next::End { sm3 } => {
                heads.reached()?;
                return Ok(sm3);
            }
        }
    }
}

fn header(file: &mut Reading, path: &Path) -> Result<Header, Error> {
    let unknown = || Error::Unknown(path.display().to_string());
    match file.next() {
        Ok((Next::Line(line), _)) => match *line {
            Line::Ledger(header) if header.version == VERSION => Ok(header),
            _ => Err(unknown()),
        },
        Ok(_) | Err(Error::Bent(_)) => Err(unknown()),
        Err(error) => Err(error),
    }
}

/// Whether the events are those that the old store had: each shard from 1 on without a gap, up to its head.
struct Heads {
    wanted: Vec<ShardHead>,
    found: Vec<ShardHead>,
}

impl Heads {
    fn of(header: &Header) -> Self {
        let wanted = header.store.heads.clone();
        let empty = |head: &ShardHead| ShardHead { shard: head.shard, position: 0, leaf_hash: None };
        Self { found: wanted.iter().map(empty).collect(), wanted }
    }

    fn follow(&mut self, line: EventLine) -> Result<Kept, Error> {
        let kept = Kept::from(line);
        let event = &kept.event;
        let (index, position) = (usize::from(event.shard), event.position);
        let bent = |what: &str| Error::Bent(format!("shard {}, position {position} {what}", event.shard));
        let (Some(found), Some(wanted)) = (self.found.get_mut(index), self.wanted.get(index)) else {
            return Err(bent("is of a shard that the old store did not have"));
        };
        if position != found.position + 1 {
            return Err(bent("does not follow"));
        }
        found.position = position;
        if position == wanted.position {
            found.leaf_hash = Some(hex::encode(event.leaf_hash()));
        }
        Ok(kept)
    }

    fn reached(&self) -> Result<(), Error> {
        match self.wanted.iter().zip(&self.found).find(|(wanted, found)| wanted != found) {
            None => Ok(()),
            Some((wanted, _)) => {
                Err(Error::Bent(format!("shard {} does not end as its head says", wanted.shard)))
            }
        }
    }
}
