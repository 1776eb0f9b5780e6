//! Each kind of change to a published form: what breaks readers is found and named, what does not passes.

use baohan_contract::{Break, BreakKind, breaks, payloads};
use serde_json::{Value, json};

/// A form as ours are: fields, one of them by reference, a list of causes, a nested object.
fn old() -> Value {
    json!({
        "type": "object",
        "title": "Claimed 1.0",
        "required": ["type", "amount", "cause"],
        "properties": {
            "type": { "type": "string", "const": "Claimed" },
            "amount": { "$ref": "#/$defs/Money", "description": "What is demanded." },
            "cause": { "$ref": "#/$defs/Cause" },
            "reason": { "type": "string", "maxLength": 50 },
            "attachments": { "type": "array", "items": { "type": "string" } },
            "personal": { "type": "object", "additionalProperties": { "type": "string" } },
            "exception": {
                "type": "object",
                "required": ["section_no"],
                "properties": { "section_no": { "type": "string" }, "known_at": { "type": "string", "format": "date-time" } },
            },
        },
        "$defs": {
            "Money": { "type": "string", "pattern": r"^[0-9]{1,16}\.[0-9]{2}$" },
            "Cause": {
                "oneOf": [
                    { "type": "string", "const": "requested", "description": "Asked for." },
                    { "type": "string", "const": "expired", "description": "Ran out." },
                ],
            },
        },
    })
}

/// The form after a change.
fn changed(change: impl FnOnce(&mut Value)) -> Vec<Break> {
    let mut new = old();
    change(&mut new);
    breaks(&old(), &new)
}

