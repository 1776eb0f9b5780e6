//! Download links.

use reqwest::header;

use crate::world::World;

#[tokio::test]
async fn a_link_answers_with_the_file() {
    let world = World::new().await;
    world.issued("SQ1", "BH/中文 1").await;
    let link = world.link("SQ1", "sealed").await;
    let response = world.http().get(&link).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/pdf");
    let disposition = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
    assert_eq!(disposition, "inline; filename*=UTF-8''BH%2F%E4%B8%AD%E6%96%87%201.pdf");
    let etag = response.headers()[header::ETAG].clone();
    let guarantee = world.guarantee("SQ1").await;
    assert_eq!(etag, format!("\"{}\"", guarantee.issued().unwrap().document.digest));
    assert!(response.text().await.unwrap().starts_with("%PDF-"));

    let again = world.http().get(&link).header(header::IF_NONE_MATCH, etag).send().await.unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn a_wrong_link_is_like_no_document() {
    let world = World::new().await;
    world.restored("SQ1", "BH1").await;
    let link = world.link("SQ1", "sealed").await;
    let (path, token) = link.rsplit_once('/').unwrap();
    let mut texts = std::collections::BTreeSet::new();
    for wrong in [
        format!("{path}/{}", "0".repeat(64)),
        format!("{path}/x"),
        format!("{}/plain/{token}", path.strip_suffix("/sealed").unwrap()),
        link.replace("/sealed/", "/other/"),
        link.replace(&world.id("SQ1").to_string(), &world.id("SQ2").to_string()),
        link.replace(&world.id("SQ1").to_string(), "not-an-id"),
    ] {
        let answer = world.request(world.http().get(&wrong)).await;
        assert_eq!(answer.status, 404, "{wrong}");
        texts.insert(answer.text);
    }
    assert_eq!(texts.len(), 1, "nobody is told what was wrong");
}
