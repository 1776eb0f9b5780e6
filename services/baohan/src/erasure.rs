//! Erasing a guarantee's personal data: its key is destroyed, and with it they are unreadable everywhere, backups included.

use anyhow::{Context as _, bail};
use baohan_domain::GuaranteeId;
use baohan_ledger::Ledger;
use baohan_log::{Erasure, JournalEntry};
use uuid::Uuid;

/// The journal's word for it, in place of an interface.
const INTERFACE: &str = "erase";
/// The journal's word for what became of it.
const OUTCOME: &str = "erased";

/// Erases the personal data of a guarantee that is named by its id or by our number; `actor` stands in the journal.
pub async fn erase(ledger: &Ledger, named: &str, actor: &str) -> anyhow::Result<(Uuid, Erasure)> {
    let id = find(ledger, named).await?;
    let history = ledger.history(GuaranteeId::from(id)).await?;
    let application = history.guarantee.application();
    let entry = JournalEntry {
        id: ledger.new_id(),
        received_at: ledger.now(),
        platform: application.map(|application| application.platform.clone()),
        interface: INTERFACE.to_owned(),
        application_no: application.map(|application| application.application_no.to_string()),
        aggregate_id: Some(id),
        outcome: OUTCOME.to_owned(),
        message: Some(format!("personal data erased by {actor}")),
        correlation_id: Some(ledger.new_id()),
        ..JournalEntry::default()
    };
    let erasure = ledger.log().erase_key(id, entry).await?;
    let erasure = erasure.with_context(|| format!("there is no guarantee {named}"))?;
    tracing::warn!(guarantee = %id, actor, "personal data of guarantee {id} erased by {actor}");
    Ok((id, erasure))
}

/// How an erasure reads.
pub fn told(id: Uuid, erasure: &Erasure) -> String {
    let bodies = erasure.bodies;
    if erasure.repeated {
        return format!(
            "{id}: erased on {} already; {bodies} more messages erased now",
            erasure.destroyed_at
        );
    }
    format!(
        "{id}: the key is destroyed, {bodies} messages erased from the journal; hashes and events stay valid"
    )
}

async fn find(ledger: &Ledger, named: &str) -> anyhow::Result<Uuid> {
    let named = named.trim();
    if named.is_empty() {
        bail!("which guarantee?");
    }
    if let Some(owner) = ledger.log().guarantee_number_owner(named).await? {
        return Ok(owner);
    }
    Uuid::parse_str(named)
        .with_context(|| format!("{named} is neither a guarantee's id nor a guarantee number in the ledger"))
}
