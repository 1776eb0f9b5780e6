//! How the events arrived on Kafka, read as any consumer reads: with a client of its own, `read_committed`, from the beginning.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use baohan_log::{Log, READ_MAX, StoredEvent};
use baohan_topics::Settings;
use comfy_table::{Table, presets};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::house::PATIENCE;
use super::narrator::{Narrator, Party, Step};
use super::stage::Stage;
use crate::terminal::say;

/// How long one look at the topic waits.
const POLL: Duration = Duration::from_millis(200);
/// The event whose record is shown whole.
const SHOWN: &str = "Issued";

/// A record of the topic.
#[derive(Debug, Clone)]
struct Record {
    partition: u16,
    offset: i64,
    key: String,
    value: String,
    headers: Vec<(String, String)>,
}

impl Record {
    fn of(message: &BorrowedMessage<'_>) -> anyhow::Result<Self> {
        let text = |bytes: Option<&[u8]>| String::from_utf8(bytes.unwrap_or_default().to_vec());
        let headers = message.headers().context("a record without headers")?;
        let headers = headers.iter().map(|header| Ok((header.key.to_owned(), text(header.value)?)));
        Ok(Self {
            partition: u16::try_from(message.partition())?,
            offset: message.offset(),
            key: text(message.key())?,
            value: text(message.payload())?,
            headers: headers.collect::<anyhow::Result<_>>()?,
        })
    }

    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Whether it is this event of the store, byte for byte.
    fn is(&self, event: &StoredEvent) -> bool {
        self.value == event.payload
            && self.key == event.aggregate_id.to_string()
            && self.partition == event.shard
            && self.header("ce_id") == event.id.to_string()
            && self.header("ce_position") == event.position.to_string()
            && self.header("ce_sequence") == event.sequence.to_string()
            && self.header("ce_leafhash") == hex::encode(event.leaf_hash())
    }
}

/// Reads the topic to its end; it must hold exactly what the store holds.
pub async fn arrive(stage: &mut Stage, log: &Log, settings: &Settings) -> anyhow::Result<()> {
    let topic = settings.topics().events;
    Narrator::life(&format!("finance reads the events from the topic {topic}"));
    let heads = log.heads().await?;
    let wanted: u64 = heads.iter().sum();
    let reading = settings.clone();
    let partitions = heads.len();
    let wait_for = usize::try_from(wanted)?;
    let records = tokio::task::spawn_blocking(move || read(&reading, partitions, wait_for)).await??;
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_header(["partition", "events in the store", "records", "positions", "last offset", "the same"]);
    let mut differing = Vec::new();
    for (shard, head) in (0_u16..).zip(&heads) {
        let of_shard: Vec<&Record> = records.iter().filter(|record| record.partition == shard).collect();
        let stored = stored(log, shard).await?;
        let same =
            of_shard.len() == stored.len() && of_shard.iter().zip(&stored).all(|(one, other)| one.is(other));
        if !same {
            differing.push(shard.to_string());
        }
        let positions = match (of_shard.first(), of_shard.last()) {
            (Some(first), Some(last)) => {
                format!("{}…{}", first.header("ce_position"), last.header("ce_position"))
            }
            _ => String::new(),
        };
        let last = of_shard.last().map(|last| last.offset.to_string()).unwrap_or_default();
        let mark = if same { "✓" } else { "differs" };
        table.add_row([
            shard.to_string(),
            head.to_string(),
            of_shard.len().to_string(),
            positions,
            last,
            mark.to_owned(),
        ]);
    }
    stage.narrator.step(&Step {
        from: Party::Kafka,
        to: Party::Office,
        interface: "read_committed".to_owned(),
        application_no: String::new(),
        code: String::new(),
        recorded: format!("{} records; the store holds {wanted} events", records.len()),
        wrong: (!differing.is_empty())
            .then(|| format!("partition {} as the store has it, byte for byte", differing.join(", "))),
    });
    say!("{table}");
    show(&topic, &records);
    Ok(())
}

async fn stored(log: &Log, shard: u16) -> anyhow::Result<Vec<StoredEvent>> {
    let mut events: Vec<StoredEvent> = Vec::new();
    loop {
        let after = events.last().map_or(0, |last| last.position);
        let more = log.read(shard, after, READ_MAX).await?;
        if more.is_empty() {
            return Ok(events);
        }
        events.extend(more);
    }
}

/// All records, until there are as many as are wanted and nothing more comes, or patience ends.
fn read(settings: &Settings, partitions: usize, wanted: usize) -> anyhow::Result<Vec<Record>> {
    let mut config = ClientConfig::new();
    for (name, value) in &settings.properties {
        config.set(name, value);
    }
    let consumer: BaseConsumer = config
        .set("bootstrap.servers", &settings.brokers)
        .set("group.id", "quickstart")
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .create()?;
    let mut assigned = TopicPartitionList::new();
    for partition in 0..i32::try_from(partitions)? {
        assigned.add_partition_offset(&settings.topics().events, partition, Offset::Beginning)?;
    }
    consumer.assign(&assigned)?;
    let since = Instant::now();
    let mut records = Vec::new();
    loop {
        match consumer.poll(POLL) {
            Some(Ok(message)) => records.push(Record::of(&message)?),
            Some(Err(error)) if since.elapsed() > PATIENCE => {
                return Err(error).context("the topic cannot be read");
            }
            None if records.len() >= wanted => return Ok(records),
            None if since.elapsed() > PATIENCE => {
                if records.is_empty() && wanted > 0 {
                    bail!("nothing came on the topic within {PATIENCE:?}");
                }
                return Ok(records);
            }
            Some(Err(_)) | None => {}
        }
    }
}

/// Shows one record whole.
fn show(topic: &str, records: &[Record]) {
    let kind = format!("baohan.guarantee.{SHOWN}");
    let Some(record) = records.iter().find(|record| record.header("ce_type") == kind) else { return };
    say!("\none record of {topic}, partition {}, offset {}", record.partition, record.offset);
    say!("  key               {}", record.key);
    for (name, value) in &record.headers {
        say!("  {name:<17} {value}");
    }
    say!("  value             {}", record.value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(value: &str) -> Record {
        let headers = vec![("ce_type".to_owned(), "baohan.guarantee.Issued".to_owned())];
        Record { partition: 0, offset: 1, key: "k".into(), value: value.into(), headers }
    }

    #[test]
    fn a_header_is_found_by_its_name() {
        assert_eq!(record("{}").header("ce_type"), "baohan.guarantee.Issued");
        assert_eq!(record("{}").header("ce_time"), "");
    }
}
