use baohan_domain::calendar::china_date;
use baohan_domain::command::Claim;
use baohan_ledger::{Error, Outcome};

use super::{Caller, envelopes};
use crate::gateway::Desk;
use crate::lookup::Found;

/// The beneficiary demands payment: taken at once, and due within a few working days.
pub(super) async fn carry_out(
    desk: &Desk,
    caller: Caller,
    found: Found,
    call: &baohan_wire::Claim,
    content: &[u8],
) -> Result<Outcome, Error> {
    let Caller { context, at, .. } = caller;
    let due_on = desk.options.working_days.after(china_date(at), desk.options.claim_due_working_days);
    desk.ledger
        .carry_out_upon(context, found.id, found.history, |keyring| {
            Ok(Claim {
                guarantee_no: call.guarantee_no.to_string(),
                amount: call.amount,
                payee_account: call.payee_account.clone(),
                reason: call.reason.clone(),
                attachments: call.attachments.clone(),
                personal: envelopes(keyring, &call.personal)?,
                due_on,
                content: keyring.fingerprint(content)?,
                at,
            }
            .into())
        })
        .await
}
