/// Kafka's longest topic name, in characters.
const NAME_CHARACTERS_MAX: usize = 249;
/// The longest of our topics' ends, with its dot.
const LONGEST_END: &str = ".checkpoints";

/// The names of the topics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topics {
    /// Every event, once, in the order of its shard.
    pub events: String,
    /// The newest state of every guarantee; compacted.
    pub state: String,
    /// Signed checkpoints of the seal.
    pub checkpoints: String,
}

impl Topics {
    /// The topics under a prefix.
    #[must_use]
    pub fn of(prefix: &str) -> Self {
        Self {
            events: format!("{prefix}.events"),
            state: format!("{prefix}.state"),
            checkpoints: format!("{prefix}{LONGEST_END}"),
        }
    }
}

/// Under which Kafka knows the producer of a shard. Whoever comes later under the same id shuts the earlier one out.
#[must_use]
pub fn transactional_id(prefix: &str, shard: u16) -> String {
    format!("{prefix}-relay-{shard}")
}

/// Under which Kafka knows the producer of checkpoints.
#[must_use]
pub fn checkpoints_transactional_id(prefix: &str) -> String {
    format!("{prefix}-sealer")
}

/// What is wrong with a prefix of topics, if anything is.
pub(crate) fn fault_of_prefix(prefix: &str) -> Option<String> {
    let is_legal =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    if prefix.is_empty() {
        Some("it is empty".to_owned())
    } else if let Some(found) = prefix.chars().find(|character| !is_legal(*character)) {
        Some(format!("it contains {found:?}; letters, digits, '.', '_' and '-' make a topic's name"))
    } else if prefix.len() + LONGEST_END.len() > NAME_CHARACTERS_MAX {
        Some(format!("it is longer than {} characters", NAME_CHARACTERS_MAX - LONGEST_END.len()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_prefix_makes_the_names_of_the_contract() {
        let topics = Topics::of("guarantee");
        assert_eq!(topics.events, "guarantee.events");
        assert_eq!(topics.state, "guarantee.state");
        assert_eq!(topics.checkpoints, "guarantee.checkpoints");
        assert_eq!(transactional_id("guarantee", 3), "guarantee-relay-3");
        assert_eq!(checkpoints_transactional_id("guarantee"), "guarantee-sealer");
    }

    #[test]
    fn a_prefix_that_kafka_would_refuse_is_refused_with_the_reason() {
        assert_eq!(fault_of_prefix("bank.guarantee_1-a"), None);
        assert!(fault_of_prefix("").is_some_and(|fault| fault.contains("empty")));
        assert!(fault_of_prefix("保函").is_some_and(|fault| fault.contains('保')));
        assert_eq!(fault_of_prefix(&"a".repeat(237)), None);
        assert!(fault_of_prefix(&"a".repeat(238)).is_some_and(|fault| fault.contains("237")));
    }
}
