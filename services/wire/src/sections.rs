//! getbiaoduanyichang: exceptions of tender sections, which we poll (specification 3.12).

use chrono::{DateTime, Utc};

use crate::body;
use crate::lexical::{Fields, Tree, Value};
use crate::outgoing::Outgoing;
use crate::platform::Platform;
use crate::reply::{code, is_success};
use crate::times::{format_time, parse_time};

/// How long a text of a fact is at the most, in characters; longer ones are cut.
const TEXT_CHARACTERS_MAX: usize = 1000;

/// What a platform says of one tender section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionFact {
    /// Number of the project.
    pub project_no: String,
    /// Name of the project.
    pub project_name: String,
    /// Number of the section, in the clear.
    pub section_no: String,
    /// Name of the section.
    pub section_name: String,
    /// Its state.
    pub status: SectionStatus,
    /// What happened.
    pub remark: String,
    /// When it was approved, as it came.
    pub audited_at_text: String,
    /// The same as a time, where it is one.
    pub audited_at: Option<DateTime<Utc>>,
    /// How it was dealt with (`chuliresault`).
    pub outcome: String,
    /// Whether it was announced (`issendweb`), as it came.
    pub announced: String,
    /// The announcement's title.
    pub announcement_title: Option<String>,
}

/// The state of a section (`biaoduanstatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionStatus {
    /// 0: an exception is lifted.
    Lifted,
    /// 1: 流标, too few bids.
    Failed,
    /// 2: 终止.
    Ended,
    /// 3: 暂停.
    Suspended,
    /// 4: 作废.
    Void,
}

/// What an answer holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sections {
    /// The facts, in the answer's order.
    pub facts: Vec<SectionFact>,
    /// Entries that say of no section what became of it: their place from 1, and what is missing. They are skipped.
    pub unusable: Vec<(usize, &'static str)>,
}

/// Why an answer holds no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SectionsFault {
    /// No JSON object with a code.
    #[error("no answer of the interface")]
    NoProtocol,
    /// The platform refuses.
    #[error("refused with code {code}: {message}")]
    Refused {
        /// Its code.
        code: String,
        /// Its message.
        message: String,
    },
    /// Success, but the list is no list.
    #[error("data.yichanglist is no list")]
    NoList,
}

impl SectionStatus {
    /// The state by the wire's digit.
    #[must_use]
    pub fn from_digit(digit: &str) -> Option<Self> {
        match digit.strip_suffix(".0").unwrap_or(digit) {
            "0" => Some(Self::Lifted),
            "1" => Some(Self::Failed),
            "2" => Some(Self::Ended),
            "3" => Some(Self::Suspended),
            "4" => Some(Self::Void),
            _ => None,
        }
    }

    /// The wire's digit.
    #[must_use]
    pub fn digit(self) -> &'static str {
        match self {
            Self::Lifted => "0",
            Self::Failed => "1",
            Self::Ended => "2",
            Self::Suspended => "3",
            Self::Void => "4",
        }
    }
}

/// The signed question for what changed since `updated_since`.
#[must_use]
pub fn section_poll_body(
    platform: &Platform,
    platform_code: Option<&str>,
    updated_since: DateTime<Utc>,
    timestamp: DateTime<Utc>,
) -> Vec<u8> {
    let mut message = Outgoing::new(platform, platform_code, timestamp);
    message.put("updatetime", format_time(updated_since));
    message.finish()
}

/// Reads the answer.
///
/// # Errors
/// What is no answer, a refusal, or a list that is none. Entries without a section or a known state are told apart
/// and do not spoil the others.
pub fn parse_sections(platform: &Platform, bytes: &[u8]) -> Result<Sections, SectionsFault> {
    let message = body::read(bytes).map_err(|_| SectionsFault::NoProtocol)?;
    let fields = Fields::parse(&message.text).map_err(|_| SectionsFault::NoProtocol)?;
    let code = code(&fields).ok_or(SectionsFault::NoProtocol)?;
    if !is_success(platform, code) {
        let message = match fields.get("message") {
            Some(Value::Text(text)) => cut(text),
            _ => String::new(),
        };
        return Err(SectionsFault::Refused { code: code.to_owned(), message });
    }
    let list = match fields.get("data") {
        // Nothing changed: some leave the list out.
        None => return Ok(Sections::default()),
        Some(data) if data.is_blank() => return Ok(Sections::default()),
        Some(Value::Nested(data)) => data.tree.get("yichanglist"),
        Some(_) => return Err(SectionsFault::NoList),
    };
    match list {
        None | Some(Tree::Word("null")) => Ok(Sections::default()),
        Some(Tree::List(items)) => Ok(read_all(items, platform)),
        Some(_) => Err(SectionsFault::NoList),
    }
}

fn read_all(items: &[Tree<'_>], platform: &Platform) -> Sections {
    let mut sections = Sections::default();
    for (place, item) in items.iter().enumerate() {
        match read(item, platform) {
            Ok(fact) => sections.facts.push(fact),
            Err(missing) => sections.unusable.push((place + 1, missing)),
        }
    }
    sections
}

fn read(item: &Tree<'_>, platform: &Platform) -> Result<SectionFact, &'static str> {
    let some = |name: &str| item.get(name).and_then(Tree::as_scalar).map(cut);
    let text = |name: &str| some(name).unwrap_or_default();
    let status = item.get("biaoduanstatus").and_then(Tree::as_scalar);
    let audited_at_text = text("audittime");
    Ok(SectionFact {
        project_no: text("projectno"),
        project_name: text("projectname"),
        section_no: some("biaoduanno").ok_or("biaoduanno")?,
        section_name: text("biaoduanname"),
        status: status.and_then(SectionStatus::from_digit).ok_or("biaoduanstatus")?,
        remark: text("remark"),
        audited_at: parse_time(&audited_at_text, platform.dialect.times),
        audited_at_text,
        outcome: text("chuliresault"),
        announced: text("issendweb"),
        announcement_title: some("gonggaotitle"),
    })
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_CHARACTERS_MAX).collect()
}
