use baohan_domain::command::Cancel;
use baohan_ledger::{Error, Outcome};
use baohan_wire::Cancellation;

use super::Caller;
use crate::gateway::Desk;
use crate::lookup::Found;

/// The guarantee is no longer needed.
pub(super) async fn carry_out(
    desk: &Desk,
    caller: Caller,
    found: Found,
    call: &Cancellation,
) -> Result<Outcome, Error> {
    let Caller { context, at, .. } = caller;
    let command = Cancel { guarantee_no: call.guarantee_no.to_string(), at };
    desk.ledger.carry_out_upon(context, found.id, found.history, |_| Ok(command.clone().into())).await
}
