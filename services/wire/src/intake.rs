//! Checks 1 to 4, the same for both sides: path and body, sender, signature, time; then the fields' own reader.

use std::borrow::Cow;
use std::sync::Arc;

use baohan_domain::calendar::china_date;
use chrono::{DateTime, Utc};

use crate::ambiguity::swallower;
use crate::body::{self, Message};
use crate::diagnosis::{Suspect, diagnose};
use crate::dialect::BodyForm;
use crate::directory::Directory;
use crate::fault::{Fault, FaultCode, Mark, MarkCode};
use crate::form::{self, Form};
use crate::interface::Interface;
use crate::lexical::{Fields, Value};
use crate::platform::Platform;
use crate::receipt::Receipt;
use crate::signature::{Parts, Rules, SIGN, join, parts, sm3_hex, verifies};

const NOT_FOUND: u16 = 404;
const UNSUPPORTED_MEDIA_TYPE: u16 = 415;

/// One request as it came.
pub(crate) struct Request<'r> {
    pub directory: &'r Directory,
    pub path_prefix: &'r str,
    pub interface: &'r str,
    pub body: &'r [u8],
    pub now: DateTime<Utc>,
    /// Whether a wrong signature is looked into, which takes a hundred times as long as finding it wrong.
    pub is_diagnosed: bool,
}

/// Carries out checks 1 to 4 and hands the fields to `read`.
pub(crate) fn examine<T>(
    request: &Request<'_>,
    is_served: fn(Interface) -> bool,
    read: fn(&mut Form<'_, '_>) -> Result<T, Fault>,
) -> Receipt<T> {
    let mut receipt = Receipt {
        platform: None,
        appkey: None,
        interface: cut(request.interface).to_owned(),
        application_no: None,
        guarantee_no: None,
        platform_code: None,
        raw_sm3: sm3_hex(request.body),
        is_signed: false,
        marks: Vec::new(),
        result: Err(Fault::with_status(FaultCode::UnknownPath, "无此接口", NOT_FOUND)),
    };
    let interface = Interface::from_name(request.interface).filter(|interface| is_served(*interface));
    if let Some(interface) = interface.filter(|_| request.directory.knows_prefix(request.path_prefix)) {
        receipt.result = examine_body(request, interface, &mut receipt, read);
    }
    receipt
}

fn examine_body<T>(
    request: &Request<'_>,
    interface: Interface,
    receipt: &mut Receipt<T>,
    read: fn(&mut Form<'_, '_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let message = match body::read(request.body) {
        Ok(message) => message,
        Err(fault) => return Err(with_sender_by_gbk(fault, request, receipt)),
    };
    let fields = Fields::parse(&message.text).map_err(body::fault_of)?;
    name_sender(&fields, request, receipt);
    let platform = sender(request, receipt)?;
    agreed_body_form(&message, &platform)?;
    let rules = Rules::of(&platform.dialect);
    let signed = parts(&fields, rules);
    signature(&Arrived { request, interface, fields: &fields, signed: &signed }, &platform, receipt)?;
    receipt.is_signed = true;
    let mut form = Form { interface, fields: &fields, dialect: &platform.dialect, marks: Vec::new() };
    timestamp(&form, &platform, request.now)?;
    if let Some(text) = &platform.paused {
        return Err(Fault::new(FaultCode::Paused, text.clone()));
    }
    if let Some(name) = swallower(&signed, interface, rules.key_order) {
        let field = cut(name).to_owned();
        let fault = Fault::ambiguous(&field);
        receipt.marks.push(Mark { code: MarkCode::SwallowedNeighbour, field });
        return Err(fault);
    }
    form.text("platformcode", form::PLATFORM_CODE_LENGTH_MAX)?;
    let result = read(&mut form);
    receipt.marks.append(&mut form.marks);
    result
}

/// Check 2.
fn sender<T>(request: &Request<'_>, receipt: &Receipt<T>) -> Result<Arc<Platform>, Fault> {
    let Some(appkey) = &receipt.appkey else {
        return Err(Fault::new(FaultCode::AppkeyMissing, "缺少必填字段 appkey"));
    };
    let Some(platform) = &receipt.platform else {
        let message = if request.directory.by_appkey(appkey).is_some() {
            "appkey 不能用于此地址"
        } else {
            "appkey 未登记"
        };
        return Err(Fault::new(FaultCode::AppkeyUnknown, message));
    };
    if !platform.enabled {
        return Err(Fault::new(FaultCode::PlatformDisabled, "appkey 已停用"));
    }
    Ok(Arc::clone(platform))
}

/// How messages travel is agreed per platform, so it can be checked only now that the sender is named.
fn agreed_body_form(message: &Message<'_>, platform: &Platform) -> Result<(), Fault> {
    match (message.form, platform.dialect.body) {
        (BodyForm::Json, BodyForm::Json) | (BodyForm::Form, BodyForm::Form) => Ok(()),
        (BodyForm::Form, BodyForm::Json) => Err(Fault::with_status(
            FaultCode::BodyForm,
            "报文体应为 JSON，收到的是表单（平台配置 body = json）",
            UNSUPPORTED_MEDIA_TYPE,
        )),
        (BodyForm::Json, BodyForm::Form) => Err(Fault::new(
            FaultCode::BodyForm,
            "报文体应为表单字段 requestData，收到的是 JSON（平台配置 body = form）",
        )),
    }
}

/// A message whose body is read.
struct Arrived<'r, 'f, 'a> {
    request: &'r Request<'r>,
    interface: Interface,
    fields: &'f Fields<'a>,
    signed: &'f Parts<'f>,
}

