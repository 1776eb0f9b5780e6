use baohan_domain::{Guarantee, SealedField};
use serde_json::Value;

use crate::viewer::{Viewer, sealed_fields};

/// An event's payload as the viewer may see it: before the opening's time, values that came sealed become null. `now` is
/// the guarantee as it stands now, since the opening may have been put off after the event.
#[must_use]
pub fn mask_event(event_type: &str, mut payload: Value, now: &Guarantee, viewer: &Viewer<'_>) -> Value {
    if !viewer.is_kept_from(now) {
        return payload;
    }
    let fields = sealed_fields(now);
    let sealed = |field| fields.contains(&field);
    match event_type {
        "RestoreRequested" => {
            let opened = payload.get_mut("opened").and_then(Value::as_object_mut);
            opened.into_iter().flat_map(|opened| opened.values_mut()).for_each(hide);
        }
        "QuitRequested" => hide_at(&mut payload, "/exception/section_no"),
        "InvoiceRequested" if sealed(SealedField::ApplicantName) || sealed(SealedField::ApplicantCode) => {
            hide_at(&mut payload, "/title");
            hide_at(&mut payload, "/tax_no");
        }
        "Claimed" if sealed(SealedField::Amount) => {
            hide_at(&mut payload, "/amount");
            hide_at(&mut payload, "/left");
        }
        "ClaimPaid" if sealed(SealedField::Amount) => hide_at(&mut payload, "/amount"),
        _ => {}
    }
    payload
}

fn hide(value: &mut Value) {
    *value = Value::Null;
}

fn hide_at(payload: &mut Value, pointer: &str) {
    if let Some(value) = payload.pointer_mut(pointer) {
        hide(value);
    }
}
