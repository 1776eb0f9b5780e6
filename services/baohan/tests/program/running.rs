use std::io::Write as _;
use std::net::TcpStream;

use crate::ledger::{Ledger, complained, configure, free_address, run, run_with, status_of};

#[test]
fn a_ledger_starts_and_stops_softly() {
    let folder = tempfile::tempdir().unwrap();
    let (_, office) = configure(folder.path());
    let ledger = Ledger::start(folder.path(), &[]);
    assert_eq!(status_of(&office, "/healthz"), 200);
    assert_eq!(status_of(&office, "/readyz"), 200);
    assert_eq!(status_of(&office, "/metrics"), 200);
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
    assert!(!folder.path().join("data/ledger.db.control").exists());
    // What was made at the first start is found at the second.
    let again = Ledger::start(folder.path(), &[]);
    again.signal("INT");
    assert_eq!(again.end().code(), Some(0));
}

#[test]
fn the_second_signal_stops_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (gateway, _) = configure(folder.path());
    let mut ledger = Ledger::start(folder.path(), &[]);
    // A call whose body never ends holds the soft stop up.
    let mut call = TcpStream::connect(&gateway).unwrap();
    write!(call, "POST /baohanapply HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{{").unwrap();
    // Answered on another connection only after the first was accepted.
    assert_eq!(status_of(&gateway, "/nowhere"), 404);
    ledger.signal("TERM");
    ledger.line_with("stopping");
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(130));
}

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let ledger = Ledger::start(folder.path(), &[]);
    let (gateway, office) = (free_address(), free_address());
    let elsewhere =
        [("BAOHAN__GATEWAY__LISTEN", gateway.as_str()), ("BAOHAN__OFFICE__LISTEN", office.as_str())];
    let second = run_with(folder.path(), &["serve"], &elsewhere, "");
    assert_eq!(second.status.code(), Some(1));
    assert!(complained(&second).contains("two never write to one ledger"), "{}", complained(&second));

    let (reader_office, config) = (free_address(), folder.path().join("reader.toml"));
    let text = std::fs::read_to_string(folder.path().join("baohan.toml")).unwrap();
    let office_line = text.lines().skip_while(|line| *line != "[office]").nth(1).unwrap();
    let text = text.replace(office_line, &format!("listen = \"{reader_office}\""));
    std::fs::write(config, text).unwrap();
    let arguments = ["--read-only", "--role", "office", "--config", "reader.toml"];
    let reader = Ledger::start(folder.path(), &arguments);
    assert_eq!(status_of(&reader_office, "/readyz"), 200);
    reader.signal("TERM");
    assert_eq!(reader.end().code(), Some(0));
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
}

#[test]
fn the_relay_says_what_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let output = run(folder.path(), &["serve", "--role", "gateway,relay"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complained(&output).contains("[kafka]"), "{}", complained(&output));
    assert!(!folder.path().join("data").exists());
}
