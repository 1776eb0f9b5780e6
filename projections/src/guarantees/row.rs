use baohan_domain::calendar::china_date;
use baohan_domain::state::{InForce, Invoicing, Opening, Quitting};
use baohan_domain::{Guarantee, Life, Money, SealedField};
use baohan_log::StoredEvent;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::database::{Rows, Table, flag, id, int, text};
use crate::error::ApplyError;
use crate::viewer::sealed_fields;

/// A row of the table. It owns what it writes, since it is made of a state that others share.
pub(crate) struct GuaranteeRow {
    id: Uuid,
    begins: u64,
    platform: String,
    platform_code: Option<String>,
    application_no: String,
    status: &'static str,
    applied_at: DateTime<Utc>,
    applicant_name: Option<String>,
    applicant_is_sealed: bool,
    amount_is_sealed: bool,
    amount: Option<Money>,
    issued: Option<Issued>,
    waits: Waits,
    newest: Newest,
    state: String,
}

/// What a row says of the guarantee's newest event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Newest {
    pub sequence: u64,
    pub shard: u16,
    pub position: u64,
    pub recorded_at: DateTime<Utc>,
}

impl Newest {
    pub(crate) fn of(stored: &StoredEvent) -> Self {
        Self {
            sequence: stored.sequence,
            shard: stored.shard,
            position: stored.position,
            recorded_at: stored.recorded_at,
        }
    }
}

/// The columns that an issue fills.
struct Issued {
    guarantee_no: String,
    opening_at: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
    on: NaiveDate,
    rate: String,
    premium: String,
    payer_name: String,
    payer_account: String,
    valid_until: NaiveDate,
    invoice: Option<(Option<String>, String)>,
}

/// What waits for somebody.
#[derive(Default)]
struct Waits {
    unpaid_since: Option<DateTime<Utc>>,
    undecided_since: Option<DateTime<Utc>>,
    payer_is_applicant: bool,
    restore_from: Option<DateTime<Utc>>,
    invoice_since: Option<DateTime<Utc>>,
    quit_since: Option<DateTime<Utc>>,
    quit_void_from: Option<DateTime<Utc>>,
    expires_after: Option<NaiveDate>,
}

impl GuaranteeRow {
    /// The row of a guarantee and of the position where it begins; nothing where nobody applied for it.
    pub(crate) fn of(
        (id, begins): (Uuid, u64),
        guarantee: &Guarantee,
        newest: Newest,
    ) -> Result<Option<Self>, ApplyError> {
        let (Some(application), Some(status)) = (guarantee.application(), guarantee.status()) else {
            return Ok(None);
        };
        let sealed = sealed_fields(guarantee);
        let issued = guarantee.issued();
        let terms = issued.map_or_else(|| application.terms.clone(), InForce::terms);
        Ok(Some(Self {
            id,
            begins,
            platform: application.platform.clone(),
            platform_code: application.platform_code.clone(),
            application_no: application.application_no.as_str().to_owned(),
            status: status.name(),
            applied_at: application.applied_at,
            applicant_name: terms.applicant_name,
            applicant_is_sealed: sealed.contains(&SealedField::ApplicantName),
            amount_is_sealed: sealed.contains(&SealedField::Amount),
            amount: terms.amount,
            issued: issued.map(Issued::of),
            waits: Waits::of(guarantee),
            newest,
            state: serde_json::to_string(guarantee)?,
        }))
    }
}

impl Issued {
    fn of(issued: &InForce) -> Self {
        let invoice = match &issued.invoicing {
            Invoicing::Issued { invoice_code, invoice_no, .. } => {
                let code = invoice_code.as_ref().map(|code| code.as_str().to_owned());
                Some((code, invoice_no.as_str().to_owned()))
            }
            Invoicing::None | Invoicing::Open(_) | Invoicing::Declined { .. } => None,
        };
        Self {
            guarantee_no: issued.guarantee_no.as_str().to_owned(),
            opening_at: issued.opening.key().map(|key| key.opening_at),
            at: issued.issued_at,
            on: china_date(issued.issued_at),
            rate: issued.rate.to_string(),
            premium: issued.premium.amount.to_string(),
            payer_name: issued.premium.payer_name.clone(),
            payer_account: issued.premium.payer_account.clone(),
            valid_until: issued.valid_until,
            invoice,
        }
    }
}

