use baohan_wire::{Ask, Interface};

use crate::quickstart::stage::{Stage, terms};

/// Issued, and quit before the opening. The reconciliation lists it as 已退保.
pub async fn play(stage: &mut Stage, application_no: &str) -> anyhow::Result<()> {
    let mut life = stage.life("issued → quit before the opening", application_no);
    life.issued(&terms("02", "800000.00")?).await?;
    let (application_no, guarantee_no) = (life.application_no.clone(), life.guarantee_no.clone());
    let quit =
        Ask::RequestQuit {
            application_no: &application_no, guarantee_no: &guarantee_no, reason: "放弃投标"
        };
    life.ask(&quit, "1", &["QuitRequested"]).await?;
    life.happens("quit in time", &["Quit"]).await?;
    life.told(Interface::Quitnotice).await?;
    life.shows("/status", "quit").await?;
    life.over().await
}
