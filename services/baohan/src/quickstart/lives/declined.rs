use baohan_wire::Interface;

use crate::quickstart::stage::{Stage, terms};

/// Over the institution's limit: declined without a person, and told.
pub async fn play(stage: &mut Stage, application_no: &str) -> anyhow::Result<()> {
    let mut life = stage.life("over the limit of 5000000.00 → declined", application_no);
    life.apply(&terms("04", "6000000.00")?, &["Applied"]).await?;
    life.happens("underwriting", &["Declined"]).await?;
    life.told(Interface::Baohannotice).await?;
    life.shows("/status", "declined").await?;
    life.over().await
}
