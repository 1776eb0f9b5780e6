use baohan_log::SectionFact;

use super::stage::{noon, opened};

fn fact(section_no: &str, status: &str, seconds: i64) -> SectionFact {
    SectionFact {
        section_no: section_no.to_owned(),
        status: status.to_owned(),
        content: format!(r#"{{"remark":"{status}"}}"#),
        told_at: noon(seconds),
    }
}

#[tokio::test]
async fn what_was_said_last_holds() {
    let stage = opened().await;
    assert_eq!(stage.section_fact("demo", "BD1").await.unwrap(), None);
    let said = vec![fact("BD1", "1", 0), fact("BD2", "3", 0), fact("BD1", "0", 5)];
    assert_eq!(stage.record_section_facts("demo", said, None).await.unwrap(), 3);
    assert_eq!(stage.section_fact("demo", "BD1").await.unwrap(), Some(fact("BD1", "0", 5)));
    assert_eq!(stage.section_fact("other", "BD1").await.unwrap(), None);
    let history = stage.section_history("demo", "BD1", 10).await.unwrap();
    assert_eq!(history, [fact("BD1", "0", 5), fact("BD1", "1", 0)]);
}

#[tokio::test]
async fn what_is_said_again_adds_nothing_and_what_returns_does() {
    let stage = opened().await;
    let told = async |status, seconds| {
        stage.record_section_facts("demo", vec![fact("BD1", status, seconds)], None).await.unwrap()
    };
    assert_eq!((told("1", 0).await, told("1", 9).await), (1, 0));
    assert_eq!((told("0", 10).await, told("1", 11).await), (1, 1));
    assert_eq!(stage.section_history("demo", "BD1", 10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn the_watermark_moves_with_the_facts() {
    let stage = opened().await;
    assert_eq!(stage.section_watermark("demo").await.unwrap(), None);
    stage.record_section_facts("demo", vec![], Some("2026-03-04 12:00:00".to_owned())).await.unwrap();
    stage.record_section_facts("demo", vec![fact("BD1", "1", 0)], None).await.unwrap();
    assert_eq!(stage.section_watermark("demo").await.unwrap().unwrap(), "2026-03-04 12:00:00");
    assert_eq!(stage.section_watermark("other").await.unwrap(), None);
}

#[tokio::test]
async fn the_list_has_each_sections_newest_fact_over_pages() {
    let stage = opened().await;
    let said = vec![fact("BD2", "1", 0), fact("BD1", "2", 0), fact("BD3", "4", 0), fact("BD1", "0", 1)];
    stage.record_section_facts("demo", said, None).await.unwrap();
    stage.record_section_facts("alpha", vec![fact("BD9", "1", 0)], None).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = stage.section_facts(None, after, 2).await.unwrap();
        seen.extend(
            page.facts
                .into_iter()
                .map(|(platform, fact)| format!("{platform} {} {}", fact.section_no, fact.status)),
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["alpha BD9 1", "demo BD1 0", "demo BD2 1", "demo BD3 4"]);
    let alpha = stage.section_facts(Some("alpha"), None, 10).await.unwrap();
    assert_eq!((alpha.facts.len(), alpha.next), (1, None));
}
