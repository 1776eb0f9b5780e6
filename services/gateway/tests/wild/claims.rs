//! W06, W07, W09, W10, W17: the one call that must not fail.

use baohan_domain::state::Claim;
use baohan_wire::{KeyOrder, NestedText};

use crate::fixture;
use crate::world::{World, speaking};

async fn the_claim(world: &World, application_no: &str) -> Claim {
    let guarantee = world.guarantee(application_no).await;
    let claims = &guarantee.issued().unwrap().claims;
    assert_eq!(claims.len(), 1);
    claims[0].clone()
}

#[track_caller]
fn nothing_claimed(events: &[String]) {
    assert!(!events.iter().any(|event| event == "Claimed"), "{events:?}");
}

#[tokio::test]
async fn w06_a_filelist_that_is_an_array() {
    let world = World::new().await;
    world.restored("WILD0006", "WBH0006").await;
    world.at("2026-04-02 09:30:00");
    let wrong = [(fixture!("W06-java.json"), "java"), (fixture!("W06-blanks.json"), "as-received")];
    for (body, variant) in wrong {
        world.send("claimsnotice", body).await.refused_with("sign");
        let diagnosis = world.diagnosis().await;
        assert!(diagnosis.contains(variant), "{variant}: {diagnosis}");
    }
    nothing_claimed(&world.events("WILD0006").await);

    world.send("claimsnotice", fixture!("W06-compact.json")).await.taken();
    let claim = the_claim(&world, "WILD0006").await;
    assert_eq!(claim.attachments, ["https://files.example/a.pdf", "https://files.example/b.pdf"]);
    // Thursday the 2nd; three working days are Friday, Monday, Tuesday.
    assert_eq!(claim.due_on.to_string(), "2026-04-07");
}

#[tokio::test]
async fn w06_a_profile_can_take_javas_own_text() {
    let world = World::of(speaking(|dialect| dialect.nested = NestedText::Java)).await;
    world.restored("WILD0006", "WBH0006").await;
    world.send("claimsnotice", fixture!("W06-java.json")).await.taken();
    assert_eq!(the_claim(&world, "WILD0006").await.attachments.len(), 2);
}

#[tokio::test]
async fn w06_a_profile_can_take_the_slice_of_the_body() {
    let world = World::of(speaking(|dialect| dialect.nested = NestedText::AsReceived)).await;
    world.restored("WILD0006", "WBH0006").await;
    // The same message from a sender that sends what it has signed.
    let compact = String::from_utf8(fixture!("W06-blanks.json").to_vec()).unwrap();
    let body = compact.replace(r#"{"fileurl":""#, r#"{"fileurl": ""#).replace(r#""},{"#, r#""}, {"#);
    world.send("claimsnotice", body).await.taken();
    assert_eq!(the_claim(&world, "WILD0006").await.attachments.len(), 2);
}

#[tokio::test]
async fn w07_escapes_inside_the_filelist_text() {
    let world = World::new().await;
    world.restored("WILD0007", "WBH0007").await;
    world.send("claimsnotice", fixture!("W07-claim.json")).await.taken();
    assert_eq!(the_claim(&world, "WILD0007").await.attachments, ["https://files.example/get?id=7&t=9"]);
}

#[tokio::test]
async fn w09_keys_sorted_without_regard_to_case() {
    let world = World::new().await;
    world.restored("WILD0009", "WBH0009").await;
    world.send("claimsnotice", fixture!("W09-case-insensitive.json")).await.refused_with("sign");
    nothing_claimed(&world.events("WILD0009").await);
    assert!(world.diagnosis().await.contains("case-insensitive"));

    let in_byte_order = String::from_utf8(fixture!("W09-case-insensitive.json").to_vec()).unwrap().replace(
        "0f44504f609430377eac693d0b1348d2ad41e49aa13c86b05ebe1ee0b1440c65",
        "baa93c31b2065fc406877c57b7a2aa5e2cecb4978e5e41250deb89627e709a05",
    );
    world.send("claimsnotice", in_byte_order).await.taken();
    // The application carried no centre, this call does: the guarantee is found by its number.
    the_claim(&world, "WILD0009").await;
}

#[tokio::test]
async fn w09_a_profile_can_sort_without_regard_to_case() {
    let world = World::of(speaking(|dialect| dialect.key_order = KeyOrder::CaseInsensitive)).await;
    world.restored("WILD0009", "WBH0009").await;
    world.send("claimsnotice", fixture!("W09-case-insensitive.json")).await.taken();
    the_claim(&world, "WILD0009").await;
}

#[tokio::test]
async fn w10_reason_in_lower_case() {
    let world = World::new().await;
    world.restored("WILD0010", "WBH0010").await;
    world.send("claimsnotice", fixture!("W10-claim.json")).await.taken();
    assert_eq!(the_claim(&world, "WILD0010").await.reason.as_deref(), Some("中标人放弃中标"));
}

#[tokio::test]
async fn w17_gbk_on_one_side() {
    let world = World::new().await;
    world.restored("WILD0017", "WBH0017").await;
    world.send("claimsnotice", fixture!("W17-gbk-hash.json")).await.refused_with("sign");
    assert!(world.diagnosis().await.contains("gbk"));

    let body = fixture!("W17-gbk-bytes.json");
    assert_eq!(
        body,
        &*encoding_rs::GBK.encode(std::str::from_utf8(fixture!("W17-gbk-hash.json")).unwrap()).0
    );
    world.send("claimsnotice", body).await.refused_with("UTF-8");
    let journal = world.journal().await;
    assert_eq!(journal[0].entry.outcome, "not-utf-8");
    // Kept as it came, sealed: no replacement characters.
    let kept = world.ledger.log().journal_entry(journal[0].entry.id).await.unwrap().unwrap();
    assert_eq!(world.ledger.journal_body(&kept.entry).await.unwrap().unwrap(), body);
    nothing_claimed(&world.events("WILD0017").await);

    let right = String::from_utf8(fixture!("W17-gbk-hash.json").to_vec()).unwrap().replace(
        "cf8b008bb989c89ddb7d86679fac69e0d85c8488423657a5ba6ed854eeed11dd",
        "9eb9938e010757ebf480c4da8226fd956cf80f38b225de18cb3055df307fcf5c",
    );
    world.send("claimsnotice", right).await.taken();
}
