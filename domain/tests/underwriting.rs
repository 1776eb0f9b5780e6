use baohan_domain::Terms;
use baohan_domain::event::{Applied, PremiumPaid};
use baohan_domain::underwriting::{Assessment, UnderwritingTerms, Waiting};

use crate::story::past::{
    an_application, cancelled, declined, issued, issued_with_a_sealed_amount, nothing, paid, quit, withdrawn,
};
use crate::story::{Past, at, day, events, yuan};

fn terms() -> UnderwritingTerms {
    UnderwritingTerms {
        rate: "0.008".parse().unwrap(),
        minimum_premium: yuan("200"),
        validity_days: 120,
        amount_limit: yuan("5000000"),
    }
}

fn assessed(past: &Past) -> Assessment {
    terms().assess(&past.guarantee(), at("2026-03-02 10:05:00"))
}

fn applied_for(amount: &str) -> Past {
    let terms = Terms { amount: Some(yuan(amount)), ..events::applied().terms };
    nothing().and(Applied { terms, ..events::applied() })
}

#[test]
fn a_paid_application_is_issued_for_so_many_days() {
    assert_eq!(assessed(&paid()), Assessment::Issue { valid_until: day("2026-06-30") });
}

#[test]
fn the_days_count_from_chinas_date() {
    assert_eq!(terms().valid_until(at("2026-03-02 23:59:59")), day("2026-06-30"));
    assert_eq!(terms().valid_until(at("2026-03-03 00:00:00")), day("2026-07-01"));
    let on_the_day = UnderwritingTerms { validity_days: 0, ..terms() };
    assert_eq!(on_the_day.valid_until(at("2026-03-03 00:00:00")), day("2026-03-03"));
}

#[test]
fn over_the_limit_it_is_declined_paid_or_not_and_at_the_limit_it_is_not() {
    let Assessment::Decline { reason } = assessed(&applied_for("5000000.01")) else { panic!("not declined") };
    assert_eq!(reason, "保证金金额超过单笔限额5000000.00元");
    assert_eq!(assessed(&applied_for("5000000")), Assessment::Wait(Waiting::ForThePremium));
    let at_the_limit =
        applied_for("5000000").and(PremiumPaid { amount: yuan("40000"), ..events::premium_paid() });
    assert_eq!(assessed(&at_the_limit), Assessment::Issue { valid_until: day("2026-06-30") });
}

#[test]
fn it_waits_for_the_premium() {
    assert_eq!(assessed(&an_application()), Assessment::Wait(Waiting::ForThePremium));
}

#[test]
fn a_payment_from_anothers_account_waits_for_a_person() {
    let from = |payer: &str| {
        let paid = PremiumPaid { payer_name: payer.into(), ..events::premium_paid() };
        assessed(&an_application().and(paid))
    };
    assert_eq!(from("江北建设集团有限公司"), Assessment::Wait(Waiting::PayerIsNotTheApplicant));
    assert_eq!(from("江南建设集团"), Assessment::Wait(Waiting::PayerIsNotTheApplicant));
    assert_eq!(from(" 江南建设集团有限公司\u{3000}"), Assessment::Issue { valid_until: day("2026-06-30") });
}

#[test]
fn less_than_the_premium_waits_and_more_does_not() {
    let with = |amount: &str| {
        let paid = PremiumPaid { amount: yuan(amount), ..events::premium_paid() };
        assessed(&an_application().and(paid))
    };
    assert_eq!(with("6399.99"), Assessment::Wait(Waiting::PremiumTooLow));
    assert_eq!(with("6400"), Assessment::Issue { valid_until: day("2026-06-30") });
    assert_eq!(with("6401"), Assessment::Issue { valid_until: day("2026-06-30") });
}

#[test]
fn the_minimum_premium_holds_for_small_amounts() {
    assert_eq!(terms().premium(yuan("1000")), yuan("200"));
    let paid = |amount: &str| PremiumPaid { amount: yuan(amount), ..events::premium_paid() };
    assert_eq!(assessed(&applied_for("1000").and(paid("199.99"))), Assessment::Wait(Waiting::PremiumTooLow));
    assert!(matches!(assessed(&applied_for("1000").and(paid("200"))), Assessment::Issue { .. }));
}

#[test]
fn a_corrected_premium_is_what_counts() {
    let corrected = an_application()
        .and(PremiumPaid { payer_name: "录错".into(), ..events::premium_paid() })
        .and(events::premium_corrected());
    assert_eq!(assessed(&corrected), Assessment::Issue { valid_until: day("2026-06-30") });
}

#[test]
fn what_is_sealed_cannot_be_judged_without_a_person() {
    let sealed = nothing().and(events::applied_with_a_sealed_amount()).and(events::premium_paid());
    assert_eq!(assessed(&sealed), Assessment::Wait(Waiting::TermsAreSealed));
    let terms = Terms { applicant_name: None, ..events::applied().terms };
    let nameless = nothing().and(Applied { terms, ..events::applied() }).and(events::premium_paid());
    assert_eq!(assessed(&nameless), Assessment::Wait(Waiting::TermsAreSealed));
}

#[test]
fn what_is_decided_stays_decided() {
    for past in
        [nothing(), declined(), withdrawn(), issued(), issued_with_a_sealed_amount(), quit(), cancelled()]
    {
        assert_eq!(assessed(&past), Assessment::Decided);
    }
}

#[test]
fn what_it_waits_for_has_a_name_in_the_api() {
    let names = [
        Waiting::ForThePremium,
        Waiting::PayerIsNotTheApplicant,
        Waiting::PremiumTooLow,
        Waiting::TermsAreSealed,
    ]
    .map(Waiting::name);
    assert_eq!(names, ["premium", "payer-is-not-the-applicant", "premium-too-low", "terms-are-sealed"]);
}
