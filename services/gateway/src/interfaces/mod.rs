//! The seven interfaces: a file each turns a call into a command, or into a question.

mod apply;
mod cancel;
mod claim;
mod invoice;
mod quit;
mod reconcile;
mod restore;

use std::sync::Arc;

use baohan_domain::PersonalData;
use baohan_ledger::{Context, Erased, Error, Keyring, Outcome};
use baohan_wire::{AnswerData, Call, Personal, Platform};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::gateway::Desk;

/// Who calls, and when.
pub(crate) struct Caller {
    pub platform: Arc<Platform>,
    pub platform_code: Option<String>,
    pub context: Context,
    pub at: DateTime<Utc>,
}

/// What came of a call that was not refused.
pub(crate) enum Answered {
    /// A command was carried out, or had been before.
    Command(Outcome),
    /// A question was answered with so many rows.
    List { data: AnswerData, rows: usize },
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

/// Answers a call.
pub(crate) async fn answer(desk: &Desk, caller: Caller, call: &Call) -> Result<Answered, Failure> {
    let outcome = match call {
        Call::Apply(application) => apply::carry_out(desk, caller, application, &call.content()).await,
        Call::Restore(restore) => restore::carry_out(desk, caller, restore).await,
        Call::RequestInvoice(request) => invoice::carry_out(desk, caller, request, &call.content()).await,
        Call::RequestQuit(request) => quit::carry_out(desk, caller, request, &call.content()).await,
        Call::Cancel(cancellation) => cancel::carry_out(desk, caller, cancellation).await,
        Call::Claim(claim) => claim::carry_out(desk, caller, claim, &call.content()).await,
        Call::Reconcile(question) => return reconcile::answer(desk, &caller, question).await,
    };
    outcome.map(Answered::Command).map_err(Failure::Ledger)
}

/// Puts personal data into envelopes.
fn envelopes(keyring: &Keyring, personal: &Personal) -> Result<PersonalData, Erased> {
    personal.iter().map(|(label, clear)| Ok((label.clone(), keyring.envelope(label, clear)?))).collect()
}

/// The guarantee that an application makes.
pub(crate) fn id_of(caller: &Caller, application_no: &baohan_domain::ApplicationNo) -> baohan_domain::GuaranteeId {
    baohan_domain::GuaranteeId::of(&caller.platform.appkey, caller.platform_code.as_deref(), application_no)
}
