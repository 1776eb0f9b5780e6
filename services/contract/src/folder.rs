//! The folder in which the contract is published: one file a form and version, the `AsyncAPI` document, nothing else that is generated.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::asyncapi::asyncapi;
use crate::change::{Break, breaks};
use crate::checkpoint::checkpoint;
use crate::form::Form;
use crate::headers::headers;
use crate::payload::payloads;
use crate::state::state;

/// Where the forms of events lie within the folder.
pub const EVENTS: &str = "events";
/// The file of the `AsyncAPI` document.
pub const ASYNCAPI: &str = "asyncapi.json";

/// The contract as the types of this program say it, over what was published before.
pub struct Contract {
    /// File name within the folder → what stands in it.
    files: BTreeMap<String, Value>,
}

/// A file whose replacement would break readers.
#[derive(Debug)]
pub struct Broken {
    /// The file within the folder.
    pub file: String,
    /// What would break.
    pub breaks: Vec<Break>,
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:", self.file)?;
        self.breaks.iter().try_for_each(|broken| write!(formatter, "\n  {broken}"))
    }
}

impl Contract {
    /// Generates the contract. Forms of versions that are no longer written are taken over from what was published, since their
    /// records stay on the topic.
    ///
    /// # Errors
    /// When the types do not give a schema, which is a fault of this crate.
    pub fn generated(published: &Published) -> anyhow::Result<Self> {
        let mut files = published.events();
        let path = |form: &Form| format!("{EVENTS}/{}-{}.json", form.name, form.version);
        files.extend(payloads()?.into_iter().map(|form| (path(&form), form.schema)));
        let document = asyncapi(files.keys().filter_map(|file| named(file)));
        for form in [headers(), state(), checkpoint()] {
            files.insert(format!("{}-{}.json", form.name, form.version), form.schema);
        }
        files.insert(ASYNCAPI.to_owned(), document);
        Ok(Self { files })
    }

    /// Each file and its text.
    ///
    /// # Errors
    /// Never in practice: a JSON value can be written.
    pub fn texts(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let text = |value: &Value| -> anyhow::Result<String> {
            // Sorted, so that the text does not hang on features of other crates in the same build.
            let mut value = value.clone();
            value.sort_all_objects();
            Ok(serde_json::to_string_pretty(&value)? + "\n")
        };
        self.files.iter().map(|(file, value)| Ok((file.clone(), text(value)?))).collect()
    }

    /// Which of the published schemas it would break.
    #[must_use]
    pub fn broken(&self, published: &Published) -> Vec<Broken> {
        let schemas = published.files.iter().filter(|(file, _)| *file != ASYNCAPI);
        let broken = schemas.filter_map(|(file, old)| {
            // A file that is gone promises nothing any more: all its readers break.
            let breaks = breaks(old, self.files.get(file).unwrap_or(&Value::Bool(false)));
            (!breaks.is_empty()).then(|| Broken { file: file.clone(), breaks })
        });
        broken.collect()
    }

    /// Writes the files.
    ///
    /// # Errors
    /// When it would break a published schema, and then nothing is written; when the file system refuses.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let broken = self.broken(&Published::read(folder)?);
        if !broken.is_empty() {
            let told: Vec<_> = broken.iter().map(ToString::to_string).collect();
            bail!("this would break readers; give the event a new version instead\n{}", told.join("\n"));
        }
        for (file, text) in self.texts()? {
            let path = folder.join(file);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
            }
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

/// What was published before.
#[derive(Debug, Default)]
pub struct Published {
    files: BTreeMap<String, Value>,
}

impl Published {
    /// Reads the folder; one that is not there published nothing.
    ///
    /// # Errors
    /// When a file cannot be read or holds no JSON.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut files = BTreeMap::new();
        for (within, below) in [("", folder.to_owned()), (EVENTS, folder.join(EVENTS))] {
            let entries = match fs::read_dir(&below) {
                Ok(entries) => entries,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error).with_context(|| format!("cannot read {}", below.display())),
            };
            for entry in entries {
                let path = entry?.path();
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if path.extension().is_some_and(|extension| extension == "json") {
                    let text = fs::read_to_string(&path)
                        .with_context(|| format!("cannot read {}", path.display()))?;
                    let value = serde_json::from_str(&text)
                        .with_context(|| format!("{} is no JSON", path.display()))?;
                    let file = if within.is_empty() { name.to_owned() } else { format!("{within}/{name}") };
                    files.insert(file, value);
                }
            }
        }
        Ok(Self { files })
    }

    fn events(&self) -> BTreeMap<String, Value> {
        let events = self.files.iter().filter(|(file, _)| named(file).is_some());
        events.map(|(file, schema)| (file.clone(), schema.clone())).collect()
    }
}

/// The event and the version that a file of the folder is the form of.
fn named(file: &str) -> Option<(String, String)> {
    let name = file.strip_prefix(EVENTS)?.strip_prefix('/')?.strip_suffix(".json")?;
    name.split_once('-').map(|(event, version)| (event.to_owned(), version.to_owned()))
}
