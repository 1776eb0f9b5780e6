//! W03, W39: numbers in requests for an invoice, signed in other ways than they are written.

use baohan_domain::event::InvoiceKind;
use baohan_wire::NumberText;

use crate::fixture;
use crate::world::{World, speaking};

#[track_caller]
fn requested(events: &[String], times: usize) {
    assert_eq!(events.iter().filter(|event| *event == "InvoiceRequested").count(), times, "{events:?}");
}

#[tokio::test]
async fn w03_signed_as_written() {
    let world = World::new().await;
    world.restored("WILD0003", "WBH0003").await;
    world.send("invoiceapply", fixture!("W03-as-written.json")).await.taken();
    requested(&world.events("WILD0003").await, 1);
}

#[tokio::test]
async fn w03_signed_as_java_doubles() {
    let world = World::new().await;
    world.restored("WILD0003", "WBH0003").await;
    world.send("invoiceapply", fixture!("W03-java-double.json")).await.refused_with("sign");
    requested(&world.events("WILD0003").await, 0);
    assert!(world.diagnosis().await.contains("java-double"));

    let world = world.restarted_with(speaking(|dialect| dialect.numbers = NumberText::JavaDouble)).await;
    world.send("invoiceapply", fixture!("W03-java-double.json")).await.taken();
    let guarantee = world.guarantee("WILD0003").await;
    let request = guarantee.issued().unwrap().invoicing.request().unwrap();
    assert_eq!(request.particulars.kind, InvoiceKind::Ordinary);
    assert_eq!(request.particulars.amount.to_string(), "6400.00");
}

#[tokio::test]
async fn w39_signed_as_jackson_writes_numbers() {
    let world = World::new().await;
    world.restored("WILD0039", "WBH0039").await;
    world.send("invoiceapply", fixture!("W39-invoice.json")).await.refused_with("sign");
    requested(&world.events("WILD0039").await, 0);
    assert!(world.diagnosis().await.contains("java-decimal"));

    let world = world.restarted_with(speaking(|dialect| dialect.numbers = NumberText::JavaDecimal)).await;
    world.send("invoiceapply", fixture!("W39-invoice.json")).await.taken();
    requested(&world.events("WILD0039").await, 1);
}
