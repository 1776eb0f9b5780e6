use baohan_domain::Envelope;
use baohan_ledger::{Error, MasterKey, MasterKeyError, OpenError};

use crate::desk::{Desk, PHONE, id};

#[tokio::test]
async fn an_envelope_opens_for_its_own_label_and_guarantee_only() {
    let desk = Desk::new().await;
    desk.apply("SQ1", "a").await.unwrap();
    desk.apply("SQ2", "a").await.unwrap();
    let (one, two) =
        (desk.ledger.history(id("SQ1")).await.unwrap(), desk.ledger.history(id("SQ2")).await.unwrap());
    let envelope = one.keyring.envelope("mobile", PHONE).unwrap();
    assert!(!envelope.as_str().contains(PHONE));
    assert_eq!(one.keyring.open("mobile", &envelope).unwrap(), PHONE);
    assert_eq!(one.keyring.open("email", &envelope), Err(OpenError::DoesNotOpen));
    assert_eq!(two.keyring.open("mobile", &envelope), Err(OpenError::DoesNotOpen));
    let mut bent = envelope.as_str().to_owned();
    bent.replace_range(10..11, if bent.as_bytes()[10] == b'A' { "B" } else { "A" });
    assert_eq!(one.keyring.open("mobile", &Envelope::new(bent)), Err(OpenError::DoesNotOpen));
}

#[tokio::test]
async fn the_same_content_has_another_fingerprint_in_another_guarantee() {
    let desk = Desk::new().await;
    desk.apply("SQ1", "a").await.unwrap();
    desk.apply("SQ2", "a").await.unwrap();
    let (one, two) =
        (desk.ledger.history(id("SQ1")).await.unwrap(), desk.ledger.history(id("SQ2")).await.unwrap());
    assert_eq!(one.keyring.fingerprint(b"x").unwrap(), one.keyring.fingerprint(b"x").unwrap());
    assert_ne!(one.keyring.fingerprint(b"x").unwrap(), one.keyring.fingerprint(b"y").unwrap());
    assert_ne!(one.keyring.fingerprint(b"x").unwrap(), two.keyring.fingerprint(b"x").unwrap());
}

#[tokio::test]
async fn another_master_key_unwraps_nothing_and_changes_nothing() {
    let desk = Desk::new().await;
    desk.apply("SQ1", "a").await.unwrap();
    let desk = desk.reopened_with_key(&[8; 32]).await;
    let refused = desk.apply("SQ1", "a").await;
    assert!(matches!(refused, Err(Error::Key(MasterKeyError::DoesNotUnwrap(_)))), "{refused:?}");
    let desk = desk.reopened_with_key(&[7; 32]).await;
    assert!(!desk.apply("SQ1", "a").await.unwrap().is_changed());
}

#[test]
fn a_master_key_has_32_bytes_and_is_never_shown() {
    assert!(matches!(MasterKey::new(&[1; 31]), Err(MasterKeyError::Length(31))));
    let key = MasterKey::new(&[1; 32]).unwrap();
    assert_eq!(format!("{key:?}"), "MasterKey(***)");
    assert_ne!(*key.derive("a"), *key.derive("b"));
}

#[tokio::test]
async fn a_stored_message_is_sealed_and_opens_again() {
    let desk = Desk::new().await;
    let mut context = desk.context();
    let (accepted, refused) = (desk.entry(), desk.entry());
    context.journal = Some(accepted.clone());
    desk.ledger.carry_out_first(context, id("SQ1"), desk.prepare("SQ1", "a")).await.unwrap();
    desk.ledger.record(refused.clone()).await.unwrap();
    for entry in [accepted, refused] {
        let kept = desk.ledger.log().journal_entry(entry.id).await.unwrap().unwrap().entry;
        let stored = kept.body.clone().unwrap();
        assert!(!stored.windows(PHONE.len()).any(|part| part == PHONE.as_bytes()));
        assert_eq!(desk.ledger.journal_body(&kept).await.unwrap().as_deref(), entry.body.as_deref());
    }
}
