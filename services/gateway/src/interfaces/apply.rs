use baohan_domain::command::Apply;
use baohan_ledger::{Error, Outcome};
use baohan_wire::Application;

use super::{Caller, envelopes, id_of};
use crate::gateway::Desk;

/// A bidder asks for a guarantee.
pub(super) async fn carry_out(
    desk: &Desk,
    caller: Caller,
    call: &Application,
    content: &[u8],
) -> Result<Outcome, Error> {
    let id = id_of(&caller, &call.application_no);
    let Caller { platform, platform_code, context, at } = caller;
    desk.ledger
        .carry_out_first(context, id, |keyring| {
            Ok(Apply {
                platform: platform.appkey.clone(),
                platform_code: platform_code.clone(),
                application_no: call.application_no.clone(),
                terms: call.terms.clone(),
                sealed: call.sealed.clone(),
                extra: call.extra.clone(),
                personal: envelopes(keyring, &call.personal)?,
                content: keyring.fingerprint(content)?,
                at,
            }
            .into())
        })
        .await
}
