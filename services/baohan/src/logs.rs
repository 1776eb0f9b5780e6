//! Log lines: text for people, JSON for machines, always on standard error so that output stays output.

use std::fs::File;
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::LogSettings;

/// Begins to write log lines as the configuration says.
pub fn start(settings: &LogSettings) {
    let colours = std::io::stderr().is_terminal();
    let subscriber = tracing_subscriber::registry().with(filter(&settings.level));
    // A second start (tests in one process) keeps the first one's lines.
    let _ = if settings.json {
        subscriber.with(json(std::io::stderr)).try_init()
    } else {
        subscriber
            .with(tracing_subscriber::fmt::layer().with_ansi(colours).with_writer(std::io::stderr))
            .try_init()
    };
}

/// Begins to write log lines into a file, as JSON, where the terminal is needed for something else.
pub fn start_in(file: &Path) -> std::io::Result<()> {
    let opened = File::create(file)?;
    let subscriber = tracing_subscriber::registry().with(filter("info")).with(json(Arc::new(opened)));
    // As in `start`.
    let _ = subscriber.try_init();
    Ok(())
}

/// What PostgreSQL remarks ("does not exist, skipping") is for its own log.
const QUIET: &str = "sqlx::postgres::notice=warn";

/// The level was checked with the configuration.
fn filter(level: &str) -> EnvFilter {
    EnvFilter::try_new(format!("{QUIET},{level}")).unwrap_or_else(|_| EnvFilter::new("info"))
}

/// One object a line: `timestamp`, `level`, `target`, `message`, and each field under its own name.
fn json<S, W>(writer: W) -> impl tracing_subscriber::Layer<S>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt::layer().json().flatten_event(true).with_span_list(false).with_writer(writer)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_json_line_has_its_fields_at_the_top() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber =
            tracing_subscriber::registry().with(filter("info")).with(json(move || writer.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(application_no = "SQ1", "call taken: SQ1");
            tracing::debug!("not shown");
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(line["application_no"], "SQ1");
        assert_eq!(line["message"], "call taken: SQ1");
        assert_eq!(line["level"], "INFO");
    }
}
