use baohan_domain::{SealedField, Terms};

use crate::story::yuan;

fn all() -> Terms {
    let text = |value: &str| Some(value.to_owned());
    Terms {
        applicant_name: text("a"),
        applicant_code: text("b"),
        amount: Some(yuan("1")),
        section_no: text("c"),
        section_name: text("d"),
        beneficiary_name: text("e"),
        beneficiary_code: text("f"),
    }
}

const FIELDS: [SealedField; 7] = [
    SealedField::SectionNo,
    SealedField::SectionName,
    SealedField::BeneficiaryName,
    SealedField::BeneficiaryCode,
    SealedField::ApplicantName,
    SealedField::ApplicantCode,
    SealedField::Amount,
];

#[test]
fn what_the_others_know_lies_over_and_the_rest_stays() {
    let over = Terms { section_no: Some("new".into()), amount: Some(yuan("2")), ..Terms::default() };
    let both = all().with(&over);
    assert_eq!(both, Terms { section_no: Some("new".into()), amount: Some(yuan("2")), ..all() });
    assert_eq!(Terms::default().with(&all()), all());
    assert_eq!(all().with(&Terms::default()), all());
}

#[test]
fn each_field_is_known_by_itself() {
    assert!(FIELDS.iter().all(|field| all().knows(*field)));
    assert!(!FIELDS.iter().any(|field| Terms::default().knows(*field)));
    let but_the_amount = Terms { amount: None, ..all() };
    let unknown: Vec<_> = FIELDS.into_iter().filter(|field| !but_the_amount.knows(*field)).collect();
    assert_eq!(unknown, [SealedField::Amount]);
    let but_the_name = Terms { section_name: None, ..all() };
    let unknown: Vec<_> = FIELDS.into_iter().filter(|field| !but_the_name.knows(*field)).collect();
    assert_eq!(unknown, [SealedField::SectionName]);
}
