//! The forms to which every field is held (check 5), and the bounds of their lengths.

use std::borrow::Cow;

use baohan_domain::{ApplicationNo, GuaranteeNo, Money};
use chrono::{DateTime, NaiveDate, Utc};

use crate::dialect::{Dialect, NumberText};
use crate::fault::{Fault, FaultCode, Mark, MarkCode};
use crate::interface::Interface;
use crate::lexical::{Fields, Value};
use crate::signature::{as_double, java_trim};
use crate::times::{parse_date, parse_time};

/// Bounds in characters, as seen in the family's documents (the interface specification page on dialects).
pub(crate) const APPKEY_LENGTH_MAX: usize = 50;
pub(crate) const NUMBER_LENGTH_MAX: usize = 50;
pub(crate) const PLATFORM_CODE_LENGTH_MAX: usize = 50;
pub(crate) const TIME_LENGTH_MAX: usize = 30;
pub(crate) const NAME_LENGTH_MAX: usize = 200;
pub(crate) const URL_LENGTH_MAX: usize = 1000;
pub(crate) const REASON_LENGTH_MAX: usize = 500;
pub(crate) const KEY_LENGTH_MAX: usize = 200;
pub(crate) const SIGN_LENGTH_MAX: usize = 200;
pub(crate) const AMOUNT_LENGTH_MAX: usize = 50;
/// The documents bound a sealed credit code so; a plain one is never longer.
pub(crate) const FIRM_CODE_LENGTH_MAX: usize = 200;
/// Not in the documents: an account has at most 32 digits, an address and a telephone less than these.
pub(crate) const ACCOUNT_LENGTH_MAX: usize = 100;
pub(crate) const ADDRESS_LENGTH_MAX: usize = 500;
pub(crate) const PHONE_LENGTH_MAX: usize = 100;
/// A unified social credit code (GB 32100).
const CREDIT_CODE_LENGTH: usize = 18;

/// The fields of one message, read by form.
pub(crate) struct Form<'f, 'a> {
    pub interface: Interface,
    pub fields: &'f Fields<'a>,
    pub dialect: &'f Dialect,
    pub marks: Vec<Mark>,
}

