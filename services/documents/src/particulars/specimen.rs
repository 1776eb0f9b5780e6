//! Made-up guarantees: rendered to warm up, and the subject of the tests.

use chrono::{DateTime, Utc};

use super::page::in_china;
use super::{Disclosed, Particulars, Payer, Sum};

/// Made-up particulars, one of each form: to warm up, to look at templates, to measure.
#[must_use]
pub fn specimens() -> [Particulars; 2] {
    [sealed(), plain()]
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

pub(crate) fn plain() -> Particulars {
    let clear = |text: &str| Disclosed::Clear(text.to_owned());
    Particulars {
        guarantee_no: "BH20260302000001".to_owned(),
        application_no: "SQ202603020001".to_owned(),
        platform: "示例公共资源交易中心".to_owned(),
        institution: "示例融资担保有限公司".to_owned(),
        applicant_name: clear("江南建设集团有限公司"),
        applicant_code: Some(clear("91320000MA1XXXXX0A")),
        amount: Disclosed::Clear(Sum {
            figures: "800000.00".to_owned(),
            capitals: "人民币捌拾万元整".to_owned(),
        }),
        section_no: Some(clear("E3200000001000001001")),
        section_name: Some(clear("滨江快速路改造工程一标段")),
        beneficiary_name: Some(clear("滨江城市建设投资有限公司")),
        beneficiary_code: Some(clear("91320100MA1YYYYY1B")),
        rate: "0.8%".to_owned(),
        premium: "6400.00".to_owned(),
        payer: Some(Payer {
            name: "江南建设集团有限公司".to_owned(),
            account: "3200010000000000001".to_owned(),
        }),
        valid_until: in_china(at(1_782_748_800)).date(),
        claim_due_working_days: 3,
        issued_at: at(1_772_415_000),
        opening_at: Some(at(1_773_970_200)),
        restored_at: Some(at(1_773_970_512)),
    }
}

pub(crate) fn sealed() -> Particulars {
    let sealed = |text: &str| Some(Disclosed::Sealed(text.to_owned()));
    Particulars {
        section_no: sealed("NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg="),
        section_name: sealed("Eiad65v9frn7bnf465KRk9cSeUXHIcwhYx5hmv2ne2IrKqXLTBMbZlj4Cw0AFOeJ"),
        beneficiary_name: sealed("ClKgGspsm0ehlosVvn5gsAYVdt0wgVxeGShO/Gd0K71hRuHoGgPX1aRHYkvYYONP"),
        beneficiary_code: sealed("UIRtQTUYD90X5+hhAwzWfJxnv3H4mX/kVD/vJqwMZs4="),
        opening_at: None,
        restored_at: None,
        ..plain()
    }
}
