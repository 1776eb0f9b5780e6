//! Data of natural persons: where they go, and where they never show.

use baohan_wire::Call;

use crate::setup::{CLAIM, call, message, send, signed};

const PHONE: &str = "13912345678";

fn claim() -> Call {
    let members = CLAIM.replace("13800000001", PHONE) + r#","jbrphone":"13912345678","platformcode":"A1""#;
    send("", "claimsnotice", &members).result.unwrap()
}

#[test]
fn known_fields_get_english_labels_and_unknown_ones_keep_their_names() {
    let call = claim();
    let labels: Vec<_> = call.personal().keys().map(String::as_str).collect();
    assert_eq!(labels, ["contact_name", "contact_phone", "jbrphone"]);
    assert_eq!(call.personal()["contact_phone"], PHONE);
    assert_eq!(call.extra().len(), 1, "the centre's code is no personal data");
}

#[test]
fn debug_shows_no_personal_data() {
    let shown = format!("{:?}", claim());
    assert!(shown.contains("contact_phone") && !shown.contains(PHONE) && !shown.contains("王五"), "{shown}");
}

#[test]
fn plain_extras_are_named_by_the_dialect() {
    let toml = r#"plain_extras = ["jbrphone"]"#;
    let members = CLAIM.to_owned() + r#","jbrphone":"13912345678","jbrname":"李四","platformcode":"A1""#;
    let call = send(toml, "claimsnotice", &members).result.unwrap();
    assert_eq!(call.extra()["jbrphone"], PHONE);
    assert_eq!(call.extra()["platformcode"], "A1");
    assert!(call.personal().contains_key("jbrname"));
}

#[test]
fn an_unknown_field_does_not_take_a_known_ones_label() {
    let members = CLAIM.to_owned() + r#","contact_phone":"another""#;
    let call = send("", "claimsnotice", &members).result.unwrap();
    assert_eq!(call.personal()["contact_phone"], "13800000001");
    assert_eq!(call.personal()["extra.contact_phone"], "another");
}

#[test]
fn a_refusal_holds_no_personal_data() {
    let members = CLAIM.replace("13800000001", PHONE)
        + r#","jbrphone":"13912345678","mobile":"13912345678","x":["13912345678"]"#;
    let wrongly_signed = signed(r#"secret = "append""#, &message(&members));
    let receipt = call("", "claimsnotice", &wrongly_signed);
    assert!(!format!("{receipt:?}").contains(PHONE), "{receipt:?}");
    let wrong_form = members.replace("\"800.00\"", "\"13912345678.001\"");
    let fault = send("", "claimsnotice", &wrong_form).result.unwrap_err();
    assert!(!format!("{fault:?}").contains(PHONE), "values are not repeated");
}

#[test]
fn a_firms_telephone_is_no_personal_data() {
    let members = r#""applyno":"SQ1","baohanno":"BH1","biddername":"江南","biddercode":"91320000MA1XXXXX0A","amount":"1.00","type":"1","address":"南京","phone":"025-1","bank":"工行","account":"6222","email":"a@b.c","mobile":"139""#;
    let Ok(Call::RequestInvoice(request)) = send("", "invoiceapply", members).result else { panic!() };
    assert_eq!(request.phone.as_deref(), Some("025-1"));
    let labels: Vec<_> = request.personal.keys().map(String::as_str).collect();
    assert_eq!(labels, ["email", "mobile"]);
}
