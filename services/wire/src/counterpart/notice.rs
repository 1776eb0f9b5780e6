use baohan_domain::{Money, Rate};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use crate::dialect::RateForm;
use crate::directory::Directory;
use crate::fault::{Fault, FaultCode};
use crate::form::{AMOUNT_LENGTH_MAX, Form, NAME_LENGTH_MAX, NUMBER_LENGTH_MAX, URL_LENGTH_MAX};
use crate::intake::{self, Request};
use crate::interface::Interface;
use crate::notice::file_md5;
use crate::receipt::Receipt;
use crate::seal;

/// A request to a platform after checks 1 to 5.
pub type NoticeReceipt = Receipt<ReceivedNotice>;

/// What an institution tells or asks a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceivedNotice {
    /// baohannotice, issued.
    Issued(Box<ReceivedIssue>),
    /// baohannotice, declined or withdrawn.
    NotIssued {
        /// The platform's number.
        application_no: String,
    },
    /// restorenotice.
    Restored {
        /// The platform's number.
        application_no: String,
        /// The institution's number.
        guarantee_no: String,
        /// Where the document can be fetched.
        document_url: Option<String>,
        /// The document's bytes.
        document: Vec<u8>,
    },
    /// invoicenotice, issued.
    Invoiced {
        /// The institution's number.
        guarantee_no: String,
        /// Where the invoice can be fetched.
        invoice_url: Option<String>,
        /// The code of an old form.
        invoice_code: Option<String>,
        /// The invoice's number.
        invoice_no: Option<String>,
    },
    /// invoicenotice, declined.
    InvoiceDeclined {
        /// The institution's number.
        guarantee_no: String,
    },
    /// quitnotice.
    Quit {
        /// The platform's number.
        application_no: String,
        /// The institution's number.
        guarantee_no: String,
    },
    /// quitnotice with `applystatus` 0.
    QuitRefused {
        /// The platform's number.
        application_no: String,
        /// The institution's number.
        guarantee_no: String,
    },
    /// getbiaoduanyichang: what changed since then?
    SectionsQuery {
        /// Since when.
        updated_since: DateTime<Utc>,
    },
}

/// The particulars of an issue as they were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedIssue {
    /// The platform's number.
    pub application_no: String,
    /// The institution's number.
    pub guarantee_no: String,
    /// Where the document can be fetched.
    pub document_url: String,
    /// The document's bytes.
    pub document: Vec<u8>,
    /// The name on the account that paid the premium.
    pub payer_name: String,
    /// That account.
    pub payer_account: String,
    /// The institution's name.
    pub institution_name: Option<String>,
    /// When the guarantee was issued.
    pub issued_at: DateTime<Utc>,
    /// The premium's rate.
    pub rate: Rate,
    /// The premium.
    pub premium: Money,
}

/// Checks a request to the platform as [`crate::receive`] checks one to the institution.
#[must_use]
pub fn receive_notice(
    directory: &Directory,
    path_prefix: &str,
    interface: &str,
    body: &[u8],
    now: DateTime<Utc>,
) -> NoticeReceipt {
    let request = Request { directory, path_prefix, interface, body, now, is_diagnosed: true };
    intake::examine(&request, |interface| !interface.served_by_institution(), read)
}

fn read(form: &mut Form<'_, '_>) -> Result<ReceivedNotice, Fault> {
    match form.interface {
        Interface::Baohannotice => read_issue(form),
        Interface::Restorenotice => Ok(ReceivedNotice::Restored {
            application_no: application_no(form)?,
            guarantee_no: guarantee_no(form)?,
            document_url: form.line("baohanurl", URL_LENGTH_MAX)?.map(str::to_owned),
            document: document(form)?,
        }),
        Interface::Invoicenotice => read_invoice(form),
        Interface::Quitnotice => {
            let (application_no, guarantee_no) = (application_no(form)?, guarantee_no(form)?);
            Ok(match form.flag("applystatus")? {
                None | Some(true) => ReceivedNotice::Quit { application_no, guarantee_no },
                Some(false) => ReceivedNotice::QuitRefused { application_no, guarantee_no },
            })
        }
        Interface::Getbiaoduanyichang => {
            Ok(ReceivedNotice::SectionsQuery { updated_since: form.required_time("updatetime")? })
        }
        Interface::Baohanapply
        | Interface::Baohanrestore
        | Interface::Invoiceapply
        | Interface::Quitapply
        | Interface::Canclenotice
        | Interface::Claimsnotice
        | Interface::Checkbaohanlist => Err(Fault::new(FaultCode::UnknownPath, "此接口由金融机构提供")),
    }
}

