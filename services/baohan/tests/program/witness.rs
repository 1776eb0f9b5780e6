//! The seal and its witness as an operator has them: two programs, two folders, two keys.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;

use baohan_log::{Append, Log, NewEvent, Options};
use baohan_seal::witnessing::{Answer, Reason, Refusal, Request};
use baohan_seal::{Checkpoint, Cosignature, PublicKey, ShardRoot, SignedCheckpoint, Signer, SigningKey};
use baohan_servers::{database, until};
use chrono::{DateTime, TimeDelta};
use uuid::Uuid;

use crate::shared::Machine;

use crate::ledger::{Ledger, baohan, complained, configure, free_address, printed, run, status_of};

const WITHIN: Duration = Duration::from_mins(1);
const LEDGER: Uuid = Uuid::from_u128(7);

fn key() -> Signer {
    SigningKey::from_bytes(&[1; 32]).unwrap().into()
}

/// A witness at work.
struct Witness {
    child: Child,
    address: String,
}

impl Witness {
    fn configure(folder: &Path, ledger: Uuid, key: &str) -> String {
        let address = free_address();
        let text = format!(
            "[witness]\nlisten = \"{address}\"\nname = \"witness.example\"\n\
             [[witness.ledgers]]\nledger = \"{ledger}\"\npublic_key = \"{key}\"\n"
        );
        std::fs::write(folder.join("witness.toml"), text).unwrap();
        address
    }

    fn start(folder: &Path, address: &str) -> Self {
        let mut command = baohan(folder);
        command.args(["witness", "--config", "witness.toml"]).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut all = String::new();
        while !all.contains("listens on") {
            assert_ne!(lines.read_line(&mut all).unwrap(), 0, "{all}");
        }
        // Whoever writes on must find a reader.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Self { child, address: address.to_owned() }
    }

