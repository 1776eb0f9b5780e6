//! `[institution]`: who guarantees.

use baohan_domain::numbers::NUMBER_LENGTH_MAX;

use super::section::Section;

/// The longest name (the family's documents: 200 characters).
const NAME_LENGTH_MAX: usize = 200;
/// `{date}` becomes yyyyMMdd.
const DATE: (&str, &str) = ("{date}", "20260302");
/// `{serial}` becomes eight digits.
const SERIAL: (&str, &str) = ("{serial}", "00000001");

/// The institution.
#[derive(Debug, Clone)]
pub struct Institution {
    /// Its name, as documents and notices write it.
    pub name: String,
    /// The form of our own guarantee numbers, with `{date}` and `{serial}`.
    pub guarantee_no: String,
}

impl Institution {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let name = section.required_text("name");
        if name.chars().count() > NAME_LENGTH_MAX {
            section.wrong("name", &format!("is longer than {NAME_LENGTH_MAX} characters"), None);
        }
        let guarantee_no = section.parsed("guarantee_no", format!("BH{}{}", DATE.0, SERIAL.0), checked_form);
        Self { name, guarantee_no }
    }
}

/// Serials begin anew each day, so without both parts two guarantees could meet in one number.
fn checked_form(form: &str) -> Result<String, String> {
    for part in [DATE.0, SERIAL.0] {
        if form.matches(part).count() != 1 {
            return Err(format!("must hold {part} once: serials begin at 1 each day"));
        }
    }
    let example = form.replace(DATE.0, DATE.1).replace(SERIAL.0, SERIAL.1);
    if example.contains(['{', '}']) {
        return Err("knows no parts in braces but {date} and {serial}".to_owned());
    }
    if example.trim() != example || example.chars().any(char::is_control) {
        return Err("holds blanks at an end or control characters".to_owned());
    }
    if example.chars().count() > NUMBER_LENGTH_MAX {
        return Err(format!("makes numbers longer than {NUMBER_LENGTH_MAX} characters, such as {example}"));
    }
    Ok(form.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_date_and_serial_once_and_nothing_else_in_braces() {
        assert!(checked_form("BH{date}{serial}").is_ok());
        assert!(checked_form("保-{serial}/{date}").is_ok());
        assert!(checked_form("BH{serial}").unwrap_err().contains("{date}"));
        assert!(checked_form("{date}{serial}{serial}").is_err());
        assert!(checked_form("{date}{serial}{year}").is_err());
        assert!(checked_form(&format!("{}{{date}}{{serial}}", "B".repeat(35))).is_err());
    }
}
