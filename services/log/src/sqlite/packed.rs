//! Many events in one value. The driver copies each column of each row on its own and hands each row from thread to thread, which
//! took a reader of the whole log longer than all that SQLite does; so SQLite itself lays the events one behind the other.

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::column;
use super::store::Store;
use crate::error::Error;
use crate::event::StoredEvent;

/// Events of one value: so many that asking for them costs little.
const PACK_EVENTS_MAX: usize = 512;
/// Bytes of payloads and metadata after which a value takes no further event: whoever reads holds that much, and one event more, and the
/// value stays far below SQLite's longest (a thousand million bytes) however large a platform makes its messages.
const PACK_BYTES_MAX: usize = 8 << 20;

/// One value of many events, and beside it from which position on which incarnation holds. Each event is its numbers and the lengths of
/// its texts in bytes, each with a space behind it, then its texts. How far the value goes is found by lengths alone, for which SQLite reads
/// no text.
const SELECT: &str = "SELECT group_concat(p.event, ''),
       (SELECT group_concat(concat(i.position, ' ', hex(i.incarnation), ' '), '')
          FROM (SELECT position, incarnation FROM incarnations ORDER BY position, number) AS i)
  FROM (SELECT concat(e.position, ' ', e.sequence, ' ', e.shard, ' ', e.recorded_at, ' ',
               octet_length(e.aggregate_id), ' ', octet_length(e.event_type), ' ', octet_length(e.event_version), ' ',
               octet_length(e.payload), ' ', octet_length(e.metadata), ' ',
               hex(e.id), ' ', e.aggregate_id, e.event_type, e.event_version, e.payload, e.metadata) AS event
          FROM events AS e
         WHERE e.position > ?1 AND e.position <= (
               SELECT max(w.position)
                 FROM (SELECT n.position, sum(octet_length(n.payload) + octet_length(n.metadata))
                              OVER (ORDER BY n.position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                         FROM events AS n WHERE n.position > ?1 ORDER BY n.position LIMIT ?2) AS w
                WHERE coalesce(w.before, 0) < ?3)
         ORDER BY e.position) AS p";

impl Store {
    pub(crate) async fn read(&self, shard: u16, after: u64, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        let mut events = Vec::new();
        if shard >= self.shards() {
            return Ok(events);
        }
        let mut after = after;
        while events.len() < limit {
            let wanted = PACK_EVENTS_MAX.min(limit - events.len());
            let row = sqlx::query(SELECT)
                .bind(column::stored(after))
                .bind(column::stored(wanted as u64))
                .bind(column::stored(PACK_BYTES_MAX as u64))
                .fetch_one(self.readers())
                .await?;
            let before = events.len();
            let bytes = unpack(&row, &mut events)?;
            let found = events.len() - before;
            if found < wanted && bytes < PACK_BYTES_MAX {
                break;
            }
            after = events.last().map_or(after, |last| last.position);
        }
        Ok(events)
    }
}

/// Adds the events of a row, in order. Answers how long its value is.
fn unpack(row: &SqliteRow, events: &mut Vec<StoredEvent>) -> Result<usize, Error> {
    let Some(pack) = row.try_get::<Option<&str>, _>(0)? else { return Ok(0) };
    let incarnations = Incarnations::of(row.try_get::<Option<&str>, _>(1)?.unwrap_or_default())?;
    let mut rest = Rest(pack);
    let mut last = 0;
    while !rest.0.is_empty() {
        let event = event(&mut rest, &incarnations)?;
        // So has SQLite always laid them, though it promises no order of what is laid together.
        if event.position <= last {
            return Err(Error::Damaged(format!("events out of order, {last} before {}", event.position)));
        }
        last = event.position;
        events.push(event);
    }
    Ok(pack.len())
}

fn event(rest: &mut Rest<'_>, incarnations: &Incarnations) -> Result<StoredEvent, Error> {
    let position = rest.number()?;
    let sequence = rest.number()?;
    let shard = rest.number()?;
    let recorded_at = rest.time()?;
    let lengths = [rest.number()?, rest.number()?, rest.number()?, rest.number()?, rest.number()?];
    let [aggregate_id, event_type, event_version, payload, metadata] = lengths;
    Ok(StoredEvent {
        position,
        sequence,
        shard,
        recorded_at,
        id: column::parsed(rest.word()?)?,
        aggregate_id: column::parsed(rest.text(aggregate_id)?)?,
        event_type: rest.text(event_type)?.to_owned(),
        event_version: rest.text(event_version)?.to_owned(),
        payload: rest.text(payload)?.to_owned(),
        metadata: rest.text(metadata)?.to_owned(),
        incarnation: incarnations.at(position)?,
    })
}

/// What of a value was not taken yet.
struct Rest<'p>(&'p str);

impl<'p> Rest<'p> {
    fn word(&mut self) -> Result<&'p str, Error> {
        let (word, rest) = self.0.split_once(' ').ok_or_else(|| bent("an end"))?;
        self.0 = rest;
        Ok(word)
    }

    fn number<N: TryFrom<u64>>(&mut self) -> Result<N, Error> {
        let word = self.word()?;
        let number = word.parse::<u64>().ok().and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| bent(word))
    }

    fn time(&mut self) -> Result<DateTime<Utc>, Error> {
        let word = self.word()?;
        column::moment(word.parse().map_err(|_| bent(word))?)
    }

    fn text(&mut self, bytes: usize) -> Result<&'p str, Error> {
        let (text, rest) = self.0.split_at_checked(bytes).ok_or_else(|| bent("a length"))?;
        self.0 = rest;
        Ok(text)
    }
}

/// From which position on which incarnation holds, the later the later.
struct Incarnations(Vec<(u64, Uuid)>);

impl Incarnations {
    fn of(text: &str) -> Result<Self, Error> {
        let mut rest = Rest(text);
        let mut all = Vec::new();
        while !rest.0.is_empty() {
            all.push((rest.number()?, column::parsed(rest.word()?)?));
        }
        Ok(Self(all))
    }

    fn at(&self, position: u64) -> Result<Uuid, Error> {
        let held = self.0.iter().rev().find(|(first, _)| *first <= position);
        held.map(|(_, incarnation)| *incarnation)
            .ok_or_else(|| Error::Damaged(format!("no incarnation at position {position}")))
    }
}

fn bent(what: &str) -> Error {
    Error::Damaged(format!("a row of an event: {what} where another value should be"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_incarnations_the_later_holds_from_its_position_on() {
        let [first, second, third] = [1, 2, 3].map(Uuid::from_u128);
        let text = format!("1 {} 5 {} 5 {} ", first.simple(), second.simple(), third.simple());
        let incarnations = Incarnations::of(&text).unwrap();
        assert_eq!(
            [1, 4, 5, 9].map(|position| incarnations.at(position).unwrap()),
            [first, first, third, third]
        );
        assert!(incarnations.at(0).is_err());
    }

    #[test]
    fn what_is_bent_is_told() {
        let incarnations = Incarnations::of("").unwrap();
        for text in ["", "x ", "-1 ", "1 1 0 0 99 0 0 0 0 ", "1 1 0 x "] {
            assert!(matches!(event(&mut Rest(text), &incarnations), Err(Error::Damaged(_))), "{text:?}");
        }
        assert!(Rest("ä").text(1).is_err());
    }
}
