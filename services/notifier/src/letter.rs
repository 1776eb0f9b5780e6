use baohan_documents::{Digest, Documents, LinkSigner};
use baohan_domain::event::NoticeKind;
use baohan_domain::numbers::InvoiceCode;
use baohan_domain::state::{InForce, Invoicing, Opening};
use baohan_domain::{DocumentRef, Form, Guarantee, GuaranteeId};
use baohan_wire::{Interface, IssuedNotice, Notice, Platform, QuitRefused, WithdrawnNotice, notice_body};
use bytes::Bytes;
use chrono::{DateTime, Utc};

/// What every letter of the institution carries.
#[derive(Debug, Clone)]
pub struct Letterhead {
    /// The institution's name.
    pub institution_name: String,
    /// The base of download links, without a slash at its end.
    pub public_url: String,
    /// Makes the unguessable part of download links.
    pub links: LinkSigner,
}

/// A notice that is ready to be signed, as often as it takes: only time and signature differ between two copies.
pub struct Letter {
    kind: NoticeKind,
    application_no: String,
    document: Option<Enclosure>,
    guarantee: Guarantee,
}

struct Enclosure {
    bytes: Bytes,
    url: String,
}

/// Why a letter is not written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// The platform does not want to hear it; Chinese, for the audit trail.
    #[error("{0}")]
    NotWanted(&'static str),
    /// The guarantee does not hold what the notice tells. This is a bug.
    #[error("the guarantee does not hold what the notice tells")]
    NothingToTell,
    /// The document cannot be read now.
    #[error("the document cannot be read")]
    Document(#[from] baohan_documents::Error),
    /// The digest in the event is no digest. This is a bug.
    #[error("the event's digest is no digest")]
    Digest,
}

impl Letter {
    /// Writes what a notice tells a platform of a guarantee, with the very file that was stored.
    ///
    /// # Errors
    /// When there is nothing to tell, or the file cannot be read.
    pub async fn write(
        head: &Letterhead,
        documents: &Documents,
        platform: &Platform,
        kind: NoticeKind,
        id: GuaranteeId,
        guarantee: Guarantee,
    ) -> Result<Self, Unwritten> {
        if let Some(reason) = unwanted(platform, kind) {
            return Err(Unwritten::NotWanted(reason));
        }
        let application = guarantee.application().ok_or(Unwritten::NothingToTell)?;
        let application_no = application.application_no.to_string();
        let document = match document(kind, &guarantee)? {
            Some(document) => Some(enclose(head, documents, id, document).await?),
            None => None,
        };
        let letter = Self { kind, application_no, document, guarantee };
        letter.notice(head).ok_or(Unwritten::NothingToTell)?;
        Ok(letter)
    }

    /// By which interface it goes.
    pub fn interface(&self) -> Interface {
        match self.kind {
            NoticeKind::Issued | NoticeKind::Declined | NoticeKind::Withdrawn => Interface::Baohannotice,
            NoticeKind::Restored => Interface::Restorenotice,
            NoticeKind::Invoiced | NoticeKind::InvoiceDeclined => Interface::Invoicenotice,
            NoticeKind::Quit | NoticeKind::QuitRefused => Interface::Quitnotice,
        }
    }

    /// The platform's number of the application.
    pub fn application_no(&self) -> &str {
        &self.application_no
    }

    /// The centre that it goes back to.
    pub fn platform_code(&self) -> Option<&str> {
        self.guarantee.application().and_then(|application| application.platform_code.as_deref())
    }

    /// A signed copy.
    pub fn body(&self, head: &Letterhead, platform: &Platform, at: DateTime<Utc>) -> Vec<u8> {
        // `write` has seen that there is something to tell.
        self.notice(head)
            .map(|notice| notice_body(platform, self.platform_code(), &notice, at))
            .unwrap_or_default()
    }

    fn notice<'a>(&'a self, head: &'a Letterhead) -> Option<Notice<'a>> {
        let application_no = self.application_no.as_str();
        let issued = self.guarantee.issued();
        let guarantee_no = issued.map(|issued| issued.guarantee_no.as_str());
        Some(match self.kind {
            NoticeKind::Issued => Notice::Issued(self.issued_notice(head, issued?)?),
            NoticeKind::Declined | NoticeKind::Withdrawn => Notice::NotIssued { application_no },
            NoticeKind::Restored => {
                let document = self.document.as_ref()?;
                Notice::Restored {
                    application_no,
                    guarantee_no: guarantee_no?,
                    document_url: Some(&document.url),
                    document: &document.bytes,
                }
            }
            NoticeKind::Invoiced => {
                let Invoicing::Issued { invoice_code, invoice_no, invoice_url, .. } = &issued?.invoicing
                else {
                    return None;
                };
                Notice::Invoiced {
                    guarantee_no: guarantee_no?,
                    invoice_url: invoice_url.as_deref(),
                    invoice_code: invoice_code.as_ref().map(InvoiceCode::as_str),
                    invoice_no: Some(invoice_no.as_str()),
                }
            }
            NoticeKind::InvoiceDeclined => Notice::InvoiceDeclined { guarantee_no: guarantee_no? },
            NoticeKind::Quit => Notice::Quit { application_no, guarantee_no: guarantee_no? },
            NoticeKind::QuitRefused => Notice::QuitRefused { application_no, guarantee_no: guarantee_no? },
        })
    }

    fn issued_notice<'a>(&'a self, head: &'a Letterhead, issued: &'a InForce) -> Option<IssuedNotice<'a>> {
        let document = self.document.as_ref()?;
        Some(IssuedNotice {
            application_no: &self.application_no,
            guarantee_no: issued.guarantee_no.as_str(),
            document_url: &document.url,
            document: &document.bytes,
            payer_name: &issued.premium.payer_name,
            payer_account: &issued.premium.payer_account,
            institution_name: Some(&head.institution_name),
            issued_at: issued.issued_at,
            rate: issued.rate,
            premium: issued.premium.amount,
        })
    }
}

