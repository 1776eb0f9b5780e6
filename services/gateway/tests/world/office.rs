//! What the office and the renderer do, without them.

use baohan_domain::command::{ConfirmQuit, Issue, IssueAsked, RecordPremium, RecordRestored};
use baohan_domain::{Command, DocumentRef, Form, GuaranteeId, GuaranteeNo, Media};
use baohan_ledger::Context;
use bytes::Bytes;
use uuid::Uuid;

use super::{Message, World};

const VALIDITY_DAYS: u64 = 120;

impl World {
    /// Carries out a command of the office's.
    pub async fn office(&self, id: GuaranteeId, command: impl Into<Command>) {
        let command = command.into();
        let context = Context::of("office:test", Uuid::from_u128(1));
        self.ledger.carry_out(context, id, |_| Ok(command.clone())).await.unwrap();
    }

    /// Records the premium and issues, with a sealed document where something is sealed.
    pub async fn issue(&self, application_no: &str, guarantee_no: &str) {
        self.issue_id(self.id(application_no), guarantee_no).await;
    }

    pub async fn issue_id(&self, id: GuaranteeId, guarantee_no: &str) {
        let at = self.ledger.now();
        let premium = RecordPremium {
            payer_name: "江南建设集团有限公司".into(),
            payer_account: "32050100000000000001".into(),
            amount: "6400.00".parse().unwrap(),
            paid_at: None,
            reference: None,
            at,
        };
        self.office(id, premium).await;
        let history = self.ledger.history(id).await.unwrap();
        let is_sealed = !history.guarantee.application().unwrap().sealed.is_empty();
        let form = if is_sealed { Form::Sealed } else { Form::Plain };
        let issue = Issue {
            asked: IssueAsked::default(),
            guarantee_no: GuaranteeNo::new(guarantee_no).unwrap(),
            rate: "0.008".parse().unwrap(),
            valid_until: at.date_naive() + chrono::Days::new(VALIDITY_DAYS),
            document: self.document(form, guarantee_no).await,
            at,
        };
        self.office(id, issue).await;
    }

    /// Applies by HTTP, and issues.
    pub async fn issued(&self, application_no: &str, guarantee_no: &str) {
        self.call(&Message::apply(application_no)).await.taken();
        self.issue(application_no, guarantee_no).await;
    }

    /// Applies, issues, restores by HTTP for an opening that has just been, and makes the plain document.
    pub async fn restored(&self, application_no: &str, guarantee_no: &str) {
        self.issued(application_no, guarantee_no).await;
        self.at("2026-03-20 09:05:00");
        self.call(&Message::restore(application_no, guarantee_no, "2026-03-20 09:00:00")).await.taken();
        self.render(application_no, guarantee_no).await;
    }

    /// What the worker does after a restore.
    pub async fn render(&self, application_no: &str, guarantee_no: &str) {
        let document = self.document(Form::Plain, guarantee_no).await;
        self.office(self.id(application_no), RecordRestored { document, at: self.ledger.now() }).await;
    }

    pub async fn confirm_quit(&self, application_no: &str) {
        self.office(self.id(application_no), ConfirmQuit { at: self.ledger.now() }).await;
    }

    async fn document(&self, form: Form, guarantee_no: &str) -> DocumentRef {
        let text = format!("%PDF-1.4\n% {guarantee_no} {form:?}\n%%EOF\n");
        let stored = self.documents.put(Bytes::from(text), baohan_documents::Media::Pdf).await.unwrap();
        DocumentRef { form, digest: stored.digest.to_hex(), media: Media::Pdf, size_bytes: stored.size_bytes }
    }
}