impl Waits {
    fn of(guarantee: &Guarantee) -> Self {
        match &guarantee.life {
            Life::Applied(pending) => {
                let applied_at = pending.application.applied_at;
                let applicant = pending.application.terms.applicant_name.as_deref().map(str::trim);
                match &pending.premium {
                    None => Self { unpaid_since: Some(applied_at), ..Self::default() },
                    Some(premium) => Self {
                        undecided_since: Some(applied_at),
                        payer_is_applicant: applicant == Some(premium.payer_name.trim()),
                        ..Self::default()
                    },
                }
            }
            Life::InForce(issued) => Self::in_force(issued),
            Life::Cancelled { was, .. } => Self { invoice_since: invoice_since(was), ..Self::default() },
            Life::Unknown | Life::Declined { .. } | Life::Withdrawn { .. } | Life::Quit { .. } => {
                Self::default()
            }
        }
    }

    fn in_force(issued: &InForce) -> Self {
        let restore_from = match &issued.opening {
            Opening::Requested(key) if key.held => Some(key.opening_at),
            Opening::Requested(key) => Some(key.requested_at),
            Opening::Waiting | Opening::Restored { .. } => None,
        };
        let (quit_since, quit_void_from) = match &issued.quitting {
            Quitting::Open(request) => {
                let opening_at = issued.opening.key().map(|key| key.opening_at);
                // An exception of the section lets it stand after the opening.
                let void_from = if request.exception.is_none() { opening_at } else { None };
                (Some(request.requested_at), void_from)
            }
            Quitting::None | Quitting::Refused { .. } => (None, None),
        };
        Self {
            restore_from,
            invoice_since: invoice_since(issued),
            quit_since,
            quit_void_from,
            // An unpaid claim holds the guarantee beyond its validity.
            expires_after: if issued.has_unpaid_claim() { None } else { Some(issued.valid_until) },
            ..Self::default()
        }
    }
}

fn invoice_since(issued: &InForce) -> Option<DateTime<Utc>> {
    match &issued.invoicing {
        Invoicing::Open(request) => Some(request.requested_at),
        Invoicing::None | Invoicing::Declined { .. } | Invoicing::Issued { .. } => None,
    }
}

pub(crate) static COLUMNS: Table = Table {
    columns: &[
        id("id"),
        text("platform"),
        text("platform_code"),
        text("application_no"),
        text("guarantee_no"),
        text("status"),
        int("applied_at"),
        text("applicant_name"),
        flag("applicant_is_sealed"),
        flag("amount_is_sealed"),
        int("amount_fen"),
        int("opening_at"),
        int("issued_at"),
        text("issued_on"),
        text("rate"),
        text("premium"),
        text("payer_name"),
        text("payer_account"),
        text("valid_until"),
        text("invoice_code"),
        text("invoice_no"),
        int("unpaid_since"),
        int("undecided_since"),
        flag("payer_is_applicant"),
        int("restore_from"),
        int("invoice_since"),
        int("quit_since"),
        int("quit_void_from"),
        text("expires_after"),
        int("version"),
        int("shard"),
        int("begins"),
        int("position"),
        int("updated_at"),
        text("state"),
    ],
    key: &["shard", "begins"],
    // What an application fixes.
    fixed: &["id", "platform", "platform_code", "application_no", "applied_at"],
};

impl GuaranteeRow {
    pub(super) fn write<'a>(&'a self, rows: &mut Rows<'a>) {
        let (issued, waits) = (self.issued.as_ref(), &self.waits);
        let invoice = issued.and_then(|issued| issued.invoice.as_ref());
        rows.push([
            self.id.into(),
            (&self.platform).into(),
            self.platform_code.as_deref().into(),
            (&self.application_no).into(),
            issued.map(|issued| issued.guarantee_no.as_str()).into(),
            self.status.into(),
            self.applied_at.into(),
            self.applicant_name.as_deref().into(),
            self.applicant_is_sealed.into(),
            self.amount_is_sealed.into(),
            self.amount.into(),
            issued.and_then(|issued| issued.opening_at).into(),
            issued.map(|issued| issued.at).into(),
            issued.map(|issued| issued.on).into(),
            issued.map(|issued| issued.rate.as_str()).into(),
            issued.map(|issued| issued.premium.as_str()).into(),
            issued.map(|issued| issued.payer_name.as_str()).into(),
            issued.map(|issued| issued.payer_account.as_str()).into(),
            issued.map(|issued| issued.valid_until).into(),
            invoice.and_then(|(code, _)| code.as_deref()).into(),
            invoice.map(|(_, number)| number.as_str()).into(),
            waits.unpaid_since.into(),
            waits.undecided_since.into(),
            waits.payer_is_applicant.into(),
            waits.restore_from.into(),
            waits.invoice_since.into(),
            waits.quit_since.into(),
            waits.quit_void_from.into(),
            waits.expires_after.into(),
            self.newest.sequence.into(),
            self.newest.shard.into(),
            self.begins.into(),
            self.newest.position.into(),
            self.newest.recorded_at.into(),
            (&self.state).into(),
        ]);
    }
}
