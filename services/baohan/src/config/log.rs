//! `[log]`: what the process says of itself.

use tracing_subscriber::EnvFilter;

use super::section::Section;

/// Log lines.
#[derive(Debug, Clone)]
pub struct Log {
    /// Whether lines are JSON.
    pub json: bool,
    /// A level, or directives such as `info,baohan_notifier=debug`.
    pub level: String,
}

impl Log {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        Self {
            json: section.choice("format", ("text", false), &[("json", true)]),
            level: section.parsed("level", "info".to_owned(), |text| {
                EnvFilter::try_new(text)
                    .map(|_| text.to_owned())
                    .map_err(|error| format!("\"{text}\" is no level: {error}"))
            }),
        }
    }
}
