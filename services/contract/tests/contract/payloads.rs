//! Every stored event fits the form that is published for it, and what is bent does not.

use std::collections::BTreeMap;

use baohan_contract::{Form, payloads};
use jsonschema::Validator;
use serde_json::{Value, json};

/// (event, version) → payload, from the domain's golden files.
fn golden() -> BTreeMap<(String, String), Value> {
    let entries = std::fs::read_dir("../../domain/tests/golden").unwrap();
    let golden = entries.map(|entry| {
        let path = entry.unwrap().path();
        let (name, version) = path.file_stem().unwrap().to_str().unwrap().split_once('-').unwrap();
        let payload = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        ((name.to_owned(), version.to_owned()), payload)
    });
    golden.collect()
}

fn form(name: &str) -> Form {
    payloads().unwrap().into_iter().find(|form| form.name == name).unwrap()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).unwrap()
}

/// What the form of an event has against a payload.
fn complaints(name: &str, payload: &Value) -> Vec<String> {
    let validator = validator(&form(name).schema);
    validator.iter_errors(payload).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The golden payload of an event, with one field set to something else, or taken out.
fn bent(name: &str, field: &str, value: Option<Value>) -> Value {
    let mut payload = golden()[&(name.to_owned(), "1.0".to_owned())].clone();
    let fields = payload.as_object_mut().unwrap();
    match value {
        Some(value) => fields.insert(field.to_owned(), value),
        None => fields.remove(field),
    };
    payload
}

#[test]
fn every_golden_event_fits_its_form() {
    let golden = golden();
    let forms: BTreeMap<_, _> =
        payloads().unwrap().into_iter().map(|form| ((form.name, form.version), form.schema)).collect();
    assert_eq!(forms.len(), baohan_domain::Event::WRITTEN.len());
    for (key, schema) in forms {
        let complaints: Vec<_> =
            validator(&schema).iter_errors(&golden[&key]).map(|error| error.to_string()).collect();
        assert!(complaints.is_empty(), "{key:?}: {complaints:?}");
    }
}

#[test]
fn no_golden_event_fits_the_form_of_another() {
    let golden = golden();
    for form in payloads().unwrap() {
        let validator = validator(&form.schema);
        let fitting: Vec<_> = golden.iter().filter(|(_, payload)| validator.is_valid(payload)).collect();
        let names: Vec<_> = fitting.into_iter().map(|((name, _), _)| name.clone()).collect();
        assert_eq!(names, [form.name]);
    }
}

#[test]
fn every_field_of_the_golden_events_is_described() {
    let golden = golden();
    for form in payloads().unwrap() {
        let fields = form.schema["properties"].as_object().unwrap();
        for name in golden[&(form.name.clone(), form.version.clone())].as_object().unwrap().keys() {
            assert!(fields.contains_key(name), "{} lacks {name}", form.name);
        }
        for (name, field) in fields.iter().filter(|(name, _)| *name != "type") {
            assert!(field["description"].is_string(), "{}.{name} says nothing of itself", form.name);
        }
        assert!(form.schema["description"].is_string());
    }
}

#[test]
fn money_is_a_text_of_yuan_with_two_places_within_its_bounds() {
    for right in ["0.00", "0.05", "800000.00", "9999999999999999.99"] {
        assert_eq!(complaints("PremiumPaid", &bent("PremiumPaid", "amount", Some(json!(right)))), [""; 0]);
    }
    for wrong in [
        json!(800_000),
        json!(6400.5),
        json!("6400"),
        json!("6400.5"),
        json!("-1.00"),
        json!("01.00"),
        json!("6400.000"),
        json!("99999999999999999.99"),
        json!("1e3"),
        json!(null),
    ] {
        let payload = bent("PremiumPaid", "amount", Some(wrong.clone()));
        assert!(!complaints("PremiumPaid", &payload).is_empty(), "{wrong}");
    }
}

#[test]
fn what_is_always_written_must_be_there() {
    for field in ["type", "guarantee_no", "rate", "premium", "valid_until", "document", "issued_at"] {
        assert!(!complaints("Issued", &bent("Issued", field, None)).is_empty(), "{field}");
    }
}

#[test]
fn what_is_left_out_where_it_is_absent_may_be_missing_and_is_never_null() {
    assert_eq!(complaints("Applied", &bent("Applied", "amount", None)), [""; 0]);
    assert_eq!(complaints("PremiumPaid", &bent("PremiumPaid", "reference", None)), [""; 0]);
    for (name, field) in [("Applied", "amount"), ("Applied", "platform_code"), ("QuitRequested", "exception")]
    {
        assert!(!complaints(name, &bent(name, field, Some(Value::Null))).is_empty(), "{name}.{field}");
    }
}

#[test]
fn causes_times_days_and_ids_have_their_forms() {
    for (name, field, wrong) in [
        ("Cancelled", "cause", json!("lost")),
        ("Cancelled", "cancelled_at", json!("20.04.2026")),
        ("Extended", "valid_until", json!("2026-07-31T00:00:00Z")),
        ("NoticeSkipped", "notice", json!("7")),
        ("NoticeSkipped", "notice_kind", json!("expired")),
        ("Issued", "rate", json!("0.0080")),
        ("Issued", "rate", json!("1.5")),
        ("Invoiced", "invoice_no", json!("123")),
        ("Claimed", "claim", json!(-1)),
        ("Claimed", "attachments", json!("a.pdf")),
        ("Applied", "sealed", json!({ "colour": "x" })),
    ] {
        assert!(
            !complaints(name, &bent(name, field, Some(wrong.clone()))).is_empty(),
            "{name}.{field} {wrong}"
        );
    }
}

#[test]
fn a_field_that_a_later_release_adds_is_no_fault() {
    assert_eq!(complaints("Quit", &bent("Quit", "later", Some(json!({ "release": true })))), [""; 0]);
}
