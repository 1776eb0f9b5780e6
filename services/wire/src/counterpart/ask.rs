use baohan_domain::{Money, SealedField, Terms};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::dialect::{sealable, wire_name};
use crate::interface::Interface;
use crate::outgoing::Outgoing;
use crate::platform::Platform;
use crate::seal::{SealKey, seal_text};
use crate::times::{format_date, format_time};

/// What a platform asks of the institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask<'a> {
    /// baohanapply. What the dialect's `sealed` names is sealed with the key; without a key it goes out plain.
    Apply {
        /// The platform's number.
        application_no: &'a str,
        /// The particulars; what is none is left out.
        terms: &'a Terms,
        /// The section's key.
        key: Option<&'a SealKey>,
        /// The vector, for CBC mode.
        iv: Option<[u8; 16]>,
    },
    /// baohanrestore.
    Restore {
        /// The platform's number.
        application_no: &'a str,
        /// The institution's number.
        guarantee_no: &'a str,
        /// The opening's time.
        opening_at: DateTime<Utc>,
        /// The section's key as it is to be written.
        key: Option<&'a str>,
        /// What is written as `iv`.
        iv: Option<&'a str>,
        /// The plain values, where the dialect's `restore` wants them.
        plain: Option<&'a Terms>,
    },
    /// invoiceapply.
    RequestInvoice {
        /// The platform's number.
        application_no: &'a str,
        /// The institution's number.
        guarantee_no: &'a str,
        /// Whom the invoice is for.
        buyer_name: &'a str,
        /// That firm's code.
        buyer_code: &'a str,
        /// The amount.
        amount: Money,
        /// What a special invoice needs; none asks for an ordinary one.
        special: Option<SpecialInvoice<'a>>,
        /// Where it is sent.
        email: Option<&'a str>,
        /// Who is called.
        mobile: Option<&'a str>,
    },
    /// quitapply.
    RequestQuit {
        /// The platform's number.
        application_no: &'a str,
        /// The institution's number.
        guarantee_no: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// canclenotice.
    Cancel {
        /// The platform's number.
        application_no: &'a str,
        /// The institution's number.
        guarantee_no: &'a str,
    },
    /// claimsnotice.
    Claim {
        /// The platform's number.
        application_no: &'a str,
        /// The institution's number.
        guarantee_no: &'a str,
        /// Where the money is to go.
        payee_account: Option<&'a str>,
        /// How much; none for all that is left.
        amount: Option<Money>,
        /// Addresses of the papers.
        attachments: &'a [String],
        /// Whom to talk to.
        contact_name: &'a str,
        /// That person's telephone.
        contact_phone: &'a str,
        /// Why.
        reason: Option<&'a str>,
    },
    /// checkbaohanlist.
    Reconcile {
        /// The first day in China.
        start: NaiveDate,
        /// The last day in China, included.
        end: NaiveDate,
    },
}

/// What a special invoice needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpecialInvoice<'a> {
    /// The firm's address.
    pub address: &'a str,
    /// The firm's telephone.
    pub phone: &'a str,
    /// The firm's bank.
    pub bank: &'a str,
    /// The firm's account.
    pub account: &'a str,
}

impl Ask<'_> {
    /// By which interface it goes.
    #[must_use]
    pub fn interface(&self) -> Interface {
        match self {
            Self::Apply { .. } => Interface::Baohanapply,
            Self::Restore { .. } => Interface::Baohanrestore,
            Self::RequestInvoice { .. } => Interface::Invoiceapply,
            Self::RequestQuit { .. } => Interface::Quitapply,
            Self::Cancel { .. } => Interface::Canclenotice,
            Self::Claim { .. } => Interface::Claimsnotice,
            Self::Reconcile { .. } => Interface::Checkbaohanlist,
        }
    }
}

