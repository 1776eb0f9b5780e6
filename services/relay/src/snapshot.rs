//! The newest state of a guarantee as the compacted topic has it. Names are those of the read API, and what they mean stands there.
//! Personal data are named and never shown; values that came sealed are there once a restore has opened them, as in the
//! events themselves, so that who may read the topics may see what an operator sees.

use std::collections::BTreeMap;

use baohan_domain::state::{Claim, End, InForce, InvoiceOutcome, Premium, QuitOutcome};
use baohan_domain::{DocumentRef, Guarantee, SealedField, Status, Terms};
use baohan_log::StoredEvent;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

/// A guarantee as it stands after an event. Amounts are yuan with two places; what is not known is null.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Snapshot<'a> {
    /// The guarantee's id; the record's key.
    id: Uuid,
    /// The key of the trading centre's platform.
    platform: &'a str,
    /// The centre behind the platform, where it names one.
    platform_code: Option<&'a str>,
    /// The platform's number of the application.
    #[cfg_attr(feature = "schema", schemars(with = "baohan_domain::ApplicationNo"))]
    application_no: String,
    /// Our number; from the issue on.
    #[cfg_attr(feature = "schema", schemars(with = "Option<baohan_domain::GuaranteeNo>"))]
    guarantee_no: Option<String>,
    /// Where it stands.
    status: Status,
    /// The amount guaranteed; null while it is sealed.
    #[cfg_attr(feature = "schema", schemars(with = "Option<baohan_domain::Money>"))]
    amount: Option<String>,
    /// What can still be claimed; null before the issue.
    #[cfg_attr(feature = "schema", schemars(with = "Option<baohan_domain::Money>"))]
    left: Option<String>,
    #[serde(flatten)]
    terms: Named,
    /// Which fields came sealed.
    sealed_fields: Vec<SealedField>,
    /// The premium's rate; from the issue on.
    #[cfg_attr(feature = "schema", schemars(with = "Option<baohan_domain::Rate>"))]
    rate: Option<String>,
    /// The premium that was paid.
    premium: Option<PremiumPart<'a>>,
    /// The last day in force, in China; from the issue on.
    valid_until: Option<NaiveDate>,
    /// When it was applied for.
    applied_at: DateTime<Utc>,
    /// When it was issued.
    issued_at: Option<DateTime<Utc>>,
    /// When the bids are opened, once a restore has told.
    opening_at: Option<DateTime<Utc>>,
    /// When the plain document was made.
    restored_at: Option<DateTime<Utc>>,
    /// How it ended, or why nothing came of it.
    end: Option<EndPart<'a>>,
    /// The invoice that was asked for last.
    invoice: Option<InvoicePart<'a>>,
    /// The wish to take it back that was made last.
    quit: Option<QuitPart<'a>>,
    /// Demands, in order.
    claims: Vec<ClaimPart<'a>>,
    /// The documents: the first one, then the plain one.
    documents: Vec<&'a DocumentRef>,
    /// Fields beyond the specification that are no personal data.
    extra: &'a BTreeMap<String, String>,
    /// Which personal data there are; their values are not told.
    personal: Vec<&'a str>,
    /// How many events it has: the newest one's sequence.
    version: u64,
    /// The shard of the newest event.
    shard: u16,
    /// The position of the newest event.
    position: u64,
    /// When the newest event was stored.
    recorded_at: DateTime<Utc>,
    /// The ledger's incarnation that wrote the newest event.
    incarnation: Uuid,
}

