//! The stage on which lives are played: the ledger, the platform, the house, and the narrator who tells of them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use baohan_domain::{Money, Terms};
use baohan_ledger::Clock;
use baohan_sandbox::{Answer, Caller, Happening, Sandbox};
use baohan_wire::{Ask, Interface, Platform, SealKey};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;

use super::house::{House, PATIENCE};
use super::narrator::{Narrator, Party, Step};

/// What a step shows where there was no answer.
pub const NO_ANSWER: &str = "—";

/// Who plays.
pub struct Stage {
    /// The trading centre's platform.
    pub sandbox: Sandbox,
    /// The platform's profile.
    pub platform: Platform,
    /// The institution's people.
    pub house: House,
    /// Tells what happens.
    pub narrator: Narrator,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Calls on the wire, as the platform sees them.
    pub wire: Receiver<Happening>,
    /// The key that the platform seals a section with.
    pub key: String,
}

/// One application and what came of it so far.
pub struct Life<'s> {
    /// Where it is played.
    pub stage: &'s mut Stage,
    /// The platform's number.
    pub application_no: String,
    /// The institution's number, once it is issued.
    pub guarantee_no: String,
    id: String,
    seen: usize,
}

impl Stage {
    /// Begins a life.
    pub fn life(&mut self, title: &str, application_no: &str) -> Life<'_> {
        Narrator::life(title);
        Life {
            stage: self,
            application_no: application_no.to_owned(),
            guarantee_no: String::new(),
            id: String::new(),
            seen: 0,
        }
    }

    /// The next call of the institution to the platform.
    async fn next_call(&mut self, interface: Interface) -> anyhow::Result<Happening> {
        let next = async {
            loop {
                let happening = self.wire.recv().await?;
                if happening.caller == Caller::Institution && happening.interface == interface {
                    return anyhow::Ok(happening);
                }
            }
        };
        let patience: Duration = PATIENCE;
        tokio::time::timeout(patience, next)
            .await
            .with_context(|| format!("no {interface} within {patience:?}"))?
    }
}

