//! One notice that a platform took.

use axum::body::Bytes;
use baohan_wire::{Interface, ReceivedNotice};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sm3::{Digest, Sm3};

/// A notice that the platform took.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// Its place, from 0.
    pub number: usize,
    /// When it came first.
    pub at: DateTime<Utc>,
    /// How often it came.
    pub times: u32,
    /// The platform's key.
    pub platform: String,
    /// The centre's code that came along.
    pub platform_code: Option<String>,
    /// Which interface.
    pub interface: &'static str,
    /// The platform's number, where the notice or the platform's register knows it.
    pub application_no: Option<String>,
    /// The institution's number.
    pub guarantee_no: Option<String>,
    /// Whether it tells success.
    pub approved: bool,
    /// Where the file can be fetched.
    pub document_url: Option<String>,
    /// SM3 over the file that came along.
    pub file_sm3: Option<String>,
    /// The invoice's number.
    pub invoice_no: Option<String>,
    /// The file that came along, as long as there is room for it.
    #[serde(skip)]
    pub file: Option<Bytes>,
    /// The notice itself, its file taken out.
    #[serde(skip)]
    pub notice: ReceivedNotice,
}

impl Told {
    pub(crate) fn of(
        platform: &str,
        platform_code: Option<String>,
        mut notice: ReceivedNotice,
        at: DateTime<Utc>,
    ) -> Self {
        let file = match &mut notice {
            ReceivedNotice::Issued(issue) => Some(Bytes::from(std::mem::take(&mut issue.document))),
            ReceivedNotice::Restored { document, .. } => Some(Bytes::from(std::mem::take(document))),
            _ => None,
        };
        let told = Self {
            number: 0,
            at,
            times: 1,
            platform: platform.to_owned(),
            platform_code,
            interface: Interface::Baohannotice.name(),
            application_no: None,
            guarantee_no: None,
            approved: true,
            document_url: None,
            file_sm3: file.as_ref().map(|file| hex::encode(Sm3::digest(file))),
            invoice_no: None,
            file,
            notice: notice.clone(),
        };
        told.filled(notice)
    }

    fn filled(self, notice: ReceivedNotice) -> Self {
        match notice {
            ReceivedNotice::Issued(issue) => Self {
                application_no: Some(issue.application_no),
                guarantee_no: Some(issue.guarantee_no),
                document_url: Some(issue.document_url),
                ..self
            },
            ReceivedNotice::NotIssued { application_no } => {
                Self { application_no: Some(application_no), approved: false, ..self }
            }
            ReceivedNotice::Restored { application_no, guarantee_no, document_url, .. } => Self {
                interface: Interface::Restorenotice.name(),
                application_no: Some(application_no),
                guarantee_no: Some(guarantee_no),
                document_url,
                ..self
            },
            ReceivedNotice::Invoiced { guarantee_no, invoice_no, .. } => Self {
                interface: Interface::Invoicenotice.name(),
                guarantee_no: Some(guarantee_no),
                invoice_no,
                ..self
            },
            ReceivedNotice::InvoiceDeclined { guarantee_no } => Self {
                interface: Interface::Invoicenotice.name(),
                guarantee_no: Some(guarantee_no),
                approved: false,
                ..self
            },
            ReceivedNotice::Quit { application_no, guarantee_no } => Self {
                interface: Interface::Quitnotice.name(),
                application_no: Some(application_no),
                guarantee_no: Some(guarantee_no),
                ..self
            },
            ReceivedNotice::QuitRefused { application_no, guarantee_no } => Self {
                interface: Interface::Quitnotice.name(),
                application_no: Some(application_no),
                guarantee_no: Some(guarantee_no),
                approved: false,
                ..self
            },
            ReceivedNotice::SectionsQuery { .. } => {
                Self { interface: Interface::Getbiaoduanyichang.name(), ..self }
            }
        }
    }

    /// Whether the same is told again, file included.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.notice == other.notice && self.file_sm3 == other.file_sm3
    }

    /// Whether nothing else may be told of it by this interface: a decision about an application stands, and so does
    /// every success. A declined invoice or quit can be asked for again.
    pub(crate) fn is_final(&self) -> bool {
        self.approved || self.interface == Interface::Baohannotice.name()
    }
}
