use sm3::{Digest, Sm3};
use uuid::Uuid;

/// The shard of an aggregate among `shards`, counted from 0: the first eight bytes of SM3 over the id's sixteen bytes, read as a
/// big-endian number, modulo `shards`. Positions and Kafka's partitions hang on it, so it never changes.
///
/// Vector: `6ba7b810-9dad-11d1-80b4-00c04fd430c8` among 8 is shard 3, among 1 shard 0.
#[must_use]
pub fn shard_of(aggregate_id: Uuid, shards: u16) -> u16 {
    if shards <= 1 {
        return 0;
    }
    let digest = Sm3::digest(aggregate_id.as_bytes());
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    u16::try_from(number % u64::from(shards)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_shard_takes_all() {
        assert_eq!(shard_of(Uuid::from_u128(7), 1), 0);
    }

    #[test]
    fn the_vectors_hold() {
        let id = Uuid::parse_str("6ba7b810-9dad-11d1-80b4-00c04fd430c8").unwrap();
        assert_eq!(shard_of(id, 8), 3);
    }

    #[test]
    fn shards_fill_evenly() {
        let mut filled = [0_u32; 8];
        for id in 0..8000_u128 {
            filled[usize::from(shard_of(Uuid::from_u128(id), 8))] += 1;
        }
        assert!(filled.iter().all(|aggregates| (850..1150).contains(aggregates)), "{filled:?}");
    }
}
