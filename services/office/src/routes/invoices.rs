use axum::Json;
use axum::extract::State;
use baohan_projections::invoices::{Filter as Wanted, InvoiceRow, State as InvoiceState};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::list::Listed;
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::query::{Filter, given, named, slice};
use crate::tokens::Caller;

/// Which invoices are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// open, issued or declined.
    #[serde(default, deserialize_with = "given")]
    state: Option<String>,
    /// The platform's key.
    #[serde(default, deserialize_with = "given")]
    platform: Option<String>,
    /// How many at most, up to 1000; 100 if nobody says.
    #[serde(default, deserialize_with = "given")]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default, deserialize_with = "given")]
    cursor: Option<String>,
}

/// Invoices that were asked for, the newest request first.
#[utoipa::path(get, path = "/api/v1/invoices", tag = "invoices", params(Search),
    responses((status = 200, body = Listed<InvoiceRow>), (status = "default", body = ProblemBody)))]
pub(crate) async fn invoices(
    State(office): State<Office>,
    caller: Caller,
    Filter(search): Filter<Search>,
) -> Result<Json<Listed<InvoiceRow>>, Problem> {
    let state = named(search.state, InvoiceState::from_name)?;
    let wanted = Wanted { state, platform: search.platform };
    office.fresh().await;
    let slice = slice(search.limit, search.cursor);
    let page = office.projections().invoices(&wanted, &office.viewer(&caller), &slice).await?;
    Ok(Json(page.into()))
}
