//! The specification page's own vectors.

use baohan_domain::{SealMode, SealedField};
use baohan_wire::{SealKey, Secret, open_section, seal_text, sign_json};

use crate::setup::{SEAL_KEY, call, dialect};

const SEALED: [(SealedField, &str, &str); 4] = [
    (SealedField::SectionNo, "E3200000001000001001", "NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg="),
    (
        SealedField::SectionName,
        "滨江快速路改造工程一标段",
        "Eiad65v9frn7bnf465KRk9cSeUXHIcwhYx5hmv2ne2IrKqXLTBMbZlj4Cw0AFOeJ",
    ),
    (
        SealedField::BeneficiaryName,
        "滨江城市建设投资有限公司",
        "ClKgGspsm0ehlosVvn5gsAYVdt0wgVxeGShO/Gd0K71hRuHoGgPX1aRHYkvYYONP",
    ),
    (SealedField::BeneficiaryCode, "91320100MA1YYYYY1B", "UIRtQTUYD90X5+hhAwzWfJxnv3H4mX/kVD/vJqwMZs4="),
];

#[test]
fn sm3_of_abc_names_the_raw_body() {
    let receipt = call("", "baohanapply", b"abc");
    assert_eq!(receipt.raw_sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

#[test]
fn the_application_is_signed_as_printed() {
    let json = r#"{"zbrorgnum":"UIRtQTUYD90X5+hhAwzWfJxnv3H4mX/kVD/vJqwMZs4=","zbr":"ClKgGspsm0ehlosVvn5gsAYVdt0wgVxeGShO/Gd0K71hRuHoGgPX1aRHYkvYYONP","bzjamount":800000.00,"biaoduanname":"Eiad65v9frn7bnf465KRk9cSeUXHIcwhYx5hmv2ne2IrKqXLTBMbZlj4Cw0AFOeJ","biaoduanno":"NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg=","biddercode":"91320000MA1XXXXX0A","biddername":"江南建设集团有限公司","applyno":"SQ202603020001","timestamp":"2026-03-02 09:30:00","appkey":"jyzx-demo"}"#;
    let signed = sign_json(json, &dialect(""), &Secret::new("demo-secret-01")).unwrap();
    assert_eq!(
        signed.hashed_text,
        "appkey=jyzx-demo&applyno=SQ202603020001&biaoduanname=Eiad65v9frn7bnf465KRk9cSeUXHIcwhYx5hmv2ne2IrKqXLTBMbZlj4Cw0AFOeJ&biaoduanno=NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg=&biddercode=91320000MA1XXXXX0A&biddername=江南建设集团有限公司&bzjamount=800000.00&timestamp=2026-03-02 09:30:00&zbr=ClKgGspsm0ehlosVvn5gsAYVdt0wgVxeGShO/Gd0K71hRuHoGgPX1aRHYkvYYONP&zbrorgnum=UIRtQTUYD90X5+hhAwzWfJxnv3H4mX/kVD/vJqwMZs4="
    );
    assert_eq!(signed.sign, "c3b883740e4223d118e1505a0d902921e7467123bd6a094900965e6af1d4cc6d");
}

#[test]
fn the_claim_is_signed_as_printed() {
    let json = r#"{"appkey":"jyzx-demo","timestamp":"2026-04-02 09:30:00","applyno":"SQ202603020001","baohanno":"BH20260302000001","payeraccount":"6222000000000000001","payeramount":"800000","filelist":"[{\"fileurl\":\"https://files.example/a.pdf\"},{\"fileurl\":\"https://files.example/b.pdf\"}]","applyusername":"张三","applyuserphone":"13800000000","Reason":"中标人放弃中标"}"#;
    let signed = sign_json(json, &dialect(""), &Secret::new("demo-secret-01")).unwrap();
    assert_eq!(
        signed.hashed_text,
        r#"Reason=中标人放弃中标&appkey=jyzx-demo&applyno=SQ202603020001&applyusername=张三&applyuserphone=13800000000&baohanno=BH20260302000001&filelist=[{"fileurl":"https://files.example/a.pdf"},{"fileurl":"https://files.example/b.pdf"}]&payeraccount=6222000000000000001&payeramount=800000&timestamp=2026-04-02 09:30:00"#
    );
    assert_eq!(signed.sign, "b77c832a640f0b1f0807e4cb9e207a20a61ea5a95c160e59ec6a0fa473fe9939");
}

#[test]
fn the_sealed_fields_seal_as_printed() {
    let key = SealKey::parse(SEAL_KEY).unwrap();
    for (_, plain, sealed) in SEALED {
        assert_eq!(seal_text(&key, None, plain), sealed);
    }
}

#[test]
fn the_sealed_fields_open_as_printed() {
    let sealed = SEALED.iter().map(|(field, _, sealed)| (*field, (*sealed).to_owned())).collect();
    let opened = open_section(&sealed, SEAL_KEY, None).unwrap();
    assert_eq!(opened.mode, SealMode::Ecb);
    assert_eq!(opened.terms.section_no.as_deref(), Some(SEALED[0].1));
    assert_eq!(opened.terms.section_name.as_deref(), Some(SEALED[1].1));
    assert_eq!(opened.terms.beneficiary_name.as_deref(), Some(SEALED[2].1));
    assert_eq!(opened.terms.beneficiary_code.as_deref(), Some(SEALED[3].1));
}
