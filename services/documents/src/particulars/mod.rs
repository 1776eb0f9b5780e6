//! What a guarantee document says.

mod canonical;
mod page;
mod specimen;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

pub use canonical::{particulars_digest, particulars_text};
pub use page::grouped;
pub(crate) use page::{Page, Shown, in_china, legible, moment};
pub use specimen::specimens;

/// The two forms of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Before the opening: at least one particular is still sealed.
    Sealed,
    /// All particulars are in the clear.
    Plain,
}

impl Form {
    /// `sealed` or `plain`, as routes and template files call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Plain => "plain",
        }
    }
}

/// A particular: known, or known only as its ciphertext.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disclosed<T = String> {
    /// In the clear.
    Clear(T),
    /// The ciphertext exactly as the platform sent it.
    Sealed(String),
}

impl<T> Disclosed<T> {
    fn is_sealed(&self) -> bool {
        matches!(self, Self::Sealed(_))
    }
}

/// An amount in both writings; they are not compared here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Yuan with two places and without separators: `800000.00`.
    pub figures: String,
    /// In Chinese capitals: `人民币捌拾万元整`.
    pub capitals: String,
}

/// The account that paid the premium; a guarantee that was not paid from the bidder's own basic account is void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// The account's name.
    pub name: String,
    /// The account's number.
    pub account: String,
}

/// All that a guarantee document says, as plain values: this crate knows nothing of the domain.
///
/// None of them may be a natural person's data: the document is shown to tender committees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    /// Our number of the guarantee.
    pub guarantee_no: String,
    /// The platform's number of the application.
    pub application_no: String,
    /// The trading centre's name.
    pub platform: String,
    /// The guarantor's name.
    pub institution: String,
    /// The bidder.
    pub applicant_name: Disclosed,
    /// The bidder's unified social credit code.
    pub applicant_code: Option<Disclosed>,
    /// The amount guaranteed.
    pub amount: Disclosed<Sum>,
    /// Number of the tender section.
    pub section_no: Option<Disclosed>,
    /// Name of the tender section.
    pub section_name: Option<Disclosed>,
    /// The tenderer, in whose favour the guarantee is.
    pub beneficiary_name: Option<Disclosed>,
    /// The tenderer's unified social credit code.
    pub beneficiary_code: Option<Disclosed>,
    /// The premium's rate as the page shows it, `0.8%`.
    pub rate: String,
    /// The premium in yuan with two places, `6400.00`.
    pub premium: String,
    /// The account that paid the premium.
    pub payer: Option<Payer>,
    /// The last day in force, in China.
    pub valid_until: NaiveDate,
    /// Working days within which a demand is paid.
    pub claim_due_working_days: u16,
    /// When the guarantee was issued.
    pub issued_at: DateTime<Utc>,
    /// When the bids are opened, where that is known.
    pub opening_at: Option<DateTime<Utc>>,
    /// When the sealed particulars were opened.
    pub restored_at: Option<DateTime<Utc>>,
}

impl Particulars {
    /// The form that follows from what is known: one sealed particular makes the document a sealed one.
    #[must_use]
    pub fn form(&self) -> Form {
        let texts = [
            Some(&self.applicant_name),
            self.applicant_code.as_ref(),
            self.section_no.as_ref(),
            self.section_name.as_ref(),
            self.beneficiary_name.as_ref(),
            self.beneficiary_code.as_ref(),
        ];
        let sealed = self.amount.is_sealed() || texts.into_iter().flatten().any(Disclosed::is_sealed);
        if sealed { Form::Sealed } else { Form::Plain }
    }

    /// When this form of the document came to be: the restore for a plain one, else the issue.
    pub(crate) fn made_at(&self) -> DateTime<Utc> {
        match self.form() {
            Form::Sealed => self.issued_at,
            Form::Plain => self.restored_at.unwrap_or(self.issued_at),
        }
    }
}
