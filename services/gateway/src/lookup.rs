//! Which guarantee a call means.

use baohan_domain::{ApplicationNo, GuaranteeId, GuaranteeNo};
use baohan_ledger::{Error, History};
use baohan_projections::guarantees::Filter;
use baohan_projections::{Slice, Viewer};
use uuid::Uuid;

use crate::gateway::Desk;
use crate::interfaces::{Caller, id_of};

/// A guarantee, or the empty history of one that nobody asked for.
pub(crate) struct Found {
    pub id: GuaranteeId,
    pub history: History,
}

/// Finds the guarantee that a call after the application means. See the README, "Which guarantee is meant".
pub(crate) async fn find(
    desk: &Desk,
    caller: &Caller,
    application_no: &ApplicationNo,
    guarantee_no: &GuaranteeNo,
) -> Result<Found, Error> {
    let id = id_of(caller, application_no);
    let history = desk.ledger.history(id).await?;
    if history.version() > 0 {
        return Ok(Found { id, history });
    }
    if let Some(found) = by_guarantee_no(desk, caller, application_no, guarantee_no).await? {
        return Ok(found);
    }
    if let Some(found) = by_application_no(desk, caller, application_no).await? {
        return Ok(found);
    }
    Ok(Found { id, history })
}

/// The guarantee of that number, if it is this platform's and grew out of that application.
async fn by_guarantee_no(
    desk: &Desk,
    caller: &Caller,
    application_no: &ApplicationNo,
    guarantee_no: &GuaranteeNo,
) -> Result<Option<Found>, Error> {
    let owner = desk.ledger.log().guarantee_number_owner(guarantee_no.as_str()).await?;
    let Some(owner) = owner else { return Ok(None) };
    let found = load(desk, owner).await?;
    let is_meant = found.history.guarantee.application().is_some_and(|application| {
        application.platform == caller.platform.appkey && application.application_no == *application_no
    });
    Ok(is_meant.then_some(found))
}

/// The one guarantee of that application number, whatever its centre; two are none.
async fn by_application_no(
    desk: &Desk,
    caller: &Caller,
    application_no: &ApplicationNo,
) -> Result<Option<Found>, Error> {
    let filter = Filter {
        platform: Some(caller.platform.appkey.clone()),
        application_no: Some(application_no.to_string()),
        ..Filter::default()
    };
    let two = Slice::first(2);
    match desk.projections.guarantees(&filter, &Viewer::reader(caller.at), &two).await {
        Ok(page) => match page.items.as_slice() {
            [one] => load(desk, one.id).await.map(Some),
            _ => Ok(None),
        },
        Err(error) => {
            // The call is then refused as unknown, and the platform sends it again.
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, %application_no, "application {application_no} cannot be looked up across centres");
            Ok(None)
        }
    }
}

async fn load(desk: &Desk, id: Uuid) -> Result<Found, Error> {
    let id = GuaranteeId::from(id);
    Ok(Found { id, history: desk.ledger.history(id).await? })
}