/// Check 3.
fn signature<T>(
    arrived: &Arrived<'_, '_, '_>,
    platform: &Platform,
    receipt: &mut Receipt<T>,
) -> Result<(), Fault> {
    let signature = match arrived.fields.get(SIGN) {
        Some(Value::Text(text)) if !text.trim().is_empty() => text,
        Some(value) if !value.is_blank() => return Err(Fault::form(SIGN, "应为文本")),
        _ => return Err(Fault::new(FaultCode::SignMissing, "缺少必填字段 sign")),
    };
    if form::longer_than(signature, form::SIGN_LENGTH_MAX) {
        return Err(Fault::too_long(SIGN, form::SIGN_LENGTH_MAX));
    }
    let rules = Rules::of(&platform.dialect);
    let text = join(arrived.signed);
    let centre = platform.for_centre(receipt.platform_code.as_deref());
    let today = china_date(arrived.request.now);
    let fits = |text: &str| {
        centre.accepted_secrets(today).position(|secret| verifies(text, secret, rules, signature))
    };
    let fitting = fits(&text).or_else(|| {
        let spaced = rules.spaced(arrived.fields)?;
        fits(&join(&parts(arrived.fields, spaced)))
    });
    match fitting {
        Some(0) => Ok(()),
        Some(_) => {
            receipt.marks.push(Mark { code: MarkCode::PreviousSecret, field: SIGN.to_owned() });
            Ok(())
        }
        None => {
            let mut fault = Fault::new(FaultCode::SignMismatch, "签名 sign 校验不通过");
            if !arrived.request.is_diagnosed {
                return Err(fault);
            }
            let suspect = Suspect {
                platform,
                platform_code: receipt.platform_code.as_deref(),
                interface: arrived.interface,
                fields: arrived.fields,
                signature,
            };
            fault.diagnosis = Some(Box::new(diagnose(&suspect)));
            Err(fault)
        }
    }
}

/// Check 4.
fn timestamp(form: &Form<'_, '_>, platform: &Platform, now: DateTime<Utc>) -> Result<(), Fault> {
    let at = form.required_time("timestamp").map_err(|fault| match fault.code {
        FaultCode::FieldForm => Fault { code: FaultCode::TimestampForm, ..fault },
        _ => fault,
    })?;
    let window_seconds = i64::from(platform.timestamp_window_seconds);
    let distance_seconds = now.signed_duration_since(at).abs().num_seconds();
    if window_seconds != 0 && distance_seconds > window_seconds {
        let message = format!("timestamp 与本机时间相差超过 {window_seconds} 秒");
        return Err(Fault::new(FaultCode::TimestampWindow, message));
    }
    Ok(())
}

fn name_sender<T>(fields: &Fields<'_>, request: &Request<'_>, receipt: &mut Receipt<T>) {
    let appkey = untrusted(fields, "appkey");
    receipt.platform = appkey
        .and_then(|appkey| request.directory.by_appkey(appkey))
        .filter(|platform| platform.path_prefix == request.path_prefix)
        .cloned();
    let read = |name| untrusted(fields, name).map(|text| cut(text).to_owned());
    receipt.appkey = appkey.map(|appkey| cut(appkey).to_owned());
    receipt.application_no = read("applyno");
    receipt.guarantee_no = read("baohanno");
    receipt.platform_code = read("platformcode");
}

/// A body that is no UTF-8 is refused; where GBK reads it, its sender can be named all the same.
fn with_sender_by_gbk<T>(mut fault: Fault, request: &Request<'_>, receipt: &mut Receipt<T>) -> Fault {
    if fault.code == FaultCode::NotUtf8
        && let Some(text) = body::as_gbk(request.body)
        && let Ok(fields) = Fields::parse(&text)
    {
        name_sender(&fields, request, receipt);
        fault.message.push_str("，看来是 GBK");
    }
    fault
}

/// What a field says before anything is proven.
fn untrusted<'f>(fields: &'f Fields<'_>, name: &str) -> Option<&'f str> {
    let text: &Cow<'_, str> = match fields.get(name)? {
        Value::Text(text) => text,
        Value::Number(number) => return Some(number),
        _ => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

/// The longest text that stands in a receipt without having been checked.
fn cut(text: &str) -> &str {
    const CHARACTERS_MAX: usize = form::APPKEY_LENGTH_MAX;
    text.char_indices().nth(CHARACTERS_MAX).map_or(text, |(end, _)| &text[..end])
}
