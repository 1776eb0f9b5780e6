//! `[keys]`: the master key, which wraps the guarantees' own keys.

use std::path::PathBuf;

use baohan_ledger::MasterKey;

use crate::master_key;

use super::section::Section;

/// Where the master key comes from.
#[derive(Debug, Clone)]
pub enum Keys {
    /// A file of 32 bytes, made on the first start of an empty store.
    File(PathBuf),
    /// An environment variable's content.
    Environment(MasterKey),
}

impl Keys {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let variable = section.optional_text("master_env").filter(|name| !name.is_empty());
        let file_is_set = section.node("master_file").is_some();
        let Some(variable) = variable else {
            let file = section.text("master_file", "data/master.key");
            if file.trim().is_empty() {
                section.wrong("master_file", "names no file", None);
            }
            return Keys::File(PathBuf::from(file));
        };
        if file_is_set {
            section.wrong_key("master_env", "one of master_file and master_env is to be set", None);
        }
        let text = section.report().environment.get(&variable);
        let key = text.ok_or_else(|| format!("environment variable {variable} is not set"));
        match key.and_then(|text| master_key::from_text(text).map_err(|error| error.to_string())) {
            Ok(key) => Keys::Environment(key),
            Err(message) => {
                section.wrong_key("master_env", &message, None);
                Keys::File(PathBuf::new())
            }
        }
    }
}
