use std::process::Stdio;

use tokio::process::Command;

const FETCH: &str = include_str!("../../../deploy/fetch-kafka");
/// The consumer ends when it has seen nothing for so long, in milliseconds: long enough that a busy machine does not end it early.
const IDLE_MS_MAX: &str = "5000";
/// A consumer that ended before it had what must be there begins again so often.
const TRIES_MAX: usize = 10;
/// Between fields, and between headers: characters that none of our values holds.
const FIELD: char = '\u{1f}';
const HEADER: char = '\u{1e}';

/// A record as Kafka's own consumer prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its partition.
    pub partition: u32,
    /// Its offset.
    pub offset: u64,
    /// Its key.
    pub key: Vec<u8>,
    /// Names and values, in their order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Its value; a missing one is printed as `null`.
    pub value: Vec<u8>,
}

impl Record {
    /// A header's value as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(found, _)| found == name)?;
        std::str::from_utf8(value).ok()
    }
}

/// Everything that a topic holds, read from its beginning by Kafka's own console consumer (Java, `read_committed`).
///
/// It ends when nothing more comes. `at_least` is what must be there: with less it begins again, and at last fails.
/// Values must not hold line ends, which ours, compact JSON, never do.
pub async fn console_consumer(brokers: &str, topic: &str, at_least: usize) -> Vec<Record> {
    let jars = jars().await;
    let mut found = Vec::new();
    for _ in 0..TRIES_MAX {
        found = consume(&jars, brokers, topic).await;
        if found.len() >= at_least {
            return found;
        }
    }
    panic!("{topic} holds {} records, and {at_least} are wanted", found.len());
}

async fn consume(jars: &str, brokers: &str, topic: &str) -> Vec<Record> {
    let properties = [
        "print.partition=true".to_owned(),
        "print.offset=true".to_owned(),
        "print.headers=true".to_owned(),
        "print.key=true".to_owned(),
        format!("key.separator={FIELD}"),
        format!("headers.separator={HEADER}"),
    ];
    let mut command = Command::new("java");
    command
        .args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx256m"])
        // Without it the consumer's log stands between the records.
        .arg("-Dlog4j2.level=OFF")
        .args(["-cp", &format!("{jars}/*"), "org.apache.kafka.tools.consumer.ConsoleConsumer"])
        .args(["--bootstrap-server", brokers, "--topic", topic, "--from-beginning"])
        .args(["--isolation-level", "read_committed", "--timeout-ms", IDLE_MS_MAX])
        .args(properties.iter().flat_map(|property| ["--property", property]))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let done = command.output().await.expect("java runs");
    let lines = done.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| record(line).unwrap_or_else(|| panic!("no record: {}", text(line)))).collect()
}

/// `Partition:0`, `Offset:5`, headers, key, value.
fn record(line: &[u8]) -> Option<Record> {
    let mut fields = line.splitn(5, |byte| *byte == FIELD as u8);
    let partition = text(fields.next()?).strip_prefix("Partition:")?.parse().ok()?;
    let offset = text(fields.next()?).strip_prefix("Offset:")?.parse().ok()?;
    let headers = headers(fields.next()?)?;
    Some(Record { partition, offset, headers, key: fields.next()?.to_vec(), value: fields.next()?.to_vec() })
}

fn headers(field: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    if field == b"NO_HEADERS" {
        return Some(Vec::new());
    }
    let each = field.split(|byte| *byte == HEADER as u8);
    each.map(|header| {
        let colon = header.iter().position(|byte| *byte == b':')?;
        Some((text(&header[..colon]), header[colon + 1..].to_vec()))
    })
    .collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

async fn jars() -> String {
    let done = Command::new("bash").args(["-c", FETCH]).output().await.expect("bash runs");
    assert!(done.status.success(), "{}", text(&done.stderr));
    text(&done.stdout).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{headers, record};

    #[test]
    fn a_line_is_read_byte_for_byte() {
        let line = b"Partition:3\x1fOffset:17\x1fce_type:a:b\x1ece_id:7\x1fkey\x1f{\"a\":\"\x1f,:\"}";
        let record = record(line).unwrap();
        assert_eq!((record.partition, record.offset), (3, 17));
        assert_eq!(record.header("ce_type"), Some("a:b"));
        assert_eq!(record.header("ce_id"), Some("7"));
        assert_eq!(record.key, b"key");
        assert_eq!(record.value, b"{\"a\":\"\x1f,:\"}");
    }

    #[test]
    fn what_is_no_record_is_told() {
        assert_eq!(record(b"WARN something"), None);
        assert_eq!(headers(b"NO_HEADERS"), Some(Vec::new()));
        assert_eq!(headers(b"without"), None);
    }
}