impl<'f> Form<'f, '_> {
    /// A text or a number as it was written; none for null, empty and blank.
    pub fn text(&self, name: &str, characters_max: usize) -> Result<Option<&'f str>, Fault> {
        let Some(value) = self.fields.get(name) else { return Ok(None) };
        let Some(text) = scalar(value, self.dialect).map_err(|NotScalar| Fault::form(name, "应为文本"))?
        else {
            return Ok(None);
        };
        if longer_than(text, characters_max) {
            return Err(Fault::too_long(name, characters_max));
        }
        Ok(Some(text))
    }

    pub fn required(&self, name: &str, characters_max: usize) -> Result<&'f str, Fault> {
        self.text(name, characters_max)?.ok_or_else(|| Fault::missing(name))
    }

    /// A text of one line: no control characters.
    pub fn line(&self, name: &str, characters_max: usize) -> Result<Option<&'f str>, Fault> {
        let text = self.text(name, characters_max)?;
        match text {
            Some(text) if text.chars().any(char::is_control) => Err(Fault::form(name, "不得含有控制字符")),
            _ => Ok(text),
        }
    }

    pub fn required_line(&self, name: &str, characters_max: usize) -> Result<&'f str, Fault> {
        self.line(name, characters_max)?.ok_or_else(|| Fault::missing(name))
    }

    /// A text of some lines.
    pub fn prose(&self, name: &str, characters_max: usize) -> Result<Option<&'f str>, Fault> {
        let text = self.text(name, characters_max)?;
        let is_unprintable =
            |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
        match text {
            Some(text) if text.chars().any(is_unprintable) => Err(Fault::form(name, "不得含有控制字符")),
            _ => Ok(text),
        }
    }

    /// `Reason` in the specification's claim and `reason` in its quit; platforms mix them up.
    pub fn reason(&self) -> Result<Option<&'f str>, Fault> {
        match (self.prose("Reason", REASON_LENGTH_MAX)?, self.prose("reason", REASON_LENGTH_MAX)?) {
            (Some(capital), Some(small)) if capital != small => {
                Err(Fault::form("Reason", "与 reason 内容不一致"))
            }
            (capital, small) => Ok(capital.or(small)),
        }
    }

    /// A bank account: one line without the signs that join the signed text.
    pub fn account(&self, name: &str) -> Result<Option<&'f str>, Fault> {
        match self.line(name, ACCOUNT_LENGTH_MAX)? {
            Some(account) if account.contains(['&', '=']) => Err(Fault::form(name, "不得含有 & 或 =")),
            account => Ok(account),
        }
    }

    pub fn application_no(&self) -> Result<ApplicationNo, Fault> {
        let text = self.required("applyno", NUMBER_LENGTH_MAX)?;
        ApplicationNo::new(text).map_err(|_| Fault::form("applyno", "首尾不得有空白，且不得含有控制字符"))
    }

    pub fn guarantee_no(&self) -> Result<GuaranteeNo, Fault> {
        let text = self.required("baohanno", NUMBER_LENGTH_MAX)?;
        GuaranteeNo::new(text).map_err(|_| Fault::form("baohanno", "首尾不得有空白，且不得含有控制字符"))
    }

    /// A firm's code, as it came; an unusual one is marked.
    pub fn firm_code(&mut self, name: &str) -> Result<Option<&'f str>, Fault> {
        let code = self.line(name, FIRM_CODE_LENGTH_MAX)?;
        if code.is_some_and(|code| !is_credit_code(code)) {
            self.marks.push(Mark { code: MarkCode::UnusualFirmCode, field: name.to_owned() });
        }
        Ok(code)
    }

    /// A positive amount, a whole number of fen, of at most 18 digits.
    pub fn money(&self, name: &str) -> Result<Option<Money>, Fault> {
        let Some(text) = self.text(name, AMOUNT_LENGTH_MAX)? else { return Ok(None) };
        let amount = money(name, text)?;
        let is_number = matches!(self.fields.get(name), Some(Value::Number(_)));
        if is_number && self.dialect.numbers != NumberText::AsWritten {
            // What a double cannot tell apart, the signature does not protect.
            let signed = Money::from_decimal_text(&as_double(text)).ok();
            if signed != Some(amount) {
                return Err(Fault::form(name, "数值超出双精度所能区分的范围，签名无法保护，请以字符串传送"));
            }
        }
        Ok(Some(amount))
    }

    pub fn required_money(&self, name: &str) -> Result<Money, Fault> {
        self.money(name)?.ok_or_else(|| Fault::missing(name))
    }

    pub fn required_time(&self, name: &str) -> Result<DateTime<Utc>, Fault> {
        let text = self.required(name, TIME_LENGTH_MAX)?;
        parse_time(text, self.dialect.times)
            .ok_or_else(|| Fault::form(name, "应为存在的时间 yyyy-MM-dd HH:mm:ss"))
    }

    pub fn required_date(&self, name: &str) -> Result<NaiveDate, Fault> {
        let text = self.required(name, TIME_LENGTH_MAX)?;
        parse_date(text, self.dialect.times).ok_or_else(|| Fault::form(name, "应为存在的日期 yyyy-MM-dd"))
    }

    /// A field that is 0 or 1; Java's doubles write it 0.0 and 1.0.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Fault> {
        match self.text(name, AMOUNT_LENGTH_MAX)? {
            None => Ok(None),
            Some("0") => Ok(Some(false)),
            Some("1") => Ok(Some(true)),
            Some("0.0") if self.dialect.numbers == NumberText::JavaDouble => Ok(Some(false)),
            Some("1.0") if self.dialect.numbers == NumberText::JavaDouble => Ok(Some(true)),
            Some(_) => Err(Fault::form(name, "应为 0 或 1")),
        }
    }

    pub fn required_flag(&self, name: &str) -> Result<bool, Fault> {
        self.flag(name)?.ok_or_else(|| Fault::missing(name))
    }
}

/// An amount from its text.
pub(crate) fn money(name: &str, text: &str) -> Result<Money, Fault> {
    match Money::from_decimal_text(text) {
        Ok(amount) if amount.is_positive() => Ok(amount),
        _ => Err(Fault::form(name, "应为正数金额，精确到分，不超过 18 位")),
    }
}

/// Neither a text nor a number.
pub(crate) struct NotScalar;

/// The text of a value that is a text or a number; none for null, empty and blank.
pub(crate) fn scalar<'f>(value: &'f Value<'_>, dialect: &Dialect) -> Result<Option<&'f str>, NotScalar> {
    let text: &'f Cow<'_, str> = match value {
        Value::Number(number) => return Ok(Some(number)),
        Value::Text(text) => text,
        value if value.is_blank() => return Ok(None),
        _ => return Err(NotScalar),
    };
    if value.is_blank() {
        return Ok(None);
    }
    Ok(Some(if dialect.trim { java_trim(text) } else { text }))
}

/// Whether a text has more characters; most are told by their bytes alone.
pub(crate) fn longer_than(text: &str, characters_max: usize) -> bool {
    text.len() > characters_max && text.chars().nth(characters_max).is_some()
}

fn is_credit_code(code: &str) -> bool {
    code.len() == CREDIT_CODE_LENGTH
        && code.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

impl Fault {
    pub(crate) fn ambiguous(field: &str) -> Self {
        Self::new(
            FaultCode::AmbiguousValue,
            format!("字段 {field} 的内容会与相邻字段混淆（含有 & 与字段名）"),
        )
    }
}
