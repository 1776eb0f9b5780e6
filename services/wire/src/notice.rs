//! Our four notices to a platform: signed bodies by its dialect.

use baohan_domain::{Money, Rate};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use crate::dialect::{FileMd5, RateForm};
use crate::interface::Interface;
use crate::outgoing::Outgoing;
use crate::platform::Platform;
use crate::signature::md5_hex;
use crate::times::format_time;

/// What a platform is told. Nothing is invented for what has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice<'a> {
    /// baohannotice with `applystatus` 1 (specification 3.2).
    Issued(IssuedNotice<'a>),
    /// baohannotice with `applystatus` 0: declined, or withdrawn where the dialect's `withdrawn_notice` says so.
    NotIssued {
        /// The platform's number.
        application_no: &'a str,
    },
    /// restorenotice: the plain document (specification 3.4).
    Restored {
        /// The platform's number.
        application_no: &'a str,
        /// Our number.
        guarantee_no: &'a str,
        /// Where the document can be fetched.
        document_url: Option<&'a str>,
        /// The document's bytes.
        document: &'a [u8],
    },
    /// invoicenotice with `applystatus` 1 (specification 3.6).
    Invoiced {
        /// Our number.
        guarantee_no: &'a str,
        /// Where the invoice can be fetched.
        invoice_url: Option<&'a str>,
        /// The code of an old form; a fully digital invoice has none.
        invoice_code: Option<&'a str>,
        /// The invoice's number, all digits.
        invoice_no: Option<&'a str>,
    },
    /// invoicenotice with `applystatus` 0.
    InvoiceDeclined {
        /// Our number.
        guarantee_no: &'a str,
    },
    /// quitnotice (specification 3.8).
    Quit {
        /// The platform's number.
        application_no: &'a str,
        /// Our number.
        guarantee_no: &'a str,
    },
    /// quitnotice with `applystatus` 0, where the dialect's `quit_refused` says so.
    QuitRefused {
        /// The platform's number.
        application_no: &'a str,
        /// Our number.
        guarantee_no: &'a str,
    },
}

/// The particulars of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuedNotice<'a> {
    /// The platform's number.
    pub application_no: &'a str,
    /// Our number.
    pub guarantee_no: &'a str,
    /// Where the document can be fetched.
    pub document_url: &'a str,
    /// The document's bytes.
    pub document: &'a [u8],
    /// The name on the account that paid the premium.
    pub payer_name: &'a str,
    /// That account.
    pub payer_account: &'a str,
    /// The institution's name.
    pub institution_name: Option<&'a str>,
    /// When the guarantee was issued.
    pub issued_at: DateTime<Utc>,
    /// The premium's rate.
    pub rate: Rate,
    /// The premium.
    pub premium: Money,
}

impl Notice<'_> {
    /// By which interface it goes.
    #[must_use]
    pub fn interface(&self) -> Interface {
        match self {
            Self::Issued(_) | Self::NotIssued { .. } => Interface::Baohannotice,
            Self::Restored { .. } => Interface::Restorenotice,
            Self::Invoiced { .. } | Self::InvoiceDeclined { .. } => Interface::Invoicenotice,
            Self::Quit { .. } | Self::QuitRefused { .. } => Interface::Quitnotice,
        }
    }
}

/// The signed body of a notice. Two bodies of one notice differ in `timestamp` and `sign` alone.
///
/// `platform_code` is the centre's code that came with the application; it goes back, and chooses the secret.
#[must_use]
pub fn notice_body(
    platform: &Platform,
    platform_code: Option<&str>,
    notice: &Notice<'_>,
    timestamp: DateTime<Utc>,
) -> Vec<u8> {
    let mut message = Outgoing::new(platform, platform_code, timestamp);
    match *notice {
        Notice::Issued(issued) => issue(&mut message, platform, issued),
        Notice::NotIssued { application_no } => {
            message.put("applyno", application_no);
            for name in Interface::Baohannotice.fields() {
                if !["applyno", "applystatus"].contains(name) {
                    message.put_some(name, None::<&str>);
                }
            }
            message.put("applystatus", "0");
        }
        Notice::Restored { application_no, guarantee_no, document_url, document } => {
            numbers(&mut message, application_no, guarantee_no);
            message.put_some("baohanurl", document_url);
            file(&mut message, platform, document);
        }
        Notice::Invoiced { guarantee_no, invoice_url, invoice_code, invoice_no } => {
            message.put("baohanno", guarantee_no);
            message.put_some("invoiceurl", invoice_url);
            message.put_some("invoicecode", invoice_code);
            message.put_some("invoiceno", invoice_no);
            message.put("applystatus", "1");
        }
        Notice::InvoiceDeclined { guarantee_no } => {
            message.put("baohanno", guarantee_no);
            for name in ["invoiceurl", "invoicecode", "invoiceno"] {
                message.put_some(name, None::<&str>);
            }
            message.put("applystatus", "0");
        }
        Notice::Quit { application_no, guarantee_no } => numbers(&mut message, application_no, guarantee_no),
        Notice::QuitRefused { application_no, guarantee_no } => {
            numbers(&mut message, application_no, guarantee_no);
            message.put("applystatus", "0");
        }
    }
    message.finish()
}

/// A rate as the platform wants it: 0.008, or 0.8.
pub(crate) fn rate_text(rate: Rate, form: RateForm) -> String {
    match form {
        RateForm::Fraction => rate.as_fraction().to_string(),
        RateForm::Percent => rate.as_percent().to_string(),
    }
}

fn issue<'a>(message: &mut Outgoing<'a>, platform: &Platform, issued: IssuedNotice<'a>) {
    numbers(message, issued.application_no, issued.guarantee_no);
    message.put("baohanurl", issued.document_url);
    file(message, platform, issued.document);
    message.put("payername", issued.payer_name);
    message.put("payeraccount", issued.payer_account);
    message.put_some("instname", issued.institution_name);
    message.put("generatetime", format_time(issued.issued_at));
    message.put("rate", rate_text(issued.rate, platform.dialect.rate));
    message.put("cost", issued.premium.to_string());
    message.put("applystatus", "1");
}

fn numbers<'a>(message: &mut Outgoing<'a>, application_no: &'a str, guarantee_no: &'a str) {
    message.put("applyno", application_no);
    message.put("baohanno", guarantee_no);
}

fn file(message: &mut Outgoing<'_>, platform: &Platform, document: &[u8]) {
    let text = STANDARD.encode(document);
    let digest = file_md5(platform.dialect.file_md5, document, &text);
    message.put("baohanfile", text);
    if let Some(digest) = digest {
        message.put("baohanfilemd5", digest);
    }
}

/// What `baohanfilemd5` says of a file.
pub(crate) fn file_md5(over: FileMd5, document: &[u8], text: &str) -> Option<String> {
    match over {
        FileMd5::None => None,
        FileMd5::Bytes => Some(md5_hex(document)),
        FileMd5::Base64 => Some(md5_hex(text.as_bytes())),
    }
}
