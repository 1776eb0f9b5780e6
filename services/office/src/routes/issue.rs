use axum::extract::State;
use baohan_documents::decode_base64;
use baohan_domain::GuaranteeNo;
use baohan_domain::command::IssueAsked;
use baohan_projections::GuaranteeView;
use bytes::Bytes;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asked::{Asked, Content};
use crate::lexical::{Amount, Fraction, Text};
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::write::Written;

/// The most bytes of a body with a document: 10 MiB in base64 with line breaks, and the other fields.
const ISSUE_BYTES_MAX: usize = 18 * 1024 * 1024;

/// What whoever issues says himself; the rest comes from the terms of underwriting.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issue {
    /// A number of his own; absent: the next of ours.
    #[schema(value_type = Option<String>, max_length = 50)]
    guarantee_no: Option<GuaranteeNo>,
    /// The premium's rate as a fraction; absent: the institution's.
    #[schema(value_type = Option<String>, example = "0.008")]
    rate: Option<Fraction>,
    /// The premium in yuan, where it is recorded along with the issue (payer's name and account must be there too).
    #[schema(value_type = Option<String>, example = "6400.00")]
    premium: Option<Amount>,
    /// In whose name the paying account is.
    #[schema(value_type = Option<String>, max_length = 200)]
    payer_name: Option<Text<200>>,
    /// The paying account.
    #[schema(value_type = Option<String>, max_length = 100)]
    payer_account: Option<Text<100>>,
    /// The last day in force, in China; absent: by the institution's terms.
    valid_until: Option<NaiveDate>,
    /// The guarantee's file, PDF or OFD, in base64; absent: it is made here.
    document_base64: Option<String>,
}

impl Content for Issue {
    const BYTES_MAX: usize = ISSUE_BYTES_MAX;
}

/// Issues the guarantee.
///
/// A file given along is looked at before anything is recorded: what is neither PDF nor OFD is refused, and no number is used up.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/issue", tag = "guarantees", params(Write), request_body = Issue,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn issue(State(office): State<Office>, asked: Asked<Issue>) -> Result<Written, Problem> {
    let body = &asked.body;
    let file = body.document_base64.as_deref().map(file).transpose()?;
    let said = IssueAsked {
        guarantee_no: body.guarantee_no.clone(),
        rate: body.rate.map(|rate| rate.0),
        premium: body.premium.map(|premium| premium.0),
        payer_name: body.payer_name.clone().map(|name| name.0),
        payer_account: body.payer_account.clone().map(|account| account.0),
        valid_until: body.valid_until,
        document_digest: None,
    };
    let issuing = office.issuing();
    let id = asked.guarantee();
    let perform = |context| async move { Ok(issuing.issue(context, id, said, file).await?) };
    let mut written = office.write(&asked, perform).await?;
    if written.view.position == 0 {
        // A dry run: no number was used up, and no document made.
        written.view.guarantee_no = body.guarantee_no.as_ref().map(ToString::to_string);
        written.view.documents.retain(|document| !document.digest.is_empty());
    }
    Ok(written)
}

fn file(base64: &str) -> Result<Bytes, Problem> {
    let kind = |error: &baohan_documents::Base64Error| match error {
        baohan_documents::Base64Error::TooLarge => problem::DOCUMENT_TOO_LARGE,
        baohan_documents::Base64Error::Malformed => problem::DOCUMENT_NOT_BASE64,
    };
    decode_base64(base64).map(Bytes::from).map_err(|error| Problem::of(kind(&error), error.to_string()))
}
