//! The seven interfaces: a file each turns a call into a command, or into a question.

mod apply;
mod cancel;
mod claim;
mod invoice;
mod quit;
mod reconcile;
mod restore;

use std::sync::Arc;

use baohan_domain::{ApplicationNo, GuaranteeId, PersonalData, Refusal};
use baohan_ledger::{Context, Erased, Error, Keyring, Outcome};
use baohan_wire::{Call, Personal, Platform, ReconciliationRow};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::gateway::Desk;
use crate::lookup::find;

/// Who calls, and when.
pub(crate) struct Caller {
    pub platform: Arc<Platform>,
    pub platform_code: Option<String>,
    pub context: Context,
    pub at: DateTime<Utc>,
}

/// What came of a call that was not refused.
pub(crate) enum Answered {
    /// A command was carried out: events were stored, and the call's journal entry with them.
    Changed,
    /// It had been carried out before.
    Repeat,
    /// A question was answered.
    List(Vec<ReconciliationRow>),
}

impl From<Outcome> for Answered {
    fn from(outcome: Outcome) -> Self {
        if outcome.is_changed() { Self::Changed } else { Self::Repeat }
    }
}

/// Why a call gets code 0.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The ledger says so, of this guarantee where one was found.
    #[error(transparent)]
    Ledger(#[from] Error),
    /// The list is not what it should be right now.
    #[error("the list cannot be told")]
    List(#[from] baohan_projections::Error),
    /// More days than one answer holds.
    #[error("too many days")]
    TooManyDays,
}

/// Answers a call, and tells which guarantee it meant.
pub(crate) async fn answer(
    desk: &Desk,
    caller: Caller,
    call: &Call,
    guarantee: &mut Option<Uuid>,
) -> Result<Answered, Failure> {
    let (application_no, guarantee_no) = match (call, call.application_no(), call.guarantee_no()) {
        (Call::Apply(application), ..) => {
            return Ok(apply::carry_out(desk, caller, application, &call.content()).await?.into());
        }
        (Call::Reconcile(question), ..) => return reconcile::answer(desk, &caller, question).await,
        (_, Some(application_no), Some(guarantee_no)) => (application_no, guarantee_no),
        // Every other call names both.
        _ => return Err(Failure::Ledger(Refusal::UnknownApplication.into())),
    };
    let found = find(desk, &caller, application_no, guarantee_no).await?;
    *guarantee = Some(found.id.uuid());
    let outcome = match call {
        Call::Restore(restore) => restore::carry_out(desk, caller, found, restore).await,
        Call::RequestInvoice(request) => {
            invoice::carry_out(desk, caller, found, request, &call.content()).await
        }
        Call::RequestQuit(request) => quit::carry_out(desk, caller, found, request, &call.content()).await,
        Call::Cancel(cancellation) => cancel::carry_out(desk, caller, found, cancellation).await,
        Call::Claim(claim) => claim::carry_out(desk, caller, found, claim, &call.content()).await,
        Call::Apply(_) | Call::Reconcile(_) => Err(Refusal::UnknownApplication.into()),
    };
    Ok(outcome?.into())
}

/// Puts personal data into envelopes.
fn envelopes(keyring: &Keyring, personal: &Personal) -> Result<PersonalData, Erased> {
    personal.iter().map(|(label, clear)| Ok((label.clone(), keyring.envelope(label, clear)?))).collect()
}

/// The guarantee that an application makes.
pub(crate) fn id_of(caller: &Caller, application_no: &ApplicationNo) -> GuaranteeId {
    GuaranteeId::of(&caller.platform.appkey, caller.platform_code.as_deref(), application_no)
}
