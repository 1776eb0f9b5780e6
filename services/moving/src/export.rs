use std::collections::VecDeque;
use std::path::Path;

use baohan_log::{Beside, Dump, Kept, Log};
use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;

use crate::error::Error;
use crate::file::Writing;
use crate::line::{Header, Line, StoreLine, VERSION};

/// Events of one shard that are held while the shards are woven together.
const PAGE: usize = 1_000;

/// What an export wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// How many events.
    pub events: u64,
    /// SM3 of the file's lines, hexadecimal, as its last line and the new store's origin name it.
    pub sm3: String,
    /// How many events were stored since the moment that the file shows: they are not in it.
    pub written_since: u64,
}

/// Writes a whole ledger into a file that is not there yet, as it stands at this moment. The events of all shards are woven into one order:
/// by the time of storing, then by shard and position, so that each guarantee's events keep theirs.
///
/// # Errors
/// When the store or the file system fails; no file is there then.
pub async fn export(log: &Log, path: &Path, exported_at: DateTime<Utc>) -> Result<Exported, Error> {
    let mut file = Writing::begin(path)?;
    let mut dump = log.dump().await?;
    file.line(&Line::Ledger(Header {
        version: VERSION,
        written_by: concat!("baohan ", env!("CARGO_PKG_VERSION")).to_owned(),
        exported_at,
        store: StoreLine::from(dump.standing()),
    }))?;
    events(&mut dump, &mut file).await?;
    for table in Beside::ALL {
        let mut rows = dump.beside(table);
        while let Some(item) = rows.try_next().await? {
            file.line(&item.into())?;
        }
    }
    let before: u64 = dump.standing().heads.iter().map(|head| head.position).sum();
    drop(dump);
    let (sm3, events) = file.finish()?;
    let now: u64 = log.heads().await?.iter().sum();
    Ok(Exported { events, sm3, written_since: now.saturating_sub(before) })
}

/// One shard's events, a page ahead.
struct Strand {
    shard: u16,
    read_to: u64,
    head: u64,
    page: VecDeque<Kept>,
}

async fn events(dump: &mut Dump, file: &mut Writing) -> Result<(), Error> {
    let heads = dump.standing().heads.clone();
    let mut strands: Vec<Strand> = heads
        .into_iter()
        .map(|head| Strand { shard: head.shard, read_to: 0, head: head.position, page: VecDeque::new() })
        .collect();
    loop {
        for strand in &mut strands {
            if strand.page.is_empty() && strand.read_to < strand.head {
                strand.page = dump.events(strand.shard, strand.read_to, PAGE).await?.into();
                strand.read_to = strand.page.back().map_or(strand.head, |last| last.event.position);
            }
        }
        let next =
            |strand: &&mut Strand| strand.page.front().map(|kept| (kept.event.recorded_at, kept.event.shard));
        let first = strands.iter_mut().filter(|strand| !strand.page.is_empty()).min_by_key(next);
        let Some(kept) = first.and_then(|strand| strand.page.pop_front()) else {
            return Ok(());
        };
        file.line(&kept.into())?;
    }
}
