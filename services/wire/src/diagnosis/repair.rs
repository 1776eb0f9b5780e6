//! Troubles that are no dialect: the message was changed between signing and sending, or another secret signed it.

use std::borrow::Cow;

use baohan_domain::Money;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Trials;
use crate::lexical::Value;
use crate::secret::Secret;
use crate::signature::{Rules, as_double, join, parts, verifies};

/// How many fields are looked at for blanks in place of plus signs.
const FIELDS_REPAIRED_MAX: usize = 12;
/// Fields that carry amounts.
const AMOUNTS: [&str; 5] = ["bzjamount", "amount", "payeramount", "cost", "rate"];

pub(super) fn try_all(trials: &mut Trials<'_, '_, '_>, rules: Rules<'_>) {
    plus_signs(trials, rules);
    numbers(trials, rules);
    secrets(trials, rules);
}

/// A form reads a bare `+` as a blank, and base64 has them.
fn plus_signs(trials: &mut Trials<'_, '_, '_>, rules: Rules<'_>) {
    let mut repaired = Vec::new();
    for field in trials.suspect.fields.iter() {
        if let Value::Text(text) = &field.value
            && let Some(restored) = with_plus_signs(text)
        {
            repaired.push((field.name.as_ref(), restored));
        }
    }
    let mut names: Vec<&str> = repaired.iter().map(|(name, _)| *name).collect();
    let signature = with_plus_signs(trials.suspect.signature);
    // No more fields than an application has are ever ciphertexts.
    if (names.is_empty() && signature.is_none()) || names.len() > FIELDS_REPAIRED_MAX || !trials.may_try() {
        return;
    }
    if signature.is_some() {
        names.push(crate::signature::SIGN);
    }
    let signature = signature.as_deref().unwrap_or(trials.suspect.signature);
    let fields = repaired.iter().fold(Cow::Borrowed(trials.suspect.fields), |fields, (name, text)| {
        Cow::Owned(fields.with(name, Value::Text(Cow::Borrowed(text))))
    });
    if verifies(&join(&parts(&fields, rules)), trials.secret, rules, signature) {
        let fields = names.join("、");
        trials.find(
            "base64-plus-as-blank".to_owned(),
            format!("字段 {fields} 的 base64 中应为 + 之处是空格：表单未编码加号，换回 + 后签名相符"),
        );
    }
}

/// The text with its blanks as plus signs, if that makes it base64.
fn with_plus_signs(text: &str) -> Option<String> {
    /// Shorter texts are words, not ciphertexts.
    const CHARACTERS_MIN: usize = 16;
    if text.len() < CHARACTERS_MIN || !text.contains(' ') {
        return None;
    }
    let restored = text.replace(' ', "+");
    let without_breaks: String =
        restored.chars().filter(|character| !matches!(character, '\r' | '\n')).collect();
    STANDARD.decode(without_breaks).ok().map(|_| restored)
}

/// `800000.00` was signed and `800000.0` sent, or the other way round.
fn numbers(trials: &mut Trials<'_, '_, '_>, rules: Rules<'_>) {
    for name in AMOUNTS {
        let written = match trials.suspect.fields.get(name) {
            Some(Value::Number(number)) => (*number).to_owned(),
            Some(Value::Text(text)) => text.to_string(),
            _ => continue,
        };
        for other in other_writings(&written) {
            if !trials.may_try() {
                return;
            }
            let changed = trials.suspect.fields.with(name, Value::Text(Cow::Owned(other.clone())));
            if verifies(&join(&parts(&changed, rules)), trials.secret, rules, trials.suspect.signature) {
                trials.find(
                    format!("re-serialised {name} = {other}"),
                    format!("字段 {name} 签名时写作 {other}，发送时写作 {written}：数值在签名与发送之间被重新序列化"),
                );
            }
        }
    }
}

fn other_writings(written: &str) -> Vec<String> {
    let Ok(amount) = Money::from_decimal_text(written) else { return Vec::new() };
    let two_places = amount.to_string();
    let shortest = two_places.trim_end_matches('0').trim_end_matches('.').to_owned();
    let double = as_double(&two_places);
    let plain_double = if shortest.contains('.') { shortest.clone() } else { format!("{shortest}.0") };
    let mut writings = vec![two_places, plain_double, double, shortest];
    writings.dedup();
    writings.retain(|writing| writing != written);
    writings
}

/// A secret that was replaced and is past its day, or the platform's where the centre has its own.
fn secrets(trials: &mut Trials<'_, '_, '_>, rules: Rules<'_>) {
    let platform = trials.suspect.platform;
    let text = join(&parts(trials.suspect.fields, rules));
    let signature = trials.suspect.signature;
    let signs = |trials: &mut Trials<'_, '_, '_>, secret: &Secret| {
        trials.may_try() && verifies(&text, secret, rules, signature)
    };
    if trials.secret != &platform.secret && signs(trials, &platform.secret) {
        trials.find("platform-secret".to_owned(), "使用了平台的密钥，而该中心有自己的密钥".to_owned());
    }
    for previous in &platform.previous_secrets {
        if signs(trials, &previous.value) {
            let day = crate::times::format_date(previous.not_after);
            trials.find("expired-secret".to_owned(), format!("使用了已更换的旧密钥（有效期至 {day}）"));
        }
    }
    for centre in &platform.centres {
        if let Some(secret) = &centre.secret
            && secret != trials.secret
            && signs(trials, secret)
        {
            let code = &centre.platform_code;
            trials.find("centre-secret".to_owned(), format!("使用了另一中心（platformcode {code}）的密钥"));
        }
    }
}
