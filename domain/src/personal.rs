//! Personal data, as the domain sees it: opaque envelopes, and fingerprints that tell a repeat.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A piece of personal data, encrypted under the key of its guarantee. The domain never sees inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Envelope(String);

impl Envelope {
    /// Wraps what the cipher made.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The encrypted text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Personal data by what they are (`contact_name`, `contact_phone`, `mobile`, `email`, …).
pub type PersonalData = BTreeMap<String, Envelope>;

/// HMAC-SM3 over a call's business content under the guarantee's own key: equal exactly when the content is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Wraps the hex digits.
    #[must_use]
    pub fn new(hex: String) -> Self {
        Self(hex)
    }
}
