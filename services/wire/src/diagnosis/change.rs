use std::collections::BTreeSet;
use std::mem::discriminant;

use crate::dialect::{Absent, Charset, DigestForm, KeyOrder, NestedText, NumberText, SecretPlace};
use crate::interface::Interface;
use crate::lexical::{Fields, Value};
use crate::signature::{Rules, SIGN, Spacing, java_trim};

/// How many fields are tried as left out one by one.
const FIELDS_LEFT_OUT_MAX: usize = 40;

/// Another value of one key of the dialect.
#[derive(Debug, Clone)]
pub(super) enum Change {
    KeyOrder(KeyOrder),
    Absent(Absent),
    Trim(bool),
    Secret(SecretPlace),
    Digest(DigestForm),
    Numbers(NumberText),
    Nested(NestedText),
    /// Arrays and objects signed with blanks that the body does not have.
    Spaced,
    Charset(Charset),
    /// Other fields left out, and whether this is common enough to be tried beside another change.
    Unsigned(BTreeSet<String>, bool),
}

impl Change {
    pub fn applied_to<'r>(&'r self, rules: Rules<'r>) -> Rules<'r> {
        let mut changed = rules;
        match self {
            Self::KeyOrder(value) => changed.key_order = *value,
            Self::Absent(value) => changed.absent = *value,
            Self::Trim(value) => changed.trim = *value,
            Self::Secret(value) => changed.secret = *value,
            Self::Digest(value) => changed.digest = *value,
            Self::Numbers(value) => changed.numbers = *value,
            Self::Nested(value) => changed.nested = *value,
            Self::Spaced => {
                changed.nested = NestedText::AsReceived;
                changed.spacing = Spacing::Spaced;
            }
            Self::Charset(value) => changed.charset = *value,
            Self::Unsigned(fields, _) => changed.unsigned_fields = fields,
        }
        changed
    }

    /// As the configuration spells it.
    pub fn setting(&self) -> String {
        match self {
            Self::KeyOrder(value) => format!("key_order = \"{}\"", value.as_str()),
            Self::Absent(value) => format!("absent = \"{}\"", value.as_str()),
            Self::Trim(value) => format!("trim = {value}"),
            Self::Secret(value) => format!("secret = \"{}\"", value.as_str()),
            Self::Digest(value) => format!("digest = \"{}\"", value.as_str()),
            Self::Numbers(value) => format!("numbers = \"{}\"", value.as_str()),
            Self::Nested(value) => format!("nested = \"{}\"", value.as_str()),
            Self::Spaced => format!("nested = \"{}\"", NestedText::AsReceived.as_str()),
            Self::Charset(value) => format!("charset = \"{}\"", value.as_str()),
            Self::Unsigned(fields, _) => {
                let names: Vec<_> =
                    fields.iter().map(|name| format!("\"{}\"", name.escape_debug())).collect();
                format!("unsigned_fields = [{}]", names.join(", "))
            }
        }
    }

    pub fn explanation(&self) -> &'static str {
        match self {
            Self::KeyOrder(KeyOrder::Ascii) => "字段按 ASCII 字节顺序排序",
            Self::KeyOrder(KeyOrder::CaseInsensitive) => "字段排序不区分大小写",
            Self::Absent(Absent::Skip) => "空值与空白字段未参与签名",
            Self::Absent(Absent::KeepEmpty) => "空值字段参与了签名",
            Self::Absent(Absent::KeepBlank) => "仅含空白的字段参与了签名",
            Self::Trim(true) => "签名前去除了值首尾的空白",
            Self::Trim(false) => "签名时未去除值首尾的空白",
            Self::Secret(SecretPlace::Appsecret) => "密钥以 &appsecret= 接在原文之后",
            Self::Secret(SecretPlace::Ampersand) => "密钥以 & 接在原文之后",
            Self::Secret(SecretPlace::Append) => "密钥直接接在原文之后",
            Self::Secret(SecretPlace::Hmac) => "密钥用作 HMAC 的密钥",
            Self::Digest(DigestForm::Sm3Hex | DigestForm::Sm3HexUpper) => "摘要为 SM3 十六进制",
            Self::Digest(DigestForm::Sm3Base64) => "摘要为 SM3 的 base64",
            Self::Digest(DigestForm::Md5Hex) => "摘要为 MD5",
            Self::Numbers(NumberText::AsWritten) => "数值按原样参与签名",
            Self::Numbers(NumberText::JavaDouble) => "数值按 Java Double 的写法参与签名",
            Self::Numbers(NumberText::JavaDecimal) => "小数按 Java Double 的写法、整数按原样参与签名",
            Self::Nested(NestedText::CompactJson) => "数组与对象按紧凑 JSON 参与签名",
            Self::Nested(NestedText::AsReceived) => "数组与对象按报文原样（含空格）参与签名",
            Self::Nested(NestedText::Java) => "数组与对象按 Java toString 的写法参与签名",
            Self::Spaced => "数组与对象按带空格的 JSON（冒号与逗号后有空格）参与签名",
            Self::Charset(Charset::Utf8) => "摘要按 UTF-8 字节计算",
            Self::Charset(Charset::Gbk) => "摘要按 GBK 字节计算",
            Self::Unsigned(..) => "部分字段未参与签名",
        }
    }

    /// Whether two changes are worth trying together.
    pub fn is_common_beside(&self, other: &Self) -> bool {
        let is_common = |change: &Self| !matches!(change, Self::Unsigned(_, false));
        let same_key = |left: &Self, right: &Self| {
            let of_nested = |change: &Self| matches!(change, Self::Nested(_) | Self::Spaced);
            discriminant(left) == discriminant(right) || (of_nested(left) && of_nested(right))
        };
        !same_key(self, other) && is_common(self) && is_common(other)
    }
}

