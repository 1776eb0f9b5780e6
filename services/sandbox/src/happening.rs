use baohan_wire::Interface;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    /// The platform called the institution.
    Platform,
    /// The institution called the platform.
    Institution,
}

/// One call on the wire, as the platform saw it.
#[derive(Debug, Clone, Serialize)]
pub struct Happening {
    /// When.
    pub at: DateTime<Utc>,
    /// Who called whom.
    pub caller: Caller,
    /// The platform's key.
    pub platform: String,
    /// Which interface.
    #[serde(serialize_with = "name")]
    pub interface: Interface,
    /// Of which application, where the call says so.
    pub application_no: Option<String>,
    /// The answer's code; none where there was no answer.
    pub code: Option<String>,
    /// The answer's message, or what happened instead.
    pub message: String,
}

fn name<S: serde::Serializer>(interface: &Interface, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(interface.name())
}
