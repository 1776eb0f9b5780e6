use baohan_wire::{Interface, Notice, Platform, Secret, parse_sections};

use crate::stage::{PDF, Stage, invoiced, issued, morning, platform, quit, restored};

/// How real platforms differ, each with its word for success.
const DIALECTS: [(&str, &str); 14] = [
    ("", "1"),
    ("success_value = \"0\"", "0"),
    ("success_value = \"200\"", "200"),
    ("body = \"form\"", "1"),
    ("absent_out = \"empty\"\nabsent = \"keep-empty\"", "1"),
    ("absent_out = \"empty\"", "1"),
    ("secret = \"hmac\"", "1"),
    ("secret = \"ampersand\"\nkey_order = \"case-insensitive\"", "1"),
    ("numbers = \"java-double\"", "1"),
    ("digest = \"sm3-base64\"", "1"),
    ("digest = \"md5-hex\"\ncharset = \"gbk\"", "1"),
    ("rate = \"percent\"\nfile_md5 = \"bytes\"", "1"),
    ("file_md5 = \"base64\"\nunsigned_fields = [\"baohanfile\"]", "1"),
    ("body = \"form\"\nsuccess_value = \"0\"\nsecret = \"append\"\ntrim = true", "0"),
];

#[tokio::test]
async fn every_dialect_is_understood_and_answered_in() {
    for (dialect, success) in DIALECTS {
        let stage = Stage::speaking(dialect).await;
        for notice in [
            issued("SQ1", "BH1"),
            restored("SQ1", "BH1"),
            Notice::InvoiceDeclined { guarantee_no: "BH1" },
            invoiced("BH1"),
            quit("SQ1", "BH1"),
            Notice::NotIssued { application_no: "SQ2" },
        ] {
            let reply = stage.tell(&notice).await;
            assert_eq!((reply.status, reply.code()), (200, success), "{dialect}: {}", reply.text);
        }
        assert_eq!(stage.sandbox.centre().told().len(), 6, "{dialect}");
    }
}

#[tokio::test]
async fn a_refusal_is_never_the_word_for_success() {
    for (dialect, success) in DIALECTS {
        let stage = Stage::speaking(dialect).await;
        let stranger = Platform { secret: Secret::new("another"), ..stage.platform.clone() };
        let reply = stage.tell_as(&stranger, None, &quit("SQ1", "BH1")).await;
        assert_ne!(reply.code(), success, "{dialect}");
        let nobody = Platform { appkey: "nobody".into(), ..stage.platform.clone() };
        let reply = stage.tell_as(&nobody, None, &quit("SQ1", "BH1")).await;
        assert!(!reply.code().is_empty() && reply.code() != success, "{dialect}: a caller without a name");
        assert!(stage.sandbox.centre().told().is_empty(), "{dialect}");
    }
}

#[tokio::test]
async fn one_dialect_is_not_another() {
    for (agreed, spoken) in [
        ("secret = \"hmac\"", ""),
        ("", "digest = \"md5-hex\""),
        ("body = \"form\"", ""),
        ("", "body = \"form\""),
        ("file_md5 = \"bytes\"", ""),
    ] {
        let stage = Stage::speaking(agreed).await;
        let other = Platform { base_url: stage.platform.base_url.clone(), ..platform(spoken) };
        let reply = stage.tell_as(&other, None, &issued("SQ1", "BH1")).await;
        assert_eq!(reply.code(), "0", "{agreed} / {spoken}");
        assert!(stage.sandbox.centre().told().is_empty());
    }
}

#[tokio::test]
async fn numbers_are_signed_as_the_dialect_writes_them() {
    let members = r#""applyno":"SQ1","baohanno":"BH1","baohanurl":"http://h/1","baohanfile":"JVBERi0xLjcKJSVFT0YK","payername":"江南","payeraccount":"6222","generatetime":"2026-03-02 09:30:00","rate":0.0080,"cost":6400.00,"applystatus":1"#;
    for dialect in ["", "numbers = \"java-double\"", "numbers = \"java-decimal\""] {
        let stage = Stage::speaking(dialect).await;
        let reply = stage.send(Interface::Baohannotice, members).await;
        assert_eq!(reply.code(), "1", "{dialect}: {}", reply.text);
        let told = &stage.sandbox.centre().told()[0];
        assert_eq!(told.file.as_deref(), Some(PDF), "{dialect}");
    }
}

#[tokio::test]
async fn the_poll_is_answered_in_every_dialect() {
    for (dialect, _) in DIALECTS {
        let stage = Stage::speaking(dialect).await;
        let said =
            baohan_sandbox::Section { section_no: "E1001".into(), status: "1".into(), ..Default::default() };
        assert!(stage.sandbox.centre().say_of_section(said, morning()));
        let body = baohan_wire::section_poll_body(&stage.platform, None, morning(), morning());
        let url = stage.platform.for_centre(None).url(Interface::Getbiaoduanyichang);
        let reply = stage.post_to(&url, stage.platform.content_type(), body).await;
        let sections = parse_sections(&stage.platform, reply.text.as_bytes()).unwrap();
        assert_eq!((sections.facts.len(), sections.unusable.len()), (1, 0), "{dialect}");
    }
}
