use anyhow::Context as _;
use baohan_wire::{Ask, Dialect, Platform, SealKey, SecretPlace, ask_body};

use crate::quickstart::narrator::{Narrator, Party, Step};
use crate::quickstart::stage::{Stage, terms};

/// How the wrong signature is made, as the diagnosis must name it.
const VARIANT: &str = "secret = \"ampersand\"";

/// The platform signs in another dialect than was agreed: refused, nothing changes, and the journal says how it signed.
pub async fn play(stage: &mut Stage, application_no: &str) -> anyhow::Result<()> {
    Narrator::life("a wrongly signed call → refused, with a diagnosis in the journal");
    let agreed = stage.platform.clone();
    let other = Platform {
        dialect: Dialect { secret: SecretPlace::Ampersand, ..agreed.dialect.clone() },
        ..agreed.clone()
    };
    let terms = terms("05", "800000.00")?;
    let key = SealKey::parse(&stage.key).context("the section's key is none")?;
    let ask = Ask::Apply { application_no, terms: &terms, key: Some(&key), iv: None };
    let body = ask_body(&other, None, &ask, &[], stage.clock.now());
    let answer = stage.sandbox.send(&agreed, ask.interface(), application_no, body).await?;
    let wrong = (answer.code != "0").then(|| "code 0".to_owned());
    let step = |from, interface: &str, code: &str, recorded, wrong| Step {
        from,
        to: Party::Ledger,
        interface: interface.to_owned(),
        application_no: application_no.to_owned(),
        code: code.to_owned(),
        recorded,
        wrong,
    };
    stage.narrator.step(&step(
        Party::Platform,
        ask.interface().name(),
        &answer.code,
        answer.message.clone(),
        wrong,
    ));

    let known = stage.house.guarantee(application_no).await?;
    let wrong = known.as_ref().map(|_| "no guarantee".to_owned());
    stage.narrator.step(&step(
        Party::Office,
        "GET guarantees",
        "200",
        "no guarantee, no event".to_owned(),
        wrong,
    ));

    let journal = stage.house.get(&format!("/api/v1/journal?application_no={application_no}")).await?;
    let diagnosis = journal["items"][0]["diagnosis"].to_string().replace("\\\"", "\"");
    let found = diagnosis.contains(VARIANT);
    let recorded = format!("diagnosis: {}", if found { VARIANT } else { &diagnosis });
    stage.narrator.step(&step(
        Party::Office,
        "GET journal",
        "200",
        recorded,
        (!found).then(|| VARIANT.to_owned()),
    ));
    Ok(())
}
