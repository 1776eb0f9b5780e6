//! Exceptions of tender sections.

use baohan_wire::{
    ReceivedNotice, SectionFact, SectionStatus, SectionsFault, parse_sections, receive_notice,
    section_poll_body, sections_answer,
};

use crate::setup::{at, directory, morning, platform};

fn fact(status: SectionStatus) -> SectionFact {
    SectionFact {
        project_no: "P1".to_owned(),
        project_name: "滨江快速路".to_owned(),
        section_no: "E1".to_owned(),
        section_name: "一标段".to_owned(),
        status,
        remark: "投标人不足三家".to_owned(),
        audited_at_text: "2026-03-25 10:00:00".to_owned(),
        audited_at: Some(at("2026-03-25T10:00:00+08:00")),
        outcome: "重新招标".to_owned(),
        announced: "1".to_owned(),
        announcement_title: Some("流标公告".to_owned()),
    }
}

#[test]
fn the_poll_is_signed_and_understood() {
    let body = section_poll_body(&platform(""), None, at("2026-03-01T00:00:00Z"), morning());
    let receipt = receive_notice(&directory(platform("")), "", "getbiaoduanyichang", &body, morning());
    assert_eq!(
        receipt.result.unwrap(),
        ReceivedNotice::SectionsQuery { updated_since: at("2026-03-01T00:00:00Z") }
    );
}

#[test]
fn a_platforms_answer_is_read_whole() {
    let facts: Vec<_> = [
        SectionStatus::Lifted,
        SectionStatus::Failed,
        SectionStatus::Ended,
        SectionStatus::Suspended,
        SectionStatus::Void,
    ]
    .map(fact)
    .to_vec();
    for toml in ["", r#"success_value = "0""#] {
        let body = sections_answer(&platform(toml), &facts);
        assert_eq!(parse_sections(&platform(toml), &body).unwrap().facts, facts);
    }
}

#[test]
fn numbers_stand_for_texts_and_a_wrong_entry_does_not_spoil_the_others() {
    let body = r#"{"code":1,"message":"","data":{"yichanglist":[
        {"biaoduanno":"E1","biaoduanstatus":1},
        {"biaoduanno":"E2","biaoduanstatus":"9"},
        {"biaoduanstatus":"1"},
        {"biaoduanno":7,"biaoduanstatus":2.0,"audittime":"soon"}
    ]}}"#;
    let sections = parse_sections(&platform(""), body.as_bytes()).unwrap();
    assert_eq!(sections.unusable, [(2, "biaoduanstatus"), (3, "biaoduanno")]);
    assert_eq!(sections.facts.len(), 2);
    assert_eq!(
        (sections.facts[1].section_no.as_str(), sections.facts[1].status),
        ("7", SectionStatus::Ended)
    );
    assert_eq!((sections.facts[1].audited_at, sections.facts[1].audited_at_text.as_str()), (None, "soon"));
}

#[test]
fn nothing_new_is_an_empty_list() {
    for body in [
        r#"{"code":"1","message":"成功"}"#,
        r#"{"code":"1","data":null}"#,
        r#"{"code":"1","data":{}}"#,
        r#"{"code":"1","data":{"yichanglist":null}}"#,
        r#"{"code":"1","data":{"yichanglist":[]}}"#,
    ] {
        assert_eq!(parse_sections(&platform(""), body.as_bytes()).unwrap().facts, [], "{body}");
    }
}

#[test]
fn a_refusal_and_what_is_no_answer_are_told_apart() {
    let refused = parse_sections(&platform(""), r#"{"code":"0","message":"忙"}"#.as_bytes());
    assert_eq!(refused, Err(SectionsFault::Refused { code: "0".to_owned(), message: "忙".to_owned() }));
    assert_eq!(parse_sections(&platform(""), b"<html>"), Err(SectionsFault::NoProtocol));
    let no_list = parse_sections(&platform(""), br#"{"code":"1","data":{"yichanglist":{"a":1}}}"#);
    assert_eq!(no_list, Err(SectionsFault::NoList));
}
