/// Where events are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The store, which is the truth.
    Store,
    /// Its published form.
    Kafka,
}

impl Origin {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Kafka => "kafka",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Store, Self::Kafka].into_iter().find(|origin| origin.name() == name)
    }
}
