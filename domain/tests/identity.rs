//! Identities against UUIDs that another implementation (Python's `uuid.uuid5`) worked out over the same names.

use baohan_domain::identity::NAMESPACE;
use baohan_domain::{ApplicationNo, GuaranteeId};
use uuid::Uuid;

fn id(platform: &str, centre: Option<&str>, application: &str) -> String {
    GuaranteeId::of(platform, centre, &ApplicationNo::new(application).unwrap()).to_string()
}

#[test]
fn the_namespace_is_that_of_its_dns_name() {
    assert_eq!(NAMESPACE, Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"guarantee.baohan"));
    assert_eq!(NAMESPACE.to_string(), "d25d1e04-1af7-56a8-8de1-af6c90286cf5");
}

#[test]
fn an_application_always_has_the_same_identity() {
    // uuid.uuid5(namespace, "9:jyzx-demo;0:;16:SN20260101000001;")
    assert_eq!(id("jyzx-demo", None, "SN20260101000001"), "c959733a-a140-5b9d-b81d-b2395fcb69fc");
    assert_eq!(id("jyzx-wild", Some("A3299990121"), "WILD0001"), "856087ce-163d-5d0b-abef-caecab628fb8");
    // Lengths are counted in bytes: "12:交易中心;0:;12:申请〇一;"
    assert_eq!(id("交易中心", None, "申请〇一"), "916402c3-6692-5995-b89a-6087fae03a82");
}

#[test]
fn parts_that_read_the_same_when_joined_are_different_applications() {
    assert_eq!(id("a", Some("bc"), "d"), "c9e355df-a574-59eb-9986-7167e3c5a89e");
    assert_eq!(id("ab", Some("c"), "d"), "0107f02b-33e3-5e9b-9b22-c2ff1e282b4d");
    assert_ne!(id("a", None, "1;0:;"), id("a", Some("1;0:;"), "x"));
}

#[test]
fn a_centre_that_is_not_named_is_an_empty_one() {
    assert_eq!(id("a", None, "d"), id("a", Some(""), "d"));
    assert_ne!(id("a", None, "d"), id("a", Some("d"), "d"));
}

#[test]
fn an_identity_is_written_and_read_back() {
    let id: GuaranteeId = "c959733a-a140-5b9d-b81d-b2395fcb69fc".parse().unwrap();
    assert_eq!(GuaranteeId::from(id.uuid()), id);
    assert_eq!(serde_json::to_string(&id).unwrap(), "\"c959733a-a140-5b9d-b81d-b2395fcb69fc\"");
    assert!("no id".parse::<GuaranteeId>().is_err());
}
