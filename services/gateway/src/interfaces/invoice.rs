use baohan_domain::command::RequestInvoice;
use baohan_domain::event::{InvoiceKind, InvoiceParticulars};
use baohan_ledger::{Error, Outcome};
use baohan_wire::InvoiceRequest;

use super::{Caller, envelopes};
use crate::gateway::Desk;
use crate::lookup::Found;

/// Under what the firm's telephone is kept: small firms give a person's.
const PHONE: &str = "phone";

/// The bidder asks for the premium's invoice.
pub(super) async fn carry_out(
    desk: &Desk,
    caller: Caller,
    found: Found,
    call: &InvoiceRequest,
    content: &[u8],
) -> Result<Outcome, Error> {
    let Caller { context, at, .. } = caller;
    desk.ledger
        .carry_out_upon(context, found.id, found.history, |keyring| {
            let mut personal = envelopes(keyring, &call.personal)?;
            if let Some(phone) = &call.phone {
                personal.insert(PHONE.to_owned(), keyring.envelope(PHONE, phone)?);
            }
            Ok(RequestInvoice {
                guarantee_no: call.guarantee_no.to_string(),
                particulars: particulars(call),
                personal,
                content: keyring.fingerprint(content)?,
                at,
            }
            .into())
        })
        .await
}

fn particulars(call: &InvoiceRequest) -> InvoiceParticulars {
    InvoiceParticulars {
        kind: match call.kind {
            baohan_wire::InvoiceKind::Ordinary => InvoiceKind::Ordinary,
            baohan_wire::InvoiceKind::Special => InvoiceKind::Special,
        },
        title: call.buyer_name.clone(),
        tax_no: call.buyer_code.clone(),
        amount: call.amount,
        address: call.address.clone(),
        bank: call.bank.clone(),
        account: call.account.clone(),
    }
}
