use baohan_domain::command::{Foreseen, Issue, IssueAsked};
use baohan_domain::event::{Issued, PremiumPaid};
use baohan_domain::{Form, GuaranteeNo, Refusal, Status};

use crate::story::commands::{issue, premium_along};
use crate::story::past::{
    an_application, cancelled, declined, issued, issued_unsealed, nothing, paid, quit, withdrawn,
};
use crate::story::{at, day, document, events, yuan};

fn asked(asked: IssueAsked) -> Issue {
    Issue { asked, ..issue() }
}

/// What a careful caller says along with an issue, all of it as it comes to stand.
fn everything() -> IssueAsked {
    IssueAsked {
        guarantee_no: Some(events::issued().guarantee_no),
        rate: Some(events::issued().rate),
        valid_until: Some(day("2026-06-30")),
        document_digest: Some(document(Form::Sealed).digest),
        ..premium_along()
    }
}

#[test]
fn a_paid_application_is_issued() {
    let past = paid().when(issue()).then(events::issued());
    assert_eq!(past.guarantee().status(), Some(Status::Issued));
}

#[test]
fn the_premium_can_be_given_along_with_the_issue() {
    let premium = PremiumPaid { paid_at: issue().at, reference: None, ..events::premium_paid() };
    an_application()
        .when(asked(premium_along()))
        .then_all(vec![premium.into(), events::issued().into()])
        .when(asked(premium_along()))
        .then_nothing_new();
}

#[test]
fn without_a_premium_nothing_is_issued() {
    an_application().when(issue()).then_refused(Refusal::PremiumNotRecorded);
    let halves = [
        IssueAsked { premium: None, ..premium_along() },
        IssueAsked { payer_name: None, ..premium_along() },
        IssueAsked { payer_account: None, ..premium_along() },
    ];
    for half in halves {
        an_application().when(asked(half)).then_refused(Refusal::PremiumNotRecorded);
    }
}

#[test]
fn a_premium_given_along_must_be_the_one_on_record() {
    paid().when(asked(premium_along())).then(events::issued());
    let others = [
        IssueAsked { premium: Some(yuan("1")), ..premium_along() },
        IssueAsked { payer_name: Some("别家".into()), ..premium_along() },
        IssueAsked { payer_account: Some("1".into()), ..premium_along() },
    ];
    for other in others {
        paid().when(asked(other)).then_refused(Refusal::PremiumDiffers);
    }
}

#[test]
fn the_same_issue_again_is_ok_whether_it_says_everything_or_nothing() {
    for past in [issued(), quit(), cancelled()] {
        past.when(issue()).then_nothing_new().when(asked(everything())).then_nothing_new();
    }
}

#[test]
fn an_issue_that_asks_for_something_else_is_refused_afterwards() {
    let others = [
        IssueAsked { guarantee_no: Some(GuaranteeNo::new("BH-OTHER").unwrap()), ..everything() },
        IssueAsked { rate: Some("0.01".parse().unwrap()), ..everything() },
        IssueAsked { premium: Some(yuan("6400.01")), ..everything() },
        IssueAsked { payer_name: Some("别家".into()), ..everything() },
        IssueAsked { payer_account: Some("1".into()), ..everything() },
        IssueAsked { valid_until: Some(day("2026-07-01")), ..everything() },
        IssueAsked { document_digest: Some("00".repeat(32)), ..everything() },
    ];
    for other in others {
        issued().when(asked(other)).then_refused(Refusal::AlreadyIssued);
    }
}

#[test]
fn what_was_declined_given_up_or_never_asked_for_is_not_issued() {
    declined().when(issue()).then_refused(Refusal::AlreadyDeclined);
    withdrawn().when(issue()).then_refused(Refusal::AlreadyWithdrawn);
    nothing().when(issue()).then_refused(Refusal::UnknownApplication);
}

#[test]
fn the_first_document_is_sealed_where_something_is_sealed_and_plain_otherwise() {
    let plain = Issue { document: document(Form::Plain), ..issue() };
    paid().when(plain).then_refused(Refusal::WrongForm);
    let unsealed = issued_unsealed().guarantee();
    assert_eq!(unsealed.issued().unwrap().document.form, Form::Plain);
    let application = baohan_domain::event::Applied { sealed: [].into(), ..events::applied() };
    let past = nothing().and(application).and(events::premium_paid());
    past.clone().when(issue()).then_refused(Refusal::WrongForm);
    past.when(Issue { document: document(Form::Plain), ..issue() })
        .then(Issued { document: document(Form::Plain), ..events::issued() });
}

#[test]
fn the_last_day_in_force_is_today_at_the_earliest_by_chinas_calendar() {
    // 00:30 on the 3rd in China is still the 2nd in UTC.
    let just_after_midnight = Issue { at: at("2026-03-03 00:30:00"), ..issue() };
    let until = |text: &str| {
        let asked = IssueAsked { valid_until: Some(day(text)), ..IssueAsked::default() };
        Issue { asked, valid_until: day(text), ..just_after_midnight.clone() }
    };
    paid().when(until("2026-03-02")).then_refused(Refusal::ValidityInThePast);
    paid().when(until("2026-03-03")).then(Issued {
        valid_until: day("2026-03-03"),
        issued_at: at("2026-03-03 00:30:00"),
        ..events::issued()
    });
    // Nor does a day slip in that nobody asked for.
    let computed = Issue { valid_until: day("2026-03-02"), ..just_after_midnight };
    paid().when(computed).then_refused(Refusal::ValidityInThePast);
}

#[test]
fn an_issue_is_foreseen_before_a_number_and_a_document_are_spent_on_it() {
    let now = issue().at;
    let foresee =
        |past: crate::story::Past, asked: IssueAsked| Issue::foresee(&past.guarantee(), &asked, now);
    assert_eq!(foresee(paid(), IssueAsked::default()), Ok(Foreseen::PremiumRecorded));
    assert_eq!(foresee(issued(), IssueAsked::default()), Ok(Foreseen::Repeat));
    assert_eq!(foresee(an_application(), IssueAsked::default()), Err(Refusal::PremiumNotRecorded));
    let paid = PremiumPaid { paid_at: now, reference: None, ..events::premium_paid() };
    assert_eq!(foresee(an_application(), premium_along()), Ok(Foreseen::PremiumGivenAlong(paid)));
    assert_eq!(foresee(declined(), premium_along()), Err(Refusal::AlreadyDeclined));
}
