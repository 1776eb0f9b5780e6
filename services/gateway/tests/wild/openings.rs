//! W11, W12, W15, W30, W31: keys.

use baohan_domain::{SealMode, Status};
use baohan_wire::{EarlyRestore, SealKey, seal_text};

use crate::fixture;
use crate::world::{KEY, Message, World, china, speaking};

#[tokio::test]
async fn w11_a_key_on_the_evening_before_is_taken() {
    let world = World::new().await;
    world.issued("WILD0011", "WBH0011").await;
    world.at("2026-03-23 21:58:03");
    world.send("baohanrestore", fixture!("W11-restore.json")).await.taken();
    world.render("WILD0011", "WBH0011").await;
    let guarantee = world.guarantee("WILD0011").await;
    assert_eq!(guarantee.status(), Some(Status::Restored));
    let issued = guarantee.issued().unwrap();
    assert_eq!(issued.opening.key().unwrap().opening_at, china("2026-03-24 09:00:00"));
    assert_eq!(issued.terms().section_no.as_deref(), Some("E32000WILD0011"));

    // The plain document waits for the opening; the sealed one does not.
    assert_eq!(world.download("WILD0011", "plain").await.status, 403);
    assert_eq!(world.download("WILD0011", "sealed").await.status, 200);
    world.at("2026-03-24 08:59:59");
    assert_eq!(world.download("WILD0011", "plain").await.status, 403);
    world.at("2026-03-24 09:00:00");
    assert_eq!(world.download("WILD0011", "plain").await.status, 200);
}

#[tokio::test]
async fn w11_a_profile_can_refuse_early_keys() {
    let world = World::of(speaking(|dialect| dialect.early_restore = EarlyRestore::Refuse)).await;
    world.issued("WILD0011", "WBH0011").await;
    world.at("2026-03-23 21:58:03");
    world.send("baohanrestore", fixture!("W11-restore.json")).await.refused_with("kaibiaotime");
    assert_eq!(world.events("WILD0011").await, ["Applied", "PremiumPaid", "Issued"]);
}

#[tokio::test]
async fn w11_a_key_can_come_too_early() {
    let world = World::of(speaking(|dialect| dialect.early_restore_max_hours = 11)).await;
    world.issued("WILD0011", "WBH0011").await;
    world.at("2026-03-23 21:58:03");
    // Eleven hours, one minute and 57 seconds ahead.
    world.send("baohanrestore", fixture!("W11-restore.json")).await.refused_with("kaibiaotime");
    world.at("2026-03-23 22:00:00");
    world.send("baohanrestore", fixture!("W11-restore.json")).await.taken();
}

#[tokio::test]
async fn w12_an_iv_that_is_none_means_ecb() {
    let world = World::new().await;
    world.issued("WILD0012", "WBH0012").await;
    world.at("2026-03-23 21:58:03");
    world.send("baohanrestore", fixture!("W12-restore.json")).await.taken();
    let guarantee = world.guarantee("WILD0012").await;
    assert_eq!(guarantee.issued().unwrap().opening.key().unwrap().mode, SealMode::Ecb);
    assert_eq!(guarantee.issued().unwrap().terms().section_no.as_deref(), Some("E32000WILD0012"));
}

