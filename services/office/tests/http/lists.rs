//! Lists: filters, pages, and what else there is to look through.

use std::collections::BTreeSet;

use baohan_log::SectionFact;
use baohan_office::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, PLATFORM, answer};

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let house = House::open().await;
    for number in 0..7 {
        house.applied(&format!("A-{number}")).await;
        house.hours_pass(1);
    }
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page =
            house.get(Role::Auditor, &format!("/api/v1/guarantees?limit=3&cursor={cursor}")).await.json();
        seen.extend(ids(&page));
        pages += 1;
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len(), pages), (7, 7, 3));
}

#[tokio::test]
async fn filters_find_what_they_name() {
    let house = House::open().await;
    let (issued, applied) = (house.issued("A-1").await.to_string(), house.applied("A-2").await.to_string());
    for (query, found) in [
        ("status=issued", vec![&issued]),
        ("status=applied", vec![&applied]),
        ("application_no=A-2", vec![&applied]),
        ("guarantee_no=G-A-1", vec![&issued]),
        ("platform=jyzx-wild&status=&applicant=", vec![&applied, &issued]),
        ("platform=other", vec![]),
        ("applicant=%E6%B1%9F%E5%8D%97&issued_from=2026-03-02&issued_to=2026-03-02", vec![&issued]),
        ("issued_from=2026-03-03", vec![]),
    ] {
        let page = house.get(Role::Finance, &format!("/api/v1/guarantees?{query}")).await.json();
        assert_eq!(BTreeSet::from_iter(ids(&page)), found.into_iter().cloned().collect(), "{query}");
    }
    for (query, code) in [
        ("status=open", "invalid-query"),
        ("limit=many", "invalid-query"),
        ("stauts=issued", "invalid-query"),
        ("cursor=abc", "invalid-cursor"),
    ] {
        let refused = house.get(Role::Finance, &format!("/api/v1/guarantees?{query}")).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (400, code), "{query}");
    }
}

#[tokio::test]
async fn a_list_shows_what_its_reader_has_just_written() {
    let house = House::open().await;
    for number in 0..10 {
        let id = house.issued(&format!("A-{number}")).await.to_string();
        let page = house
            .get_at_once(
                Role::Auditor,
                &format!("/api/v1/guarantees?application_no=A-{number}&status=issued"),
            )
            .await;
        assert_eq!(ids(&page.json()), [id]);
    }
}

#[tokio::test]
async fn notices_are_listed_and_a_waiting_one_is_sent_again_at_once() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let waiting = house.get(Role::Auditor, "/api/v1/notices?state=waiting").await.json();
    let notice = &waiting["items"][0];
    assert_eq!((&notice["kind"], &notice["attempts"]), (&json!("issued"), &json!(0)));
    assert_eq!(notice["guarantee_id"], id.to_string());
    let path = format!("/api/v1/notices/{}/retry", notice["id"].as_str().unwrap());
    let before = house.events_count();
    let dry = answer(house.call(Role::Operator, Method::POST, &format!("{path}?dry_run=true"))).await;
    assert_eq!(dry.guarantee()["id"], id.to_string());
    let notice_id = notice["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(house.ledger.log().deliveries(&[notice_id]).await.unwrap(), []);
    let retried =
        answer(house.call(Role::Operator, Method::POST, &path).header("Idempotency-Key", "r-1")).await;
    assert_eq!(retried.guarantee()["status"], "issued");
    let delivery = house.ledger.log().deliveries(&[notice_id]).await.unwrap().remove(0);
    assert_eq!((delivery.attempts, delivery.next_at), (0, Some(house.ledger.now())));
    assert_eq!(house.events_count(), before);
    let unknown =
        answer(house.call(Role::Operator, Method::POST, &format!("/api/v1/notices/{id}/retry"))).await;
    assert_eq!((unknown.status.as_u16(), unknown.code().as_str()), (404, "unknown-notice"));
}

