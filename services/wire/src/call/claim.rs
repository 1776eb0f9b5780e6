use std::collections::BTreeMap;

use baohan_domain::{ApplicationNo, GuaranteeNo, Money};

use super::content::Content;
use super::{Extras, Personal};
use crate::fault::Fault;
use crate::form::{Form, URL_LENGTH_MAX, longer_than};
use crate::lexical::{Tree, Value};

/// How many papers a claim may bring; those seen bring fewer than ten.
const ATTACHMENTS_MAX: usize = 200;

/// A demand for payment (specification 3.10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The platform's number.
    pub application_no: ApplicationNo,
    /// Our number.
    pub guarantee_no: GuaranteeNo,
    /// Where the money is to go. The wire calls it `payeraccount`.
    pub payee_account: Option<String>,
    /// How much; none means all that is left.
    pub amount: Option<Money>,
    /// Addresses of the papers, in their order.
    pub attachments: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Unknown fields that are no personal data.
    pub extra: BTreeMap<String, String>,
    /// `contact_name` and `contact_phone`, and unknown fields that may be personal data.
    pub personal: Personal,
}

pub(super) fn read(form: &mut Form<'_, '_>) -> Result<Claim, Fault> {
    let application_no = form.application_no()?;
    let guarantee_no = form.guarantee_no()?;
    let payee_account = form.account("payeraccount")?.map(str::to_owned);
    let amount = form.money("payeramount")?;
    let attachments = read_attachments(form)?;
    let Extras { extra, personal } = Extras::read(form, &[])?;
    for (name, label) in [("applyusername", "contact_name"), ("applyuserphone", "contact_phone")] {
        if !personal.contains_key(label) {
            return Err(Fault::missing(name));
        }
    }
    let reason = form.reason()?.map(str::to_owned);
    Ok(Claim { application_no, guarantee_no, payee_account, amount, attachments, reason, extra, personal })
}

/// A text that holds a JSON array; senders that forget the quotes around it send the array itself. Only here, in the
/// inner layer, are the array's own escapes undone.
fn read_attachments(form: &Form<'_, '_>) -> Result<Vec<String>, Fault> {
    let unreadable = || Fault::form("filelist", "应为 JSON 数组 [{\"fileurl\":\"…\"}]，键不得重复");
    match form.fields.get("filelist") {
        None => Ok(Vec::new()),
        Some(value) if value.is_blank() => Ok(Vec::new()),
        Some(Value::Nested(nested)) => addresses(&nested.tree),
        Some(Value::Text(text)) => {
            if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
                return Err(unreadable());
            }
            let tree = Tree::read(text.trim_matches([' ', '\t', '\r', '\n'])).map_err(|_| unreadable())?;
            addresses(&tree)
        }
        Some(_) => Err(unreadable()),
    }
}

fn addresses(tree: &Tree<'_>) -> Result<Vec<String>, Fault> {
    let Tree::List(items) = tree else { return Err(Fault::form("filelist", "应为 JSON 数组")) };
    if items.len() > ATTACHMENTS_MAX {
        return Err(Fault::form("filelist", "附件过多"));
    }
    items.iter().map(address).collect()
}

fn address(item: &Tree<'_>) -> Result<String, Fault> {
    let address = item.get("fileurl").and_then(Tree::as_text).filter(|address| !address.trim().is_empty());
    match address {
        None => Err(Fault::form("filelist", "每一项都应有 fileurl")),
        Some(address) if longer_than(address, URL_LENGTH_MAX) => {
            Err(Fault::too_long("filelist.fileurl", URL_LENGTH_MAX))
        }
        Some(address) if address.chars().any(char::is_control) => {
            Err(Fault::form("filelist.fileurl", "不得含有控制字符"))
        }
        Some(address) => Ok(address.to_owned()),
    }
}

impl Claim {
    pub(super) fn describe(&self, content: &mut Content) {
        content.put("application_no", self.application_no.as_str());
        content.put("guarantee_no", self.guarantee_no.as_str());
        content.put_some("payee_account", self.payee_account.as_deref());
        content.put_some("amount", self.amount.map(|amount| amount.to_string()).as_deref());
        for attachment in &self.attachments {
            content.put("attachment", attachment);
        }
        content.put_some("reason", self.reason.as_deref());
    }
}
