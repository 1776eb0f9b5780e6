//! What can be asked, in small numbers instead of texts, so that random asks meet each other; and each as a command.

use baohan_domain::command::{
    Annotate, Apply, Cancel, Claim, Command, ConfirmQuit, CorrectPremium, Decline, DeclineInvoice,
    EarlyRestore, Expire, Extend, Issue, IssueAsked, IssueInvoice, Notice, PayClaim, RecordNotice,
    RecordPremium, RecordRestored, RefuseClaim, RefuseQuit, RequestInvoice, RequestQuit, Restore, Withdraw,
};
use baohan_domain::event::WithdrawnCause;
use baohan_domain::{Form, InvoiceNo, Money, SealMode, SealedField, Terms};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;

use crate::story::{at, commands, day, document, events, fingerprint};

pub const AMOUNT_FEN: i64 = 1_000;
pub const MINUTES_A_DAY: i64 = 1_440;
/// Minutes count from midnight in China; sequences begin in the morning of the first day.
pub const START_MINUTE: i64 = 540;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealing {
    Nothing,
    Section,
    SectionAndAmount,
}

/// Which key a restore brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BroughtKey {
    Right,
    /// Opens nothing.
    Wrong,
    /// Opens to something else.
    Other,
}

#[derive(Debug, Clone)]
pub enum Ask {
    Apply { content: u8 },
    RecordPremium { payer: u8, fen: i64 },
    CorrectPremium { payer: u8, fen: i64, reason: u8 },
    Issue { along: Option<(u8, i64)>, says_day: bool, in_days: i64, plain: bool },
    Decline { reason: u8 },
    Withdraw { cause: u8 },
    Restore { right_no: bool, key: BroughtKey, opening: i64, early: u8 },
    RecordRestored { plain: bool },
    RequestInvoice { right_no: bool, content: u8 },
    IssueInvoice { number: u8 },
    DeclineInvoice { reason: u8 },
    RequestQuit { right_no: bool, content: u8, exception: bool },
    ConfirmQuit,
    RefuseQuit { reason: u8 },
    Cancel { right_no: bool },
    Expire,
    Claim { right_no: bool, amount: Option<i64>, content: u8 },
    PayClaim { claim: u32, amount: Option<i64>, reference: u8 },
    RefuseClaim { claim: u32, reason: u8 },
    Extend { until: i64 },
    Annotate { key: Option<u8>, text: u8 },
    RecordNotice { notice: u8, outcome: u8 },
}

#[derive(Debug, Clone)]
pub struct Sequence {
    pub sealing: Sealing,
    /// Minutes that go by, and then what is asked.
    pub asks: Vec<(i64, Ask)>,
}

/// Applied, paid, issued for three days.
pub fn issued_prefix() -> Vec<(i64, Ask)> {
    let issue = Ask::Issue { along: None, says_day: false, in_days: 3, plain: true };
    vec![(0, Ask::Apply { content: 0 }), (0, Ask::RecordPremium { payer: 0, fen: 10 }), (0, issue)]
}

pub fn sequence() -> impl Strategy<Value = Sequence> {
    let minutes = prop_oneof![4 => Just(0_i64), 4 => 1..300_i64, 2 => select(vec![540_i64, 900, 1_440])];
    let asks = prop::collection::vec((minutes, ask()), 1..32);
    let sealing = select(vec![Sealing::Nothing, Sealing::Section, Sealing::SectionAndAmount]);
    (sealing, 0..5_usize, asks).prop_map(|(sealing, prefix, asks)| {
        let mut begun = issued_prefix();
        if let Ask::Issue { plain, .. } = &mut begun[2].1 {
            *plain = sealing == Sealing::Nothing;
        }
        // Most sequences begin with something to be asked about.
        begun.truncate(prefix);
        Sequence { sealing, asks: begun.into_iter().chain(asks).collect() }
    })
}