    /// As a power cut would, for the process.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn ask(&self, signed: &SignedCheckpoint) -> Option<Result<Answer, Refusal>> {
        let request = Request { note: signed.note(), introductions: Vec::new(), proofs: Vec::new() };
        let url = format!("http://{}/api/v1/witness/checkpoints", self.address);
        let asked = client().post(url).body(serde_json::to_vec(&request).unwrap()).send().await.ok()?;
        let is_well = asked.status().is_success();
        let text = asked.text().await.ok()?;
        Some(if is_well {
            Ok(serde_json::from_str(&text).unwrap())
        } else {
            Err(serde_json::from_str(&text).unwrap())
        })
    }

    async fn remembered(&self) -> Option<SignedCheckpoint> {
        let url = format!("http://{}/api/v1/witness/checkpoints/{LEDGER}", self.address);
        let note = client().get(url).send().await.unwrap().text().await.unwrap();
        (!note.is_empty()).then(|| SignedCheckpoint::parse(&note).unwrap())
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> reqwest::Client {
    // A second installation says that there is one, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// The checkpoint behind another, of a ledger in which nothing happens.
fn next(before: Option<&SignedCheckpoint>, seconds: i64) -> SignedCheckpoint {
    let number = before.map_or(0, |before| before.checkpoint().number) + 1;
    let checkpoint = Checkpoint {
        ledger: LEDGER,
        number,
        time: DateTime::from_timestamp(1_772_625_600, 0).unwrap() + TimeDelta::seconds(seconds),
        shards: vec![ShardRoot::empty()],
        previous: before.map(SignedCheckpoint::digest),
        introduces: None,
    };
    SignedCheckpoint::sign(&checkpoint, &key()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_is_killed_at_any_moment_never_forgets_what_it_has_answered() {
    let folder = tempfile::tempdir().unwrap();
    let address = Witness::configure(folder.path(), LEDGER, &key().public_key().to_hex());
    let shown = run(folder.path(), &["witness", "--config", "witness.toml", "--show-key"]);
    let shown = printed(&shown);
    let digits = shown.split("public_key = \"").nth(1).unwrap().split('"').next().unwrap();
    let witness_key = PublicKey::from_hex(digits).unwrap();

    let mut answered: Option<SignedCheckpoint> = None;
    for round in 0..12_u64 {
        let witness = Witness::start(folder.path(), &address);
        let remembered = witness.remembered().await;
        if let Some(answered) = &answered {
            let remembered = remembered.clone().expect("it remembers nothing");
            assert!(remembered.checkpoint().number >= answered.checkpoint().number, "round {round}");
            if remembered.checkpoint().number == answered.checkpoint().number {
                assert_eq!(remembered.text(), answered.text());
            }
            // Another one of that number is a second history.
            let fork = next(None, 999);
            let refusal = witness.ask(&fork).await.unwrap().unwrap_err();
            assert!(matches!(refusal.reason, Reason::Stale | Reason::Inconsistent), "{refusal:?}");
        }
        // Asked without a pause until it is killed in the middle of it.
        let mut newest = remembered;
        let mut asked = 0;
        let kills_after = 1 + round % 5;
        let witness = Arc::new(witness);
        loop {
            let signed = next(newest.as_ref(), i64::try_from(round).unwrap());
            if asked == kills_after {
                let asking = tokio::spawn({
                    let (witness, signed) = (Arc::clone(&witness), signed.clone());
                    async move { witness.ask(&signed).await.map(|answer| (signed, answer)) }
                });
                let pid = witness.child.id().to_string();
                let killed = std::process::Command::new("kill").args(["-9", &pid]).status().unwrap();
                assert!(killed.success());
                if let Some((signed, answer)) = asking.await.unwrap() {
                    cosigned(&signed, &answer.unwrap(), &witness_key);
                    answered = Some(signed);
                }
                break;
            }
            let answer = witness.ask(&signed).await.unwrap().unwrap();
            cosigned(&signed, &answer, &witness_key);
            answered = Some(signed.clone());
            newest = Some(signed);
            asked += 1;
        }
        drop(Arc::into_inner(witness));
    }
    assert!(answered.unwrap().checkpoint().number > 20);
}

fn cosigned(signed: &SignedCheckpoint, answer: &Answer, key: &PublicKey) {
    Cosignature::parse(&answer.cosignature).unwrap().verify(signed.text(), key).unwrap();
}

#[test]
fn a_witness_keeps_its_key_and_its_folder_to_itself() {
    let folder = tempfile::tempdir().unwrap();
    let address = Witness::configure(folder.path(), LEDGER, &key().public_key().to_hex());
    let check = run(folder.path(), &["config", "check", "--config", "witness.toml"]);
    assert_eq!(check.status.code(), Some(0), "{}", complained(&check));
    assert!(printed(&check).contains("[[witness.ledgers]]"), "{}", printed(&check));
    let witness = Witness::start(folder.path(), &address);
    assert_eq!(status_of(&address, "/healthz"), 200);
    let text = std::fs::read_to_string(folder.path().join("witness.toml")).unwrap();
    std::fs::write(folder.path().join("second.toml"), text.replace(&address, &free_address())).unwrap();
    let second = run(folder.path(), &["witness", "--config", "second.toml"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(complained(&second).contains("another witness works"), "{}", complained(&second));
    witness.kill();
    // Where something is remembered, a lost key is not replaced.
    std::fs::write(folder.path().join(format!("data/witness/{LEDGER}.memory")), "something\n").unwrap();
    std::fs::remove_file(folder.path().join("data/witness.key")).unwrap();
    let keyless = run(folder.path(), &["witness", "--config", "witness.toml"]);
    assert_eq!(keyless.status.code(), Some(1));
    assert!(complained(&keyless).contains("witness.key is missing"), "{}", complained(&keyless));
    let no_witness = tempfile::tempdir().unwrap();
    configure(no_witness.path());
    let refused = run(no_witness.path(), &["witness"]);
    assert!(complained(&refused).contains("has no [witness]"), "{}", complained(&refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_is_sealed_without_a_word_in_its_configuration_and_then_witnessed() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let fresh = printed(&run(folder.path(), &["doctor"]));
    assert!(fresh.contains("data/seal.key is made on the first start"), "{fresh}");
    let mut ledger = Ledger::start_with(folder.path(), &[]);
    ledger.line_with("a new sealing key was made");
    ledger.line_with("ready after");
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));

    // What the doctor tells is what the witness is told.
    let told = printed(&run(folder.path(), &["doctor"]));
    let word = |behind: &str| told.split(behind).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (id, public_key) = (word("ledger = \""), word("public_key = \""));
    assert!(told.contains("checkpoint 1 is the newest"), "{told}");

    let beside = tempfile::tempdir().unwrap();
    let address = Witness::configure(beside.path(), id.parse().unwrap(), &public_key);
    let shown = printed(&run(beside.path(), &["witness", "--config", "witness.toml", "--show-key"]));
    let witness = Witness::start(beside.path(), &address);
    let file = folder.path().join("baohan.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let more =
        format!("[seal]\nfolder = \"worm\"\n[[seal.witnesses]]\nurl = \"http://{address}\"\n{shown}\n");
    std::fs::write(&file, format!("{more}{text}")).unwrap();
    let told = printed(&run(folder.path(), &["doctor"]));
    assert!(told.contains("watches this ledger"), "{told}");

    let ledger = Ledger::start(folder.path(), &[]);
    let log = log_of(folder.path()).await;
    let line = until("it is co-signed", WITHIN, async || log.cosignatures(1).await.unwrap().pop()).await;
    let kept = log.kept_checkpoint(1).await.unwrap().unwrap();
    let signed = SignedCheckpoint::parse(&kept.note).unwrap();
    signed.verify(&PublicKey::from_hex(&public_key).unwrap()).unwrap();
    assert_eq!(line.witness, "witness.example");
    let on_worm = folder.path().join(format!("worm/{id}/00000000/000000000001.checkpoint"));
    until("it lies in the folder", WITHIN, async || {
        std::fs::read_to_string(&on_worm).ok().filter(|note| *note == kept.note)
    })
    .await;
    log.close().await;
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
    witness.kill();
}

#[test]
fn a_sealing_key_that_is_gone_stops_the_seal_and_not_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let (_, office) = configure(folder.path());
    let ledger = Ledger::start(folder.path(), &[]);
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
    let key = folder.path().join("data/seal.key");
    let pem = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();

    let mut ledger = Ledger::start_with(folder.path(), &[]);
    let line = ledger.line_with("nothing is sealed");
    assert!(line.contains("seal-key-lost") && line.contains("Bring the file back"), "{line}");
    ledger.line_with("ready after");
    assert_eq!(status_of(&office, "/readyz"), 200);
    assert!(!key.exists(), "no other key is made");
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
    let told = printed(&run(folder.path(), &["doctor"]));
    assert!(told.contains("BROKEN   sealing key"), "{told}");
    std::fs::write(&key, pem).unwrap();
    let open = run(folder.path(), &["serve"]);
    assert!(complained(&open).contains("chmod 600"), "{}", complained(&open));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_renewed_by_two_lines_in_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let plain = std::fs::read_to_string(folder.path().join("baohan.toml")).unwrap();
    let ledger = Ledger::start(folder.path(), &[]);
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
    let new = SigningKey::from_bytes(&[5; 32]).unwrap();
    let file = folder.path().join("data/new.key");
    std::fs::write(&file, new.to_pem().unwrap().as_bytes()).unwrap();
    private(&file);
    let configured = |more: &str| {
        let text = format!("[seal]\nkey_file = \"data/new.key\"\n{more}{plain}");
        std::fs::write(folder.path().join("baohan.toml"), text).unwrap();
        printed(&run(folder.path(), &["doctor"]))
    };
    let alone = configured("");
    assert!(alone.contains("BROKEN   sealing key") && alone.contains("warning  for witnesses"), "{alone}");
    let both = configured("previous_key_file = \"data/seal.key\"\n");
    assert!(both.contains("the next checkpoint, 2, introduces it"), "{both}");
    let ledger = Ledger::start(folder.path(), &[]);
    let log = log_of(folder.path()).await;
    until("the key is introduced", WITHIN, async || log.kept_checkpoint(2).await.unwrap()).await;
    log.close().await;
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
    // The old one is not needed any more, but for its public half, which is what witnesses are told.
    let told = configured("");
    assert!(told.contains("ok       sealing key") && told.contains("checkpoint 2 is the newest"), "{told}");
    let first = both.split("public_key = \"").nth(1).unwrap().split('"').next().unwrap();
    let told = configured(&format!("public_keys = [\"{first}\"]\n"));
    assert!(told.contains(first) && told.contains("ok       for witnesses"), "{told}");
}

fn private(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// The store, beside the ledger that writes it.
async fn log_of(folder: &Path) -> Log {
    let url = format!("sqlite:{}", folder.join("data/ledger.db").display());
    Log::open(&Options::new(url, Arc::new(|| DateTime::UNIX_EPOCH)).read_only()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_was_there_before_the_seal_gets_a_key_and_it_is_said_plainly() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    never_withdrawn(&folder.path().join("baohan.toml"));
    // What does not seal makes no key.
    let ledger = Ledger::start(folder.path(), &["--role", "gateway"]);
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
    assert!(!folder.path().join("data/seal.key").exists());
    let url = format!("sqlite:{}", folder.path().join("data/ledger.db").display());
    let log = Log::open(&Options::new(url, Arc::new(|| DateTime::UNIX_EPOCH))).await.unwrap();
    applied(&log, 1).await;
    log.close().await;
    drop(log);

    let mut ledger = Ledger::start_with(folder.path(), &[]);
    let told = ledger.line_with("this store had no sealing key");
    assert!(told.contains("Its 1 events are sealed as they are now"), "{told}");
    ledger.line_with("ready after");
    let log = log_of(folder.path()).await;
    let sealed = until("the event is sealed", WITHIN, async || {
        let newest = SignedCheckpoint::parse(&log.newest_checkpoint().await.unwrap()?.note).unwrap();
        (newest.checkpoint().shards[0].size == 1).then_some(newest)
    })
    .await;
    assert!(sealed.checkpoint().number <= 2);
    log.close().await;
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
}

/// The applications of these tests were made in 1970 and are never paid: no worker is to withdraw them beside what is looked at.
const NEVER_WITHDRAWN: &str = "[underwriting]\nunpaid_days = 0\n";

fn never_withdrawn(configuration: &Path) {
    let text = std::fs::read_to_string(configuration).unwrap();
    std::fs::write(configuration, format!("{NEVER_WITHDRAWN}{text}")).unwrap();
}

/// An application, as a platform's call would have brought it.
async fn applied(log: &Log, number: u128) {
    let payload = std::fs::read_to_string("../../domain/tests/golden/Applied-1.0.json").unwrap();
    let event = NewEvent {
        id: Uuid::now_v7(),
        event_type: "Applied".to_owned(),
        event_version: "1.0".to_owned(),
        payload: payload.trim_end().replace("SN20260302000001", &format!("SN{number}")),
        metadata: "{}".to_owned(),
    };
    let append = Append {
        aggregate_id: Uuid::from_u128(number),
        expected_sequence: 0,
        events: vec![event],
        journal: None,
        key: None,
        guarantee_no: None,
        idempotency: None,
    };
    log.append(append).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_killed_leave_one_chain_that_is_whole_wherever_it_was_taken() {
    let store = database().await;
    let (key_file, worm, beside) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let key_path = key_file.path().join("seal.key");
    std::fs::write(&key_path, SigningKey::from_bytes(&[1; 32]).unwrap().to_pem().unwrap().as_bytes())
        .unwrap();
    private(&key_path);
    let options =
        Options::new(&store.url, Arc::new(|| DateTime::UNIX_EPOCH)).with_shards(2).with_connections(4);
    let log = Log::open(&options).await.unwrap();
    let address = Witness::configure(beside.path(), log.ledger(), &key().public_key().to_hex());
    let shown = printed(&run(beside.path(), &["witness", "--config", "witness.toml", "--show-key"]));
    let _witness = Witness::start(beside.path(), &address);
    let seal = format!(
        "{NEVER_WITHDRAWN}[seal]\nkey_file = \"{}\"\nfolder = \"{}\"\n[[seal.witnesses]]\nurl = \"http://{address}\"\n{shown}",
        key_path.display(),
        worm.path().display()
    );
    let one = Machine::over(&store.url, &seal);
    let first = Ledger::start(one.path(), &["--role", "worker,projector"]);
    let two = Machine::over(&store.url, &seal).with_key_of(&one);
    let second = Ledger::start(two.path(), &["--role", "worker,projector"]);

    let sealed = async |what: &str| {
        until(what, WITHIN, async || {
            let newest = SignedCheckpoint::parse(&log.newest_checkpoint().await.unwrap()?.note).unwrap();
            let sizes: Vec<u64> = newest.checkpoint().shards.iter().map(|shard| shard.size).collect();
            (sizes == log.heads().await.unwrap()).then_some(newest.checkpoint().number)
        })
        .await
    };
    for number in 1..20 {
        applied(&log, number).await;
    }
    sealed("with both").await;
    first.signal("KILL");
    for number in 20..40 {
        applied(&log, number).await;
    }
    sealed("with the second alone").await;
    let third = Ledger::start(one.path(), &["--role", "worker,projector"]);
    second.signal("KILL");
    for number in 40..60 {
        applied(&log, number).await;
    }
    let newest = sealed("with the third").await;
    until("everything is out of the house", WITHIN, async || {
        (!log.cosignatures(newest).await.unwrap().is_empty()).then_some(())
    })
    .await;
    third.signal("TERM");
    assert_eq!(third.end().code(), Some(0));

    let mut before = None;
    for kept in log.kept_checkpoints(0, 1_000).await.unwrap() {
        let signed = SignedCheckpoint::parse(&kept.note).unwrap();
        signed.verify(key().public_key()).unwrap();
        assert_eq!(signed.checkpoint().previous, before);
        before = Some(signed.digest());
        assert_eq!(log.cosignatures(kept.number).await.unwrap().len(), 1, "checkpoint {}", kept.number);
        let file = worm.path().join(format!("{}/00000000/{:012}.checkpoint", log.ledger(), kept.number));
        assert_eq!(std::fs::read_to_string(file).unwrap(), kept.note);
    }
    log.close().await;
}