/// Some notices are for platforms that ask for them: the specification's `quitnotice` means success, and it knows no
/// notice of a withdrawal.
fn unwanted(platform: &Platform, kind: NoticeKind) -> Option<&'static str> {
    let dialect = &platform.dialect;
    match kind {
        NoticeKind::Withdrawn if dialect.withdrawn_notice == WithdrawnNotice::None => {
            Some("平台不接收撤回通知")
        }
        NoticeKind::QuitRefused if dialect.quit_refused == QuitRefused::Silent => {
            Some("平台不接收退保未通过通知")
        }
        _ => None,
    }
}

/// The document that a notice carries.
fn document(kind: NoticeKind, guarantee: &Guarantee) -> Result<Option<&DocumentRef>, Unwritten> {
    let issued = guarantee.issued();
    match kind {
        NoticeKind::Issued => issued.map(|issued| Some(&issued.document)).ok_or(Unwritten::NothingToTell),
        NoticeKind::Restored => match issued.map(|issued| &issued.opening) {
            Some(Opening::Restored { document, .. }) => Ok(Some(document)),
            _ => Err(Unwritten::NothingToTell),
        },
        NoticeKind::Declined
        | NoticeKind::Withdrawn
        | NoticeKind::Invoiced
        | NoticeKind::InvoiceDeclined
        | NoticeKind::Quit
        | NoticeKind::QuitRefused => Ok(None),
    }
}

async fn enclose(
    head: &Letterhead,
    documents: &Documents,
    id: GuaranteeId,
    document: &DocumentRef,
) -> Result<Enclosure, Unwritten> {
    let digest: Digest = document.digest.parse().map_err(|_| Unwritten::Digest)?;
    let bytes = documents.get(digest).await?;
    let form = match document.form {
        Form::Sealed => "sealed",
        Form::Plain => "plain",
    };
    let token = head.links.token(&id.to_string(), form, &document.digest);
    let url = format!("{}/documents/{id}/{form}/{token}", head.public_url.trim_end_matches('/'));
    Ok(Enclosure { bytes, url })
}
