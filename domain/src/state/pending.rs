use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::numbers::ApplicationNo;
use crate::personal::{Fingerprint, PersonalData};
use crate::terms::{SealedValues, Terms};

/// An application that nobody has decided, and its premium.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// What was asked for.
    pub application: Application,
    /// What was paid, if it was.
    pub premium: Option<Premium>,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// The platform's key.
    pub platform: String,
    /// The centre behind it.
    pub platform_code: Option<String>,
    /// The platform's number.
    pub application_no: ApplicationNo,
    /// What came in the clear.
    pub terms: Terms,
    /// What came sealed.
    pub sealed: SealedValues,
    /// Fields beyond the specification.
    pub extra: BTreeMap<String, String>,
    /// Personal data beyond the specification.
    pub personal: PersonalData,
    /// Tells a repeat.
    pub content: Fingerprint,
    /// When it was taken.
    pub applied_at: DateTime<Utc>,
}

/// A premium that was paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Premium {
    /// In whose name the paying account is.
    pub payer_name: String,
    /// The paying account.
    pub payer_account: String,
    /// What was paid.
    pub amount: Money,
    /// When.
    pub paid_at: DateTime<Utc>,
    /// The bank's or the core system's reference.
    pub reference: Option<String>,
}