impl Life<'_> {
    /// The platform applies.
    pub async fn apply(&mut self, terms: &Terms, events: &[&str]) -> anyhow::Result<()> {
        let key = SealKey::parse(&self.stage.key).context("the section's key is none")?;
        let application_no = self.application_no.clone();
        let ask = Ask::Apply { application_no: &application_no, terms, key: Some(&key), iv: None };
        self.ask(&ask, "1", events).await?;
        Ok(())
    }

    /// The platform calls; the answer's code and the events that come of it must be these.
    pub async fn ask(&mut self, ask: &Ask<'_>, code: &str, events: &[&str]) -> anyhow::Result<Answer> {
        let answer = self.stage.sandbox.ask(&self.stage.platform, None, ask, &[]).await?;
        let (recorded, mut wrong) = self.recorded(events).await?;
        if answer.code != code {
            wrong = Some(format!("code {code}"));
        }
        let recorded = if recorded.is_empty() { answer.message.clone() } else { recorded };
        self.tell(Party::Platform, Party::Ledger, ask.interface().name(), &answer.code, recorded, wrong);
        Ok(answer)
    }

    /// The house asks; the status must be 200, and the events that come of it these.
    pub async fn office(&mut self, route: &str, body: &Value, events: &[&str]) -> anyhow::Result<()> {
        let path = format!("/api/v1/guarantees/{}/{route}", self.id().await?);
        let answer = self.stage.house.call(Method::POST, &path, Some(body)).await?;
        let (recorded, mut wrong) = self.recorded(events).await?;
        if !answer.status.is_success() {
            wrong = Some(format!("success, and not {}", answer.body));
        }
        self.tell(Party::Office, Party::Ledger, route, answer.status.as_str(), recorded, wrong);
        Ok(())
    }

    /// Something happens inside the ledger by itself.
    pub async fn happens(&mut self, what: &str, events: &[&str]) -> anyhow::Result<()> {
        let (recorded, wrong) = self.recorded(events).await?;
        self.tell(Party::Ledger, Party::Ledger, what, "", recorded, wrong);
        Ok(())
    }

    /// The ledger calls the platform, which takes it.
    pub async fn told(&mut self, interface: Interface) -> anyhow::Result<()> {
        let call = self.stage.next_call(interface).await?;
        let (recorded, mut wrong) = self.recorded(&["NoticeAcknowledged"]).await?;
        if call.code.as_deref() != Some("1") {
            wrong = Some(format!("code 1, and not: {}", call.message));
        }
        let code = call.code.unwrap_or_else(|| NO_ANSWER.to_owned());
        self.tell(Party::Ledger, Party::Platform, interface.name(), &code, recorded, wrong);
        Ok(())
    }

    /// The ledger calls the platform, which does not answer as it should.
    pub async fn not_told(&mut self, interface: Interface, recorded: &str) -> anyhow::Result<()> {
        let call = self.stage.next_call(interface).await?;
        let wrong = call.code.is_some().then(|| "no answer of the interface".to_owned());
        let code = call.code.unwrap_or_else(|| NO_ANSWER.to_owned());
        self.tell(
            Party::Ledger,
            Party::Platform,
            interface.name(),
            &code,
            format!("{}; {recorded}", call.message),
            wrong,
        );
        Ok(())
    }

    /// From the application to a guarantee in force that the platform knows of.
    pub async fn issued(&mut self, terms: &Terms) -> anyhow::Result<()> {
        self.apply(terms, &["Applied"]).await?;
        self.pay_premium(terms).await?;
        self.happens("underwriting", &["Issued"]).await?;
        self.learn_number().await?;
        self.told(Interface::Baohannotice).await
    }

    /// The applicant pays from its own account, and the core system says so.
    pub async fn pay_premium(&mut self, terms: &Terms) -> anyhow::Result<()> {
        let premium = json!({
            "payer_name": terms.applicant_name,
            "payer_account": "32050100000000000001",
            "amount": "6400.00",
            "reference": format!("PAY-{}", self.application_no),
        });
        self.office("premium", &premium, &["PremiumPaid"]).await
    }

    /// The opening: the key comes, the plain document is made and told.
    pub async fn restored(&mut self) -> anyhow::Result<()> {
        let (application_no, guarantee_no) = (self.application_no.clone(), self.guarantee_no.clone());
        let key = self.stage.key.clone();
        let ask = Ask::Restore {
            application_no: &application_no,
            guarantee_no: &guarantee_no,
            opening_at: self.stage.clock.now() - chrono::TimeDelta::minutes(5),
            key: Some(&key),
            iv: None,
            plain: None,
        };
        self.ask(&ask, "1", &["RestoreRequested"]).await?;
        self.happens("plain document", &["Restored"]).await?;
        self.told(Interface::Restorenotice).await
    }

    /// Looks at the guarantee: a value in it must be this.
    pub async fn shows(&mut self, pointer: &str, wanted: &str) -> anyhow::Result<()> {
        let id = self.id().await?;
        let guarantee = self.stage.house.get(&format!("/api/v1/guarantees/{id}")).await?;
        let found = guarantee.pointer(pointer).map_or_else(|| "nothing".to_owned(), text);
        let wrong = (found != wanted).then(|| wanted.to_owned());
        let what = pointer.trim_start_matches('/').replace('/', ".");
        self.tell(Party::Office, Party::Ledger, "GET guarantee", "200", format!("{what} = {found}"), wrong);
        Ok(())
    }

    /// Learns the institution's number.
    pub async fn learn_number(&mut self) -> anyhow::Result<()> {
        let found = self.stage.house.guarantee(&self.application_no).await?;
        let number = found.as_ref().and_then(|guarantee| guarantee["guarantee_no"].as_str());
        number.context("the guarantee has no number")?.clone_into(&mut self.guarantee_no);
        Ok(())
    }

    /// Prints a step of this life.
    pub fn tell(
        &mut self,
        from: Party,
        to: Party,
        what: &str,
        code: &str,
        recorded: String,
        wrong: Option<String>,
    ) {
        self.stage.narrator.step(&Step {
            from,
            to,
            interface: what.to_owned(),
            application_no: self.application_no.clone(),
            code: code.to_owned(),
            recorded,
            wrong,
        });
    }

    /// The next events must be these, in order: how they read, and what should have been.
    async fn recorded(&mut self, kinds: &[&str]) -> anyhow::Result<(String, Option<String>)> {
        if kinds.is_empty() {
            return Ok((String::new(), None));
        }
        let id = self.id().await?;
        let events = self.stage.house.events_after(&id, self.seen, kinds.len()).await?;
        self.seen += events.len();
        let fits = events.iter().map(|event| event.kind.as_str()).eq(kinds.iter().copied());
        let recorded = events.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Ok((recorded, (!fits).then(|| kinds.join(", "))))
    }

    /// The life is over: nothing more may have been recorded.
    pub async fn over(mut self) -> anyhow::Result<()> {
        let id = self.id().await?;
        let events = self.stage.house.events(&id).await?;
        if events.len() != self.seen {
            let more = events.iter().skip(self.seen).map(ToString::to_string).collect::<Vec<_>>().join(", ");
            self.tell(Party::Ledger, Party::Ledger, "after all", "", more, Some("nothing more".to_owned()));
        }
        Ok(())
    }

    async fn id(&mut self) -> anyhow::Result<String> {
        if self.id.is_empty() {
            let Some(found) = self.stage.house.guarantee(&self.application_no).await? else {
                bail!("the ledger does not know {}", self.application_no);
            };
            found["id"].as_str().context("a guarantee without id")?.clone_into(&mut self.id);
        }
        Ok(self.id.clone())
    }
}

/// An application's particulars, as the platform knows them before it seals some of them.
pub fn terms(section: &str, amount: &str) -> anyhow::Result<Terms> {
    Ok(Terms {
        applicant_name: Some("江南建设集团有限公司".to_owned()),
        applicant_code: Some("91320000MA1XXXXX0A".to_owned()),
        amount: Some(amount.parse::<Money>()?),
        section_no: Some(format!("E3200000001000{section}001")),
        section_name: Some("滨江快速路改造工程一标段".to_owned()),
        beneficiary_name: Some("滨江城市建设投资有限公司".to_owned()),
        beneficiary_code: Some("91320100MA1YYYYY1B".to_owned()),
    })
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
