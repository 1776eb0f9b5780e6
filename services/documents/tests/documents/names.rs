//! Names that are no markup and stay on the page.

use baohan_documents::{Disclosed, Particulars, RenderError};

use crate::paper::{Paper, named, plain, print, render, sealed};

/// Points from the edge of the page to its border.
const BORDER: f64 = 30.0;

pub fn assert_within_the_border(paper: &Paper) {
    let words = paper.words();
    assert!(!words.is_empty());
    for ([left, top, right, bottom], [width, height]) in words {
        let inside = left > BORDER && top > BORDER && right < width - BORDER && bottom < height - BORDER;
        assert!(inside, "[{left}, {top}, {right}, {bottom}] leaves the page of {width} × {height}");
    }
}

#[test]
fn markup_in_a_name_is_text() {
    for name in [
        "#import \"letter.typ\": *",
        "#panic(\"x\")",
        "$x^2$",
        "*粗*_斜_`码`",
        "\"双引号\"与'单引号'",
        "<标签>@引用=标题",
        "江南\\建设 // 注释 /* 注释 */",
        "[方括号]{花括号}~-?...--",
        "#read(\"/etc/passwd\")",
    ] {
        let text = print(&named(name)).text();
        let expected: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(text.contains(&expected), "{name} is not in {text}");
    }
}

#[test]
fn long_names_stay_on_the_page() {
    for unit in ["滨", "W", "滨江W1-", "ABCDEFGHIJ", "Ж", "，", "+/=", "é"] {
        let name: String = unit.chars().cycle().take(500).collect();
        let long = Particulars {
            application_no: "W".repeat(50),
            guarantee_no: "M".repeat(50),
            platform: name.clone(),
            institution: name.chars().take(200).collect(),
            section_name: Some(Disclosed::Clear(name.clone())),
            beneficiary_name: Some(Disclosed::Clear(name.clone())),
            ..named(&name)
        };
        let paper = print(&long);
        assert_within_the_border(&paper);
        assert!(paper.text().contains(&name), "{unit}");
    }
}

#[test]
fn a_long_ciphertext_and_amount_stay_on_the_page() {
    let long = Particulars {
        section_name: Some(Disclosed::Sealed("Eiad65v9frn7bnf4\r\n".repeat(80))),
        section_no: Some(Disclosed::Sealed("短".to_owned())),
        ..sealed()
    };
    assert_within_the_border(&print(&long));
    let mut dear = plain();
    dear.amount = Disclosed::Clear(baohan_documents::Sum {
        figures: "9999999999999999.99".to_owned(),
        capitals: "人民币玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分".to_owned(),
    });
    let paper = print(&dear);
    assert_within_the_border(&paper);
    assert!(paper.text().contains("¥9,999,999,999,999,999.99"));
}

#[test]
fn what_cannot_be_seen_does_no_harm() {
    let paper = print(&named("江南\u{202E}建设\u{0000}集团\n有限\t公司\u{200B}\u{FEFF}"));
    assert!(paper.text().contains("江南建设集团有限公司"), "{}", paper.text());
}

#[test]
fn rare_characters_of_firms_names_are_there() {
    for name in ["镕堃淼喆", "㵘䶮", "龘靐齉", "（集团）·第二、三分公司", "αβγ①②Ⅲ㈱", "国网ＡＢＣ１２３"]
    {
        let text = print(&named(name)).text();
        assert!(text.contains(name), "{name}: {text}");
    }
}

#[test]
fn a_character_that_no_font_has_refuses_the_document_by_name() {
    for (name, code_point) in
        [("江南😀建设", "U+1F600"), ("江南\u{E864}建设", "U+E864"), ("\u{10FFFD}", "U+10FFFD")]
    {
        let error = render(&named(name)).unwrap_err();
        assert!(matches!(error, RenderError::GlyphMissing { .. }), "{error}");
        assert_eq!(error.code(), "document-glyph-missing");
        assert!(error.to_string().contains(code_point), "{error}");
    }
}
