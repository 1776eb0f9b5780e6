//! What stands at the end: the reconciliation, the documents, the addresses.

use std::path::Path;

use baohan_domain::calendar::china_date;
use baohan_wire::{Ask, ReceivedNotice, format_time, parse_reconciliation};
use chrono::NaiveDate;
use comfy_table::{Table, presets};

use super::narrator::{Narrator, Party, Step};
use super::stage::Stage;
use crate::terminal::say;

/// The platform asks for all guarantees since `start`; exactly these must be in the list, with whether they were quit.
pub async fn reconcile(stage: &mut Stage, start: NaiveDate, expected: &[(&str, bool)]) -> anyhow::Result<()> {
    Narrator::life("the platform reconciles the day");
    let ask = Ask::Reconcile { start, end: china_date(stage.clock.now()) };
    let answer = stage.sandbox.ask(&stage.platform, None, &ask, &[]).await?;
    let rows = parse_reconciliation(&stage.platform, &answer.body)?;
    let found: Vec<(&str, bool)> =
        rows.iter().map(|row| (row.application_no.as_str(), row.is_quit)).collect();
    let fits = found.len() == expected.len() && expected.iter().all(|wanted| found.contains(wanted));
    let quits = rows.iter().filter(|row| row.is_quit).count();
    stage.narrator.step(&Step {
        from: Party::Platform,
        to: Party::Ledger,
        interface: ask.interface().name().to_owned(),
        application_no: String::new(),
        code: answer.code.clone(),
        recorded: format!("{} guarantees, {quits} of them 已退保", rows.len()),
        wrong: (!fits || answer.code != "1").then(|| format!("{expected:?}")),
    });
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_header(["applyno", "baohanno", "generatetime", "rate", "cost", "status"]);
    for row in &rows {
        table.add_row([
            row.application_no.clone(),
            row.guarantee_no.clone(),
            format_time(row.issued_at),
            row.rate.to_string(),
            row.premium.to_string(),
            if row.is_quit { "1 已退保" } else { "0 已出函" }.to_owned(),
        ]);
    }
    say!("{table}");
    Ok(())
}

/// Fetches each document by the link that the platform was told, as the platform would, and keeps it in `downloads`.
pub async fn fetch_documents(stage: &mut Stage, downloads: &Path) -> anyhow::Result<()> {
    Narrator::life("the platform downloads the documents");
    std::fs::create_dir_all(downloads)?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    for told in stage.sandbox.centre().told() {
        let form = match &told.notice {
            ReceivedNotice::Issued(_) => "sealed",
            ReceivedNotice::Restored { .. } => "plain",
            _ => continue,
        };
        let sent = told.file.unwrap_or_default();
        let (url, application_no) =
            (told.document_url.unwrap_or_default(), told.application_no.unwrap_or_default());
        let response = client.get(&url).send().await?;
        let status = response.status();
        let bytes = response.bytes().await?;
        let file = downloads.join(format!("{application_no}-{form}.pdf"));
        std::fs::write(&file, &bytes)?;
        let fits = status.is_success() && bytes == sent && sent.starts_with(b"%PDF-");
        stage.narrator.step(&Step {
            from: Party::Platform,
            to: Party::Ledger,
            interface: format!("{form} document"),
            application_no,
            code: status.as_u16().to_string(),
            recorded: file.display().to_string(),
            wrong: (!fits).then(|| "the very PDF that came with the notice".to_owned()),
        });
    }
    Ok(())
}
