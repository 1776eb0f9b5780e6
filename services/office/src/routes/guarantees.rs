use axum::Json;
use axum::extract::State;
use baohan_domain::Status;
use baohan_projections::GuaranteeView;
use baohan_projections::guarantees::Filter as Wanted;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::list::Listed;
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::query::{Filter, given, named, slice};
use crate::tokens::Caller;

/// Which guarantees are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// The platform's key.
    #[serde(default, deserialize_with = "given")]
    platform: Option<String>,
    /// The centre behind the platform.
    #[serde(default, deserialize_with = "given")]
    platform_code: Option<String>,
    /// The platform's number of the application.
    #[serde(default, deserialize_with = "given")]
    application_no: Option<String>,
    /// Our number.
    #[serde(default, deserialize_with = "given")]
    guarantee_no: Option<String>,
    /// applied, declined, withdrawn, issued, restored, quit or cancelled.
    #[serde(default, deserialize_with = "given")]
    status: Option<String>,
    /// A part of the applicant's name.
    #[serde(default, deserialize_with = "given")]
    applicant: Option<String>,
    /// Issued on this day in China or later.
    #[serde(default, deserialize_with = "given")]
    issued_from: Option<NaiveDate>,
    /// Issued on this day in China or earlier.
    #[serde(default, deserialize_with = "given")]
    issued_to: Option<NaiveDate>,
    /// How many at most, up to 1000; 100 if nobody says.
    #[serde(default, deserialize_with = "given")]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default, deserialize_with = "given")]
    cursor: Option<String>,
}

/// The guarantees that match, the newest application first.
#[utoipa::path(get, path = "/api/v1/guarantees", tag = "guarantees", params(Search),
    responses((status = 200, body = Listed<GuaranteeView>), (status = "default", body = ProblemBody)))]
pub(crate) async fn guarantees(
    State(office): State<Office>,
    caller: Caller,
    Filter(search): Filter<Search>,
) -> Result<Json<Listed<GuaranteeView>>, Problem> {
    let wanted = Wanted {
        platform: search.platform,
        platform_code: search.platform_code,
        application_no: search.application_no,
        guarantee_no: search.guarantee_no,
        status: named(search.status, status)?,
        applicant: search.applicant,
        issued_from: search.issued_from,
        issued_to: search.issued_to,
    };
    office.fresh().await;
    let slice = slice(search.limit, search.cursor);
    let page = office.projections().guarantees(&wanted, &office.viewer(&caller), &slice).await?;
    Ok(Json(page.into()))
}

fn status(name: &str) -> Option<Status> {
    serde_json::from_value(name.into()).ok()
}
