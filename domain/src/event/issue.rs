use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::money::{Money, Rate};
use crate::numbers::GuaranteeNo;
use crate::terms::DocumentRef;

/// See [`super::Event::Issued`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Issued {
    /// Our number of the guarantee.
    pub guarantee_no: GuaranteeNo,
    /// The premium's rate.
    pub rate: Rate,
    /// The premium.
    pub premium: Money,
    /// In whose name the account is that paid the premium.
    pub payer_name: String,
    /// The account that paid the premium.
    pub payer_account: String,
    /// The last day in force, in China.
    pub valid_until: NaiveDate,
    /// The first document.
    pub document: DocumentRef,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
}

/// Why a guarantee ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CancelledCause {
    /// The tender agent asked for it.
    Requested,
    /// Its validity ran out.
    Expired,
}

/// See [`super::Event::Cancelled`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cancelled {
    /// Why.
    pub cause: CancelledCause,
    /// When.
    pub cancelled_at: DateTime<Utc>,
}

/// See [`super::Event::Extended`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Extended {
    /// The new last day in force.
    pub valid_until: NaiveDate,
    /// The last day until now.
    pub previous_valid_until: NaiveDate,
    /// When it was extended.
    pub extended_at: DateTime<Utc>,
}

/// See [`super::Event::Annotated`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Annotated {
    /// The remark.
    pub text: String,
    /// Under which a repeated remark is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// When.
    pub annotated_at: DateTime<Utc>,
}
