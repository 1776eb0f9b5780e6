use baohan_ledger::{Erased, Error, OpenError};

use crate::desk::{Desk, id};

#[tokio::test]
async fn an_erased_guarantee_lives_on_without_its_personal_data() {
    let desk = Desk::new().await;
    desk.apply("SQ1", "a").await.unwrap();
    let before = desk.ledger.history(id("SQ1")).await.unwrap();
    let erasure = desk.ledger.log().erase_key(id("SQ1").uuid(), desk.entry()).await.unwrap().unwrap();
    assert!(!erasure.repeated);

    let after = desk.ledger.history(id("SQ1")).await.unwrap();
    assert_eq!(after.guarantee, before.guarantee, "the events are as they were");
    assert!(after.keyring.is_erased());
    let envelope = &after.guarantee.application().unwrap().personal["contact_phone"];
    assert_eq!(after.keyring.open("contact_phone", envelope), Err(OpenError::Erased(Erased)));
    assert!(desk.annotate("SQ1", "a remark needs no key").await.unwrap().is_changed());
    let repeat = desk.apply("SQ1", "a").await;
    assert!(matches!(repeat, Err(Error::Erased(_))), "a repeat can no longer be told: {repeat:?}");
}
