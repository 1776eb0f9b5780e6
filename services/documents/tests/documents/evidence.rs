//! The evidence page: the life of a guarantee and the proof in short.

use baohan_documents::{
    Digest, Disclosed, EvidencePage, Happening, Particular, RenderError, Renderer, RendererOptions,
    Witnessed, evidence_specimen,
};

use crate::names::assert_within_the_border;
use crate::paper::Paper;

async fn rendered(page: EvidencePage) -> Result<Paper, RenderError> {
    let pdf = Renderer::new(RendererOptions::default()).render_evidence(page).await?;
    Ok(Paper::from_pdf(&pdf))
}

fn happening(name: &str, detail: &str, actor: &str) -> Happening {
    let mut happening = evidence_specimen(0).happenings.remove(0);
    happening.name = name.to_owned();
    happening.details = vec![detail.to_owned()];
    happening.actor = actor.to_owned();
    happening
}

#[tokio::test]
async fn it_tells_who_did_what_when_and_where_it_stands() {
    let page = evidence_specimen(0);
    let text = rendered(page.clone()).await.unwrap().text();
    for part in [
        "保函证据页",
        "示例融资担保有限公司",
        "BH2026030200000001",
        "¥800,000.00",
        "申请",
        "出函",
        "索赔赔付",
        "2026-03-02",
        "09:29:20.083",
        "办公端core-banking",
        "48220",
        "密文保函（开标前）",
        "54,312",
        "第90417号",
        "2026年05月02日09:29:19.270",
        "第3分片，前96422项记录",
        "a41f0c9d2be57713",
        "由5c0e77b1d9f84a20依次引入",
        "notary.example",
        "已达到本机构要求（不少于2家）",
        "baohanverify--evidence",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    for whole in [&page.ledger, &page.guarantee, &page.proof.digest, &page.documents[0].sm3] {
        assert!(text.contains(whole.as_str()), "{whole}");
    }
    assert!(!text.contains(&page.proof.root), "the root is shortened");
    assert!(text.contains(&page.proof.root[..16]));
}

#[tokio::test]
async fn a_long_life_goes_over_pages_and_each_has_the_head_of_the_table() {
    let page = evidence_specimen(200);
    let pages = rendered(page.clone()).await.unwrap().pages();
    assert!(pages.len() > 4, "{} pages", pages.len());
    let (last, lives) = pages.split_last().unwrap();
    for (number, text) in lives.iter().enumerate() {
        assert!(text.contains("序号") && text.contains("操作方"), "page {} has no head", number + 1);
    }
    for (number, text) in pages.iter().enumerate() {
        assert!(text.contains(&format!("第{}页共{}页", number + 1, pages.len())), "{text}");
        assert!(text.contains(&page.proof.digest), "every page names the checkpoint");
    }
    assert!(last.contains("如何核验"));
    let all = pages.concat();
    for happening in &page.happenings {
        assert!(all.contains(&happening.position.to_string()), "{} is missing", happening.sequence);
    }
}

#[tokio::test]
async fn the_code_names_ledger_guarantee_checkpoint_and_the_digest_of_its_text() {
    let page = evidence_specimen(0);
    let paper = rendered(page.clone()).await.unwrap();
    let (width, height, pixels) = paper.picture_of(paper.pages().len());
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let contents: Vec<String> = image.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
    let expected = format!(
        "BAOHAN-EVIDENCE:1\nL:{}\nG:{}\nN:{}\nSM3:{}",
        page.ledger, page.guarantee, page.proof.number, page.proof.digest
    );
    assert_eq!(contents, [expected]);
}

#[tokio::test]
async fn what_comes_from_outside_is_text_and_stays_on_the_page() {
    let hostile = ["#panic(\"x\")", "#read(\"/etc/passwd\")", "$x^2$*粗*_斜_", "[方]{花}<标签>@引用"];
    let mut page = evidence_specimen(0);
    page.happenings = hostile.map(|text| happening(text, text, text)).into();
    let long: String = "ABCDEFGHIJ".chars().cycle().take(500).collect();
    page.happenings.push(happening(&long, &long, &long));
    page.particulars = vec![
        Particular { name: hostile[0].to_owned(), value: Disclosed::Clear(long.clone()) },
        Particular {
            name: "招标人".to_owned(), value: Disclosed::Sealed("Eiad65v9frn7bnf4\r\n".repeat(80))
        },
    ];
    page.institution = long.chars().take(200).collect();
    page.proof.witnesses[0].name = long.clone();
    let paper = rendered(page).await.unwrap();
    assert_within_the_border(&paper);
    let text = paper.text();
    for text_of_a_name in hostile {
        assert!(text.contains(text_of_a_name), "{text_of_a_name} is missing in {text}");
    }
    assert!(text.contains("（全文见证据文件）"));
    assert!(text.contains(&Digest::of("Eiad65v9frn7bnf4\r\n".repeat(80).as_bytes()).to_hex()));
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let mut page = evidence_specimen(0);
    page.documents.clear();
    page.proof.witnesses.clear();
    page.proof.earlier_keys.clear();
    page.proof.counts = false;
    let text = rendered(page.clone()).await.unwrap().text();
    assert!(text.contains("尚未出具保函文件") && text.contains("尚未达到本机构要求（不少于2家）"), "{text}");
    assert!(!text.contains("依次引入"));
    page.proof.at_least = 0;
    assert!(rendered(page.clone()).await.unwrap().text().contains("本机构未要求见证方联署"));
    let witness = Witnessed { name: "w".to_owned(), key: "0".repeat(16), at: page.made_at };
    page.proof.witnesses = vec![witness; 9];
    assert_within_the_border(&rendered(page).await.unwrap());
}

#[tokio::test]
async fn the_same_page_gives_the_same_bytes() {
    let renderer = Renderer::new(RendererOptions::default());
    let one = renderer.render_evidence(evidence_specimen(3)).await.unwrap();
    assert_eq!(one, renderer.render_evidence(evidence_specimen(3)).await.unwrap());
    let information = Paper::from_pdf(&one).information();
    assert!(information.contains("保函证据页 6f9619ff"), "{information}");
}

#[tokio::test]
async fn a_letter_of_the_institutions_own_does_not_break_it_and_a_page_of_its_own_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("letter.typ"), "#let nothing = none").unwrap();
    let options = RendererOptions { templates: Some(folder.path().to_owned()), ..RendererOptions::default() };
    let renderer = Renderer::new(options);
    let ours = renderer.render_evidence(evidence_specimen(0)).await.unwrap();
    assert!(Paper::from_pdf(&ours).text().contains("保函证据页"));
    let own = "#set text(font: \"Noto Serif CJK SC\")\n自家 #json(\"evidence.json\").proof.number";
    std::fs::write(folder.path().join("evidence.typ"), own).unwrap();
    let own = renderer.render_evidence(evidence_specimen(0)).await.unwrap();
    assert_eq!(Paper::from_pdf(&own).text(), "自家90417");
}
