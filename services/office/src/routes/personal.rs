use axum::Json;
use axum::extract::State;
use baohan_domain::{Event, PersonalData};
use baohan_ledger::{History, Keyring, Recorded};
use baohan_log::Reading;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::asked::Named;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::routes::parameters::OfAGuarantee;
use crate::tokens::Caller;

/// A guarantee's personal data in the clear.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Personal {
    /// The guarantee.
    id: Uuid,
    /// The data, each with where it stands.
    items: Vec<Datum>,
}

/// One piece.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Datum {
    /// With what it came: `application`, `invoice`, `claims/1`.
    within: String,
    /// What it is: `contact_phone`, `mobile`, `email`, …
    field: String,
    /// The value.
    value: String,
}

/// The personal data of a guarantee. Each reading is recorded before it is answered.
#[utoipa::path(get, path = "/api/v1/guarantees/{id}/personal", tag = "personal data", params(OfAGuarantee),
    responses((status = 200, body = Personal), (status = 410, description = "Erased", body = ProblemBody),
        (status = "default", body = ProblemBody)))]
pub(crate) async fn personal(
    State(office): State<Office>,
    caller: Caller,
    Named { id }: Named,
) -> Result<Json<Personal>, Problem> {
    let history = office.known(id.into()).await?;
    let envelopes = envelopes(&history);
    if history.keyring.is_erased() {
        return Err(Problem::of(problem::PERSONAL_DATA_ERASED, "该保函的个人信息已被删除"));
    }
    office.writable()?;
    let fields =
        envelopes.iter().flat_map(|(within, data)| data.keys().map(move |field| format!("{within}/{field}")));
    let (actor, at) = (caller.name.to_string(), office.ledger().now());
    office.log().record_reading(Reading { actor, aggregate_id: id, fields: fields.collect(), at }).await?;
    Ok(Json(Personal { id, items: opened(&envelopes, &history.keyring)? }))
}

/// All envelopes of a guarantee's story, by what they came with.
fn envelopes(history: &History) -> Vec<(String, &PersonalData)> {
    history.recorded.iter().filter_map(came_with).filter(|(_, data)| !data.is_empty()).collect()
}

fn came_with(recorded: &Recorded) -> Option<(String, &PersonalData)> {
    Some(match &recorded.event {
        Event::Applied(event) => ("application".to_owned(), &event.personal),
        Event::InvoiceRequested(event) => ("invoice".to_owned(), &event.personal),
        Event::Claimed(event) => (format!("claims/{}", event.claim), &event.personal),
        _ => return None,
    })
}

fn opened(envelopes: &[(String, &PersonalData)], keyring: &Keyring) -> Result<Vec<Datum>, Problem> {
    let mut items = Vec::new();
    for (within, data) in envelopes {
        for (field, envelope) in *data {
            let value = keyring.open(field, envelope).map_err(|error| Problem::internal(&error))?;
            items.push(Datum { within: within.clone(), field: field.clone(), value });
        }
    }
    Ok(items)
}
