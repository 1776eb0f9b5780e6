//! `[kafka]`: read and checked, though this version does not publish yet.

use super::section::Section;

/// Words in librdkafka's property names whose values are not shown.
const SENSITIVE: [&str; 3] = ["password", "secret", "key.pem"];

/// Reads the section, and warns that nothing is published.
pub fn read(section: &mut Section<'_>) {
    section.text("brokers", "127.0.0.1:9092");
    section.text("topic_prefix", "guarantee");
    section.free_texts("properties", |name| SENSITIVE.iter().any(|word| name.contains(word)));
    section.report().warn("[kafka] is read, but this version does not publish: events stay in the store");
}
