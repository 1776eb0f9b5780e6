//! Which guarantee is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::numbers::ApplicationNo;

/// The namespace of guarantee ids, made once for this ledger and never changed: it is UUID v5 of the DNS name
/// `guarantee.baohan` in the DNS namespace.
pub const NAMESPACE: Uuid = Uuid::from_u128(0xd25d_1e04_1af7_56a8_8de1_af6c_9028_6cf5);

/// A guarantee's identity: UUID v5 over the platform, its centre if any, and the application number,
/// so that a repeated application meets itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct GuaranteeId(Uuid);

impl GuaranteeId {
    /// Names the guarantee of an application. Each part goes in with its length in bytes, so no two triples
    /// meet; a centre that is not named and an empty one are the same.
    #[must_use]
    pub fn of(platform: &str, platform_code: Option<&str>, application: &ApplicationNo) -> Self {
        let parts = [platform, platform_code.unwrap_or(""), application.as_str()];
        let name = parts.map(|part| format!("{}:{part};", part.len())).concat();
        Self(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }

    /// The id itself.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for GuaranteeId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for GuaranteeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl FromStr for GuaranteeId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}