#[tokio::test]
async fn w12_an_iv_of_16_bytes_opens_what_was_sealed_in_cbc() {
    const IV: &str = "fedcba98765432100123456789abcdef";
    let world = World::new().await;
    let key = SealKey::parse(KEY).unwrap();
    let iv: [u8; 16] = 0xfedc_ba98_7654_3210_0123_4567_89ab_cdef_u128.to_be_bytes();
    let in_cbc = |text: &str| seal_text(&key, Some(iv), text);
    assert_eq!(in_cbc("E32000000010012001"), "+1uPNPif3P+pNDRmTW6wgugjpzVO8dxI8tpDBtuPOaM=");
    let application = Message::apply("WILD0012")
        .sealed_already()
        .with("biaoduanno", in_cbc("E32000000010012001"))
        .with("biaoduanname", in_cbc("滨江快速路改造工程一标段"))
        .with("zbr", in_cbc("滨江城市建设投资有限公司"))
        .with("zbrorgnum", in_cbc("91320100MA1YYYYY1B"));
    world.call(&application).await.taken();
    world.issue("WILD0012", "WBH0012").await;
    world.at("2026-03-23 21:58:03");
    let restore = Message::restore("WILD0012", "WBH0012", "2026-03-24 09:00:00").with("iv", IV);
    world.call(&restore).await.taken();
    let guarantee = world.guarantee("WILD0012").await;
    assert_eq!(guarantee.issued().unwrap().opening.key().unwrap().mode, SealMode::Cbc);
    assert_eq!(guarantee.issued().unwrap().terms().section_no.as_deref(), Some("E32000000010012001"));
}

#[tokio::test]
async fn w15_a_ciphertext_of_a_faulty_library_restores_nothing() {
    let world = World::new().await;
    world.send("baohanapply", fixture!("W15-apply.json")).await.taken();
    world.issue("WILD0015", "WBH0015").await;
    world.at("2026-03-20 09:05:00");
    world.send("baohanrestore", fixture!("W15-restore.json")).await.refused_with("biaoduanno");
    assert_eq!(world.outcomes().await[0], "key-does-not-open");
    assert_eq!(world.events("WILD0015").await, ["Applied", "PremiumPaid", "Issued"]);
    let guarantee = world.guarantee("WILD0015").await;
    assert_eq!(guarantee.status(), Some(Status::Issued));
    assert!(guarantee.issued().unwrap().opening.key().is_none());

    // With a right key for right data it goes on: here the platform brings plain values instead.
    let plain = speaking(|dialect| dialect.restore = baohan_wire::RestoreForm::Either);
    let world = world.restarted_with(plain).await;
    world.at("2026-03-20 09:30:00");
    let restore = Message::restore("WILD0015", "WBH0015", "2026-03-20 09:00:00")
        .without("key")
        .with("biaoduanno", "E32000000010015001")
        .with("biaoduanname", "滨江快速路改造工程一标段")
        .with("zbr", "滨江城市建设投资有限公司")
        .with("zbrorgnum", "91320100MA1YYYYY1B");
    world.call(&restore).await.taken();
    let guarantee = world.guarantee("WILD0015").await;
    assert_eq!(guarantee.issued().unwrap().terms().section_no.as_deref(), Some("E32000000010015001"));
}

#[tokio::test]
async fn w30_restoring_what_was_quit_is_daily_business() {
    let world = World::new().await;
    world.issued("WILD0030", "WBH0030").await;
    world.call(&Message::quit("WILD0030", "WBH0030")).await.taken();
    world.confirm_quit("WILD0030").await;
    let before = world.events("WILD0030").await;
    world.at("2026-03-20 09:05:00");
    for _ in 0..2 {
        world.send("baohanrestore", fixture!("W30-restore.json")).await.refused_with("已退保");
    }
    assert_eq!(world.events("WILD0030").await, before);
    assert_eq!(world.outcomes().await[..2], ["not-open", "not-open"]);
    let guarantee = world.guarantee("WILD0030").await;
    assert_eq!(guarantee.status(), Some(Status::Quit));
    assert_eq!(guarantee.issued().unwrap().terms().section_no, None, "the sealed values stay sealed");
}

#[tokio::test]
async fn w31_restoring_what_was_never_issued_speaks_of_the_state() {
    let world = World::new().await;
    world.call(&Message::apply("WILD0031")).await.taken();
    world.at("2026-03-20 09:05:00");
    world.send("baohanrestore", fixture!("W31-restore.json")).await.refused_with("未出函");
    assert_eq!(world.events("WILD0031").await, ["Applied"]);
    assert_eq!(world.outcomes().await[0], "not-open");
}
