use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde::Serialize;

use super::{Disclosed, Form, Particulars, Sum, particulars_digest};
use crate::digest::Digest;

/// China has one time zone and no summer time (GB/T 7408).
const CHINA: TimeDelta = TimeDelta::hours(8);
/// A ciphertext is recognised by its first and last characters; its digest stands beside it in full.
const SHORTENED_HEAD_CHARS: usize = 20;
const SHORTENED_TAIL_CHARS: usize = 8;

/// What templates read as `particulars.json`: display texts, nothing left to compute.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    form: Form,
    guarantee_no: String,
    application_no: String,
    platform: String,
    institution: String,
    applicant_name: Shown,
    applicant_code: Option<Shown>,
    amount: Amount,
    section_no: Option<Shown>,
    section_name: Option<Shown>,
    beneficiary_name: Option<Shown>,
    beneficiary_code: Option<Shown>,
    rate: String,
    premium: String,
    payer: Option<Account>,
    valid_until: String,
    claim_due_working_days: u16,
    issued_at: String,
    issued_on: String,
    opening_at: Option<String>,
    restored_at: Option<String>,
    digest: String,
}

/// A particular on a page.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    sealed: bool,
    text: Option<String>,
    short: Option<String>,
    digest: Option<String>,
}

/// The amount on the page; `sealed` as in [`Shown`].
#[derive(Debug, Serialize)]
struct Amount {
    sealed: bool,
    figures: Option<String>,
    capitals: Option<String>,
    short: Option<String>,
    digest: Option<String>,
}

#[derive(Debug, Serialize)]
struct Account {
    name: String,
    account: String,
}

impl Page {
    pub(crate) fn of(all: &Particulars) -> Self {
        Self {
            form: all.form(),
            guarantee_no: legible(&all.guarantee_no),
            application_no: legible(&all.application_no),
            platform: legible(&all.platform),
            institution: legible(&all.institution),
            applicant_name: Shown::of(&all.applicant_name),
            applicant_code: all.applicant_code.as_ref().map(Shown::of),
            amount: Amount::of(&all.amount),
            section_no: all.section_no.as_ref().map(Shown::of),
            section_name: all.section_name.as_ref().map(Shown::of),
            beneficiary_name: all.beneficiary_name.as_ref().map(Shown::of),
            beneficiary_code: all.beneficiary_code.as_ref().map(Shown::of),
            rate: legible(&all.rate),
            premium: grouped(&legible(&all.premium)),
            payer: all
                .payer
                .as_ref()
                .map(|payer| Account { name: legible(&payer.name), account: legible(&payer.account) }),
            valid_until: day(all.valid_until),
            claim_due_working_days: all.claim_due_working_days,
            issued_at: moment(all.issued_at),
            issued_on: day(in_china(all.issued_at).date()),
            opening_at: all.opening_at.map(moment),
            restored_at: all.restored_at.map(moment),
            digest: particulars_digest(all).to_hex(),
        }
    }
}

impl Shown {
    pub(crate) fn of(value: &Disclosed) -> Self {
        match value {
            Disclosed::Clear(text) => {
                Self { sealed: false, text: Some(legible(text)), short: None, digest: None }
            }
            Disclosed::Sealed(ciphertext) => Self {
                sealed: true,
                text: None,
                short: Some(shortened(ciphertext)),
                digest: Some(Digest::of(ciphertext.as_bytes()).to_hex()),
            },
        }
    }
}

impl Amount {
    fn of(value: &Disclosed<Sum>) -> Self {
        match value {
            Disclosed::Clear(sum) => Self {
                sealed: false,
                figures: Some(grouped(&legible(&sum.figures))),
                capitals: Some(legible(&sum.capitals)),
                short: None,
                digest: None,
            },
            Disclosed::Sealed(ciphertext) => Self {
                sealed: true,
                figures: None,
                capitals: None,
                short: Some(shortened(ciphertext)),
                digest: Some(Digest::of(ciphertext.as_bytes()).to_hex()),
            },
        }
    }
}

/// The wall clock in China.
pub(crate) fn in_china(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc().checked_add_signed(CHINA).unwrap_or(at.naive_utc())
}

/// The wall clock in China, as a page shows it.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    in_china(at).format("%Y年%m月%d日 %H:%M:%S").to_string()
}

fn day(date: NaiveDate) -> String {
    date.format("%Y年%m月%d日").to_string()
}

/// A control character becomes a blank; what turns the direction of writing goes, since it could make a name
/// read as another one.
pub(crate) fn legible(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .filter(|c| !turns(*c) && *c != '\u{FEFF}')
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn shortened(ciphertext: &str) -> String {
    let visible: Vec<char> = legible(ciphertext).chars().filter(|c| !c.is_whitespace()).collect();
    if visible.len() <= SHORTENED_HEAD_CHARS + SHORTENED_TAIL_CHARS + 1 {
        return visible.into_iter().collect();
    }
    let (head, tail) =
        (visible.iter().take(SHORTENED_HEAD_CHARS), visible.iter().rev().take(SHORTENED_TAIL_CHARS).rev());
    head.chain(std::iter::once(&'…')).chain(tail).collect()
}

/// `800000.00` as `800,000.00`; what is no such figure stays as it is.
#[must_use]
pub fn grouped(figures: &str) -> String {
    let (whole, places) =
        figures.split_once('.').map_or((figures, None), |(whole, places)| (whole, Some(places)));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return figures.to_owned();
    }
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    places.map_or(text.clone(), |places| format!("{text}.{places}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::particulars::specimen::{plain, sealed};

    #[test]
    fn one_sealed_particular_makes_a_sealed_document() {
        assert_eq!(plain().form(), Form::Plain);
        assert_eq!(sealed().form(), Form::Sealed);
        let amount = Particulars { amount: Disclosed::Sealed("QUJD".to_owned()), ..plain() };
        assert_eq!(amount.form(), Form::Sealed);
        let nothing_sealed = Particulars { opening_at: None, restored_at: None, ..plain() };
        assert_eq!(nothing_sealed.form(), Form::Plain);
        assert_eq!(nothing_sealed.made_at(), nothing_sealed.issued_at);
    }

    #[test]
    fn times_are_shown_as_in_china() {
        assert_eq!(moment("2026-03-02T16:00:01Z".parse().unwrap()), "2026年03月03日 00:00:01");
        assert_eq!(day(NaiveDate::from_ymd_opt(2026, 6, 30).unwrap()), "2026年06月30日");
    }

    #[test]
    fn figures_get_separators() {
        for (given, shown) in [
            ("0.01", "0.01"),
            ("999.00", "999.00"),
            ("1000.00", "1,000.00"),
            ("9999999999999999.99", "9,999,999,999,999,999.99"),
            ("800000", "800,000"),
            ("", ""),
            ("八十万", "八十万"),
        ] {
            assert_eq!(grouped(given), shown);
        }
    }

    #[test]
    fn a_ciphertext_is_shortened_and_loses_its_line_breaks() {
        assert_eq!(shortened("QUJD\r\nREVG"), "QUJDREVG");
        assert_eq!(
            shortened("NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg="),
            "NLGfkNNOIlqWSt9h8Bky…Wosovkg="
        );
    }

    #[test]
    fn what_turns_the_writing_is_not_shown() {
        assert_eq!(legible("甲\u{202E}乙\u{0000}丙\t丁"), "甲乙 丙 丁");
    }
}
