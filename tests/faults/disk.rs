//! No room on the disk of an SQLite ledger: calls are refused, nothing that was answered is lost, and it resumes by itself.

use crate::world::Ledger;

/// A small file system that only this process and its children see, and in it something that can be given away.
const SMALL: &str =
    r#"mount -t tmpfs -o size=12m tmpfs "$0" && cd "$0" && fallocate -l 4M ballast && exec "$@""#;
/// More calls than there is room for.
const CALLS_MAX: usize = 20_000;

#[tokio::test]
async fn a_full_disk_refuses_calls_and_keeps_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().display().to_string();
    let mut wrapper = vec!["unshare", "--mount"];
    if !is_root() {
        wrapper.push("--map-root-user");
    }
    wrapper.extend(["sh", "-c", SMALL, &small]);
    let ledger = Ledger::start_on(&wrapper, &format!("{small}/ledger.db"), "http://127.0.0.1:9").await;
    let platform = ledger.platform();
    let mut answered = Vec::new();
    let mut refused = None;
    for number in 0..CALLS_MAX {
        let application_no = format!("DISK{number:06}");
        let answer = platform.apply(&application_no, "800000.00").await.unwrap();
        if answer.taken() {
            answered.push(application_no);
        } else {
            refused = Some((application_no, answer));
            break;
        }
    }
    let (application_no, answer) = refused.expect("the disk is full at some time");
    assert!(answer.message.contains("稍后"), "{answer:?}");
    // Reading goes on.
    assert_eq!(ledger.office().get("/healthz").await.0, 200);

    // Somebody makes room: through the process, whose file system it is.
    std::fs::remove_file(format!("/proc/{}/root{small}/ballast", ledger.process())).unwrap();
    let taken = baohan_servers::until("it resumes", std::time::Duration::from_mins(1), async || {
        platform.apply(&application_no, "800000.00").await.unwrap().taken().then_some(())
    });
    taken.await;
    answered.push(application_no);
    let events = ledger.office().events().await;
    let applied: Vec<_> =
        events.iter().filter_map(|event| event["data"]["application_no"].as_str()).collect();
    assert_eq!(applied, answered, "what was answered stands in the log, in order, once");
}

fn is_root() -> bool {
    let id = std::process::Command::new("id").arg("-u").output().expect("id runs");
    id.stdout == b"0\n"
}
