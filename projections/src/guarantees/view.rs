//! The guarantee as the API shows it.

use std::collections::BTreeMap;

use baohan_domain::state::InForce;
use baohan_domain::{Guarantee, Money, SealedField, Status, Terms};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::sub_views::{
    ClaimView, DocumentView, EndView, InvoiceView, PremiumView, QuitView, RemarkView, UnderwritingView,
};
use crate::viewer::{Viewer, sealed_fields};

/// Where a guarantee's state comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// The guarantee.
    pub id: Uuid,
    /// How many events it has.
    pub version: u64,
    /// Its shard.
    pub shard: u16,
    /// The position of its newest event in the shard.
    pub position: u64,
}

/// A guarantee. Amounts are yuan with two places; what is not known, or hidden until the opening, is null.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Guarantee)]
pub struct GuaranteeView {
    /// The guarantee's id.
    pub id: Uuid,
    /// The platform's key.
    pub platform: String,
    /// The centre behind the platform, where it names one.
    pub platform_code: Option<String>,
    /// The platform's number of the application.
    pub application_no: String,
    /// Our number, once it is issued.
    pub guarantee_no: Option<String>,
    /// One of applied, declined, withdrawn, issued, restored, quit, cancelled.
    #[schema(value_type = String, example = "issued")]
    pub status: Status,
    /// The amount guaranteed.
    #[schema(example = "800000.00")]
    pub amount: Option<String>,
    /// What can still be claimed; null before the issue.
    pub left: Option<String>,
    /// The bidder.
    pub applicant_name: Option<String>,
    /// The bidder's code.
    pub applicant_code: Option<String>,
    /// The tender section's number.
    pub section_no: Option<String>,
    /// The tender section's name.
    pub section_name: Option<String>,
    /// The tenderer.
    pub beneficiary_name: Option<String>,
    /// The tenderer's code.
    pub beneficiary_code: Option<String>,
    /// The fields that came sealed.
    pub sealed_fields: Vec<String>,
    /// Whether values of sealed fields are known to the ledger and hidden from this reader until the opening.
    pub hidden_until_opening: bool,
    /// The premium's rate, a fraction.
    #[schema(example = "0.008")]
    pub rate: Option<String>,
    /// The premium that was paid.
    pub premium: Option<PremiumView>,
    /// The last day in force, in China.
    pub valid_until: Option<NaiveDate>,
    /// When it was applied for.
    pub applied_at: DateTime<Utc>,
    /// When it was issued.
    pub issued_at: Option<DateTime<Utc>>,
    /// When the bids are opened, once a restore said so.
    pub opening_at: Option<DateTime<Utc>>,
    /// When the plain document was made.
    pub restored_at: Option<DateTime<Utc>>,
    /// How it was declined, withdrawn, taken back or ended.
    pub end: Option<EndView>,
    /// What an application waits for.
    pub underwriting: Option<UnderwritingView>,
    /// The invoice that was asked for last.
    pub invoice: Option<InvoiceView>,
    /// The quit that was asked for last.
    pub quit: Option<QuitView>,
    /// Demands, in order.
    pub claims: Vec<ClaimView>,
    /// The guarantee's documents.
    pub documents: Vec<DocumentView>,
    /// Fields beyond the specification that are no personal data.
    pub extra: BTreeMap<String, String>,
    /// The names of the personal data; their values are read elsewhere, and each reading is recorded.
    pub personal: Vec<String>,
    /// Remarks, in order.
    pub remarks: Vec<RemarkView>,
    /// How many events it has; the version to name in a later write.
    pub version: u64,
    /// Its shard.
    pub shard: u16,
    /// The position of its newest event in the shard.
    pub position: u64,
}

impl GuaranteeView {
    /// The guarantee as the viewer may see it; nothing where nobody applied for it.
    #[must_use]
    pub fn of(guarantee: &Guarantee, meta: Meta, viewer: &Viewer<'_>) -> Option<Self> {
        Self::drawn(guarantee, meta, viewer, viewer.is_kept_from(guarantee))
    }