fn read_issue(form: &Form<'_, '_>) -> Result<ReceivedNotice, Fault> {
    let application_no = application_no(form)?;
    if !form.required_flag("applystatus")? {
        return Ok(ReceivedNotice::NotIssued { application_no });
    }
    Ok(ReceivedNotice::Issued(Box::new(ReceivedIssue {
        application_no,
        guarantee_no: guarantee_no(form)?,
        document_url: form.required_line("baohanurl", URL_LENGTH_MAX)?.to_owned(),
        document: document(form)?,
        payer_name: form.required_line("payername", NAME_LENGTH_MAX)?.to_owned(),
        payer_account: form
            .account("payeraccount")?
            .ok_or_else(|| Fault::missing("payeraccount"))?
            .to_owned(),
        institution_name: form.line("instname", NAME_LENGTH_MAX)?.map(str::to_owned),
        issued_at: form.required_time("generatetime")?,
        rate: read_rate(form.required_line("rate", AMOUNT_LENGTH_MAX)?, form.dialect.rate)
            .ok_or_else(|| Fault::form("rate", "应为费率"))?,
        premium: form.required_money("cost")?,
    })))
}

fn read_invoice(form: &Form<'_, '_>) -> Result<ReceivedNotice, Fault> {
    let guarantee_no = guarantee_no(form)?;
    if !form.required_flag("applystatus")? {
        return Ok(ReceivedNotice::InvoiceDeclined { guarantee_no });
    }
    let some =
        |name: &str, characters_max| form.line(name, characters_max).map(|text| text.map(str::to_owned));
    Ok(ReceivedNotice::Invoiced {
        guarantee_no,
        invoice_url: some("invoiceurl", URL_LENGTH_MAX)?,
        invoice_code: some("invoicecode", NUMBER_LENGTH_MAX)?,
        invoice_no: some("invoiceno", NUMBER_LENGTH_MAX)?,
    })
}

fn application_no(form: &Form<'_, '_>) -> Result<String, Fault> {
    form.application_no().map(|number| number.to_string())
}

fn guarantee_no(form: &Form<'_, '_>) -> Result<String, Fault> {
    form.guarantee_no().map(|number| number.to_string())
}

/// The file; its bound is the body's.
fn document(form: &Form<'_, '_>) -> Result<Vec<u8>, Fault> {
    let text = form.required("baohanfile", usize::MAX)?;
    let bytes = STANDARD
        .decode(seal::without_line_breaks(text).as_bytes())
        .map_err(|_| Fault::form("baohanfile", "应为 base64"))?;
    let expected = file_md5(form.dialect.file_md5, &bytes, text);
    let given = form.line("baohanfilemd5", NUMBER_LENGTH_MAX)?;
    match (expected, given) {
        (Some(expected), Some(given)) if !expected.eq_ignore_ascii_case(given) => {
            Err(Fault::form("baohanfilemd5", "与文件不符"))
        }
        (Some(_), None) => Err(Fault::missing("baohanfilemd5")),
        _ => Ok(bytes),
    }
}

/// A rate by the dialect: 0.008, or 0.8 for the same.
pub(super) fn read_rate(text: &str, form: RateForm) -> Option<Rate> {
    match form {
        RateForm::Fraction => text.parse().ok(),
        // Two places to the left, in text: no arithmetic that could round.
        RateForm::Percent => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let padded = format!("{whole:0>3}");
            let (high, low) = padded.split_at_checked(padded.len() - 2)?;
            format!("{high}.{low}{fraction}").parse().ok()
        }
    }
}
