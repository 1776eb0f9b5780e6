//! The files of a guarantee.

use baohan_office::Role;

use crate::house::House;

#[tokio::test]
async fn both_forms_are_served_once_they_are_made() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let path = |form: &str| format!("/api/v1/guarantees/{id}/documents/{form}");
    let sealed = house.get(Role::Finance, &path("sealed")).await;
    assert!(sealed.bytes.starts_with(b"%PDF-"));
    assert_eq!(sealed.headers["x-content-type-options"], "nosniff");
    assert!(sealed.headers["content-disposition"].to_str().unwrap().contains("G-A-1.pdf"));
    for form in ["plain", "other"] {
        let none = house.get(Role::Finance, &path(form)).await;
        assert_eq!((none.status.as_u16(), none.code().as_str()), (404, "no-such-document"), "{form}");
    }
    house.restored(id, house.ledger.now()).await;
    let plain = house.get(Role::Finance, &path("plain")).await;
    assert!(plain.bytes.starts_with(b"%PDF-"));
    assert_ne!(plain.headers["etag"], sealed.headers["etag"]);
    assert_eq!(house.get(Role::Finance, &path("sealed")).await.bytes, sealed.bytes);
}

#[tokio::test]
async fn an_application_has_no_document_and_a_lost_one_is_not_made_up() {
    let house = House::open().await;
    let applied = house.applied("A-1").await;
    let none = house.get(Role::Finance, &format!("/api/v1/guarantees/{applied}/documents/sealed")).await;
    assert_eq!(none.code(), "no-such-document");
    let id = house.issued("A-2").await;
    std::fs::remove_dir_all(house.folder.path().join("documents/sm3")).unwrap();
    let lost = house.get(Role::Finance, &format!("/api/v1/guarantees/{id}/documents/sealed")).await;
    assert_eq!((lost.status.as_u16(), lost.code().as_str()), (503, "documents-unavailable"));
    assert!(!lost.detail().contains("sm3"), "no inside");
}
