use crate::names::Topics;

/// A record's greatest size on the broker, in bytes. An event's payload comes of a call of at most one MiB by default; the
/// institution may set the calls' limit higher.
const MESSAGE_BYTES_MAX: &str = "8388608";
/// Checkpoints are one sequence for the whole ledger.
const CHECKPOINT_PARTITIONS: usize = 1;
/// Every record stays.
const KEPT: &str = "delete";
/// The newest record of each key stays.
const COMPACTED: &str = "compact";
/// A broker whose clock is behind ours takes our times all the same.
const NO_LIMIT_MS: &str = "9223372036854775807";

/// How a topic must be.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub topic: String,
    pub partitions: usize,
    pub standards: Vec<Standard>,
}

/// One key of a topic's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standard {
    pub key: &'static str,
    pub value: String,
    pub compare: Compare,
    /// Whether the contract breaks where it differs.
    pub refuses: bool,
}

/// What fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compare {
    Exactly,
    /// As a number, this or more; -1 is no limit.
    AtLeast,
}

impl Shape {
    pub(crate) fn all(topics: &Topics, shards: u16, replication: usize) -> Vec<Self> {
        let shards = usize::from(shards);
        vec![
            Self::of(&topics.events, shards, KEPT, replication),
            Self::of(&topics.state, shards, COMPACTED, replication),
            Self::checkpoints(topics, replication),
        ]
    }

    pub(crate) fn checkpoints(topics: &Topics, replication: usize) -> Self {
        Self::of(&topics.checkpoints, CHECKPOINT_PARTITIONS, KEPT, replication)
    }

    fn of(topic: &str, partitions: usize, cleanup: &str, replication: usize) -> Self {
        let mut standards = vec![
            exactly("cleanup.policy", cleanup, true),
            exactly("message.timestamp.type", "CreateTime", false),
            at_least("message.timestamp.after.max.ms", NO_LIMIT_MS),
            at_least("max.message.bytes", MESSAGE_BYTES_MAX),
            exactly("unclean.leader.election.enable", "false", false),
            at_least("min.insync.replicas", if replication > 2 { "2" } else { "1" }),
        ];
        if cleanup == KEPT {
            standards.push(at_least("retention.ms", "-1"));
            standards.push(at_least("retention.bytes", "-1"));
        }
        Self { topic: topic.to_owned(), partitions, standards }
    }
}

impl Standard {
    /// What is wanted, in words.
    pub(crate) fn wanted(&self) -> String {
        match self.compare {
            Compare::AtLeast if self.value != "-1" => format!("at least {}", self.value),
            Compare::AtLeast | Compare::Exactly => self.value.clone(),
        }
    }
}

fn exactly(key: &'static str, value: &str, refuses: bool) -> Standard {
    Standard { key, value: value.to_owned(), compare: Compare::Exactly, refuses }
}

fn at_least(key: &'static str, value: &str) -> Standard {
    Standard { key, value: value.to_owned(), compare: Compare::AtLeast, refuses: false }
}

/// Whether a value that was found will do.
pub(crate) fn fits(standard: &Standard, found: &str) -> bool {
    let number =
        |text: &str| text.parse::<i128>().ok().map(|number| if number < 0 { i128::MAX } else { number });
    match standard.compare {
        Compare::Exactly => standard.value == found,
        Compare::AtLeast => match (number(found), number(&standard.value)) {
            (Some(found), Some(wanted)) => found >= wanted,
            _ => standard.value == found,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_brokers_keep_three_copies_of_which_two_must_be_written() {
        let least = |replication| {
            let shapes = Shape::all(&Topics::of("g"), 8, replication);
            let standard = shapes[0].standards.iter().find(|standard| standard.key == "min.insync.replicas");
            standard.unwrap().value.clone()
        };
        assert_eq!((least(1), least(2), least(3)), ("1".to_owned(), "1".to_owned(), "2".to_owned()));
    }

    #[test]
    fn events_are_kept_for_ever_and_states_are_compacted() {
        let shapes = Shape::all(&Topics::of("g"), 8, 1);
        let value = |shape: usize, key: &str| {
            let found = shapes[shape].standards.iter().find(|standard| standard.key == key);
            found.map(|standard| standard.value.clone())
        };
        assert_eq!(value(0, "cleanup.policy").as_deref(), Some("delete"));
        assert_eq!(value(0, "retention.ms").as_deref(), Some("-1"));
        assert_eq!(value(1, "cleanup.policy").as_deref(), Some("compact"));
        assert_eq!(value(1, "retention.ms"), None);
        assert_eq!(value(2, "cleanup.policy").as_deref(), Some("delete"));
        assert_eq!(value(2, "retention.ms").as_deref(), Some("-1"));
        assert_eq!((shapes[0].partitions, shapes[1].partitions, shapes[2].partitions), (8, 8, 1));
    }

    #[test]
    fn no_limit_is_more_than_any_limit() {
        let retention = at_least("retention.ms", "-1");
        assert!(fits(&retention, "-1") && !fits(&retention, "604800000"));
        let size = at_least("max.message.bytes", "100");
        assert!(fits(&size, "100") && fits(&size, "-1") && !fits(&size, "99"));
        assert!(!fits(&exactly("cleanup.policy", "delete", true), "compact,delete"));
    }
}