fn ask() -> impl Strategy<Value = Ask> {
    let reason = || 0..3_u8;
    let right = || prop::bool::weighted(0.9);
    let key = || prop_oneof![8 => Just(BroughtKey::Right), 1 => Just(BroughtKey::Wrong), 1 => Just(BroughtKey::Other)];
    // Openings lie at nine in the morning, so that random times meet them.
    let opening = || (0..6_i64).prop_map(|days| days * MINUTES_A_DAY + 540);
    let amount = || prop_oneof![Just(None), (0..=AMOUNT_FEN / 2 + 1).prop_map(Some), Just(Some(AMOUNT_FEN))];
    let paid = || (0..2_u8, 10..12_i64);
    let before_issue = prop_oneof![
        (0..2_u8).prop_map(|content| Ask::Apply { content }),
        paid().prop_map(|(payer, fen)| Ask::RecordPremium { payer, fen }),
        (paid(), reason()).prop_map(|((payer, fen), reason)| Ask::CorrectPremium { payer, fen, reason }),
        (prop::option::of(paid()), any::<bool>(), -1..4_i64, any::<bool>())
            .prop_map(|(along, says_day, in_days, plain)| Ask::Issue { along, says_day, in_days, plain }),
        reason().prop_map(|reason| Ask::Decline { reason }),
        (0..3_u8).prop_map(|cause| Ask::Withdraw { cause }),
    ];
    let opening_and_end = prop_oneof![
        3 => (right(), key(), opening(), 0..4_u8)
            .prop_map(|(right_no, key, opening, early)| Ask::Restore { right_no, key, opening, early }),
        2 => right().prop_map(|plain| Ask::RecordRestored { plain }),
        2 => (right(), 0..2_u8, any::<bool>())
            .prop_map(|(right_no, content, exception)| Ask::RequestQuit { right_no, content, exception }),
        1 => Just(Ask::ConfirmQuit),
        1 => reason().prop_map(|reason| Ask::RefuseQuit { reason }),
        1 => right().prop_map(|right_no| Ask::Cancel { right_no }),
        1 => Just(Ask::Expire),
        1 => (0..7_i64).prop_map(|until| Ask::Extend { until }),
    ];
    let invoices_and_claims = prop_oneof![
        (right(), 0..2_u8).prop_map(|(right_no, content)| Ask::RequestInvoice { right_no, content }),
        (0..2_u8).prop_map(|number| Ask::IssueInvoice { number }),
        reason().prop_map(|reason| Ask::DeclineInvoice { reason }),
        (right(), amount(), 0..3_u8).prop_map(|(right_no, amount, content)| Ask::Claim {
            right_no,
            amount,
            content
        }),
        (0..4_u32, amount(), 0..2_u8).prop_map(|(claim, amount, reference)| Ask::PayClaim {
            claim,
            amount,
            reference
        }),
        (0..4_u32, reason()).prop_map(|(claim, reason)| Ask::RefuseClaim { claim, reason }),
    ];
    let beside = prop_oneof![
        (prop::option::of(0..2_u8), 0..3_u8).prop_map(|(key, text)| Ask::Annotate { key, text }),
        (0..2_u8, 0..3_u8).prop_map(|(notice, outcome)| Ask::RecordNotice { notice, outcome }),
    ];
    prop_oneof![3 => before_issue, 6 => opening_and_end, 5 => invoices_and_claims, 1 => beside]
}

fn moment(minute: i64) -> DateTime<Utc> {
    at("2026-03-01 00:00:00") + TimeDelta::minutes(minute)
}

fn date(days: i64) -> NaiveDate {
    day("2026-02-01").checked_add_days(Days::new(u64::try_from(days + 28).unwrap())).unwrap()
}

fn number(right: bool) -> String {
    if right { events::GUARANTEE_NO.into() } else { "BH-OTHER".into() }
}

/// 0 is no reason at all.
fn reason(reason: u8) -> String {
    if reason == 0 { " ".into() } else { format!("原因{reason}") }
}

fn payer(payer: u8) -> (String, String) {
    (format!("企业{payer}"), format!("3205{payer}"))
}

fn content(content: u8) -> baohan_domain::Fingerprint {
    fingerprint(&content.to_string())
}

fn yuan_of(fen: i64) -> Money {
    Money::from_fen(fen)
}

fn form(plain: bool) -> Form {
    if plain { Form::Plain } else { Form::Sealed }
}

fn opened(sealing: Sealing, key: BroughtKey) -> Result<(Terms, SealMode), SealedField> {
    let section = match key {
        BroughtKey::Wrong => return Err(SealedField::SectionNo),
        BroughtKey::Right => "E1",
        BroughtKey::Other => "E2",
    };
    let amount = (sealing == Sealing::SectionAndAmount).then(|| yuan_of(AMOUNT_FEN));
    Ok((Terms { section_no: Some(section.into()), amount, ..Terms::default() }, SealMode::Ecb))
}

