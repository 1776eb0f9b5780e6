use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use crate::money::Money;
use crate::numbers::ApplicationNo;
use crate::personal::{Fingerprint, PersonalData};
use crate::terms::{SealedValues, Terms};

/// See [`super::Event::Applied`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Applied {
    /// The platform's key.
    pub platform: String,
    /// The centre behind the platform, where it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_code: Option<String>,
    /// The platform's number of the application.
    pub application_no: ApplicationNo,
    /// What came in the clear.
    #[serde(flatten)]
    pub terms: Terms,
    /// What came sealed, as it came.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sealed: SealedValues,
    /// Fields beyond the specification that are no personal data.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, String>,
    /// The other fields beyond the specification.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub personal: PersonalData,
    /// Tells a repeat from another application under the same number.
    pub content: Fingerprint,
    /// When it was taken.
    pub applied_at: DateTime<Utc>,
}

/// The fields of [`Applied`] side by side. Read through its flattened terms, they would all be kept aside first; most of the log's
/// bytes are applications.
#[derive(Deserialize)]
struct Fields {
    platform: String,
    #[serde(default)]
    platform_code: Option<String>,
    application_no: ApplicationNo,
    #[serde(default)]
    applicant_name: Option<String>,
    #[serde(default)]
    applicant_code: Option<String>,
    #[serde(default)]
    amount: Option<Money>,
    #[serde(default)]
    section_no: Option<String>,
    #[serde(default)]
    section_name: Option<String>,
    #[serde(default)]
    beneficiary_name: Option<String>,
    #[serde(default)]
    beneficiary_code: Option<String>,
    #[serde(default)]
    sealed: SealedValues,
    #[serde(default)]
    extra: BTreeMap<String, String>,
    #[serde(default)]
    personal: PersonalData,
    content: Fingerprint,
    applied_at: DateTime<Utc>,
}

impl<'de> Deserialize<'de> for Applied {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        Ok(Self {
            platform: fields.platform,
            platform_code: fields.platform_code,
            application_no: fields.application_no,
            terms: Terms {
                applicant_name: fields.applicant_name,
                applicant_code: fields.applicant_code,
                amount: fields.amount,
                section_no: fields.section_no,
                section_name: fields.section_name,
                beneficiary_name: fields.beneficiary_name,
                beneficiary_code: fields.beneficiary_code,
            },
            sealed: fields.sealed,
            extra: fields.extra,
            personal: fields.personal,
            content: fields.content,
            applied_at: fields.applied_at,
        })
    }
}

/// See [`super::Event::PremiumPaid`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PremiumPaid {
    /// In whose name the paying account is.
    pub payer_name: String,
    /// The paying account.
    pub payer_account: String,
    /// What was paid.
    pub amount: Money,
    /// When it was paid.
    pub paid_at: DateTime<Utc>,
    /// The bank's or the core system's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// See [`super::Event::PremiumCorrected`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PremiumCorrected {
    /// The premium as it should have been recorded.
    #[serde(flatten)]
    pub premium: PremiumPaid,
    /// Why it was put right.
    pub reason: String,
    /// When.
    pub corrected_at: DateTime<Utc>,
}

/// See [`super::Event::Declined`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Declined {
    /// Why.
    pub reason: String,
    /// When.
    pub declined_at: DateTime<Utc>,
}

/// Who gave the application up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnCause {
    /// The bidder.
    Applicant,
    /// The platform.
    Platform,
    /// Nobody paid the premium in time.
    Unpaid,
}

/// See [`super::Event::Withdrawn`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Withdrawn {
    /// Who gave it up.
    pub cause: WithdrawnCause,
    /// Why, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When.
    pub withdrawn_at: DateTime<Utc>,
}
