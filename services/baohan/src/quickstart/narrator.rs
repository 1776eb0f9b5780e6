//! What the user reads: one line a step, with a mark whether it came out as it must.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::terminal::say;
use baohan_domain::calendar::china_time;
use baohan_ledger::Clock;
use unicode_width::UnicodeWidthStr as _;

/// Who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The trading centre's platform: the sandbox.
    Platform,
    /// This software.
    Ledger,
    /// The institution's people and core systems.
    Office,
    /// The brokers on which finance reads.
    Kafka,
    /// Whoever wants to see that nothing was altered.
    Auditor,
    /// Whoever co-signs checkpoints.
    Witness,
    /// Somebody with every right on the database.
    Intruder,
    /// An evidence file, wherever it is.
    File,
    /// The ledger's store, which stands still.
    Store,
    /// A copy of the store.
    Copy,
}

/// One step, as it happened.
#[derive(Debug, Clone)]
pub struct Step {
    /// Who called.
    pub from: Party,
    /// Who was called.
    pub to: Party,
    /// The interface, or what the office was asked.
    pub interface: String,
    /// The application.
    pub application_no: String,
    /// The protocol's code, or the HTTP status.
    pub code: String,
    /// What the ledger recorded, or what is to be said of it.
    pub recorded: String,
    /// What it should have been, where it came out wrong.
    pub wrong: Option<String>,
}

/// Prints steps and keeps count of those that came out wrong.
pub struct Narrator {
    clock: Arc<dyn Clock>,
    steps: usize,
    wrong: Vec<String>,
}

impl Party {
    fn name(self) -> &'static str {
        match self {
            Party::Platform => "platform",
            Party::Ledger => "ledger",
            Party::Office => "office",
            Party::Kafka => "kafka",
            Party::Auditor => "auditor",
            Party::Witness => "witness",
            Party::Intruder => "intruder",
            Party::File => "file",
            Party::Store => "store",
            Party::Copy => "copy",
        }
    }
}

impl Narrator {
    /// Begins, with the head line of the columns.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let head = Columns {
            time: "time (UTC+8)",
            mark: " ",
            from: "from",
            to: "to",
            interface: "interface",
            application_no: "applyno",
            code: "code",
            recorded: "what the ledger recorded",
        };
        say!("{head}");
        Self { clock, steps: 0, wrong: Vec::new() }
    }

    /// Begins a life.
    pub fn life(title: &str) {
        say!("\n── {title}");
    }

    /// Prints a step.
    pub fn step(&mut self, step: &Step) {
        let wrong = step.wrong.as_deref();
        self.steps += 1;
        let time = china_time(self.clock.now()).format("%H:%M:%S%.3f").to_string();
        let columns = Columns {
            time: &time,
            mark: if wrong.is_none() { "✓" } else { "✗" },
            from: step.from.name(),
            to: step.to.name(),
            interface: &step.interface,
            application_no: &step.application_no,
            code: &step.code,
            recorded: &step.recorded,
        };
        say!("{columns}");
        if let Some(wrong) = wrong {
            say!("  ✗ expected: {wrong}");
            self.wrong.push(format!("{} {}: expected {wrong}", step.interface, step.application_no));
        }
    }

    /// How many steps there were, and which came out wrong.
    pub fn outcome(&self) -> (usize, &[String]) {
        (self.steps, &self.wrong)
    }
}

struct Columns<'a> {
    time: &'a str,
    mark: &'a str,
    from: &'a str,
    to: &'a str,
    interface: &'a str,
    application_no: &'a str,
    code: &'a str,
    recorded: &'a str,
}

impl std::fmt::Display for Columns<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut line = String::new();
        let _ = write!(line, "{} ", self.mark);
        for (text, width) in [
            (self.time, 13),
            (self.from, 9),
            (self.to, 9),
            (self.interface, 19),
            (self.application_no, 17),
            (self.code, 5),
        ] {
            let _ = write!(line, "{text}{} ", " ".repeat(width - text.width().min(width)));
        }
        line.push_str(self.recorded);
        formatter.write_str(line.trim_end())
    }
}