/// The changes that could matter to these fields: a message without numbers needs no other way of writing them.
pub(super) fn relevant(fields: &Fields<'_>, rules: Rules<'_>, interface: Interface) -> Vec<Change> {
    let mut changes = Vec::new();
    let any = |matches: fn(&Value<'_>) -> bool| fields.iter().any(|field| matches(&field.value));
    if fields.iter().any(|field| field.name.to_lowercase() != *field.name) {
        changes.extend(others(KeyOrder::ALL, rules.key_order).map(Change::KeyOrder));
    }
    if fields.iter().any(|field| field.value.is_blank()) {
        changes.extend(others(Absent::ALL, rules.absent).map(Change::Absent));
    }
    if any(|value| matches!(value, Value::Text(text) if java_trim(text) != *text)) {
        changes.push(Change::Trim(!rules.trim));
    }
    changes.extend(others(SecretPlace::ALL, rules.secret).map(Change::Secret));
    let same_when_compared = |digest: DigestForm| match digest {
        DigestForm::Sm3HexUpper => DigestForm::Sm3Hex,
        other => other,
    };
    let digests = others(DigestForm::ALL, rules.digest)
        .filter(|digest| same_when_compared(*digest) != same_when_compared(rules.digest))
        .filter(|digest| *digest != DigestForm::Sm3HexUpper);
    changes.extend(digests.map(Change::Digest));
    if any(|value| matches!(value, Value::Number(_) | Value::Nested(_))) {
        changes.extend(others(NumberText::ALL, rules.numbers).map(Change::Numbers));
    }
    if any(|value| matches!(value, Value::Nested(_))) {
        changes.extend(others(NestedText::ALL, rules.nested).map(Change::Nested));
        changes.push(Change::Spaced);
    }
    if any(|value| !matches!(value, Value::Text(text) if text.is_ascii())) {
        changes.extend(others(Charset::ALL, rules.charset).map(Change::Charset));
    }
    changes.extend(left_out(fields, rules, interface));
    changes
}

fn others<T: Copy + PartialEq>(all: &'static [T], own: T) -> impl Iterator<Item = T> {
    all.iter().copied().filter(move |value| *value != own)
}

/// Fields that the sender may not have signed: a file that was added later, what the specification does not name, or
/// any other one by itself.
fn left_out(fields: &Fields<'_>, rules: Rules<'_>, interface: Interface) -> Vec<Change> {
    const FILES: [&str; 2] = ["baohanfile", "filelist"];
    const COMMON: [&str; 2] = ["appkey", "timestamp"];
    let also = |names: &[&str]| -> BTreeSet<String> {
        rules.unsigned_fields.iter().cloned().chain(names.iter().map(|name| (*name).to_owned())).collect()
    };
    let signed: Vec<&str> = fields
        .iter()
        .map(|field| field.name.as_ref())
        .filter(|name| *name != SIGN && !rules.unsigned_fields.contains(*name))
        .collect();
    let unknown: Vec<&str> = signed
        .iter()
        .copied()
        .filter(|name| !COMMON.contains(name) && !interface.fields().contains(name))
        .collect();
    let mut changes = Vec::new();
    if !rules.unsigned_fields.is_empty() {
        changes.push(Change::Unsigned(BTreeSet::new(), true));
    }
    if unknown.len() > 1 {
        changes.push(Change::Unsigned(also(&unknown), true));
    }
    for name in signed.into_iter().take(FIELDS_LEFT_OUT_MAX) {
        let is_common = FILES.contains(&name) || (unknown.len() == 1 && unknown[0] == name);
        changes.push(Change::Unsigned(also(&[name]), is_common));
    }
    changes
}
