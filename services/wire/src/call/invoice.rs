use std::collections::BTreeMap;

use baohan_domain::{ApplicationNo, GuaranteeNo, Money};

use super::content::Content;
use super::{Extras, Personal};
use crate::fault::Fault;
use crate::form::{ADDRESS_LENGTH_MAX, Form, NAME_LENGTH_MAX, PHONE_LENGTH_MAX};

/// A bidder's request for an invoice (specification 3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceRequest {
    /// The platform's number.
    pub application_no: ApplicationNo,
    /// Our number.
    pub guarantee_no: GuaranteeNo,
    /// Whom the invoice is for: the bidder.
    pub buyer_name: String,
    /// The bidder's unified social credit code, as it came.
    pub buyer_code: String,
    /// The invoice's amount.
    pub amount: Money,
    /// Ordinary or special.
    pub kind: InvoiceKind,
    /// The firm's address; there for a special invoice.
    pub address: Option<String>,
    /// The firm's telephone; there for a special invoice.
    pub phone: Option<String>,
    /// The firm's bank; there for a special invoice.
    pub bank: Option<String>,
    /// The firm's account; there for a special invoice.
    pub account: Option<String>,
    /// Unknown fields that are no personal data.
    pub extra: BTreeMap<String, String>,
    /// `email` and `mobile`, and unknown fields that may be personal data.
    pub personal: Personal,
}

/// The kind of an invoice (`type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceKind {
    /// 0, 普票.
    Ordinary,
    /// 1, 专票: value-added tax can be deducted.
    Special,
}

pub(super) fn read(form: &mut Form<'_, '_>) -> Result<InvoiceRequest, Fault> {
    let application_no = form.application_no()?;
    let guarantee_no = form.guarantee_no()?;
    let buyer_name = form.required_line("biddername", NAME_LENGTH_MAX)?.to_owned();
    let buyer_code = form.firm_code("biddercode")?.ok_or_else(|| Fault::missing("biddercode"))?.to_owned();
    let amount = form.required_money("amount")?;
    let is_special = form.required_flag("type")?;
    let kind = if is_special { InvoiceKind::Special } else { InvoiceKind::Ordinary };
    let for_special = |name: &str, value: Option<&str>| match value {
        None if is_special => Err(Fault::missing(name)),
        value => Ok(value.map(str::to_owned)),
    };
    let address = for_special("address", form.line("address", ADDRESS_LENGTH_MAX)?)?;
    let phone = for_special("phone", form.line("phone", PHONE_LENGTH_MAX)?)?;
    let bank = for_special("bank", form.line("bank", NAME_LENGTH_MAX)?)?;
    let account = for_special("account", form.account("account")?)?;
    let Extras { extra, personal } = Extras::read(form, &[])?;
    Ok(InvoiceRequest {
        application_no,
        guarantee_no,
        buyer_name,
        buyer_code,
        amount,
        kind,
        address,
        phone,
        bank,
        account,
        extra,
        personal,
    })
}

impl InvoiceRequest {
    pub(super) fn describe(&self, content: &mut Content) {
        content.put("application_no", self.application_no.as_str());
        content.put("guarantee_no", self.guarantee_no.as_str());
        content.put("buyer_name", &self.buyer_name);
        content.put("buyer_code", &self.buyer_code);
        content.put("amount", &self.amount.to_string());
        let kind = match self.kind {
            InvoiceKind::Ordinary => "ordinary",
            InvoiceKind::Special => "special",
        };
        content.put("kind", kind);
        content.put_some("address", self.address.as_deref());
        content.put_some("phone", self.phone.as_deref());
        content.put_some("bank", self.bank.as_deref());
        content.put_some("account", self.account.as_deref());
    }
}
