use baohan_wire::ReceivedNotice;

use super::*;

const LAX: Habits = Habits { refuses_repeats: false, refuses_strangers: false };
const STRICT: Habits = Habits { refuses_repeats: false, refuses_strangers: true };

fn told(notice: ReceivedNotice) -> Told {
    Told::of("p", None, notice, DateTime::UNIX_EPOCH)
}

fn quit(application_no: &str, guarantee_no: &str) -> ReceivedNotice {
    ReceivedNotice::Quit { application_no: application_no.into(), guarantee_no: guarantee_no.into() }
}

fn restored(document: &[u8]) -> ReceivedNotice {
    ReceivedNotice::Restored {
        application_no: "A".into(),
        guarantee_no: "G".into(),
        document_url: None,
        document: document.to_vec(),
    }
}

#[test]
fn the_same_notice_again_counts_and_is_taken() {
    let centre = Centre::default();
    assert_eq!(centre.take(told(quit("A", "G")), LAX), Taken::Yes);
    assert_eq!(centre.take(told(quit("A", "G")), LAX), Taken::Yes);
    let habits = Habits { refuses_repeats: true, ..LAX };
    assert_eq!(centre.take(told(quit("A", "G")), habits), Taken::HadAlready);
    assert_eq!(centre.told_of("A", Interface::Quitnotice)[0].times, 3);
}

#[test]
fn another_file_is_another_notice() {
    let centre = Centre::default();
    assert_eq!(centre.take(told(restored(b"%PDF-1")), LAX), Taken::Yes);
    assert_eq!(centre.take(told(restored(b"%PDF-1")), LAX), Taken::Yes);
    assert!(matches!(centre.take(told(restored(b"%PDF-2")), LAX), Taken::No(_)));
    let kept = &centre.told()[0];
    assert_eq!((kept.file.as_deref(), kept.times), (Some(b"%PDF-1".as_slice()), 2));
}

#[test]
fn a_number_that_belongs_to_another_application_is_refused() {
    let centre = Centre::default();
    assert_eq!(centre.take(told(quit("A", "G")), LAX), Taken::Yes);
    assert!(matches!(centre.take(told(quit("B", "G")), LAX), Taken::No(_)));
    let other = Told::of("q", None, quit("B", "G"), DateTime::UNIX_EPOCH);
    assert_eq!(centre.take(other, LAX), Taken::Yes, "another platform's numbers are its own");
}

#[test]
fn the_centre_of_the_application_stands_in_each_notice() {
    let centre = Centre::default();
    let of = |code: &str, notice| Told::of("p", Some(code.to_owned()), notice, DateTime::UNIX_EPOCH);
    assert_eq!(centre.take(of("A1", quit("A", "G")), LAX), Taken::Yes);
    let invoice = || ReceivedNotice::InvoiceDeclined { guarantee_no: "G".into() };
    assert!(matches!(centre.take(of("A2", invoice()), LAX), Taken::No(_)));
    assert_eq!(centre.take(of("A1", invoice()), LAX), Taken::Yes);
}

#[test]
fn an_invoice_of_an_unknown_guarantee_is_refused() {
    let notice = ReceivedNotice::InvoiceDeclined { guarantee_no: "G".into() };
    assert!(matches!(Centre::default().take(told(notice), LAX), Taken::No(_)));
}

#[test]
fn a_declined_invoice_can_be_issued_later_and_told_again_late() {
    let centre = Centre::default();
    centre.take(told(quit("A", "G")), LAX);
    let declined = || told(ReceivedNotice::InvoiceDeclined { guarantee_no: "G".into() });
    let invoiced = |number: &str| {
        told(ReceivedNotice::Invoiced {
            guarantee_no: "G".into(),
            invoice_url: None,
            invoice_code: None,
            invoice_no: Some(number.into()),
        })
    };
    assert_eq!(centre.take(declined(), LAX), Taken::Yes);
    assert_eq!(centre.take(invoiced("12345678"), LAX), Taken::Yes);
    assert_eq!(centre.take(declined(), LAX), Taken::Yes, "an old notice that comes once more");
    assert!(matches!(centre.take(invoiced("87654321"), LAX), Taken::No(_)));
    assert_eq!(centre.told().len(), 3);
}

#[test]
fn a_decision_about_an_application_stands() {
    let centre = Centre::default();
    let not_issued = ReceivedNotice::NotIssued { application_no: "A".into() };
    assert_eq!(centre.take(told(not_issued), LAX), Taken::Yes);
    assert!(centre.told()[0].is_final());
}

#[test]
fn a_strict_platform_knows_its_own_applications_alone() {
    let centre = Centre::default();
    let not_issued = || told(ReceivedNotice::NotIssued { application_no: "A".into() });
    assert!(matches!(centre.take(not_issued(), STRICT), Taken::No(_)));
    centre.applies("p", None, "A");
    assert_eq!(centre.take(not_issued(), STRICT), Taken::Yes);
    assert!(matches!(centre.take(told(quit("A", "G")), STRICT), Taken::No(_)), "it was never issued");
}

#[test]
fn the_newest_notices_are_given_in_order() {
    let centre = Centre::default();
    for number in 0..5 {
        centre.take(told(quit(&format!("A{number}"), &format!("G{number}"))), LAX);
    }
    let numbers = |told: Vec<Told>| told.into_iter().map(|told| told.number).collect::<Vec<_>>();
    assert_eq!(numbers(centre.newest(None, None, 2)), [3, 4]);
    assert_eq!(numbers(centre.newest(None, Some(1), 9)), [2, 3, 4]);
    assert_eq!(numbers(centre.newest(Some("A1"), None, 9)), [1]);
    assert_eq!(centre.numbered(4).unwrap().application_no.as_deref(), Some("A4"));
    assert!(centre.numbered(5).is_none());
}
