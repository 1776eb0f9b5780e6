/// What is found to be other than it should be on a topic that was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The topic.
    pub topic: String,
    /// `partitions`, or the key of the topic's configuration.
    pub key: String,
    /// What it is.
    pub found: String,
    /// What it should be.
    pub wanted: String,
    /// Whether the contract breaks with it, so that nothing is published; else it is a piece of advice.
    pub refuses: bool,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { topic, key, found, wanted, refuses } = self;
        let verb = if *refuses { "must" } else { "should" };
        write!(formatter, "{topic}: {key} is {found} and {verb} be {wanted}")
    }
}
