use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::personal::{Fingerprint, PersonalData};

/// See [`super::Event::Claimed`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Claimed {
    /// The claim's number within the guarantee, from 1.
    pub claim: u32,
    /// What is demanded.
    pub amount: Money,
    /// What is left of the guarantee after it.
    pub left: Money,
    /// The account to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payee_account: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Addresses of the papers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
    /// Whom to talk to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub personal: PersonalData,
    /// The last working day on which it is paid in time.
    pub due_on: NaiveDate,
    /// Tells a repeat from another claim.
    pub content: Fingerprint,
    /// When.
    pub claimed_at: DateTime<Utc>,
}

/// See [`super::Event::ClaimPaid`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClaimPaid {
    /// Which claim.
    pub claim: u32,
    /// What was paid.
    pub amount: Money,
    /// The payment's reference.
    pub reference: String,
    /// When.
    pub paid_at: DateTime<Utc>,
}

/// See [`super::Event::ClaimRefused`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClaimRefused {
    /// Which claim.
    pub claim: u32,
    /// Why.
    pub reason: String,
    /// When.
    pub refused_at: DateTime<Utc>,
}
