use baohan_wire::Ask;
use serde_json::json;

use crate::quickstart::stage::{Stage, terms};

/// Issued, restored, claimed in part, paid, and claimed for the rest.
pub async fn play(stage: &mut Stage, application_no: &str) -> anyhow::Result<()> {
    let mut life =
        stage.life("issued → restored → claimed in part → paid → claimed for the rest", application_no);
    life.issued(&terms("03", "800000.00")?).await?;
    life.restored().await?;
    let (application_no, guarantee_no) = (life.application_no.clone(), life.guarantee_no.clone());
    let papers = ["https://files.example/a.pdf".to_owned()];
    let claim = |amount| Ask::Claim {
        application_no: &application_no,
        guarantee_no: &guarantee_no,
        payee_account: Some("32050100000000000002"),
        amount,
        attachments: &papers,
        contact_name: "王五",
        contact_phone: "13800000001",
        reason: Some("中标人放弃中标"),
    };
    life.ask(&claim(Some("300000.00".parse()?)), "1", &["Claimed"]).await?;
    let payment = json!({ "amount": "300000.00", "reference": format!("CLAIM-{application_no}-1") });
    life.office("claims/1/pay", &payment, &["ClaimPaid"]).await?;
    life.shows("/left", "500000.00").await?;
    // Without an amount it is all that is left.
    life.ask(&claim(None), "1", &["Claimed"]).await?;
    life.shows("/claims/1/amount", "500000.00").await?;
    life.shows("/left", "0.00").await?;
    life.over().await
}