/// The terms that are no amount; they are there even where they are null.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Named {
    /// The bidder.
    applicant_name: Option<String>,
    /// The bidder's unified social credit code.
    applicant_code: Option<String>,
    /// Number of the tender section.
    section_no: Option<String>,
    /// Name of the tender section.
    section_name: Option<String>,
    /// The tenderer.
    beneficiary_name: Option<String>,
    /// The tenderer's unified social credit code.
    beneficiary_code: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct PremiumPart<'a> {
    /// What was paid.
    #[cfg_attr(feature = "schema", schemars(with = "baohan_domain::Money"))]
    amount: String,
    /// In whose name the paying account is.
    payer_name: &'a str,
    /// The paying account.
    payer_account: &'a str,
    /// When.
    paid_at: DateTime<Utc>,
    /// The bank's reference.
    reference: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct EndPart<'a> {
    /// When.
    at: DateTime<Utc>,
    /// Who or what ended it.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["applicant", "platform", "unpaid", "requested", "expired", null])))]
    cause: Option<&'static str>,
    /// Why, where somebody said so.
    reason: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct InvoicePart<'a> {
    /// How far it is.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["open", "declined", "issued"])))]
    state: &'static str,
    /// Which kind.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["ordinary", "special"])))]
    kind: &'static str,
    /// The buyer's name.
    title: &'a str,
    /// The buyer's tax number.
    tax_no: &'a str,
    /// The amount asked for.
    #[cfg_attr(feature = "schema", schemars(with = "baohan_domain::Money"))]
    amount: String,
    /// When it was asked for.
    requested_at: DateTime<Utc>,
    /// The code beside an 8-digit number.
    invoice_code: Option<String>,
    /// The invoice's number.
    invoice_no: Option<String>,
    /// Where it can be downloaded.
    invoice_url: Option<&'a str>,
    /// When it was issued or declined.
    settled_at: Option<DateTime<Utc>>,
    /// Why it was declined.
    reason: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct QuitPart<'a> {
    /// How far it is.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["open", "agreed", "refused"])))]
    state: &'static str,
    /// Why it was asked for.
    reason: &'a str,
    /// When it was asked for.
    requested_at: DateTime<Utc>,
    /// Why it was refused.
    refused_because: Option<&'a str>,
    /// When it was refused.
    refused_at: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ClaimPart<'a> {
    /// The claim's number, from 1.
    number: u32,
    /// What became of it.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["open", "paid", "refused"])))]
    state: &'static str,
    /// What is demanded.
    #[cfg_attr(feature = "schema", schemars(with = "baohan_domain::Money"))]
    amount: String,
    /// The last working day on which it is paid in time.
    due_on: NaiveDate,
    /// The account to be paid.
    payee_account: Option<&'a str>,
    /// Why it is demanded.
    reason: Option<&'a str>,
    /// Addresses of the papers.
    attachments: &'a [String],
    /// When it was demanded.
    claimed_at: DateTime<Utc>,
    /// What was paid.
    #[cfg_attr(feature = "schema", schemars(with = "Option<baohan_domain::Money>"))]
    paid_amount: Option<String>,
    /// The payment's reference.
    reference: Option<&'a str>,
    /// When it was paid or refused.
    settled_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    refused_because: Option<&'a str>,
}

/// What is told of the newest event.
pub(crate) struct Newest {
    sequence: u64,
    shard: u16,
    position: u64,
    recorded_at: DateTime<Utc>,
    incarnation: Uuid,
}

impl Newest {
    pub(crate) fn of(event: &StoredEvent) -> Self {
        Self {
            sequence: event.sequence,
            shard: event.shard,
            position: event.position,
            recorded_at: event.recorded_at,
            incarnation: event.incarnation,
        }
    }
}

/// The form of a state as JSON Schema, in the generator's dialect.
#[cfg(feature = "schema")]
#[must_use]
pub fn state_schema(generator: schemars::SchemaGenerator) -> schemars::Schema {
    generator.into_root_schema_for::<Snapshot<'_>>()
}

