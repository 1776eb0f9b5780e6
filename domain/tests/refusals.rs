//! Every refusal's code is reached, and each says something in Chinese.

use std::collections::BTreeSet;

use baohan_domain::command::{
    Annotate, Apply, Claim, Command, Decline, EarlyRestore, Extend, Issue, PayClaim, RecordPremium,
    RequestInvoice, Restore,
};
use baohan_domain::event::CancelledCause;
use baohan_domain::{Form, Refusal, SealedField};

use crate::story::past::{
    an_application, cancelled, claim_paid, claimed, declined, expired, invoice_requested, invoiced, issued,
    nothing, paid, quit, quit_requested, restored, withdrawn,
};
use crate::story::{Past, commands, day, document, events, fingerprint, yuan};

/// The one refusal that no state tells: the ledger finds the number with another guarantee.
const FOUND_BY_THE_LEDGER: &str = "guarantee-no-in-use";

fn cases() -> Vec<(&'static str, Past, Command)> {
    let other_number = || "BH-OTHER".to_owned();
    let over = Claim { amount: Some(yuan("800000.01")), ..commands::claim() };
    let pay_over = PayClaim { amount: Some(yuan("300000.01")), ..commands::pay_claim() };
    let other_invoice =
        RequestInvoice { content: fingerprint("another invoice"), ..commands::request_invoice() };
    let past_day = Issue { valid_until: day("2026-03-01"), ..commands::issue() };
    let plain = Issue { document: document(Form::Plain), ..commands::issue() };
    let wrong_key = Restore { opened: Err(SealedField::SectionNo), ..commands::restore() };
    let early = Restore { early: EarlyRestore::Refuse, ..commands::restore_early() };
    let late_quit =
        baohan_domain::command::RequestQuit { at: commands::restore().at, ..commands::request_quit() };
    let void = baohan_domain::command::ConfirmQuit { at: commands::restore().at };
    let other_number_restore = Restore { guarantee_no: other_number(), ..commands::restore() };
    vec![
        ("unknown-application", nothing(), commands::cancel().into()),
        (
            "other-content",
            an_application(),
            Apply { content: fingerprint("another"), ..commands::apply() }.into(),
        ),
        ("not-issued", an_application(), commands::restore().into()),
        ("guarantee-no-differs", issued(), other_number_restore.into()),
        ("already-declined", declined(), commands::issue().into()),
        ("already-withdrawn", withdrawn(), commands::issue().into()),
        ("already-issued", issued(), commands::decline().into()),
        ("already-quit", quit(), commands::restore().into()),
        ("already-cancelled", cancelled(), commands::extend().into()),
        ("already-expired", expired(), commands::extend().into()),
        ("already-claimed", claimed(), commands::request_quit().into()),
        ("premium-not-recorded", an_application(), commands::issue().into()),
        ("premium-differs", paid(), RecordPremium { amount: yuan("1"), ..commands::record_premium() }.into()),
        ("premium-is-paid", paid(), commands::withdraw().into()),
        ("reason-missing", an_application(), Decline { reason: String::new(), ..commands::decline() }.into()),
        ("validity-in-the-past", paid(), past_day.into()),
        ("wrong-form", paid(), plain.into()),
        ("key-does-not-open", issued(), wrong_key.into()),
        ("opening-in-the-future", issued(), early.into()),
        ("not-opened", issued(), commands::request_invoice().into()),
        ("invoice-open", invoice_requested(), other_invoice.clone().into()),
        ("no-invoice-open", restored(), commands::issue_invoice().into()),
        ("already-invoiced", invoiced(), other_invoice.into()),
        ("opening-has-come", restored(), late_quit.into()),
        ("quit-open", quit_requested(), commands::another_request_quit().into()),
        ("no-quit-open", issued(), commands::confirm_quit().into()),
        ("quit-void", quit_requested().and(events::restore_requested()), void.into()),
        ("unpaid-claim", claimed(), commands::cancel().into()),
        ("still-valid", issued(), baohan_domain::command::Expire { at: events::issued().issued_at }.into()),
        ("over-the-amount-left", restored(), over.into()),
        ("over-the-claim", claimed(), pay_over.into()),
        ("no-such-claim", restored(), commands::pay_claim().into()),
        ("claim-settled", claim_paid(), commands::refuse_claim().into()),
        ("earlier-date", issued(), Extend { valid_until: day("2026-06-29"), ..commands::extend() }.into()),
        ("notice-settled", issued().and(events::notice_skipped()), commands::acknowledge_notice().into()),
    ]
}

#[test]
fn every_code_is_reached_by_a_story() {
    let mut reached = BTreeSet::from([FOUND_BY_THE_LEDGER]);
    for (code, past, command) in cases() {
        let name = command.name();
        let refusal = past.when(command).refusal();
        assert_eq!(refusal.map(|refusal| refusal.code()), Some(code), "{name}");
        reached.insert(code);
    }
    assert_eq!(reached, Refusal::CODES.iter().copied().collect());
}

#[test]
fn codes_are_told_once_and_in_kebab_case() {
    let distinct: BTreeSet<_> = Refusal::CODES.iter().collect();
    assert_eq!(distinct.len(), Refusal::CODES.len());
    let kebab = |code: &&str| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    assert!(Refusal::CODES.iter().all(kebab));
}

#[test]
fn every_refusal_has_a_chinese_message_of_its_own_and_no_wire_field_in_it() {
    let mut messages = BTreeSet::new();
    for (code, past, command) in cases() {
        let message = past.when(command).refusal().unwrap().message();
        assert!(message.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign)), "{code}: {message}");
        assert!(!message.chars().any(|sign| sign.is_ascii_alphabetic()), "{code}: {message}");
        assert!(messages.insert(message), "{code} says what another says");
    }
}

#[test]
fn messages_say_what_the_reader_needs() {
    let told = [
        (Refusal::AlreadyQuit, "保函已退保"),
        (Refusal::NotIssued, "该业务未出函"),
        (Refusal::OverTheAmountLeft { left: yuan("500000") }, "赔付金额超过保函余额，余额为500000.00元"),
        (Refusal::OverTheClaim { claimed: yuan("300000") }, "支付金额超过索赔金额300000.00元"),
        (Refusal::OpeningInTheFuture { hours_max: 24 }, "距开标时间超过24小时"),
        (Refusal::OpeningInTheFuture { hours_max: 0 }, "未到开标时间"),
        (Refusal::EarlierDate { valid_until: day("2026-06-30") }, "新的有效期早于现有效期2026-06-30"),
        (Refusal::AlreadyCancelled { cause: CancelledCause::Expired }, "保函已到期"),
        (Refusal::GuaranteeNoInUse, "保函编号已被占用"),
    ];
    for (refusal, message) in told {
        assert_eq!(refusal.message(), message);
    }
}

#[test]
fn a_remark_without_words_is_refused_like_a_reason_that_is_missing() {
    let silent = Annotate { text: String::new(), ..commands::annotate() };
    assert_eq!(issued().when(silent).refusal(), Some(Refusal::ReasonMissing));
}
