use chrono::{DateTime, Utc};

/// How sealing stands in this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What is being done.
    pub phase: Phase,
    /// The id of the key that signs here.
    pub key_id: String,
    /// The newest checkpoint that this process knows of.
    pub newest: Option<Newest>,
    /// The newest that counts by the policy.
    pub counted: Option<u64>,
    /// Why nothing is sealed.
    pub trouble: Option<Trouble>,
    /// The places outside of the house.
    pub outlets: Vec<OutletStanding>,
}

/// A checkpoint in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// Its number.
    pub number: u64,
    /// Its time.
    pub time: DateTime<Utc>,
    /// How many events it covers.
    pub events: u64,
}

/// How a place outside of the house stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutletStanding {
    /// `topic`, `folder`, or `witness/NAME`.
    pub name: String,
    /// What is being done.
    pub phase: Phase,
    /// The newest checkpoint that is there, as far as this process knows.
    pub taken: Option<u64>,
    /// How often it failed.
    pub failures: u64,
    /// Why it failed last; absent since it went well again.
    pub trouble: Option<Trouble>,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Another process does it, or nobody has begun.
    Waiting,
    /// It goes on.
    Working,
    /// It does not work, and is tried again.
    Failing,
    /// Two stories differ, and somebody must look.
    Stopped,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The stable code.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

impl Phase {
    /// One word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Working => "working",
            Self::Failing => "failing",
            Self::Stopped => "stopped",
        }
    }
}
