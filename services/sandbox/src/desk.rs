use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use baohan_wire::{Interface, ReceivedNotice, platform_answer, receive_notice, sections_answer};

use crate::centre::Taken;
use crate::happening::{Caller, Happening};
use crate::misconduct::{Misconduct, MisconductKind};
use crate::server::Sandbox;

/// A file is PDF or OFD (a ZIP); whatever else was signed is refused, as platforms should and some do.
const FILE_BEGINNINGS: [&[u8]; 2] = [b"%PDF-", b"PK\x03\x04"];

/// What is done with the connection.
pub(crate) enum Ending {
    /// The answer goes out.
    Answer(Response),
    /// The connection ends without one.
    Lost,
}

/// Takes one call of the institution.
pub(crate) async fn take(sandbox: &Sandbox, path_prefix: &str, interface: Interface, body: &Bytes) -> Ending {
    let order = sandbox.orders().take(interface);
    if let Some(order) = &order
        && let Some(ending) = misbehave_at_once(sandbox, interface, order).await
    {
        return ending;
    }
    let answer = answer(sandbox, path_prefix, interface, body);
    if order.is_some_and(|order| order.kind == MisconductKind::LostAnswer) {
        return Ending::Lost;
    }
    Ending::Answer(answer)
}

async fn misbehave_at_once(sandbox: &Sandbox, interface: Interface, order: &Misconduct) -> Option<Ending> {
    let tell = |message: &str| sandbox.tell(happening(sandbox, interface, "", None, None, message));
    match order.kind {
        MisconductKind::Http500 => {
            tell("HTTP 500");
            let page = "<html><body><h1>500 Internal Server Error</h1></body></html>";
            Some(Ending::Answer((StatusCode::INTERNAL_SERVER_ERROR, axum::response::Html(page)).into_response()))
        }
        MisconductKind::Code0 => {
            tell(order.message());
            let platforms = sandbox.directory().platforms();
            platforms.first().map(|platform| Ending::Answer(json(platform_answer(platform, false, order.message()))))
        }
        MisconductKind::Hang => {
            tell("no answer for a while");
            tokio::time::sleep(order.hang()).await;
            Some(Ending::Lost)
        }
        MisconductKind::LostAnswer => None,
    }
}

fn answer(sandbox: &Sandbox, path_prefix: &str, interface: Interface, body: &Bytes) -> Response {
    let now = sandbox.now();
    let receipt = receive_notice(sandbox.directory(), path_prefix, interface.name(), body, now);
    let application_no = receipt.application_no.clone();
    let Some(platform) = receipt.platform.clone() else {
        let message = receipt.result.err().map(|fault| fault.message).unwrap_or_default();
        sandbox.tell(happening(sandbox, interface, "", application_no, Some("0"), &message));
        return json(r#"{"code":"0","message":"appkey不存在"}"#.as_bytes().to_vec());
    };
    let (is_ok, message) = match receipt.result {
        Err(fault) => (false, fault.message),
        Ok(ReceivedNotice::SectionsQuery { updated_since }) => {
            let facts = sandbox.centre().sections_since(updated_since);
            return json(sections_answer(&platform, &facts));
        }
        Ok(notice) => match bad_file(&notice) {
            Some(reason) => (false, reason.to_owned()),
            None => match sandbox.centre().take(&platform.appkey, notice, now, sandbox.refuses_repeats()) {
                Taken::Yes => (true, "成功".to_owned()),
                Taken::HadAlready => (false, "数据已存在，请勿重复推送".to_owned()),
                Taken::No(reason) => (false, reason),
            },
        },
    };
    let code = if is_ok { "1" } else { "0" };
    sandbox.tell(happening(sandbox, interface, &platform.appkey, application_no, Some(code), &message));
    json(platform_answer(&platform, is_ok, &message))
}

fn bad_file(notice: &ReceivedNotice) -> Option<&'static str> {
    let file = match notice {
        ReceivedNotice::Issued(issue) => &issue.document,
        ReceivedNotice::Restored { document, .. } => document,
        _ => return None,
    };
    let is_fit = FILE_BEGINNINGS.iter().any(|beginning| file.starts_with(beginning));
    (!is_fit).then_some("保函文件不是PDF或OFD")
}

fn json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

fn happening(
    sandbox: &Sandbox,
    interface: Interface,
    platform: &str,
    application_no: Option<String>,
    code: Option<&str>,
    message: &str,
) -> Happening {
    Happening {
        at: sandbox.now(),
        caller: Caller::Institution,
        platform: platform.to_owned(),
        interface,
        application_no,
        code: code.map(str::to_owned),
        message: message.to_owned(),
    }
}
