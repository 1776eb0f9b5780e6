//! One call of the institution: check, remember, answer, or misbehave on order.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use baohan_wire::{
    Interface, NoticeReceipt, Platform, ReceivedNotice, platform_answer, receive_notice, sections_answer,
};

use crate::address::{Place, path_at};
use crate::centre::Taken;
use crate::file;
use crate::happening::{Caller, Happening};
use crate::misconduct::{Misconduct, MisconductKind};
use crate::sandbox::Sandbox;
use crate::told::Told;

const ERROR_PAGE: &str = "<html><body><h1>500 Internal Server Error</h1></body></html>";

/// What is done with the connection.
pub(crate) enum Ending {
    /// The answer goes out.
    Answer(Response),
    /// The connection ends without one.
    Lost,
}

/// A call that came, and who answers it.
struct Incoming<'s> {
    sandbox: &'s Sandbox,
    interface: Interface,
    /// Who answers: the platform of the appkey, or the one at whose address the call came.
    host: Arc<Platform>,
    /// Who was called, as the call says.
    appkey: String,
    application_no: Option<String>,
}

/// What is said.
struct Said {
    status: StatusCode,
    is_ok: bool,
    message: String,
    diagnosis: Option<String>,
    body: Option<Vec<u8>>,
}

/// Takes one call that came to a place of a platform.
pub(crate) async fn take(sandbox: &Sandbox, path: &str, place: &Place, body: &Bytes) -> Ending {
    // The directory has no prefixes: the addresses tell paths apart, whole ones of single interfaces included.
    let receipt = receive_notice(sandbox.directory(), "", place.interface.name(), body, sandbox.now());
    let named = receipt.platform.clone();
    let Some(host) = named.or_else(|| sandbox.directory().by_appkey(&place.appkey).cloned()) else {
        return Ending::Answer(StatusCode::NOT_FOUND.into_response());
    };
    let incoming = Incoming {
        sandbox,
        interface: place.interface,
        host,
        appkey: receipt.appkey.clone().unwrap_or_default(),
        application_no: receipt.application_no.clone(),
    };
    let order = sandbox.orders().take(incoming.interface, &incoming.host.appkey);
    if let Some(order) = &order
        && let Some(ending) = incoming.misbehave_at_once(order).await
    {
        return ending;
    }
    let said = incoming.decide(path, receipt);
    let is_lost = order.is_some_and(|order| order.kind == MisconductKind::LostAnswer);
    incoming.tell(Some(code(said.is_ok)), said.message.clone(), said.diagnosis.clone());
    if is_lost { Ending::Lost } else { Ending::Answer(incoming.answer(said)) }
}

impl Incoming<'_> {
    async fn misbehave_at_once(&self, order: &Misconduct) -> Option<Ending> {
        match order.kind {
            MisconductKind::Http500 => {
                self.tell(None, "HTTP 500".to_owned(), None);
                let page = (StatusCode::INTERNAL_SERVER_ERROR, Html(ERROR_PAGE));
                Some(Ending::Answer(page.into_response()))
            }
            MisconductKind::Code0 => {
                let said = Said::no(order.message().to_owned());
                self.tell(Some(code(false)), said.message.clone(), None);
                Some(Ending::Answer(self.answer(said)))
            }
            MisconductKind::Hang => {
                let released = self.sandbox.released();
                self.tell(None, "no answer for a while".to_owned(), None);
                tokio::select! {
                    () = tokio::time::sleep(order.hang()) => {}
                    () = released => {}
                }
                Some(Ending::Lost)
            }
            MisconductKind::LostAnswer => None,
        }
    }

    /// Checks and remembers.
    fn decide(&self, path: &str, receipt: NoticeReceipt) -> Said {
        let code = receipt.platform_code;
        let notice = match receipt.result {
            Ok(notice) => notice,
            Err(fault) => {
                let status = fault.http_status.and_then(|status| StatusCode::from_u16(status).ok());
                let diagnosis = fault.diagnosis.map(|diagnosis| diagnosis.summary());
                return Said {
                    status: status.unwrap_or(StatusCode::OK),
                    diagnosis,
                    ..Said::no(fault.message)
                };
            }
        };
        if path_at(&self.host, code.as_deref(), self.interface) != path.trim_matches('/') {
            return Said::no("appkey 不能用于此地址".to_owned());
        }
        let centre = self.sandbox.centre();
        if let ReceivedNotice::SectionsQuery { updated_since } = notice {
            let facts = centre.sections_since(updated_since, &self.host.appkey, code.as_deref());
            let body = Some(sections_answer(&self.host, &facts));
            return Said { is_ok: true, body, ..Said::no(format!("共 {} 条", facts.len())) };
        }
        let told = Told::of(&self.host.appkey, code, notice, self.sandbox.now());
        if let Some(trouble) = told.file.as_ref().and_then(|file| file::trouble(file)) {
            return Said::no(trouble.to_owned());
        }
        match centre.take(told, self.sandbox.habits()) {
            Taken::Yes => Said { is_ok: true, ..Said::no("成功".to_owned()) },
            Taken::HadAlready => Said::no("数据已存在，请勿重复推送".to_owned()),
            Taken::No(reason) => Said::no(reason.to_owned()),
        }
    }

    fn answer(&self, said: Said) -> Response {
        let body = said.body.unwrap_or_else(|| platform_answer(&self.host, said.is_ok, &said.message));
        (said.status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
    }

    fn tell(&self, code: Option<&str>, message: String, diagnosis: Option<String>) {
        self.sandbox.tell(Happening {
            at: self.sandbox.now(),
            caller: Caller::Institution,
            platform: self.appkey.clone(),
            interface: self.interface,
            application_no: self.application_no.clone(),
            code: code.map(str::to_owned),
            message,
            diagnosis,
        });
    }
}

impl Said {
    fn no(message: String) -> Self {
        Self { status: StatusCode::OK, is_ok: false, message, diagnosis: None, body: None }
    }
}

/// What watchers see as the answer's code: 1 or 0, whatever the dialect's word for it.
fn code(is_ok: bool) -> &'static str {
    if is_ok { "1" } else { "0" }
}
