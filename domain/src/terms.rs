//! What a guarantee is about, and the documents that say so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// The fields of an application that a platform may send sealed until the opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealedField {
    /// Number of the tender section.
    SectionNo,
    /// Name of the tender section.
    SectionName,
    /// Name of the tenderer, in whose favour the guarantee is.
    BeneficiaryName,
    /// The tenderer's unified social credit code.
    BeneficiaryCode,
    /// Name of the bidder.
    ApplicantName,
    /// The bidder's unified social credit code.
    ApplicantCode,
    /// The amount guaranteed.
    Amount,
}

/// Ciphertexts as they came, by field.
pub type SealedValues = BTreeMap<SealedField, String>;

/// The particulars of a guarantee as far as they are known in the clear.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Terms {
    /// The bidder, who asks for the guarantee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant_name: Option<String>,
    /// The bidder's unified social credit code, or what the platform calls so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant_code: Option<String>,
    /// The amount guaranteed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Number of the tender section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section_no: Option<String>,
    /// Name of the tender section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section_name: Option<String>,
    /// The tenderer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiary_name: Option<String>,
    /// The tenderer's unified social credit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiary_code: Option<String>,
}

impl Terms {
    /// Whether the value of that field is known.
    #[must_use]
    pub fn knows(&self, field: SealedField) -> bool {
        match field {
            SealedField::SectionNo => self.section_no.is_some(),
            SealedField::SectionName => self.section_name.is_some(),
            SealedField::BeneficiaryName => self.beneficiary_name.is_some(),
            SealedField::BeneficiaryCode => self.beneficiary_code.is_some(),
            SealedField::ApplicantName => self.applicant_name.is_some(),
            SealedField::ApplicantCode => self.applicant_code.is_some(),
            SealedField::Amount => self.amount.is_some(),
        }
    }

    /// These terms, with what the others know laid over them.
    #[must_use]
    pub fn with(self, others: &Self) -> Self {
        let over = |new: &Option<String>, old: Option<String>| new.clone().or(old);
        Self {
            applicant_name: over(&others.applicant_name, self.applicant_name),
            applicant_code: over(&others.applicant_code, self.applicant_code),
            amount: others.amount.or(self.amount),
            section_no: over(&others.section_no, self.section_no),
            section_name: over(&others.section_name, self.section_name),
            beneficiary_name: over(&others.beneficiary_name, self.beneficiary_name),
            beneficiary_code: over(&others.beneficiary_code, self.beneficiary_code),
        }
    }
}

/// How the sealed values were opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SealMode {
    /// SM4 in ECB mode.
    Ecb,
    /// SM4 in CBC mode, with the restore's iv.
    Cbc,
    /// The restore brought the plain values.
    Plain,
    /// Nothing was sealed.
    None,
}

/// The two forms of a guarantee document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Before the opening: shows the sealed fields.
    Sealed,
    /// After it, or where nothing was sealed.
    Plain,
}

/// What kind of file a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// Portable Document Format.
    Pdf,
    /// Open Fixed-layout Document (GB/T 33190).
    Ofd,
}

/// A document that lies in the object store under its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentRef {
    /// Which form it has.
    pub form: Form,
    /// SM3 over its bytes, lower-case hex.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9a-f]{64}$")))]
    pub digest: String,
    /// What kind of file.
    pub media: Media,
    /// Its length in bytes.
    pub size_bytes: u64,
}
