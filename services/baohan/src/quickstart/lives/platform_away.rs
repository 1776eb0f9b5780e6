use baohan_sandbox::{Misconduct, MisconductKind};
use baohan_wire::Interface;

use crate::quickstart::stage::{Stage, terms};

/// How often the platform fails before it takes the notice.
const FAILURES: u32 = 2;

/// The platform is away for a moment: the notice goes out again until it is taken.
pub async fn play(stage: &mut Stage, application_no: &str) -> anyhow::Result<()> {
    let terms = terms("06", "800000.00")?;
    stage.sandbox.misbehave(Misconduct::at(Interface::Baohannotice, MisconductKind::Http500, FAILURES));
    let mut life =
        stage.life("the platform is away for a moment → the notice is delivered later", application_no);
    life.apply(&terms, &["Applied"]).await?;
    life.pay_premium(&terms).await?;
    life.happens("underwriting", &["Issued"]).await?;
    life.learn_number().await?;
    for _ in 0..FAILURES {
        life.not_told(Interface::Baohannotice, "it is tried again").await?;
    }
    life.told(Interface::Baohannotice).await?;
    life.shows("/status", "issued").await?;
    life.over().await
}