fn told(breaks: &[Break]) -> Vec<String> {
    breaks.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_changed_breaks_nothing() {
    assert_eq!(changed(|_| ()), []);
    for form in payloads().unwrap() {
        assert_eq!(breaks(&form.schema, &form.schema), [], "{}", form.name);
    }
}

#[test]
fn an_added_optional_field_passes() {
    assert_eq!(changed(|new| new["properties"]["payee"] = json!({ "type": "string" })), []);
    assert_eq!(
        changed(|new| new["properties"]["exception"]["properties"]["why"] = json!({ "type": "string" })),
        []
    );
}

#[test]
fn other_words_and_another_place_of_a_definition_pass() {
    assert_eq!(changed(|new| new["description"] = json!("A demand.")), []);
    assert_eq!(changed(|new| new["properties"]["amount"] = new["$defs"]["Money"].clone()), []);
    assert_eq!(
        changed(|new| new["$defs"]["Cause"] = json!({ "type": "string", "enum": ["expired", "requested"] })),
        [
        // The list itself says now that its values are texts.
    ]
    );
}

#[test]
fn a_removed_field_is_refused() {
    let found = changed(|new| _ = new["properties"].as_object_mut().unwrap().remove("reason"));
    assert_eq!(found, [Break { at: "/reason".into(), kind: BreakKind::Removed }]);
}

#[test]
fn a_renamed_field_is_a_removed_one() {
    let found = changed(|new| {
        let fields = new["properties"].as_object_mut().unwrap();
        let field = fields.remove("reason").unwrap();
        fields.insert("why".to_owned(), field);
    });
    assert_eq!(told(&found), ["/reason is gone"]);
}

#[test]
fn a_retyped_field_is_refused_also_behind_a_reference() {
    let found = changed(|new| new["properties"]["reason"] = json!({ "type": "integer", "maxLength": 50 }));
    assert_eq!(told(&found), [r#"/reason: type was "string" and is "integer""#]);
    let found = changed(|new| new["$defs"]["Money"] = json!({ "type": "number" }));
    let keywords: Vec<_> = found
        .iter()
        .map(|found| (found.at.as_str(), matches!(&found.kind, BreakKind::Changed { .. })))
        .collect();
    assert_eq!(keywords, [("/amount", true), ("/amount", true)]);
}

#[test]
fn a_newly_required_field_is_refused_whether_it_was_there_or_not() {
    let found = changed(|new| new["required"].as_array_mut().unwrap().push(json!("reason")));
    assert_eq!(found, [Break { at: "/reason".into(), kind: BreakKind::Required }]);
    let found = changed(|new| {
        new["properties"]["payee"] = json!({ "type": "string" });
        new["required"].as_array_mut().unwrap().push(json!("payee"));
    });
    assert_eq!(found, [Break { at: "/payee".into(), kind: BreakKind::Required }]);
}

#[test]
fn a_field_that_may_be_missing_now_is_refused() {
    let found = changed(|new| new["required"] = json!(["type", "cause"]));
    assert_eq!(found, [Break { at: "/amount".into(), kind: BreakKind::NoLongerRequired }]);
}

#[test]
fn a_narrowed_and_a_widened_pattern_are_refused() {
    for pattern in [r"^[0-9]{1,15}\.[0-9]{2}$", r"^[0-9]{1,16}(\.[0-9]{2})?$"] {
        let found = changed(|new| new["$defs"]["Money"]["pattern"] = json!(pattern));
        assert!(
            matches!(&found[..], [Break { kind: BreakKind::Changed { keyword, .. }, .. }] if keyword == "pattern")
        );
    }
}

#[test]
fn a_new_or_lost_pattern_format_or_bound_is_refused() {
    let found = changed(|new| new["properties"]["attachments"]["items"]["pattern"] = json!("^https:"));
    assert_eq!(told(&found), [r#"/attachments/*: pattern was nothing and is "^https:""#]);
    let found =
        changed(|new| new["properties"]["exception"]["properties"]["known_at"] = json!({ "type": "string" }));
    assert_eq!(told(&found), [r#"/exception/known_at: format was "date-time" and is nothing"#]);
    let found = changed(|new| new["properties"]["reason"]["maxLength"] = json!(20));
    assert_eq!(told(&found), ["/reason: maxLength was 50 and is 20"]);
}

#[test]
fn a_narrowed_and_a_widened_list_of_texts_are_refused() {
    let found = changed(|new| _ = new["$defs"]["Cause"]["oneOf"].as_array_mut().unwrap().pop());
    assert_eq!(found, [Break { at: "/cause".into(), kind: BreakKind::ValueRemoved("expired".into()) }]);
    let lost = json!({ "type": "string", "const": "lost" });
    let found = changed(|new| new["$defs"]["Cause"]["oneOf"].as_array_mut().unwrap().push(lost));
    assert_eq!(found, [Break { at: "/cause".into(), kind: BreakKind::ValueAdded("lost".into()) }]);
    let found = changed(|new| new["properties"]["type"]["const"] = json!("Demanded"));
    assert_eq!(
        told(&found),
        ["/type may not be Claimed any more", "/type may be Demanded now, which no reader knows"]
    );
}

#[test]
fn what_is_inside_of_lists_maps_and_objects_is_compared_too() {
    let found = changed(|new| new["properties"]["attachments"]["items"] = json!({ "type": "object" }));
    assert_eq!(told(&found), [r#"/attachments/*: type was "string" and is "object""#]);
    let found =
        changed(|new| new["properties"]["personal"]["additionalProperties"] = json!({ "type": "integer" }));
    assert_eq!(told(&found), [r#"/personal/*: type was "string" and is "integer""#]);
    let found = changed(|new| new["properties"]["exception"]["properties"] = json!({}));
    assert_eq!(told(&found), ["/exception/known_at is gone", "/exception/section_no is gone"]);
}

#[test]
fn a_form_that_is_closed_to_unknown_fields_is_refused() {
    let found = changed(|new| new["additionalProperties"] = json!(false));
    assert_eq!(told(&found), ["the value: additionalProperties was nothing and is false"]);
}

#[test]
fn a_form_that_refers_to_itself_ends_the_comparison() {
    let endless = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "type": "object", "properties": { "a": { "$ref": "#/$defs/A" } } } } });
    let found = breaks(&endless, &endless);
    assert!(matches!(&found[..], [Break { kind: BreakKind::TooDeep, .. }]), "{found:?}");
}
