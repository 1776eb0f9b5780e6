use serde::Serialize;

use crate::answer;
use crate::dialect::ReplyCode;
use crate::platform::Platform;
use crate::sections::SectionFact;

/// A platform's answer to a notice: its word for success, or a refusal.
#[must_use]
pub fn platform_answer(platform: &Platform, is_ok: bool, message: &str) -> Vec<u8> {
    answer::write(ReplyCode::String, code(platform, is_ok), message, None::<()>)
}

/// A platform's answer to getbiaoduanyichang.
#[must_use]
pub fn sections_answer(platform: &Platform, facts: &[SectionFact]) -> Vec<u8> {
    let rows = facts.iter().map(Row::of).collect();
    answer::write(ReplyCode::String, code(platform, true), "成功", Some(List { yichanglist: rows }))
}

fn code(platform: &Platform, is_ok: bool) -> &str {
    let success = platform.dialect.success_value.as_str();
    match is_ok {
        true => success,
        // Where 0 means success, refusals carry another number.
        false if success == "0" => "500",
        false => "0",
    }
}

#[derive(Serialize)]
struct List<'a> {
    yichanglist: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    projectno: &'a str,
    projectname: &'a str,
    biaoduanno: &'a str,
    biaoduanname: &'a str,
    biaoduanstatus: &'static str,
    remark: &'a str,
    audittime: &'a str,
    chuliresault: &'a str,
    issendweb: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    gonggaotitle: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn of(fact: &'a SectionFact) -> Self {
        Self {
            projectno: &fact.project_no,
            projectname: &fact.project_name,
            biaoduanno: &fact.section_no,
            biaoduanname: &fact.section_name,
            biaoduanstatus: fact.status.digit(),
            remark: &fact.remark,
            audittime: &fact.audited_at_text,
            chuliresault: &fact.outcome,
            issendweb: &fact.announced,
            gonggaotitle: fact.announcement_title.as_deref(),
        }
    }
}
