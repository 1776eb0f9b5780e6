use std::collections::BTreeMap;

use crate::interface::Interface;

/// Canonical content: each part with its length, so that no two contents are written alike.
pub(super) struct Content(Vec<u8>);

impl Content {
    pub fn of(interface: Interface) -> Self {
        // A usual call has some 500 bytes.
        let mut content = Self(Vec::with_capacity(1024));
        content.part(interface.name());
        content
    }

    /// A value that is there.
    pub fn put(&mut self, label: &str, value: &str) {
        self.part(label);
        self.part(value);
    }

    /// A value that may be there; one that is not leaves nothing.
    pub fn put_some(&mut self, label: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(label, value);
        }
    }

    /// Values by name.
    pub fn each(&mut self, label: &str, values: &BTreeMap<String, String>) {
        for (name, value) in values {
            self.part(label);
            self.put(name, value);
        }
    }

    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    fn part(&mut self, text: &str) {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }
}
