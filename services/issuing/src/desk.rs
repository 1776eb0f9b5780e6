use std::fmt;
use std::sync::Arc;

use baohan_documents::{Digest, Documents, Particulars, Stored, recognise};
use baohan_domain::command::{Foreseen, Issue, IssueAsked, RecordRestored};
use baohan_domain::state::{Application, InForce, Life};
use baohan_domain::underwriting::UnderwritingTerms;
use baohan_domain::{DocumentRef, Form, Guarantee, GuaranteeId, GuaranteeNo, Media, Refusal};
use baohan_ledger::{Context, History, Ledger, Outcome};
use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::error::IssuingError;
use crate::number::NumberPattern;
use crate::papers::{self, First, Incomplete};

/// What stands for the number where a dry run must not use one up.
pub const UNNUMBERED: &str = "待编号";
/// How often an issue begins anew because the premium was corrected while its document was made.
const CORRECTIONS_MAX: u32 = 3;

/// A trading centre's name by the platform's key and, where it names one, the centre's code.
pub type PlatformNames = Arc<dyn Fn(&str, Option<&str>) -> Option<String> + Send + Sync>;

/// Who guarantees, as documents say it.
#[derive(Clone)]
pub struct Institution {
    /// The guarantor's name.
    pub name: String,
    /// Working days within which a demand is paid.
    pub claim_due_working_days: u16,
    /// The trading centres' names; a platform without one is called by its key.
    pub platform_names: PlatformNames,
}

impl Institution {
    pub(crate) fn platform_name(&self, application: &Application) -> String {
        let (platform, centre) = (&application.platform, application.platform_code.as_deref());
        (self.platform_names)(platform, centre).unwrap_or_else(|| platform.clone())
    }
}

impl fmt::Debug for Institution {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Institution").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The desk at which guarantees are issued and plain documents made. Cheap to clone.
#[derive(Clone)]
pub struct Issuing {
    ledger: Ledger,
    documents: Documents,
    terms: UnderwritingTerms,
    numbers: NumberPattern,
    institution: Institution,
}

/// What an issue is about to do.
struct Plan {
    issue: Issue,
    particulars: Option<Particulars>,
}

impl Issuing {
    /// A desk over the ledger and the documents.
    #[must_use]
    pub fn new(
        ledger: Ledger,
        documents: Documents,
        terms: UnderwritingTerms,
        numbers: NumberPattern,
        institution: Institution,
    ) -> Self {
        Self { ledger, documents, terms, numbers, institution }
    }

    /// The ledger underneath.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The documents.
    #[must_use]
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Whose guarantees they are.
    #[must_use]
    pub fn institution(&self) -> &Institution {
        &self.institution
    }

    /// The terms of underwriting.
    #[must_use]
    pub fn terms(&self) -> &UnderwritingTerms {
        &self.terms
    }

    /// Issues a guarantee: with `file` as its document, or with one that is made here. A file is recognised before anything is
    /// recorded, and a number is used up only by what the rules would take. A dry run reserves and stores nothing; its guarantee
    /// is called [`UNNUMBERED`] where no number was asked for, and its document has no digest where no file was given.
    ///
    /// # Errors
    /// See [`IssuingError`]; nothing was recorded.
    pub async fn issue(
        &self,
        context: Context,
        id: GuaranteeId,
        asked: IssueAsked,
        file: Option<Bytes>,
    ) -> Result<Outcome, IssuingError> {
        let mut asked = asked;
        if let Some(bytes) = &file {
            recognise(bytes)?;
            asked.document_digest = Some(Digest::of(bytes).to_hex());
        }
        let mut corrections = 0;
        loop {
            let history = self.ledger.history(id).await?;
            let at = self.ledger.now();
            let foreseen = match Issue::foresee(&history.guarantee, &asked, at)? {
                Foreseen::Repeat => return Ok(repeat(history)),
                foreseen => foreseen,
            };
            let plan = self.plan(&context, id, &history.guarantee, &asked, foreseen, at).await?;
            match self.carry_out(context.clone(), id, plan, file.clone()).await {
                // Whoever asked did not speak of the premium: then it is the record that has changed in between.
                Err(IssuingError::Ledger(baohan_ledger::Error::Refused(Refusal::PremiumDiffers)))
                    if asked.premium.is_none() && corrections < CORRECTIONS_MAX =>
                {
                    corrections += 1;
                }
                settled => return settled,
            }
        }
    }

    /// Makes the plain document of a guarantee whose key has come, and records it.
    ///
    /// # Errors
    /// See [`IssuingError`]; nothing was recorded.
    pub async fn restore(&self, context: Context, id: GuaranteeId) -> Result<Outcome, IssuingError> {
        let history = self.ledger.history(id).await?;
        let at = self.ledger.now();
        let was = match &history.guarantee.life {
            Life::InForce(was) if was.opening.is_restored() => return Ok(repeat(history)),
            Life::InForce(was) if was.opening.is_opened(at) => was,
            Life::InForce(_) => return Err(Refusal::NotOpened.into()),
            Life::Quit { .. } => return Err(Refusal::AlreadyQuit.into()),
            Life::Cancelled { cause, .. } => return Err(Refusal::AlreadyCancelled { cause: *cause }.into()),
            Life::Unknown | Life::Applied(_) | Life::Declined { .. } | Life::Withdrawn { .. } => {
                return Err(Refusal::NotIssued.into());
            }
        };
        let document = self.render_plain(was, at).await?;
        let command = RecordRestored { document, at };
        Ok(self.ledger.carry_out(context, id, |_| Ok(command.clone().into())).await?)
    }

