//! What the two forms say.

use baohan_documents::{
    Digest, Disclosed, Form, Media, Particulars, Renderer, RendererOptions, particulars_digest, recognise,
    specimens,
};

use crate::paper::{bare, plain, print, render, sealed};

#[test]
fn the_sealed_form_shows_digests_and_no_more_than_is_known() {
    let text = print(&sealed()).text();
    for part in [
        "投标保函",
        "密文保函（开标前）",
        "BH20260302000001",
        "SQ202603020001",
        "江南建设集团有限公司",
        "91320000MA1XXXXX0A",
        "人民币捌拾万元整",
        "¥800,000.00",
        "2026年06月30日（含当日）",
        "0.8%/¥6,400.00",
        "3200010000000000001",
        "示例融资担保有限公司",
        "示例公共资源交易中心",
        "见索即付",
        "3个工作日内",
        "最高人民法院关于审理独立保函纠纷案件若干问题的规定",
        "出函时间：2026年03月02日09:30:00",
        "担保人（电子签章）",
        "第1页共1页",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    let ciphertexts =
        ["NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg=", "UIRtQTUYD90X5+hhAwzWfJxnv3H4mX/kVD/vJqwMZs4="];
    for ciphertext in ciphertexts {
        assert!(text.contains(&Digest::of(ciphertext.as_bytes()).to_hex()), "{ciphertext}");
        assert!(!text.contains(ciphertext), "a ciphertext is shortened");
    }
    assert!(text.contains(&particulars_digest(&sealed()).to_hex()));
    for later in ["滨江", "E3200000001000001001", "91320100MA1YYYYY1B", "开标："] {
        assert!(!text.contains(later), "{later} is not known before the opening");
    }
}

#[test]
fn the_plain_form_shows_what_was_opened() {
    let paper = print(&plain());
    let text = paper.text();
    for part in [
        "明文保函（开标后）",
        "致：滨江城市建设投资有限公司",
        "E3200000001000001001",
        "滨江快速路改造工程一标段",
        "91320100MA1YYYYY1B",
        "人民币捌拾万元整",
        "开标：2026年03月20日09:30:00",
        "还原：2026年03月20日09:35:12",
        "还原前后为同一保函",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(!text.contains("密文保函（") && !text.contains("SM3摘要"), "{text}");
    assert!(text.contains(&particulars_digest(&plain()).to_hex()));
}

#[test]
fn a_guarantee_that_was_never_sealed_speaks_of_no_restore() {
    let never_sealed = Particulars { opening_at: None, restored_at: None, ..plain() };
    let text = print(&never_sealed).text();
    assert!(text.contains("滨江城市建设投资有限公司"));
    assert!(!text.contains("还原") && !text.contains("密文"), "{text}");
}

#[test]
fn any_particular_can_be_sealed() {
    let cipher = |text: &str| Disclosed::Sealed(text.to_owned());
    let all = Particulars {
        applicant_name: cipher("QUJDREVGR0hJSktMTU5PUA=="),
        applicant_code: Some(cipher("UVJTVFVWV1hZWmFiY2RlZg==")),
        amount: Disclosed::Sealed("MDEyMzQ1Njc4OWFiY2RlZg==".to_owned()),
        payer: None,
        ..sealed()
    };
    let text = print(&all).text();
    assert!(text.contains(&Digest::of(b"MDEyMzQ1Njc4OWFiY2RlZg==").to_hex()), "{text}");
    for known_later in ["江南建设", "捌拾万", "800,000"] {
        assert!(!text.contains(known_later), "{known_later}");
    }
}

#[test]
fn absent_particulars_leave_a_dash() {
    assert_eq!(bare().form(), Form::Plain);
    assert!(print(&bare()).text().contains("招标人——"));
}

#[test]
fn the_same_particulars_give_the_same_bytes() {
    for specimen in specimens() {
        let first = render(&specimen).unwrap();
        // Something else in between, and another renderer: nothing of it may leave a trace.
        let renderer = Renderer::new(RendererOptions::default());
        renderer.render_blocking(&Particulars { guarantee_no: "BH1".to_owned(), ..plain() }).unwrap();
        let second = renderer.render_blocking(&specimen).unwrap();
        assert!(first.pdf == second.pdf, "{:?}", specimen.form());
        assert_eq!(first.particulars_digest, second.particulars_digest);
        assert_eq!(recognise(&first.pdf), Ok(Media::Pdf));
    }
    assert!(render(&sealed()).unwrap().pdf != render(&plain()).unwrap().pdf);
}

#[test]
fn the_file_says_what_it_is() {
    let rendered = render(&plain()).unwrap();
    let information = crate::paper::Paper::of(&rendered).information();
    for part in ["投标保函 BH20260302000001", "示例融资担保有限公司", "A4", "Pages:           1"]
    {
        assert!(information.contains(part), "{part}: {information}");
    }
    let held = |part: &[u8]| rendered.pdf.windows(part.len()).any(|window| window == part);
    assert!(held(b"/CreationDate(D:20260320093512+08'00)"), "made when it was restored, in China's time");
    assert!(held(b"/Lang(zh-CN)"), "its language is Chinese");
    assert!(held(b"<pdfaid:part>2</pdfaid:part>"), "it is PDF/A");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_come_out_alike() {
    let renderer = Renderer::new(RendererOptions { concurrency: Some(3), ..RendererOptions::default() });
    renderer.warm_up().await.unwrap();
    let expected = render(&plain()).unwrap().pdf;
    let tasks: Vec<_> = (0..24)
        .map(|_| {
            let renderer = renderer.clone();
            tokio::spawn(async move { renderer.render(plain()).await })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().unwrap().pdf == expected);
    }
}
