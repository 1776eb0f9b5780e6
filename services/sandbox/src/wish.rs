//! What the platform is to ask the institution, as people and tests write it.

use std::collections::BTreeMap;

use baohan_domain::{Money, Terms};
use baohan_wire::{Ask, Platform, RestoreForm, SealKey, SpecialInvoice};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

/// What the platform is to ask the institution; each interface takes its own part.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Wish {
    /// The appkey, where several platforms are played.
    pub platform: Option<String>,
    pub platform_code: Option<String>,
    application_no: Option<String>,
    guarantee_no: Option<String>,
    terms: Terms,
    /// The section's key: 32 hex digits.
    key: Option<String>,
    /// The vector of CBC mode: 32 hex digits.
    iv: Option<String>,
    opening_at: Option<DateTime<Utc>>,
    amount: Option<Money>,
    special: Option<Special>,
    email: Option<String>,
    reason: Option<String>,
    contact_name: Option<String>,
    contact_phone: Option<String>,
    payee_account: Option<String>,
    attachments: Vec<String>,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    /// Fields that the specification does not name.
    pub extra: BTreeMap<String, String>,
    /// Signs with another secret than was agreed.
    pub wrongly_signed: bool,
}

/// What a special invoice needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Special {
    address: String,
    phone: String,
    bank: String,
    account: String,
}

/// The keys of a wish, read: a call borrows them.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    seal: Option<SealKey>,
    vector: Option<[u8; 16]>,
}

impl Wish {
    /// Reads the keys; a platform with a fixed key seals with that where no other is given.
    pub fn keys(&self, platform: &Platform) -> Result<Keys, &'static str> {
        let fixed = platform.dialect.sealed_key.as_ref().map(baohan_wire::Secret::expose);
        let seal = self.key.as_deref().or(fixed).map(|key| SealKey::parse(key).ok_or("key is no key"));
        let vector = |text: &str| {
            let bytes = hex::decode(text).ok()?;
            <[u8; 16]>::try_from(bytes).ok()
        };
        let vector = self.iv.as_deref().map(|iv| vector(iv).ok_or("iv is no 32 hex digits"));
        Ok(Keys { seal: seal.transpose()?, vector: vector.transpose()? })
    }

    /// The call at `/sandbox/{action}`, or what is missing for it.
    pub fn ask<'w>(
        &'w self,
        action: &str,
        platform: &Platform,
        keys: &'w Keys,
    ) -> Result<Ask<'w>, &'static str> {
        let number = || self.application_no.as_deref().ok_or("application_no is missing");
        let guarantee = || self.guarantee_no.as_deref().ok_or("guarantee_no is missing");
        Ok(match action {
            "apply" => Ask::Apply {
                application_no: number()?,
                terms: &self.terms,
                key: keys.seal.as_ref(),
                iv: keys.vector,
            },
            "restore" => Ask::Restore {
                application_no: number()?,
                guarantee_no: guarantee()?,
                opening_at: self.opening_at.ok_or("opening_at is missing")?,
                key: self.key.as_deref(),
                iv: self.iv.as_deref(),
                plain: self.plain(platform.dialect.restore),
            },
            "invoice" => self.invoice(number()?, guarantee()?)?,
            "quit" => Ask::RequestQuit {
                application_no: number()?,
                guarantee_no: guarantee()?,
                reason: self.reason.as_deref().ok_or("reason is missing")?,
            },
            "cancel" => Ask::Cancel { application_no: number()?, guarantee_no: guarantee()? },
            "claim" => Ask::Claim {
                application_no: number()?,
                guarantee_no: guarantee()?,
                payee_account: self.payee_account.as_deref(),
                amount: self.amount,
                attachments: &self.attachments,
                contact_name: self.contact_name.as_deref().ok_or("contact_name is missing")?,
                contact_phone: self.contact_phone.as_deref().ok_or("contact_phone is missing")?,
                reason: self.reason.as_deref(),
            },
            "reconcile" => Ask::Reconcile {
                start: self.start.ok_or("start is missing")?,
                end: self.end.ok_or("end is missing")?,
            },
            _ => return Err("no such call"),
        })
    }

    fn invoice<'w>(
        &'w self,
        application_no: &'w str,
        guarantee_no: &'w str,
    ) -> Result<Ask<'w>, &'static str> {
        Ok(Ask::RequestInvoice {
            application_no,
            guarantee_no,
            buyer_name: self.terms.applicant_name.as_deref().ok_or("terms.applicant_name is missing")?,
            buyer_code: self.terms.applicant_code.as_deref().ok_or("terms.applicant_code is missing")?,
            amount: self.amount.ok_or("amount is missing")?,
            special: self.special.as_ref().map(|special| SpecialInvoice {
                address: &special.address,
                phone: &special.phone,
                bank: &special.bank,
                account: &special.account,
            }),
            email: self.email.as_deref(),
            mobile: self.contact_phone.as_deref(),
        })
    }

    /// The plain values, where the platform opens by them.
    fn plain(&self, form: RestoreForm) -> Option<&Terms> {
        let is_plain = match form {
            RestoreForm::Key => false,
            RestoreForm::Plain => true,
            RestoreForm::Either => self.key.is_none(),
        };
        is_plain.then_some(&self.terms)
    }
}
