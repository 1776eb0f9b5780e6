//! What the program says on standard output.

use std::fmt;
use std::io::Write;

/// Writes a line. Whoever read it may have gone (`baohan quickstart | head`): then nobody is told, and the work goes on to its
/// own end and exit code.
pub fn line(text: fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
}

/// `println!` for a reader who may have gone.
macro_rules! say {
    () => { $crate::terminal::line(format_args!("")) };
    ($($text:tt)*) => { $crate::terminal::line(format_args!($($text)*)) };
}

pub(crate) use say;
