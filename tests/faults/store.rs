//! A locked or full store refuses calls cleanly, and the ledger resumes by itself.

use std::io::Write;
use std::process::{Command, Stdio};

use baohan_servers::wait_a_moment;

use crate::world::Ledger;

#[tokio::test]
async fn a_locked_database_refuses_and_then_resumes() {
    let ledger = Ledger::start("http://127.0.0.1:9", "").await;
    let platform = ledger.platform();
    assert!(platform.apply("SQ1", "800000.00").await.unwrap().taken());

    // Another process holds the write lock, as a careless backup would.
    let mut holder = Command::new("python3")
        .args(["-c", HOLD])
        .arg(ledger.store())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 holds the database");
    let mut held = [0; 5];
    std::io::Read::read_exact(holder.stdout.as_mut().unwrap(), &mut held).unwrap();
    let refused = platform.apply("SQ2", "800000.00").await.unwrap();
    assert_eq!(refused.code, "0", "{refused:?}");
    assert!(refused.message.contains("稍后"), "{}", refused.message);
    writeln!(holder.stdin.as_mut().unwrap()).unwrap();
    holder.wait().unwrap();

    let mut taken = false;
    for _ in 0..500 {
        taken = platform.apply("SQ2", "800000.00").await.unwrap().taken();
        if taken {
            break;
        }
        wait_a_moment().await;
    }
    assert!(taken, "it resumes by itself: {}", ledger.log());
    assert_eq!(ledger.office().events().await.len(), 2);
}

const HOLD: &str = r#"
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
database.execute("ROLLBACK")
"#;
