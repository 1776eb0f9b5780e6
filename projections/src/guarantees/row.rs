use baohan_domain::calendar::china_date;
use baohan_domain::state::{InForce, Invoicing, Opening, Quitting};
use baohan_domain::{Guarantee, Life, Money, SealedField};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::change::Change;
use crate::error::ApplyError;
use crate::rows::{Statement, day, stored_count};
use crate::viewer::sealed_fields;

/// A row of the table. It owns what it writes, since it is made of a state that others share.
pub(crate) struct GuaranteeRow {
    id: Uuid,
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
    version: u64,
    shard: u16,
    position: u64,
    updated_at: DateTime<Utc>,
    state: String,
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
    /// The row of the guarantee after the change; nothing where nobody applied for it.
    pub(crate) fn of(change: &Change<'_>) -> Result<Option<Self>, ApplyError> {
        let (guarantee, stored) = (&*change.after, change.stored);
        let (Some(application), Some(status)) = (guarantee.application(), guarantee.status()) else {
            return Ok(None);
        };
        let sealed = sealed_fields(guarantee);
        let issued = guarantee.issued();
        let terms = issued.map_or_else(|| application.terms.clone(), InForce::terms);
        Ok(Some(Self {
            id: stored.aggregate_id,
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
            version: stored.sequence,
            shard: stored.shard,
            position: stored.position,
            updated_at: stored.recorded_at,
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

pub(super) const COLUMNS: usize = 34;
pub(super) const HEAD: &str = "INSERT INTO guarantees (id, platform, platform_code, application_no, guarantee_no, status, \
    applied_at, applicant_name, applicant_is_sealed, amount_is_sealed, amount_fen, opening_at, issued_at, issued_on, rate, \
    premium, payer_name, payer_account, valid_until, invoice_code, invoice_no, unpaid_since, undecided_since, payer_is_applicant, \
    restore_from, invoice_since, quit_since, quit_void_from, expires_after, version, shard, position, updated_at, state) VALUES";
/// What an application fixes is not written again, so that its indexes are left alone.
pub(super) const TAIL: &str = "ON CONFLICT (id) DO UPDATE SET guarantee_no = excluded.guarantee_no, status = excluded.status, \
    applicant_name = excluded.applicant_name, applicant_is_sealed = excluded.applicant_is_sealed, \
    amount_is_sealed = excluded.amount_is_sealed, amount_fen = excluded.amount_fen, opening_at = excluded.opening_at, \
    issued_at = excluded.issued_at, issued_on = excluded.issued_on, rate = excluded.rate, premium = excluded.premium, \
    payer_name = excluded.payer_name, payer_account = excluded.payer_account, valid_until = excluded.valid_until, \
    invoice_code = excluded.invoice_code, invoice_no = excluded.invoice_no, unpaid_since = excluded.unpaid_since, \
    undecided_since = excluded.undecided_since, payer_is_applicant = excluded.payer_is_applicant, restore_from = excluded.restore_from, \
    invoice_since = excluded.invoice_since, quit_since = excluded.quit_since, quit_void_from = excluded.quit_void_from, \
    expires_after = excluded.expires_after, version = excluded.version, shard = excluded.shard, position = excluded.position, \
    updated_at = excluded.updated_at, state = excluded.state";

pub(super) fn bind<'q>(statement: Statement<'q>, row: &'q GuaranteeRow) -> Statement<'q> {
    let micros = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp_micros());
    let (issued, waits) = (row.issued.as_ref(), &row.waits);
    let invoice = issued.and_then(|issued| issued.invoice.as_ref());
    statement
        .bind(&row.id.as_bytes()[..])
        .bind(&row.platform)
        .bind(row.platform_code.as_deref())
        .bind(&row.application_no)
        .bind(issued.map(|issued| issued.guarantee_no.as_str()))
        .bind(row.status)
        .bind(row.applied_at.timestamp_micros())
        .bind(row.applicant_name.as_deref())
        .bind(row.applicant_is_sealed)
        .bind(row.amount_is_sealed)
        .bind(row.amount.map(Money::fen))
        .bind(micros(issued.and_then(|issued| issued.opening_at)))
        .bind(micros(issued.map(|issued| issued.at)))
        .bind(issued.map(|issued| day(issued.on)))
        .bind(issued.map(|issued| issued.rate.as_str()))
        .bind(issued.map(|issued| issued.premium.as_str()))
        .bind(issued.map(|issued| issued.payer_name.as_str()))
        .bind(issued.map(|issued| issued.payer_account.as_str()))
        .bind(issued.map(|issued| day(issued.valid_until)))
        .bind(invoice.and_then(|(code, _)| code.as_deref()))
        .bind(invoice.map(|(_, number)| number.as_str()))
        .bind(micros(waits.unpaid_since))
        .bind(micros(waits.undecided_since))
        .bind(waits.payer_is_applicant)
        .bind(micros(waits.restore_from))
        .bind(micros(waits.invoice_since))
        .bind(micros(waits.quit_since))
        .bind(micros(waits.quit_void_from))
        .bind(waits.expires_after.map(day))
        .bind(stored_count(row.version))
        .bind(row.shard)
        .bind(stored_count(row.position))
        .bind(row.updated_at.timestamp_micros())
        .bind(&row.state)
}
