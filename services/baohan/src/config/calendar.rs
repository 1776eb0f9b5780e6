//! `[calendar]`: working days, and when claims are due.

use std::collections::BTreeSet;
use std::path::Path;

use baohan_domain::calendar::WorkingDays;
use chrono::NaiveDate;

use super::document::{Node, Origin, Table, Value};
use super::environment::Environment;
use super::problem::{Problem, Source};
use super::report::Report;
use super::section::Section;
use super::values;

/// Claims are due within 3, 7 or 10 working days in practice; a hundred is a slip.
const CLAIM_DUE_WORKING_DAYS_MAX: u32 = 60;
/// A calendar of many years is some kilobytes.
const CALENDAR_BYTES_MAX: u64 = 1 << 20;

/// Working days and due dates.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Which days are worked on.
    pub working_days: WorkingDays,
    /// Working days until a claim is due.
    pub claim_due_working_days: u32,
}

impl Calendar {
    /// Reads the section, and the file that it names.
    pub fn read(section: &mut Section<'_>) -> Self {
        let file = section.text("file", "");
        let working_days = if file.is_empty() {
            WorkingDays::default()
        } else {
            match from_file(Path::new(&file)) {
                Ok(days) => days,
                Err(Unreadable::File(message)) => {
                    section.wrong("file", &message, None);
                    WorkingDays::default()
                }
                Err(Unreadable::Content(problems)) => {
                    for problem in problems {
                        section.report().problem(problem);
                    }
                    WorkingDays::default()
                }
            }
        };
        let due = section.count("claim_due_working_days", 3, 0..=CLAIM_DUE_WORKING_DAYS_MAX);
        Self { working_days, claim_due_working_days: due }
    }
}

enum Unreadable {
    /// The file itself.
    File(String),
    /// What stands in it.
    Content(Vec<Problem>),
}

/// Reads `holidays = ["2026-10-01", …]` and `make_up_days = ["2026-10-10", …]`.
fn from_file(file: &Path) -> Result<WorkingDays, Unreadable> {
    let told =
        |error: std::io::Error| Unreadable::File(format!("{} cannot be read: {error}", file.display()));
    if std::fs::metadata(file).map_err(told)?.len() > CALENDAR_BYTES_MAX {
        return Err(Unreadable::File(format!(
            "{} is no calendar: over {CALENDAR_BYTES_MAX} bytes",
            file.display()
        )));
    }
    let text = std::fs::read_to_string(file).map_err(told)?;
    let source = Source::new(file, text);
    let table = match Table::parse(source.text()) {
        Ok(table) => table,
        Err(error) => return Err(Unreadable::Content(vec![super::syntax(&source, &error)])),
    };
    let report = Report::new(source, Environment::default());
    let days = Section::root(&report, &table, |root| WorkingDays {
        holidays: dates(root, "holidays"),
        make_up_days: dates(root, "make_up_days"),
    });
    let (problems, ..) = report.finish();
    if problems.is_empty() { Ok(days) } else { Err(Unreadable::Content(problems)) }
}

/// Dates in quotes or as TOML's own.
fn dates(section: &mut Section<'_>, key: &str) -> BTreeSet<NaiveDate> {
    let Some(node) = section.node(key) else { return BTreeSet::new() };
    let Value::List(items) = &node.value else {
        section.wrong_kind(key, node, "an array of dates");
        return BTreeSet::new();
    };
    items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| date(section, &format!("{key}.{index}"), item))
        .collect()
}

fn date(section: &Section<'_>, key: &str, item: &Node) -> Option<NaiveDate> {
    let (Value::Text(text) | Value::Datetime(text)) = &item.value else {
        section.wrong_kind(key, item, "a date");
        return None;
    };
    debug_assert!(matches!(item.origin, Origin::File(_)));
    values::date(text).map_err(|message| section.wrong(key, &message, None)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<WorkingDays, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("calendar.toml");
        std::fs::write(&file, text).unwrap();
        from_file(&file).map_err(|unreadable| match unreadable {
            Unreadable::File(message) => message,
            Unreadable::Content(problems) => super::super::report::told(&problems),
        })
    }

    #[test]
    fn holidays_and_make_up_days_with_and_without_quotes() {
        let days = read("holidays = [\"2026-10-01\", 2026-10-02]\nmake_up_days = [\"2026-10-10\"]").unwrap();
        let day = |day| NaiveDate::from_ymd_opt(2026, 10, day).unwrap();
        assert!(!days.is_working_day(day(1)) && !days.is_working_day(day(2)) && days.is_working_day(day(10)));
    }

    #[test]
    fn a_slip_in_the_calendar_is_told_in_the_calendar() {
        let told = read("holidays = [\n  \"2026-10-01\",\n  \"2026-10-32\",\n]\nholydays = []").unwrap_err();
        assert!(told.contains("calendar.toml:3:3") && told.contains("2026-10-32"), "{told}");
        assert!(told.contains("calendar.toml:5:1") && told.contains("did you mean `holidays`?"), "{told}");
    }
}
