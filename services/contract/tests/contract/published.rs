//! The folder `docs/contract`: what stands there is what the types say.

use std::fs;
use std::path::Path;

use baohan_contract::{ASYNCAPI, Contract, Published};
use serde_json::{Value, json};
use tempfile::TempDir;

const FOLDER: &str = "../../docs/contract";

fn published() -> Published {
    Published::read(Path::new(FOLDER)).unwrap()
}

/// A folder that holds a fresh contract.
fn fresh() -> TempDir {
    let folder = TempDir::new().unwrap();
    Contract::generated(&Published::default()).unwrap().write(folder.path()).unwrap();
    folder
}

fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

#[test]
fn the_types_break_nothing_that_is_published() {
    let broken = Contract::generated(&published()).unwrap().broken(&published());
    let told: Vec<_> = broken.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "give the event a new version instead: {told:#?}");
}

#[test]
fn what_is_published_is_what_the_types_say() {
    let texts = Contract::generated(&published()).unwrap().texts().unwrap();
    for (file, text) in &texts {
        let found = fs::read_to_string(Path::new(FOLDER).join(file)).unwrap_or_default();
        assert!(found == *text, "docs/contract/{file} is not what the types say: make contract");
    }
    let files = walkdir::WalkDir::new(FOLDER).into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "json"));
    assert_eq!(files.count(), texts.len(), "a file in docs/contract that nothing generates");
}

#[test]
fn a_fresh_folder_is_filled_and_filling_it_again_changes_nothing() {
    let folder = fresh();
    let issued = folder.path().join("events/Issued-1.0.json");
    let first = fs::read(&issued).unwrap();
    Contract::generated(&Published::read(folder.path()).unwrap()).unwrap().write(folder.path()).unwrap();
    assert_eq!(fs::read(issued).unwrap(), first);
}

#[test]
fn a_breaking_change_is_not_written() {
    let folder = fresh();
    let path = folder.path().join("events/Issued-1.0.json");
    // As if an earlier program had promised a field that this one does not write.
    edit(&path, |schema| schema["properties"]["currency"] = json!({ "type": "string" }));
    let before = fs::read(&path).unwrap();
    let generated = Contract::generated(&Published::read(folder.path()).unwrap()).unwrap();
    let refused = generated.write(folder.path()).unwrap_err().to_string();
    assert!(refused.contains("events/Issued-1.0.json:\n  /currency is gone"), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn an_added_optional_field_is_written() {
    let folder = fresh();
    let path = folder.path().join("events/Claimed-1.0.json");
    // As if an earlier program had not known the reason yet.
    edit(&path, |schema| _ = schema["properties"].as_object_mut().unwrap().remove("reason"));
    Contract::generated(&Published::read(folder.path()).unwrap()).unwrap().write(folder.path()).unwrap();
    assert!(fs::read_to_string(path).unwrap().contains("\"reason\""));
}

#[test]
fn a_version_that_is_no_longer_written_keeps_its_form_and_its_place_in_the_document() {
    let folder = fresh();
    let old = folder.path().join("events/Issued-0.9.json");
    fs::write(&old, "{\"title\": \"Issued 0.9\"}").unwrap();
    Contract::generated(&Published::read(folder.path()).unwrap()).unwrap().write(folder.path()).unwrap();
    assert!(fs::read_to_string(old).unwrap().contains("Issued 0.9"));
    let document = fs::read_to_string(folder.path().join(ASYNCAPI)).unwrap();
    assert!(document.contains("./events/Issued-0.9.json") && document.contains("./events/Issued-1.0.json"));
}

#[test]
fn a_new_event_breaks_nothing_and_a_lost_one_does() {
    let folder = fresh();
    let path = folder.path().join("events/Issued-1.0.json");
    fs::remove_file(&path).unwrap();
    let before = Published::read(folder.path()).unwrap();
    assert!(Contract::generated(&before).unwrap().broken(&before).is_empty(), "the form of Issued is new");
    fs::write(folder.path().join("trades-1.0.json"), "{\"type\": \"object\"}").unwrap();
    let before = Published::read(folder.path()).unwrap();
    let broken = Contract::generated(&before).unwrap().broken(&before);
    assert_eq!(broken[0].file, "trades-1.0.json");
}

#[test]
fn every_reference_of_the_document_leads_to_something() {
    let document: Value =
        serde_json::from_str(&fs::read_to_string(Path::new(FOLDER).join(ASYNCAPI)).unwrap()).unwrap();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 2 * baohan_domain::Event::WRITTEN.len(), "{references:?}");
    for reference in references {
        let found = match reference.strip_prefix('#') {
            Some(pointer) => document.pointer(pointer).is_some(),
            None => Path::new(FOLDER).join(&reference).exists(),
        };
        assert!(found, "{reference} leads nowhere");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