impl Ask {
    /// The command, asked at that minute.
    pub fn command(&self, sealing: Sealing, now: i64) -> Command {
        let at = moment(now);
        match self.clone() {
            Ask::Apply { content: given } => apply(sealing, given, at).into(),
            Ask::RecordPremium { payer: by, fen } => {
                let (payer_name, payer_account) = payer(by);
                let (amount, paid_at, reference) = (yuan_of(fen), None, None);
                RecordPremium { payer_name, payer_account, amount, paid_at, reference, at }.into()
            }
            Ask::CorrectPremium { payer: by, fen, reason: why } => {
                let ((payer_name, payer_account), amount, reason) = (payer(by), yuan_of(fen), reason(why));
                CorrectPremium {
                    payer_name,
                    payer_account,
                    amount,
                    paid_at: None,
                    reference: None,
                    reason,
                    at,
                }
                .into()
            }
            Ask::Issue { along, says_day, in_days, plain } => {
                let valid_until = date(now / MINUTES_A_DAY + in_days);
                let asked = IssueAsked {
                    premium: along.map(|(_, fen)| yuan_of(fen)),
                    payer_name: along.map(|(by, _)| payer(by).0),
                    payer_account: along.map(|(by, _)| payer(by).1),
                    valid_until: says_day.then_some(valid_until),
                    ..IssueAsked::default()
                };
                Issue { asked, valid_until, document: document(form(plain)), at, ..commands::issue() }.into()
            }
            Ask::Decline { reason: why } => Decline { reason: reason(why), at }.into(),
            Ask::Withdraw { cause } => {
                let causes = [WithdrawnCause::Unpaid, WithdrawnCause::Applicant, WithdrawnCause::Platform];
                Withdraw { cause: causes[usize::from(cause)], reason: None, at }.into()
            }
            Ask::Restore { right_no, key, opening, early } => Restore {
                guarantee_no: number(right_no),
                opening_at: moment(opening),
                opened: opened(sealing, key),
                early: [
                    EarlyRestore::Refuse,
                    EarlyRestore::Hold,
                    EarlyRestore::Accept { hours_max: 24 },
                    EarlyRestore::Accept { hours_max: 48 },
                ][usize::from(early)],
                at,
            }
            .into(),
            Ask::RecordRestored { plain } => RecordRestored { document: document(form(plain)), at }.into(),
            Ask::RequestInvoice { right_no, content: given } => {
                let (guarantee_no, content) = (number(right_no), content(given));
                RequestInvoice { guarantee_no, content, at, ..commands::request_invoice() }.into()
            }
            Ask::IssueInvoice { number } => {
                let invoice_no = InvoiceNo::new(format!("0000000{number}")).unwrap();
                IssueInvoice { invoice_no, at, ..commands::issue_invoice() }.into()
            }
            Ask::DeclineInvoice { reason: why } => DeclineInvoice { reason: reason(why), at }.into(),
            Ask::RequestQuit { right_no, content: given, exception } => {
                let exception = exception.then(events::exception);
                let (guarantee_no, content) = (number(right_no), content(given));
                RequestQuit { guarantee_no, content, exception, at, ..commands::request_quit() }.into()
            }
            Ask::ConfirmQuit => ConfirmQuit { at }.into(),
            Ask::RefuseQuit { reason: why } => RefuseQuit { reason: reason(why), at }.into(),
            Ask::Cancel { right_no } => Cancel { guarantee_no: number(right_no), at }.into(),
            Ask::Expire => Expire { at }.into(),
            Ask::Claim { right_no, amount, content: given } => {
                let (amount, content) = (amount.map(yuan_of), content(given));
                Claim { guarantee_no: number(right_no), amount, content, at, ..commands::claim() }.into()
            }
            Ask::PayClaim { claim, amount, reference } => {
                PayClaim { claim, amount: amount.map(yuan_of), reference: reference.to_string(), at }.into()
            }
            Ask::RefuseClaim { claim, reason: why } => RefuseClaim { claim, reason: reason(why), at }.into(),
            Ask::Extend { until } => Extend { valid_until: date(until), at }.into(),
            Ask::Annotate { key, text } => {
                let idempotency_key = key.map(|key| key.to_string());
                Annotate { text: reason(text), idempotency_key, at }.into()
            }
            Ask::RecordNotice { notice, outcome } => {
                let why = || "原因".to_owned();
                let outcomes = [
                    Notice::Acknowledged { attempts: 1, had_already: false },
                    Notice::Abandoned { attempts: 1, reason: why() },
                    Notice::Skipped { reason: why() },
                ];
                let outcome = outcomes[usize::from(outcome)].clone();
                let notice = uuid::Uuid::from_u128(notice.into());
                RecordNotice { notice, outcome, at, ..commands::acknowledge_notice() }.into()
            }
        }
    }
}

fn apply(sealing: Sealing, given: u8, at: DateTime<Utc>) -> Apply {
    let fields: &[SealedField] = match sealing {
        Sealing::Nothing => &[],
        Sealing::Section => &[SealedField::SectionNo],
        Sealing::SectionAndAmount => &[SealedField::SectionNo, SealedField::Amount],
    };
    let amount = (sealing != Sealing::SectionAndAmount).then(|| yuan_of(AMOUNT_FEN));
    let sealed = fields.iter().map(|field| (*field, "ciphertext".to_owned())).collect();
    let terms = Terms { amount, ..events::applied().terms };
    Apply { terms, sealed, content: content(given), at, ..commands::apply() }
}