/// The signed body of a call by the platform's dialect. `extra` are fields that the specification does not name.
#[must_use]
pub fn ask_body(
    platform: &Platform,
    platform_code: Option<&str>,
    ask: &Ask<'_>,
    extra: &[(&str, &str)],
    timestamp: DateTime<Utc>,
) -> Vec<u8> {
    let mut message = Outgoing::new(platform, platform_code, timestamp);
    match *ask {
        Ask::Apply { application_no, terms, key, iv } => {
            message.put("applyno", application_no);
            let seals = |field| key.filter(|_| platform.dialect.sealed.contains(field));
            put_terms(&mut message, terms, |field, text| match seals(field) {
                Some(key) => seal_text(key, iv, &text),
                None => text,
            });
        }
        Ask::Restore { application_no, guarantee_no, opening_at, key, iv, plain } => {
            numbers(&mut message, application_no, guarantee_no);
            message.put("kaibiaotime", format_time(opening_at));
            if let Some(key) = key {
                message.put("key", key);
            }
            if let Some(iv) = iv {
                message.put("iv", iv);
            }
            if let Some(terms) = plain {
                put_terms(&mut message, terms, |_, text| text);
            }
        }
        Ask::RequestInvoice { application_no, guarantee_no, .. } => {
            numbers(&mut message, application_no, guarantee_no);
            put_invoice(&mut message, ask);
        }
        Ask::RequestQuit { application_no, guarantee_no, reason } => {
            numbers(&mut message, application_no, guarantee_no);
            message.put("reason", reason);
        }
        Ask::Cancel { application_no, guarantee_no } => numbers(&mut message, application_no, guarantee_no),
        Ask::Claim { application_no, guarantee_no, .. } => {
            numbers(&mut message, application_no, guarantee_no);
            put_claim(&mut message, ask);
        }
        Ask::Reconcile { start, end } => {
            message.put("startdate", format_date(start));
            message.put("enddate", format_date(end));
        }
    }
    for (name, value) in extra {
        message.put(name, *value);
    }
    message.finish()
}

fn numbers<'a>(message: &mut Outgoing<'a>, application_no: &'a str, guarantee_no: &'a str) {
    message.put("applyno", application_no);
    message.put("baohanno", guarantee_no);
}

fn put_terms(message: &mut Outgoing<'_>, terms: &Terms, written: impl Fn(SealedField, String) -> String) {
    for (field, _) in sealable() {
        let text = match field {
            SealedField::SectionNo => terms.section_no.clone(),
            SealedField::SectionName => terms.section_name.clone(),
            SealedField::BeneficiaryName => terms.beneficiary_name.clone(),
            SealedField::BeneficiaryCode => terms.beneficiary_code.clone(),
            SealedField::ApplicantName => terms.applicant_name.clone(),
            SealedField::ApplicantCode => terms.applicant_code.clone(),
            SealedField::Amount => terms.amount.map(|amount| amount.to_string()),
        };
        if let Some(text) = text {
            message.put(wire_name(field), written(field, text));
        }
    }
}

fn put_invoice<'a>(message: &mut Outgoing<'a>, ask: &Ask<'a>) {
    let Ask::RequestInvoice { buyer_name, buyer_code, amount, special, email, mobile, .. } = *ask else {
        return;
    };
    message.put("biddername", buyer_name);
    message.put("biddercode", buyer_code);
    message.put("amount", amount.to_string());
    message.put("type", if special.is_some() { "1" } else { "0" });
    let particulars = special.map_or([None; 4], |special| {
        [Some(special.address), Some(special.phone), Some(special.bank), Some(special.account)]
    });
    let names = ["address", "phone", "bank", "account", "email", "mobile"];
    for (name, value) in names.into_iter().zip(particulars.into_iter().chain([email, mobile])) {
        if let Some(value) = value {
            message.put(name, value);
        }
    }
}

fn put_claim<'a>(message: &mut Outgoing<'a>, ask: &Ask<'a>) {
    #[derive(Serialize)]
    struct Attachment<'a> {
        fileurl: &'a str,
    }
    let Ask::Claim { payee_account, amount, attachments, contact_name, contact_phone, reason, .. } = *ask
    else {
        return;
    };
    if let Some(account) = payee_account {
        message.put("payeraccount", account);
    }
    if let Some(amount) = amount {
        message.put("payeramount", amount.to_string());
    }
    if !attachments.is_empty() {
        let list: Vec<_> = attachments.iter().map(|address| Attachment { fileurl: address }).collect();
        // Texts can always be written as JSON.
        message.put("filelist", serde_json::to_string(&list).unwrap_or_default());
    }
    message.put("applyusername", contact_name);
    message.put("applyuserphone", contact_phone);
    if let Some(reason) = reason {
        message.put("Reason", reason);
    }
}
