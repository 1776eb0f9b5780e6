//! The reconciliation, as JSON and as a file for spreadsheets.

use baohan_office::Role;
use serde_json::json;

use crate::house::{House, premium};

const TODAY: &str = "/api/v1/reconciliation?platform=jyzx-wild&start=2026-03-02&end=2026-03-02";

#[tokio::test]
async fn what_was_issued_that_day_is_listed_the_quit_ones_too() {
    let house = House::open().await;
    let (stays, quits) = (house.issued("A-1").await, house.issued("A-2").await);
    let declined = house.applied("A-3").await;
    house.post(Role::Underwriter, declined, "decline", json!({ "reason": "r" })).await.guarantee();
    house.quit_asked(quits, "q").await;
    house.post(Role::Operator, quits, "quit/confirm", json!({})).await.guarantee();
    let list = house.get(Role::Finance, TODAY).await.json();
    let found: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["id"].clone(), row["status"].clone()))
        .collect();
    assert_eq!(
        found,
        [(json!(stays.to_string()), json!("issued")), (json!(quits.to_string()), json!("quit"))]
    );
    assert_eq!(
        (&list["next_cursor"], &list["items"][0]["rate"], &list["items"][0]["premium"]),
        (&json!(null), &json!("0.008"), &json!("6400.00"))
    );
    for (query, rows) in [
        ("start=2026-03-01&end=2026-03-01", 0),
        ("start=2026-03-02&end=2026-03-31", 2),
        ("start=2026-03-03&end=2026-03-03", 0),
    ] {
        let list = house
            .get(Role::Finance, &format!("/api/v1/reconciliation?platform=jyzx-wild&{query}"))
            .await
            .json();
        assert_eq!(list["items"].as_array().unwrap().len(), rows, "{query}");
    }
}

#[tokio::test]
async fn the_day_is_chinas() {
    let house = House::open().await;
    // 15:59:59 UTC is the last second of the day in China.
    house.clock.set("2026-03-02T15:59:59Z".parse().unwrap());
    house.issued("A-1").await;
    house.clock.set("2026-03-02T16:00:00Z".parse().unwrap());
    house.issued("A-2").await;
    let numbers = |list: serde_json::Value| -> Vec<_> {
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["application_no"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(numbers(house.get(Role::Finance, TODAY).await.json()), ["A-1"]);
    let next = TODAY.replace("2026-03-02", "2026-03-03");
    assert_eq!(numbers(house.get(Role::Finance, &next).await.json()), ["A-2"]);
}

#[tokio::test]
async fn numbers_stay_text_in_the_file_and_no_cell_is_a_formula() {
    let house = House::open().await;
    let id = house.applied("WILD0028").await;
    let mut paid = premium();
    paid["payer_name"] = json!("=HYPERLINK(\"http://x.example\",\"点我\")");
    house.post(Role::Underwriter, id, "premium", paid).await.guarantee();
    house.post(Role::Underwriter, id, "issue", json!({ "guarantee_no": "WBH0028" })).await.guarantee();
    house.restored(id, house.ledger.now()).await;
    house.invoice_asked(id).await;
    house
        .post(Role::Finance, id, "invoice", json!({ "invoice_no": "26322000000012345678" }))
        .await
        .guarantee();
    let file = house.get(Role::Finance, &format!("{TODAY}&format=csv")).await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let text = String::from_utf8(file.bytes).unwrap();
    assert!(text.starts_with("\u{feff}平台,"), "a spreadsheet knows UTF-8 by the mark");
    let mut lines = text.lines();
    let headings = lines.next().unwrap().split(',').count();
    let row = lines.next().unwrap();
    assert!(row.contains(",\"26322000000012345678\t\","), "{row}");
    assert!(row.contains(",\"3200010000000000001\t\","), "{row}");
    assert!(row.contains("\"'=HYPERLINK(\"\"http://x.example\"\",\"\"点我\"\")\""), "{row}");
    assert!(row.contains(",WBH0028,2026-03-02 09:30:00,0.008,6400.00,已出函,800000.00,"), "{row}");
    assert_eq!((headings, lines.next()), (16, None));
}

#[tokio::test]
async fn a_range_that_makes_no_sense_is_refused() {
    let house = House::open().await;
    for query in [
        "platform=jyzx-wild&start=2026-03-02&end=2026-03-01",
        "platform=jyzx-wild&start=2026-03-02",
        "platform=jyzx-wild&start=2026-02-30&end=2026-03-01",
        "platform=jyzx-wild&start=2026-03-02%2000:00:00&end=2026-03-02",
        "start=2026-03-02&end=2026-03-02",
        "platform=jyzx-wild&start=2026-03-02&end=2026-03-02&format=xlsx",
    ] {
        let refused = house.get(Role::Finance, &format!("/api/v1/reconciliation?{query}")).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (400, "invalid-query"), "{query}");
    }
}

#[tokio::test]
async fn a_projection_that_does_not_catch_up_shows_no_stale_list() {
    let house = House::open().await;
    house.issued("A-1").await;
    assert_eq!(house.get(Role::Finance, TODAY).await.status, 200);
    // The runner stops; what is written now reaches no projection.
    house.projections_stop().await;
    house.applied("A-2").await;
    let refused = house.get(Role::Finance, TODAY).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (503, "behind"));
    let others = house.get(Role::Finance, "/api/v1/guarantees").await.json();
    assert_eq!(others["items"].as_array().unwrap().len(), 1, "a list shows what there is");
}