#[tokio::test]
async fn a_notice_that_was_taken_is_not_sent_again() {
    use baohan_domain::command::{Notice, RecordNotice};
    use baohan_domain::event::NoticeKind;
    use baohan_ledger::Context;

    let house = House::open().await;
    let id = house.issued("A-1").await;
    let page = house.get(Role::Auditor, "/api/v1/notices").await.json();
    let notice: uuid::Uuid = page["items"][0]["id"].as_str().unwrap().parse().unwrap();
    let outcome =
        |outcome: Notice| RecordNotice { notice, kind: NoticeKind::Issued, outcome, at: house.ledger.now() };
    let retry =
        || answer(house.call(Role::Operator, Method::POST, &format!("/api/v1/notices/{notice}/retry")));
    let abandoned = outcome(Notice::Abandoned { attempts: 5, reason: "超时".into() });
    let context = || Context::of("notifier", house.ledger.new_id());
    house.ledger.carry_out(context(), id, |_| Ok(abandoned.clone().into())).await.unwrap();
    let listed = house.get(Role::Operator, "/api/v1/notices?state=abandoned").await.json();
    assert_eq!((&listed["items"][0]["reason"], &listed["items"][0]["attempts"]), (&json!("超时"), &json!(5)));
    assert_eq!(retry().await.status, 200);
    let taken = outcome(Notice::Acknowledged { attempts: 6, had_already: false });
    house.ledger.carry_out(context(), id, |_| Ok(taken.clone().into())).await.unwrap();
    assert_eq!(retry().await.code(), "notice-not-retriable");
}

#[tokio::test]
async fn the_journal_is_filtered_and_paged() {
    let house = House::open().await;
    for _ in 0..5 {
        house.journalled(None).await;
    }
    let page =
        house.get(Role::Auditor, "/api/v1/journal?limit=3&platform=jyzx-wild&interface=apply").await.json();
    assert_eq!(ids(&page).len(), 3);
    let next = page["next_cursor"].as_str().unwrap();
    let rest = house.get(Role::Auditor, &format!("/api/v1/journal?limit=3&cursor={next}")).await.json();
    assert_eq!((ids(&rest).len(), &rest["next_cursor"]), (2, &Value::Null));
    assert_eq!(rest["items"][0]["diagnosis"], json!({ "findings": [] }), "what was hashed is for operators");
    let operator = house.get(Role::Operator, "/api/v1/journal?outcome=wrong-signature").await.json();
    assert!(operator["items"][0]["diagnosis"]["hashed_text"].is_string());
    for query in ["outcome=accepted", "application_no=other", "platform=other"] {
        assert_eq!(
            ids(&house.get(Role::Auditor, &format!("/api/v1/journal?{query}")).await.json()),
            Vec::<String>::new()
        );
    }
    assert_eq!(house.get(Role::Auditor, "/api/v1/journal?cursor=x").await.code(), "invalid-cursor");
}

#[tokio::test]
async fn exposure_adds_up_and_exceptions_name_our_guarantees() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    house.issued("A-2").await;
    house.restored(id, house.ledger.now()).await;
    house.claimed(id, "300000").await;
    let exposure = house.get(Role::Finance, "/api/v1/exposure").await.json();
    let in_force = &exposure["in_force"];
    assert_eq!(
        (&in_force["guarantees"], &in_force["amount"], &in_force["left"]),
        (&json!(2), &json!("1600000.00"), &json!("1300000.00"))
    );
    assert_eq!((&in_force["open_claims"], &in_force["open_claims_amount"]), (&json!(1), &json!("300000.00")));
    let facts = ["1", "0"].map(|status| SectionFact {
        section_no: if status == "1" { "E3200000001000001001" } else { "E-LIFTED" }.into(),
        status: status.into(),
        content: json!({ "remark": "流标" }).to_string(),
        told_at: house.ledger.now(),
    });
    house.ledger.log().record_section_facts(PLATFORM, facts.into(), None).await.unwrap();
    let exceptions = house.get(Role::Auditor, "/api/v1/sections/exceptions?platform=jyzx-wild").await.json();
    assert_eq!(exceptions["items"].as_array().unwrap().len(), 1);
    let exception = &exceptions["items"][0];
    assert_eq!((&exception["status"], &exception["told"]["remark"]), (&json!("failed"), &json!("流标")));
    assert_eq!(exception["guarantees"][0]["guarantee"], id.to_string());
}
