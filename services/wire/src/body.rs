//! From the bytes of a request to the text of its JSON object.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::dialect::BodyForm;
use crate::fault::{Fault, FaultCode};
use crate::lexical::FieldsError;

/// The field of a form that carries the message.
pub(crate) const FORM_FIELD: &str = "requestData";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const UNSUPPORTED_MEDIA_TYPE: u16 = 415;

/// The text of a message, and how it travelled.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub text: Cow<'a, str>,
    pub form: BodyForm,
}

/// Finds the message in a body: the body decides, not its content type. JSON begins with a brace or a bracket, which
/// no form of this family does.
pub(crate) fn read(body: &[u8]) -> Result<Message<'_>, Fault> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    if let Some(value) = form_value(body)? {
        let text = String::from_utf8(value).map_err(|_| not_utf8())?;
        return Ok(Message { text: Cow::Owned(text), form: BodyForm::Form });
    }
    match std::str::from_utf8(body) {
        Ok(text) => Ok(Message { text: Cow::Borrowed(text), form: BodyForm::Json }),
        Err(_) if first_visible(body) == Some(b'{') => Err(not_utf8()),
        Err(_) => Err(not_json()),
    }
}

/// The message as GBK reads it, for naming who sent it; nothing of it is kept.
pub(crate) fn as_gbk(body: &[u8]) -> Option<Cow<'_, str>> {
    encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(body)
}

pub(crate) fn not_json() -> Fault {
    Fault::with_status(FaultCode::NotJson, "报文不是 JSON", UNSUPPORTED_MEDIA_TYPE)
}

/// What is wrong with the text of a message.
pub(crate) fn fault_of(error: FieldsError) -> Fault {
    match error {
        FieldsError::NotJson => not_json(),
        FieldsError::NotAnObject => Fault::new(FaultCode::NotAnObject, "报文应为一个 JSON 对象"),
        FieldsError::RepeatedKey(key) => Fault::new(FaultCode::RepeatedKey, format!("字段 {key} 重复出现")),
        FieldsError::TooDeep(name) => Fault::new(FaultCode::NestedTooDeep, format!("字段 {name} 嵌套过深")),
        FieldsError::BadText(name) => {
            Fault::new(FaultCode::BadText, format!("字段 {name} 含有无效的 Unicode 转义"))
        }
    }
}

fn not_utf8() -> Fault {
    Fault::new(FaultCode::NotUtf8, "报文不是 UTF-8 编码")
}

fn first_visible(body: &[u8]) -> Option<u8> {
    body.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

fn form_value(body: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    if matches!(first_visible(body), None | Some(b'{' | b'[' | b'"')) {
        return Ok(None);
    }
    let mut values = body
        .split(|byte| *byte == b'&')
        .filter_map(|pair| pair.strip_prefix(FORM_FIELD.as_bytes()).and_then(|rest| rest.strip_prefix(b"=")));
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Fault::new(FaultCode::RepeatedKey, format!("表单字段 {FORM_FIELD} 重复出现")));
    }
    // A form writes a blank as a plus sign, so a bare plus of base64 arrives as a blank: the diagnosis says so.
    let with_blanks: Vec<u8> = value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    Ok(Some(percent_decode(&with_blanks).collect()))
}