/// Writes the state after its newest event behind what stands there, as one compact JSON object; nothing where nobody applied for
/// the guarantee.
pub(crate) fn write(text: &mut Vec<u8>, guarantee: &Guarantee, id: Uuid, newest: &Newest) -> Option<()> {
    let (application, status) = (guarantee.application()?, guarantee.status()?);
    let issued = guarantee.issued();
    let terms = issued.map_or_else(|| application.terms.clone(), InForce::terms);
    let snapshot = Snapshot {
        id,
        platform: &application.platform,
        platform_code: application.platform_code.as_deref(),
        application_no: application.application_no.to_string(),
        guarantee_no: issued.map(|issued| issued.guarantee_no.to_string()),
        status,
        amount: terms.amount.map(|amount| amount.to_string()),
        left: issued.map(|issued| issued.left().to_string()),
        terms: Named::of(terms),
        sealed_fields: application.sealed.keys().copied().collect(),
        rate: issued.map(|issued| issued.rate.to_string()),
        premium: guarantee.premium().map(PremiumPart::of),
        valid_until: issued.map(|issued| issued.valid_until),
        applied_at: application.applied_at,
        issued_at: issued.map(|issued| issued.issued_at),
        opening_at: issued.and_then(|issued| issued.opening.key()).map(|key| key.opening_at),
        restored_at: issued.and_then(InForce::restored_at),
        end: guarantee.life.end().map(EndPart::of),
        invoice: issued.and_then(|issued| issued.invoicing.outcome()).map(InvoicePart::of),
        quit: guarantee.quit().map(QuitPart::of),
        claims: issued.map_or_else(Vec::new, |issued| issued.claims.iter().map(ClaimPart::of).collect()),
        documents: issued.map_or_else(Vec::new, |issued| issued.documents().collect()),
        extra: &application.extra,
        personal: application.personal.keys().map(String::as_str).collect(),
        version: newest.sequence,
        shard: newest.shard,
        position: newest.position,
        recorded_at: newest.recorded_at,
        incarnation: newest.incarnation,
    };
    serde_json::to_writer(text, &snapshot).ok()
}

impl Named {
    fn of(terms: Terms) -> Self {
        Self {
            applicant_name: terms.applicant_name,
            applicant_code: terms.applicant_code,
            section_no: terms.section_no,
            section_name: terms.section_name,
            beneficiary_name: terms.beneficiary_name,
            beneficiary_code: terms.beneficiary_code,
        }
    }
}

impl<'a> PremiumPart<'a> {
    fn of(premium: &'a Premium) -> Self {
        Self {
            amount: premium.amount.to_string(),
            payer_name: &premium.payer_name,
            payer_account: &premium.payer_account,
            paid_at: premium.paid_at,
            reference: premium.reference.as_deref(),
        }
    }
}

impl<'a> EndPart<'a> {
    fn of(End { at, cause, reason }: End<'a>) -> Self {
        Self { at, cause, reason }
    }
}

impl<'a> InvoicePart<'a> {
    fn of(outcome: InvoiceOutcome<'a>) -> Self {
        let particulars = &outcome.request.particulars;
        Self {
            state: outcome.state,
            kind: particulars.kind.name(),
            title: &particulars.title,
            tax_no: &particulars.tax_no,
            amount: particulars.amount.to_string(),
            requested_at: outcome.request.requested_at,
            invoice_code: outcome.code.map(ToString::to_string),
            invoice_no: outcome.number.map(ToString::to_string),
            invoice_url: outcome.url,
            settled_at: outcome.settled_at,
            reason: outcome.reason,
        }
    }
}

impl<'a> QuitPart<'a> {
    fn of(outcome: QuitOutcome<'a>) -> Self {
        Self {
            state: outcome.state,
            reason: &outcome.request.reason,
            requested_at: outcome.request.requested_at,
            refused_because: outcome.refused_because,
            refused_at: outcome.refused_at,
        }
    }
}

impl<'a> ClaimPart<'a> {
    fn of(claim: &'a Claim) -> Self {
        let outcome = claim.outcome();
        Self {
            number: claim.number,
            state: outcome.state,
            amount: claim.amount.to_string(),
            due_on: claim.due_on,
            payee_account: claim.payee_account.as_deref(),
            reason: claim.reason.as_deref(),
            attachments: &claim.attachments,
            claimed_at: claim.claimed_at,
            paid_amount: outcome.paid_amount.map(|amount| amount.to_string()),
            reference: outcome.reference,
            settled_at: outcome.settled_at,
            refused_because: outcome.refused_because,
        }
    }
}
