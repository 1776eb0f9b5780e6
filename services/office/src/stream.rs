//! Events as they happen, by server-sent events. A stream pulls: what its reader does not take is not read from the log.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;

use axum::response::sse::Event;
use futures::Stream;
use tokio::sync::{OwnedSemaphorePermit, watch};

use crate::events::{EventView, Known};
use crate::office::Office;
use crate::problem::{self, Problem};
use crate::tokens::Caller;

/// Streams at once: each holds a connection and some pages of events; consumers of this kind are few.
pub(crate) const STREAMS_MAX: usize = 64;
/// Events read at once.
const PAGE_EVENTS: usize = 100;
/// Between the parts of an event's id.
const SHARD_SEPARATOR: char = ':';
/// Between the shards of an event's id.
const PLACE_SEPARATOR: char = ',';

/// How far each shard was told: `0:17`, or with several shards `0:17,1:4`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Places(BTreeMap<u16, u64>);

impl Places {
    /// Reads what a client sent as `Last-Event-ID`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let place = |part: &str| {
            let (shard, position) = part.trim().split_once(SHARD_SEPARATOR)?;
            Some((shard.parse().ok()?, position.parse().ok()?))
        };
        text.split(PLACE_SEPARATOR).map(place).collect::<Option<_>>().map(Self)
    }

    /// One shard.
    pub(crate) fn in_shard(shard: u16, position: u64) -> Self {
        Self(BTreeMap::from([(shard, position)]))
    }

    fn write(&self) -> String {
        let places: Vec<_> =
            self.0.iter().map(|(shard, position)| format!("{shard}{SHARD_SEPARATOR}{position}")).collect();
        places.join(",")
    }
}

/// One reader's stream.
pub(crate) struct Feed {
    office: Office,
    caller: Caller,
    places: Places,
    ready: VecDeque<EventView>,
    ticks: watch::Receiver<u64>,
    _permit: OwnedSemaphorePermit,
}

impl Office {
    /// A stream of one shard, or of all; it goes on behind `after`, and a shard that is not named there begins now.
    pub(crate) fn feed(&self, caller: Caller, shard: Option<u16>, after: &Places) -> Result<Feed, Problem> {
        let full =
            |_| Problem::of(problem::TOO_MANY_STREAMS, format!("同时打开的事件流已达上限{STREAMS_MAX}"));
        let permit = self.streams().clone().try_acquire_owned().map_err(full)?;
        let ticks = self.log().watch();
        let shards = (0..self.log().shards()).filter(|one| shard.is_none_or(|shard| shard == *one));
        let places = shards.map(|shard| {
            let position = after.0.get(&shard).copied().unwrap_or_else(|| self.log().head(shard));
            (shard, position)
        });
        let places = Places(places.collect());
        Ok(Feed { office: self.clone(), caller, places, ready: VecDeque::new(), ticks, _permit: permit })
    }
}

impl Feed {
    /// The events in order, for as long as the client reads and the process runs.
    pub(crate) fn run(self) -> impl Stream<Item = Result<Event, Infallible>> {
        futures::stream::unfold(self, |mut feed| async move {
            let event = feed.next().await?;
            Some((Ok(event), feed))
        })
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.places.0.insert(event.shard, event.position);
                let written = Event::default().id(self.places.write()).event(event.name());
                return match written.json_data(&event) {
                    Ok(written) => Some(written),
                    Err(error) => {
                        tracing::error!(%error, "an event cannot be written into a stream, which ends");
                        None
                    }
                };
            }
            self.ticks.borrow_and_update();
            match self.read().await {
                Ok(0) => {}
                Ok(_) => continue,
                // The client comes again with the last id that it saw.
                Err(problem) => {
                    tracing::warn!(
                        code = problem.code(),
                        "an event stream ends, since the log cannot be read"
                    );
                    return None;
                }
            }
            let stop = self.office.stop().clone();
            tokio::select! {
                () = stop.cancelled() => return None,
                changed = self.ticks.changed() => if changed.is_err() { return None },
            }
        }
    }

    /// Reads the next page of each shard.
    async fn read(&mut self) -> Result<usize, Problem> {
        for (shard, position) in self.places.0.clone() {
            let stored = self.office.log().read(shard, position, PAGE_EVENTS).await?;
            self.ready.extend(self.office.seen(&self.caller, stored, Known::new()).await?);
        }
        Ok(self.ready.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_place_a_shard() {
        assert_eq!(Places::read("0:17"), Some(Places::in_shard(0, 17)));
        assert_eq!(Places::read("0:17,1:4").unwrap().write(), "0:17,1:4");
        for text in ["", "17", "0:", ":1", "0:-1", "a:1", "0:1,", "70000:1"] {
            assert_eq!(Places::read(text), None, "{text}");
        }
    }
}
