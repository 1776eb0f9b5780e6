use std::collections::BTreeMap;

use baohan_domain::{Money, SealMode, SealedField, Terms};

use super::{Mode, SealKey, decode, open, parse_iv};
use crate::dialect::{sealable, wire_name};

/// What the key opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The sealed values in the clear; what was not sealed is not in it.
    pub terms: Terms,
    /// How they were sealed.
    pub mode: SealMode,
}

/// Why the sealed values do not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} does not open: {problem:?}", wire_name(*field))]
pub struct OpenFault {
    /// The first field that does not open; any one where the key itself is none.
    pub field: SealedField,
    /// What is wrong with it.
    pub problem: OpenProblem,
}

/// What is wrong with a sealed value or its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenProblem {
    /// The key is no key: neither 32 hex digits, nor base64 of 16 bytes, nor 16 characters.
    NoKey,
    /// The value is no ciphertext.
    NoCiphertext,
    /// Wrong padding, or no UTF-8: another key, or another cipher.
    DoesNotOpen,
    /// It opens to what the field cannot be.
    Form,
}

impl OpenFault {
    /// Chinese, names the field on the wire.
    #[must_use]
    pub fn message(&self) -> String {
        let name = wire_name(self.field);
        match self.problem {
            OpenProblem::NoKey => {
                "字段 key 格式错误：应为 32 位十六进制、16 字节的 base64 或 16 个字符".to_owned()
            }
            OpenProblem::NoCiphertext => format!("字段 {name} 不是密文"),
            OpenProblem::DoesNotOpen => format!("字段 {name} 无法用 key 解密"),
            OpenProblem::Form => format!("字段 {name} 解密后的内容格式错误"),
        }
    }
}

/// Opens the sealed values of an application.
///
/// A vector of 16 bytes (hex or base64) means CBC first, then ECB; any other means ECB, which is what platforms use even
/// where they send one. What opens with right padding into UTF-8 that has its field's form wins. One mode for all
/// fields is tried first, then each field by itself.
///
/// # Errors
/// Names the first field that does not open; nothing is opened then.
pub fn open_section(
    sealed: &BTreeMap<SealedField, String>,
    key_text: &str,
    iv: Option<&str>,
) -> Result<Opened, OpenFault> {
    let first = sealed.keys().next().copied().unwrap_or(SealedField::SectionNo);
    let key = SealKey::parse(key_text).ok_or(OpenFault { field: first, problem: OpenProblem::NoKey })?;
    let mut ciphertexts = Vec::with_capacity(sealed.len());
    for (field, text) in in_message_order(sealed) {
        let bytes = decode(text).ok_or(OpenFault { field, problem: OpenProblem::NoCiphertext })?;
        ciphertexts.push((field, bytes));
    }
    let Some(iv) = iv.and_then(parse_iv) else { return open_all(&ciphertexts, &key, &[Mode::Ecb]) };
    let tries: [&[Mode]; 3] = [&[Mode::Cbc(iv)], &[Mode::Ecb], &[Mode::Cbc(iv), Mode::Ecb]];
    let mut result = open_all(&ciphertexts, &key, tries[0]);
    for modes in &tries[1..] {
        if result.is_err() {
            result = open_all(&ciphertexts, &key, modes);
        }
    }
    result
}

/// Opens each field in the first of the modes that fits it.
fn open_all(
    ciphertexts: &[(SealedField, Vec<u8>)],
    key: &SealKey,
    modes: &[Mode],
) -> Result<Opened, OpenFault> {
    let mut opened = Opened { terms: Terms::default(), mode: SealMode::Ecb };
    for (field, bytes) in ciphertexts {
        let mut problem = OpenProblem::DoesNotOpen;
        let fitting = modes.iter().find_map(|mode| {
            let text = open(key, *mode, bytes)?;
            let placed = place(&mut opened.terms, *field, text);
            if placed.is_none() {
                problem = OpenProblem::Form;
            }
            placed.map(|()| *mode)
        });
        match fitting {
            Some(Mode::Cbc(_)) => opened.mode = SealMode::Cbc,
            Some(Mode::Ecb) => {}
            None => return Err(OpenFault { field: *field, problem }),
        }
    }
    Ok(opened)
}

/// Puts an opened value in its place, if it has its field's form: one line, not blank; an amount is one.
fn place(terms: &mut Terms, field: SealedField, text: String) -> Option<()> {
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return None;
    }
    match field {
        SealedField::SectionNo => terms.section_no = Some(text),
        SealedField::SectionName => terms.section_name = Some(text),
        SealedField::BeneficiaryName => terms.beneficiary_name = Some(text),
        SealedField::BeneficiaryCode => terms.beneficiary_code = Some(text),
        SealedField::ApplicantName => terms.applicant_name = Some(text),
        SealedField::ApplicantCode => terms.applicant_code = Some(text),
        SealedField::Amount => {
            terms.amount =
                Some(Money::from_decimal_text(text.trim()).ok().filter(|amount| amount.is_positive())?);
        }
    }
    Some(())
}

/// The fields in the order in which messages name them.
fn in_message_order(sealed: &BTreeMap<SealedField, String>) -> impl Iterator<Item = (SealedField, &String)> {
    sealable().filter_map(|(field, _)| sealed.get(&field).map(|text| (field, text)))
}
