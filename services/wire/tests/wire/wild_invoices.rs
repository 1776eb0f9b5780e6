//! Requests for invoices that integrators really send.

use baohan_domain::Money;
use baohan_wire::{Call, InvoiceKind, InvoiceRequest};

use crate::setup::{diagnosed, understood};

fn request(toml: &str, name: &str) -> InvoiceRequest {
    match understood(toml, "invoiceapply", name) {
        Call::RequestInvoice(request) => request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn w03_numbers_signed_as_written_are_right() {
    let request = request("", "W03-invoice-as-written.json");
    assert_eq!(request.amount, Money::from_decimal_text("6400").unwrap());
    assert_eq!(request.kind, InvoiceKind::Ordinary);
    assert_eq!(request.personal["email"], "fp@example.com");
    assert_eq!(request.personal["mobile"], "13800000000");
}

#[test]
fn w03_numbers_signed_as_doubles_are_explained() {
    let found = diagnosed("", "invoiceapply", "W03-invoice-as-doubles.json");
    assert_eq!(found, [r#"numbers = "java-double""#]);
}

#[test]
fn w03_numbers_signed_as_doubles_are_right_by_dialect_and_the_type_is_still_0() {
    let request = request(r#"numbers = "java-double""#, "W03-invoice-as-doubles.json");
    assert_eq!(request.kind, InvoiceKind::Ordinary);
}

#[test]
fn w39_jacksons_numbers_are_explained() {
    assert!(
        diagnosed("", "invoiceapply", "W39-invoice.json").contains(&r#"numbers = "java-decimal""#.to_owned())
    );
}

#[test]
fn w39_jacksons_numbers_are_right_by_dialect() {
    let request = request(r#"numbers = "java-decimal""#, "W39-invoice.json");
    assert_eq!(request.amount, Money::from_decimal_text("6400.00").unwrap());
}
