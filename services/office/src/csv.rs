//! Comma-separated values as Excel and WPS open them without harm: RFC 4180, UTF-8 with a byte-order mark so that Chinese shows,
//! long numbers that stay text, and no cell that is taken for a formula.

/// By which spreadsheets know UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';
/// Behind digits it makes a spreadsheet keep them as text, as the big payment companies' statements do; who trims the value has the number.
const KEEPS_TEXT: char = '\t';
/// Before a cell it makes a spreadsheet show what would be a formula (OWASP, CSV injection).
const SHOWS_FORMULA: char = '\'';

/// A file in the making.
#[derive(Debug)]
pub(crate) struct Csv(String);

impl Csv {
    /// A file with these headings.
    pub(crate) fn with(headings: &[&str]) -> Self {
        let mut csv = Self(String::from(BYTE_ORDER_MARK));
        csv.row(headings.iter().map(|heading| Cell::Text((*heading).to_owned())));
        csv
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            self.0.push_str(&quoted(&cell.written()));
        }
        self.0.push_str("\r\n");
    }

    /// The file's text.
    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// What a cell holds.
#[derive(Debug)]
pub(crate) enum Cell {
    /// Words, or a number that is a name: an invoice's, an account's.
    Text(String),
    /// A figure to reckon with.
    Figure(String),
}

impl Cell {
    /// A text, or nothing.
    pub(crate) fn text(value: impl Into<Option<String>>) -> Self {
        Self::Text(value.into().unwrap_or_default())
    }

    fn written(self) -> String {
        match self {
            Self::Figure(figure) => figure,
            Self::Text(text) if reads_as_a_number(&text) => format!("{text}{KEEPS_TEXT}"),
            Self::Text(text) if reads_as_a_formula(&text) => format!("{SHOWS_FORMULA}{text}"),
            Self::Text(text) => text,
        }
    }
}

/// What a spreadsheet would turn into a number, a date or a time: digits with what stands among them, `1E5` too.
fn reads_as_a_number(text: &str) -> bool {
    let trimmed = text.trim();
    trimmed.starts_with(|c: char| c.is_ascii_digit())
        && trimmed.chars().all(|c| {
            c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '/' | ':' | ' ' | 'e' | 'E' | '+' | '%')
        })
}

fn reads_as_a_formula(text: &str) -> bool {
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n'])
}

fn quoted(text: &str) -> String {
    let needs = text.contains([',', '"', '\r', '\n', KEEPS_TEXT]) || text.trim() != text;
    if needs { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        quoted(&Cell::text(text.to_owned()).written())
    }

    #[test]
    fn numbers_that_are_names_stay_text() {
        assert_eq!(cell("26322000000012345678"), "\"26322000000012345678\t\"");
        assert_eq!(cell("012345678"), "\"012345678\t\"");
        assert_eq!(cell("1E5"), "\"1E5\t\"");
        assert_eq!(cell("2026-03-02"), "\"2026-03-02\t\"");
        assert_eq!(cell("BH2026030200000001"), "BH2026030200000001");
        assert_eq!(cell("91320000MA1XXXXX0A"), "91320000MA1XXXXX0A");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=HYPERLINK(\"http://x\")", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1"] {
            let written = Cell::text(text.to_owned()).written();
            assert!(written.starts_with('\''), "{written}");
        }
        assert_eq!(cell("=A,\"b\""), "\"'=A,\"\"b\"\"\"");
        assert_eq!(cell("江南建设集团有限公司"), "江南建设集团有限公司");
        assert_eq!(quoted(&Cell::Figure("6400.00".into()).written()), "6400.00");
    }

    #[test]
    fn a_file_begins_with_the_mark_and_keeps_its_rows() {
        let mut csv = Csv::with(&["编号", "金额"]);
        csv.row([Cell::text("a\nb".to_owned()), Cell::Figure("1.00".into())]);
        csv.row([Cell::text(None), Cell::text("c".to_owned())]);
        assert_eq!(csv.finish(), "\u{feff}编号,金额\r\n\"a\nb\",1.00\r\n,c\r\n");
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_text_holds_its_cell_is_one_cell(text in "\\PC{0,20}|[,\"\r\n\t=+@ -]{0,12}") {
            let written = cell(&text);
            let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            match inner {
                Some(inner) => proptest::prop_assert!(!inner.replace("\"\"", "").contains('"')),
                None => proptest::prop_assert!(!written.contains([',', '"', '\r', '\n'])),
            }
            let shown = inner.unwrap_or(&written);
            proptest::prop_assert!(!shown.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}