    /// The guarantee as it was `then`. What is hidden is decided by the opening as it is now: it may have been put off
    /// since.
    #[must_use]
    pub fn as_of(then: &Guarantee, now: &Guarantee, meta: Meta, viewer: &Viewer<'_>) -> Option<Self> {
        Self::drawn(then, meta, viewer, viewer.is_kept_from(then) || viewer.is_kept_from(now))
    }

    fn drawn(guarantee: &Guarantee, meta: Meta, viewer: &Viewer<'_>, hidden: bool) -> Option<Self> {
        let (application, status) = (guarantee.application()?, guarantee.status()?);
        let issued = guarantee.issued();
        let fields = sealed_fields(guarantee);
        let terms = shown_terms(guarantee, hidden);
        let hides_amount = hidden && fields.contains(&SealedField::Amount);
        let hides_applicant = hidden
            && (fields.contains(&SealedField::ApplicantName) || fields.contains(&SealedField::ApplicantCode));
        let left = issued.filter(|_| !hides_amount).map(InForce::left);
        Some(Self {
            id: meta.id,
            platform: application.platform.clone(),
            platform_code: application.platform_code.clone(),
            application_no: application.application_no.to_string(),
            guarantee_no: issued.map(|issued| issued.guarantee_no.to_string()),
            status,
            amount: terms.amount.as_ref().map(Money::to_string),
            left: left.as_ref().map(Money::to_string),
            applicant_name: terms.applicant_name,
            applicant_code: terms.applicant_code,
            section_no: terms.section_no,
            section_name: terms.section_name,
            beneficiary_name: terms.beneficiary_name,
            beneficiary_code: terms.beneficiary_code,
            hidden_until_opening: hidden && !fields.is_empty(),
            sealed_fields: fields.into_iter().map(|field| field_name(field).to_owned()).collect(),
            rate: issued.map(|issued| issued.rate.to_string()),
            premium: guarantee.premium().map(PremiumView::of),
            valid_until: issued.map(|issued| issued.valid_until),
            applied_at: application.applied_at,
            issued_at: issued.map(|issued| issued.issued_at),
            opening_at: issued.and_then(|issued| issued.opening.key()).map(|key| key.opening_at),
            restored_at: issued.and_then(InForce::restored_at),
            end: guarantee.life.end().map(EndView::of),
            underwriting: UnderwritingView::of(guarantee, viewer),
            invoice: issued
                .and_then(|issued| issued.invoicing.outcome())
                .map(|outcome| InvoiceView::of(outcome, hides_applicant)),
            quit: guarantee.quit().map(|outcome| QuitView::of(outcome, hidden)),
            claims: issued.map_or_else(Vec::new, |issued| {
                issued.claims.iter().map(|claim| ClaimView::of(claim, viewer.now, hides_amount)).collect()
            }),
            documents: issued.map_or_else(Vec::new, DocumentView::all_of),
            extra: application.extra.clone(),
            personal: application.personal.keys().cloned().collect(),
            remarks: guarantee.trail.remarks.iter().map(RemarkView::of).collect(),
            version: meta.version,
            shard: meta.shard,
            position: meta.position,
        })
    }
}

/// The name of a field in the API.
pub(super) fn field_name(field: SealedField) -> &'static str {
    match field {
        SealedField::SectionNo => "section_no",
        SealedField::SectionName => "section_name",
        SealedField::BeneficiaryName => "beneficiary_name",
        SealedField::BeneficiaryCode => "beneficiary_code",
        SealedField::ApplicantName => "applicant_name",
        SealedField::ApplicantCode => "applicant_code",
        SealedField::Amount => "amount",
    }
}

fn shown_terms(guarantee: &Guarantee, hidden: bool) -> Terms {
    match (guarantee.issued(), guarantee.application()) {
        (Some(issued), _) if !hidden => issued.terms(),
        (_, Some(application)) => application.terms.clone(),
        (_, None) => Terms::default(),
    }
}