    /// Makes the plain document and puts it into the store; records nothing.
    ///
    /// # Errors
    /// When no key has come, or the document cannot be made or stored.
    pub async fn render_plain(
        &self,
        was: &InForce,
        restored_at: DateTime<Utc>,
    ) -> Result<DocumentRef, IssuingError> {
        let key = was.opening.key().ok_or(Refusal::NotOpened)?;
        let particulars = papers::plain(&self.institution, was, key, restored_at)?;
        let made = self.documents.make(particulars).await?;
        Ok(reference(Form::Plain, &made.stored))
    }

    /// The command but for its document, and what the document is to show.
    async fn plan(
        &self,
        context: &Context,
        id: GuaranteeId,
        guarantee: &Guarantee,
        asked: &IssueAsked,
        foreseen: Foreseen,
        at: DateTime<Utc>,
    ) -> Result<Plan, IssuingError> {
        let application = guarantee.application().ok_or(Refusal::UnknownApplication)?;
        let (payer, premium) = match (&foreseen, guarantee.premium()) {
            (Foreseen::PremiumGivenAlong(paid), _) => papers::payer_given_along(paid),
            (_, Some(recorded)) => papers::payer_of_record(recorded),
            (_, None) => return Err(Refusal::PremiumNotRecorded.into()),
        };
        let rate = asked.rate.unwrap_or(self.terms.rate);
        let valid_until = asked.valid_until.unwrap_or_else(|| self.terms.valid_until(at));
        let form = if application.sealed.is_empty() { Form::Plain } else { Form::Sealed };
        // What the document shows is what is decided upon: a premium that is corrected meanwhile is told by a refusal.
        let asked = IssueAsked {
            premium: Some(premium),
            payer_name: Some(payer.name.clone()),
            payer_account: Some(payer.account.clone()),
            ..asked.clone()
        };
        let shown = |guarantee_no: &GuaranteeNo| {
            let guarantee_no = guarantee_no.as_str();
            let first = First { guarantee_no, rate, payer, premium, valid_until, issued_at: at };
            papers::first(&self.institution, application, first)
        };
        let unnumbered = GuaranteeNo::new(UNNUMBERED)?;
        // What cannot be written is found out before a number is used up.
        let mut particulars = match asked.document_digest {
            Some(_) => None,
            None => Some(shown(asked.guarantee_no.as_ref().unwrap_or(&unnumbered))?),
        };
        let guarantee_no = match &asked.guarantee_no {
            Some(number) => self.free(id, number).await?,
            None if context.dry_run => unnumbered,
            None => self.reserve(id, at).await?,
        };
        if let Some(particulars) = &mut particulars {
            guarantee_no.as_str().clone_into(&mut particulars.guarantee_no);
        }
        let document = DocumentRef { form, digest: String::new(), media: Media::Pdf, size_bytes: 0 };
        Ok(Plan { issue: Issue { asked, guarantee_no, rate, valid_until, document, at }, particulars })
    }

    /// Puts the document into the store, and then carries the command out.
    async fn carry_out(
        &self,
        context: Context,
        id: GuaranteeId,
        plan: Plan,
        file: Option<Bytes>,
    ) -> Result<Outcome, IssuingError> {
        let Plan { mut issue, particulars } = plan;
        let form = issue.document.form;
        issue.document = match (file, particulars) {
            (Some(file), _) if context.dry_run => recognised(form, &file)?,
            (Some(file), _) => reference(form, &self.documents.take(file).await?.stored),
            (None, Some(particulars)) if context.dry_run => {
                self.documents.renderer().render(particulars).await.map_err(baohan_documents::Error::from)?;
                issue.document
            }
            (None, Some(particulars)) => reference(form, &self.documents.make(particulars).await?.stored),
            (None, None) => return Err(Incomplete("document").into()),
        };
        Ok(self.ledger.carry_out(context, id, |_| Ok(issue.clone().into())).await?)
    }

    /// A number that somebody asks for, if it is nobody else's. The log looks again when it appends.
    async fn free(&self, id: GuaranteeId, number: &GuaranteeNo) -> Result<GuaranteeNo, IssuingError> {
        let owner = self.ledger.log().guarantee_number_owner(number.as_str()).await?;
        if owner.is_some_and(|owner| owner != id.uuid()) {
            return Err(Refusal::GuaranteeNoInUse.into());
        }
        Ok(number.clone())
    }

    /// Our own number; the same guarantee is always given the same.
    async fn reserve(&self, id: GuaranteeId, at: DateTime<Utc>) -> Result<GuaranteeNo, IssuingError> {
        let today = baohan_domain::calendar::china_date(at);
        let reservation = self.ledger.log().reserve_number(id.uuid(), today).await?;
        Ok(self.numbers.number(reservation.date, reservation.serial)?)
    }
}

impl fmt::Debug for Issuing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Issuing").field("institution", &self.institution).finish_non_exhaustive()
    }
}

/// Nothing is to be done.
fn repeat(history: History) -> Outcome {
    let (version, newest) = (history.version(), history.newest().cloned());
    Outcome::Repeat { guarantee: history.guarantee, version, newest }
}

fn reference(form: Form, stored: &Stored) -> DocumentRef {
    let media = media(stored.media);
    DocumentRef { form, digest: stored.digest.to_hex(), media, size_bytes: stored.size_bytes }
}

/// A reference to a file that is not stored.
fn recognised(form: Form, file: &Bytes) -> Result<DocumentRef, IssuingError> {
    let media = media(recognise(file)?);
    Ok(DocumentRef { form, digest: Digest::of(file).to_hex(), media, size_bytes: file.len() as u64 })
}

fn media(media: baohan_documents::Media) -> Media {
    match media {
        baohan_documents::Media::Pdf => Media::Pdf,
        baohan_documents::Media::Ofd => Media::Ofd,
    }
}
