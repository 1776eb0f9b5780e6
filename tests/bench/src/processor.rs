use anyhow::Context;
use baohan_servers::Postgres;

use crate::ledger::TICKS_A_SECOND;

/// The first field of `/proc/PID/stat` behind the name is the third: the state.
const FIRST_FIELD: usize = 3;
const PARENT_FIELD: usize = 4;
/// User and system time of the process itself, and of its children that have ended.
const TIME_FIELDS: std::ops::RangeInclusive<usize> = 14..=17;

/// Processor time that this process has spent, in seconds, and the server with it, where there is one.
pub fn seconds(server: Option<&Postgres>) -> anyhow::Result<f64> {
    let mut ticks = time(&fields("self")?);
    if let Some(server) = server {
        let file = server.folder().join("postgres/data/postmaster.pid");
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let server = text.lines().next().unwrap_or_default().trim().to_owned();
        ticks += time(&fields(&server)?);
        for entry in std::fs::read_dir("/proc")? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !name.bytes().all(|digit| digit.is_ascii_digit()) {
                continue;
            }
            // One that has just ended counts with its parent.
            let Ok(fields) = fields(&name) else { continue };
            if fields.get(PARENT_FIELD - FIRST_FIELD) == Some(&server) {
                ticks += time(&fields);
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    Ok(ticks as f64 / TICKS_A_SECOND)
}

/// The fields behind the name, which may hold anything.
fn fields(process: &str) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, rest) = text.rsplit_once(')').context("a name in /proc")?;
    Ok(rest.split_whitespace().map(str::to_owned).collect())
}

fn time(fields: &[String]) -> u64 {
    TIME_FIELDS.filter_map(|field| fields.get(field - FIRST_FIELD)?.parse::<u64>().ok()).sum()
}
