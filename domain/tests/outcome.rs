//! What became of things, in the words of the read API and of the topic of states, out of the stored form of events.

use baohan_domain::upcast::read;
use baohan_domain::{Guarantee, evolve};

/// A guarantee after these events, as the golden files have them.
fn after(names: &[&str]) -> Guarantee {
    names.iter().fold(Guarantee::default(), |guarantee, name| {
        let path = format!("tests/golden/{name}-1.0.json");
        let payload = std::fs::read_to_string(path).unwrap();
        evolve(guarantee, &read(name, "1.0", payload.trim_end()).unwrap())
    })
}

fn issued_and(names: &[&str]) -> Guarantee {
    after(&[&["Applied", "PremiumPaid", "Issued"], names].concat())
}

#[test]
fn an_end_says_who_or_what_brought_it_about_and_why() {
    assert!(after(&["Applied"]).life.end().is_none() && issued_and(&[]).life.end().is_none());
    for (guarantee, cause, reason) in [
        (after(&["Applied", "Declined"]), None, Some("保证金金额超过单笔限额")),
        (after(&["Applied", "Withdrawn"]), Some("unpaid"), None),
        (issued_and(&["QuitRequested", "Quit"]), None, Some("放弃投标")),
        (issued_and(&["Cancelled"]), Some("requested"), None),
    ] {
        let end = guarantee.life.end().unwrap();
        assert_eq!((end.cause, end.reason), (cause, reason));
    }
}

#[test]
fn a_claim_is_open_until_it_is_paid_or_refused() {
    let of = |names: &[&str]| issued_and(names).issued().unwrap().claims[0].clone();
    let open = of(&["Claimed"]);
    assert_eq!((open.outcome().state, open.outcome().settled_at), ("open", None));
    let paid = of(&["Claimed", "ClaimPaid"]);
    let outcome = paid.outcome();
    assert_eq!((outcome.state, outcome.reference), ("paid", Some("PAY-2026-0001")));
    assert_eq!(outcome.paid_amount, Some(paid.amount));
    let refused = of(&["Claimed", "ClaimRefused"]);
    let outcome = refused.outcome();
    assert_eq!((outcome.state, outcome.refused_because), ("refused", Some("索赔材料不符")));
    assert!(outcome.paid_amount.is_none() && outcome.settled_at.is_some());
}

#[test]
fn a_quit_is_open_until_it_is_agreed_or_refused() {
    assert!(issued_and(&[]).quit().is_none());
    for (then, state, because) in [
        (None, "open", None),
        (Some("Quit"), "agreed", None),
        (Some("QuitRefused"), "refused", Some("保函已用于投标")),
    ] {
        let names: Vec<&str> = ["QuitRequested"].into_iter().chain(then).collect();
        let guarantee = issued_and(&names);
        let outcome = guarantee.quit().unwrap();
        assert_eq!((outcome.state, outcome.refused_because), (state, because));
        assert_eq!(outcome.refused_at.is_some(), because.is_some());
        assert_eq!(outcome.request.reason, "放弃投标");
    }
}

#[test]
fn an_invoice_is_open_until_it_is_issued_or_declined() {
    assert!(issued_and(&[]).issued().unwrap().invoicing.outcome().is_none());
    for (then, state, number, reason) in [
        (None, "open", None, None),
        (Some("Invoiced"), "issued", Some("26322000000012345678"), None),
        (Some("InvoiceDeclined"), "declined", None, Some("税号有误")),
    ] {
        let names: Vec<&str> = ["InvoiceRequested"].into_iter().chain(then).collect();
        let guarantee = issued_and(&names);
        let outcome = guarantee.issued().unwrap().invoicing.outcome().unwrap();
        let found = outcome.number.map(ToString::to_string);
        assert_eq!((outcome.state, found.as_deref(), outcome.reason), (state, number, reason));
        assert_eq!(outcome.settled_at.is_some(), then.is_some());
    }
}

#[test]
fn the_plain_document_stands_behind_the_first_one() {
    let before = issued_and(&["RestoreRequested"]);
    let before = before.issued().unwrap();
    assert_eq!((before.documents().count(), before.restored_at()), (1, None));
    let restored = issued_and(&["RestoreRequested", "Restored"]);
    let restored = restored.issued().unwrap();
    assert_eq!(restored.documents().next(), Some(&restored.document));
    assert_eq!((restored.documents().count(), restored.restored_at().is_some()), (2, true));
}
