//! I3: the topic equals the store, record for record, byte for byte, read by Kafka's own consumer.

use std::collections::BTreeMap;

use baohan_servers::Record;

use crate::fleet::Fleet;
use crate::records::Row;

/// Fails at the first record that is missing, doubled, out of order, or differs in a byte.
pub async fn equals(fleet: &Fleet, rows: &[Row]) {
    are_equal(rows, &fleet.kafka.console_consumer(&fleet.topic(), rows.len()).await);
}

fn are_equal(rows: &[Row], records: &[Record]) {
    let published = by_partition(records);
    let mut stored: BTreeMap<u32, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        stored.entry(row.shard).or_default().push(row);
    }
    for (shard, rows) in &stored {
        let published = published.get(shard).map(Vec::as_slice).unwrap_or_default();
        for (row, record) in rows.iter().zip(published) {
            is_of(row, record);
        }
        assert_eq!(published.len(), rows.len(), "shard {shard}: so many are published, and so many stored");
    }
    assert_eq!(published.len(), stored.len(), "the topic has partitions that the store has no shards of");
}

fn by_partition(records: &[Record]) -> BTreeMap<u32, Vec<&Record>> {
    let mut partitions: BTreeMap<u32, Vec<&Record>> = BTreeMap::new();
    for record in records {
        partitions.entry(record.partition).or_default().push(record);
    }
    for records in partitions.values_mut() {
        records.sort_by_key(|record| record.offset);
    }
    partitions
}

fn is_of(row: &Row, record: &Record) {
    let told = (record.partition, record.header("ce_position"), record.header("ce_id"));
    let meant = (row.shard, row.position.to_string(), row.id.as_str());
    assert_eq!(told, (meant.0, Some(meant.1.as_str()), Some(meant.2)), "another record in this place");
    assert_eq!(record.value, row.payload.as_bytes(), "other bytes than {row:?}");
    assert_eq!(record.key, row.guarantee.as_bytes(), "another key than {row:?}");
    let named = format!("baohan.guarantee.{}", row.event_type);
    let headers = [
        ("ce_type", named),
        ("ce_subject", row.guarantee.clone()),
        ("ce_sequence", row.sequence.to_string()),
        ("ce_shard", row.shard.to_string()),
        ("ce_incarnation", row.incarnation.clone()),
        ("content-type", "application/json".to_owned()),
    ];
    for (name, value) in &headers {
        assert_eq!(record.header(name), Some(value.as_str()), "header {name} of {row:?}");
    }
    assert_eq!(record.header("ce_leafhash").map(str::len), Some(64), "the leaf hash of {row:?}");
}

#[cfg(test)]
mod tests {
    use baohan_servers::Record;

    use super::are_equal;
    use crate::records::{Row, made::row};

    fn rows() -> Vec<Row> {
        vec![row("a", 1, 1, "Applied", "{\"a\":1}"), row("a", 2, 2, "Issued", "{\"b\":2}")]
    }

    /// As the relay publishes it; offsets have gaps where transactions end.
    fn published(row: &Row) -> Record {
        let headers = [
            ("ce_id", row.id.clone()),
            ("ce_type", format!("baohan.guarantee.{}", row.event_type)),
            ("ce_subject", row.guarantee.clone()),
            ("ce_sequence", row.sequence.to_string()),
            ("ce_shard", row.shard.to_string()),
            ("ce_position", row.position.to_string()),
            ("ce_incarnation", row.incarnation.clone()),
            ("ce_leafhash", "0".repeat(64)),
            ("content-type", "application/json".to_owned()),
        ];
        Record {
            partition: row.shard,
            offset: row.position * 2,
            key: row.guarantee.clone().into_bytes(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.into_bytes())).into(),
            value: row.payload.clone().into_bytes(),
        }
    }

    #[test]
    fn the_same_in_the_same_order_is_well() {
        are_equal(&rows(), &rows().iter().map(published).collect::<Vec<_>>());
    }

    #[test]
    #[should_panic(expected = "so many are published")]
    fn a_missing_record_is_told() {
        are_equal(&rows(), &[published(&rows()[0])]);
    }

    #[test]
    #[should_panic(expected = "another record in this place")]
    fn a_doubled_record_is_told() {
        let rows = rows();
        let mut again = published(&rows[0]);
        again.offset = 3;
        are_equal(&rows, &[published(&rows[0]), again, published(&rows[1])]);
    }

    #[test]
    #[should_panic(expected = "other bytes")]
    fn a_changed_byte_is_told() {
        let rows = rows();
        let mut changed = published(&rows[1]);
        changed.value[1] ^= 1;
        are_equal(&rows, &[published(&rows[0]), changed]);
    }
}
