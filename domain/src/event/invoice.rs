use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::numbers::{InvoiceCode, InvoiceNo};
use crate::personal::{Fingerprint, PersonalData};

/// Which invoice is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvoiceKind {
    /// 普票.
    Ordinary,
    /// 专票, for deduction of VAT.
    Special,
}

/// What is to stand on the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvoiceParticulars {
    /// Which kind.
    pub kind: InvoiceKind,
    /// The buyer's name.
    pub title: String,
    /// The buyer's tax number.
    pub tax_no: String,
    /// The amount asked for.
    pub amount: Money,
    /// The firm's address (special invoices).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The firm's bank (special invoices).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<String>,
    /// The firm's account (special invoices).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// See [`super::Event::InvoiceRequested`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvoiceRequested {
    /// What is asked for.
    #[serde(flatten)]
    pub particulars: InvoiceParticulars,
    /// Phones and mailboxes to which it goes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub personal: PersonalData,
    /// Tells a repeat from another request.
    pub content: Fingerprint,
    /// When.
    pub requested_at: DateTime<Utc>,
}

/// See [`super::Event::Invoiced`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invoiced {
    /// The code beside an 8-digit number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_code: Option<InvoiceCode>,
    /// The invoice's number.
    pub invoice_no: InvoiceNo,
    /// Where it can be downloaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_url: Option<String>,
    /// When.
    pub invoiced_at: DateTime<Utc>,
}

/// See [`super::Event::InvoiceDeclined`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvoiceDeclined {
    /// Why.
    pub reason: String,
    /// When.
    pub declined_at: DateTime<Utc>,
}
