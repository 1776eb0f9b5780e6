//! What an auditor asks of a ledger: the evidence of a guarantee, verified without it; and whether a store is as it was signed, shown on
//! one in which somebody has altered a byte.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use baohan_seal::evidence::Evidence;
use reqwest::Method;

use super::altered::{self, Altered};
use super::house::PATIENCE;
use super::narrator::{Narrator, Party, Step};
use super::notary::NAME as NOTARY;
use super::setting::Setting;
use super::stage::Stage;
use crate::terminal::say;

/// How often it is looked whether a checkpoint is co-signed.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The exit code of `baohan verify` where everything fits, and where something does not.
const FITS: i32 = 0;
const DOES_NOT_FIT: i32 = 1;

/// The evidence of a guarantee, in files.
pub struct Kept {
    file: PathBuf,
    evidence: Evidence,
    application_no: String,
}

/// Fetches the evidence of the guarantee of an application: the file, and the page for people.
pub async fn fetch(stage: &mut Stage, folder: &Path, application_no: &str) -> anyhow::Result<Kept> {
    Narrator::life("an auditor asks for proof");
    std::fs::create_dir_all(folder)?;
    let checkpoint = stage.house.call(Method::POST, "/api/v1/audit/checkpoints", None).await?;
    let told = &checkpoint.body;
    let sizes = told["shards"].as_array().into_iter().flatten();
    let records: u64 = sizes.filter_map(|shard| shard["size"].as_u64()).sum();
    tell(
        stage,
        "checkpoint",
        "",
        &checkpoint.status.as_u16().to_string(),
        Told {
            recorded: format!(
                "number {} over {records} records, SM3 {}",
                told["number"],
                short(told["digest"].as_str())
            ),
            wrong: (!checkpoint.status.is_success() || records == 0)
                .then(|| "a signed checkpoint".to_owned()),
        },
    );
    cosigned(stage, told["number"].as_u64().unwrap_or_default()).await?;
    let guarantee = stage.house.guarantee(application_no).await?.context("no guarantee of that number")?;
    let id = guarantee["id"].as_str().context("a guarantee without id")?.to_owned();
    let file = folder.join(format!("{application_no}.json"));
    let (status, bytes) = stage.house.fetch(&format!("/api/v1/guarantees/{id}/evidence")).await?;
    std::fs::write(&file, &bytes)?;
    ensure!(status.is_success(), "no evidence: {status} {}", String::from_utf8_lossy(&bytes));
    let evidence = Evidence::parse(&bytes)?;
    tell(
        stage,
        "evidence",
        application_no,
        status.as_str(),
        Told {
            recorded: format!("{} records with their proofs: {}", evidence.records.len(), file.display()),
            wrong: None,
        },
    );
    let page = folder.join(format!("{application_no}.pdf"));
    let (status, bytes) = stage.house.fetch(&format!("/api/v1/guarantees/{id}/evidence?format=pdf")).await?;
    std::fs::write(&page, &bytes)?;
    tell(
        stage,
        "evidence page",
        application_no,
        status.as_str(),
        Told {
            recorded: page.display().to_string(),
            wrong: (!bytes.starts_with(b"%PDF-")).then(|| "a page for people".to_owned()),
        },
    );
    Ok(Kept { file, evidence, application_no: application_no.to_owned() })
}

/// Waits until the witness has co-signed the checkpoint.
async fn cosigned(stage: &mut Stage, number: u64) -> anyhow::Result<()> {
    let path = format!("/api/v1/audit/checkpoints/{number}");
    let since = Instant::now();
    let mut shown = stage.house.get(&path).await?;
    while shown["counts"] != true && since.elapsed() < PATIENCE {
        tokio::time::sleep(LOOK_EVERY).await;
        shown = stage.house.get(&path).await?;
    }
    let who = shown["cosignatures"][0]["witness"].as_str().unwrap_or("nobody");
    stage.narrator.step(&Step {
        from: Party::Ledger,
        to: Party::Witness,
        interface: "checkpoint".to_owned(),
        application_no: String::new(),
        code: String::new(),
        recorded: format!("co-signed by {who}, which remembers it"),
        wrong: (shown["counts"] != true).then(|| "the witness's signature".to_owned()),
    });
    Ok(())
}

/// Verifies the evidence without the ledger, and the store, which stands still; then a copy of it in which one byte is another.
pub async fn verify(stage: &mut Stage, setting: &Setting, kept: &Kept) -> anyhow::Result<()> {
    let application_no = &kept.application_no;
    let key = kept.evidence.keys.ledger.first().context("no key")?.to_hex();
    let witness = format!("{NOTARY}={}", setting.notary.public_key.to_hex());
    let offline =
        ["verify", "--evidence", &text(&kept.file), "--key", &key, "--witness", &witness].map(str::to_owned);
    shown(stage, (Party::File, "without the ledger"), application_no, &offline, FITS, &[]).await?;
    let whole = ["verify", "--config", &text(&setting.file)].map(str::to_owned);
    shown(stage, (Party::Store, "every record"), "", &whole, FITS, &[]).await?;
    let Altered { config, shard, position, said } = altered::copy(setting, &kept.evidence).await?;
    stage.narrator.step(&Step {
        from: Party::Intruder,
        to: Party::Copy,
        interface: "one byte".to_owned(),
        application_no: application_no.clone(),
        code: String::new(),
        recorded: said,
        wrong: None,
    });
    let copy = ["verify", "--config", &text(&config)].map(str::to_owned);
    let named = [format!("shard {shard}"), format!("position {position}"), "payload".to_owned()];
    shown(stage, (Party::Copy, "every record"), "", &copy, DOES_NOT_FIT, &named).await
}

struct Told {
    recorded: String,
    wrong: Option<String>,
}

fn tell(stage: &mut Stage, interface: &str, application_no: &str, code: &str, told: Told) {
    stage.narrator.step(&Step {
        from: Party::Auditor,
        to: Party::Ledger,
        interface: interface.to_owned(),
        application_no: application_no.to_owned(),
        code: code.to_owned(),
        recorded: told.recorded,
        wrong: told.wrong,
    });
}

/// Runs this program as the auditor does, and shows what it says. It must end with that code, and name these things.
async fn shown(
    stage: &mut Stage,
    (party, what): (Party, &str),
    application_no: &str,
    arguments: &[String],
    code: i32,
    named: &[String],
) -> anyhow::Result<()> {
    let output = run(arguments.to_vec()).await?;
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let ended = output.status.code();
    let missing = named.iter().find(|part| !said.contains(part.as_str()));
    let wrong = match missing {
        _ if ended != Some(code) => Some(format!("exit code {code}")),
        Some(part) => Some(format!("that it names {part}")),
        None => None,
    };
    stage.narrator.step(&Step {
        from: Party::Auditor,
        to: party,
        interface: what.to_owned(),
        application_no: application_no.to_owned(),
        code: ended.map_or_else(String::new, |code| code.to_string()),
        recorded: format!("$ baohan {}", arguments.join(" ")),
        wrong,
    });
    for line in said.lines().filter(|line| !line.trim().is_empty()) {
        say!("    {line}");
    }
    Ok(())
}

async fn run(arguments: Vec<String>) -> anyhow::Result<Output> {
    let program = std::env::current_exe().context("this program cannot be found")?;
    let running =
        tokio::task::spawn_blocking(move || std::process::Command::new(program).args(arguments).output());
    running.await?.context("this program cannot be started")
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn short(digest: Option<&str>) -> String {
    digest.unwrap_or_default().chars().take(16).collect::<String>() + "…"
}
