use baohan_domain::{ApplicationNo, GuaranteeId};
use baohan_wire::{Ask, SealKey};
use chrono::{DateTime, Utc};
use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};

use crate::platform::{Answer, KEY, Platform, terms};
use crate::process::APPKEY;
use crate::{Office, records};

/// The amount of every guarantee.
const AMOUNT: &str = "800000.00";
/// What part of it is claimed.
const CLAIMED: &str = "300000.00";
const PREMIUM: &str = "6400.00";

/// Where one can call: any of them will do.
#[derive(Clone)]
pub struct Doors {
    platforms: Vec<Platform>,
    offices: Vec<Office>,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The platform applies.
    Apply,
    /// People issue.
    Issue,
    /// People decline.
    Decline,
    /// The platform opens, at this time.
    Restore(DateTime<Utc>),
    /// The platform asks for an invoice.
    Invoice,
    /// The platform asks to quit.
    Quit,
    /// The platform demands a part.
    Claim,
    /// People pay the claim.
    Pay,
}

/// A call that can be made again as it was.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What.
    pub what: What,
    /// For which application.
    pub application_no: String,
    /// The institution's number, once it is known.
    pub guarantee_no: String,
}

/// What came of a call.
#[derive(Debug)]
pub enum Outcome {
    /// It was taken: it must be in the store.
    Taken(Value),
    /// It was refused, for good.
    Refused(String),
    /// Nobody was told anything, or to come again.
    Unknown,
}

impl Doors {
    /// The gateways and offices at these addresses.
    pub fn at(gateways: &[String], offices: &[String]) -> Self {
        Self {
            platforms: gateways.iter().map(|address| Platform::calling(address)).collect(),
            offices: offices.iter().map(|address| Office::at(address)).collect(),
        }
    }

    /// Some office.
    pub fn office(&self) -> &Office {
        self.offices.choose(&mut rand::rng()).expect("an office")
    }

    fn platform(&self) -> &Platform {
        self.platforms.choose(&mut rand::rng()).expect("a gateway")
    }
}

impl Asked {
    /// The id of its guarantee.
    pub fn guarantee(&self) -> String {
        let application = ApplicationNo::new(self.application_no.as_str()).expect("a number");
        GuaranteeId::of(APPKEY, None, &application).to_string()
    }

    /// The event that stands in the store once this is answered.
    pub fn event(&self) -> &'static str {
        match self.what {
            What::Apply => "Applied",
            What::Issue => "Issued",
            What::Decline => "Declined",
            What::Restore(_) => "RestoreRequested",
            What::Invoice => "InvoiceRequested",
            What::Quit => "QuitRequested",
            What::Claim => "Claimed",
            What::Pay => "ClaimPaid",
        }
    }

    /// Whether a row of the store is what this call brought about.
    pub fn is_in(&self, row: &records::Row) -> bool {
        row.event_type == self.event()
    }

    /// Makes the call, at any door.
    pub async fn ask(&self, doors: &Doors) -> Outcome {
        let (application_no, guarantee_no) = (self.application_no.as_str(), self.guarantee_no.as_str());
        let platform = doors.platform();
        let answer = match self.what {
            What::Apply => {
                let (terms, key) = (terms(AMOUNT), SealKey::parse(KEY).expect("a key"));
                let apply = Ask::Apply { application_no, terms: &terms, key: Some(&key), iv: None };
                platform.ask(&apply, &[]).await
            }
            What::Restore(opening_at) => platform.restore(application_no, guarantee_no, opening_at).await,
            What::Invoice => {
                let invoice = Ask::RequestInvoice {
                    application_no,
                    guarantee_no,
                    buyer_name: "江南建设集团有限公司",
                    buyer_code: "91320000MA1XXXXX0A",
                    amount: PREMIUM.parse().expect("an amount"),
                    special: None,
                    email: None,
                    mobile: None,
                };
                platform.ask(&invoice, &[]).await
            }
            What::Quit => {
                let quit = Ask::RequestQuit { application_no, guarantee_no, reason: "放弃投标" };
                platform.ask(&quit, &[]).await
            }
            What::Claim => {
                let amount = CLAIMED.parse().expect("an amount");
                platform.claim(application_no, guarantee_no, Some(amount), "13800000001").await
            }
            What::Issue => {
                let body = json!({
                    "premium": PREMIUM,
                    "payer_name": "江南建设集团有限公司",
                    "payer_account": "32050100000000000001",
                });
                return self.decide(doors, "issue", body).await;
            }
            What::Decline => return self.decide(doors, "decline", json!({"reason": "资料不全"})).await,
            What::Pay => {
                return self.decide(doors, "claims/1/pay", json!({"reference": "HX20260302001"})).await;
            }
        };
        answer.map_or(Outcome::Unknown, outcome_of)
    }

    async fn decide(&self, doors: &Doors, what: &str, body: Value) -> Outcome {
        let path = format!("/api/v1/guarantees/{}/{what}", self.guarantee());
        match doors.office().try_post(&path, body).await {
            Ok((200, guarantee)) => Outcome::Taken(guarantee),
            // Too busy, the store away, the projections behind: it says itself that one may come again.
            Ok((429 | 503, _)) | Err(_) => Outcome::Unknown,
            Ok((status, problem)) => Outcome::Refused(format!("{status} {problem}")),
        }
    }
}

fn outcome_of(answer: Answer) -> Outcome {
    if answer.taken() {
        Outcome::Taken(answer.body)
    } else if answer.message.contains("稍后") || answer.code.is_empty() {
        Outcome::Unknown
    } else {
        Outcome::Refused(format!("{answer:?}"))
    }
}
