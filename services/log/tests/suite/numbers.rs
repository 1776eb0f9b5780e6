use std::collections::HashSet;

use baohan_log::{AppendError, Reservation};
use chrono::NaiveDate;
use futures::future::join_all;
use uuid::Uuid;

use super::stage::{append, opened};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

#[tokio::test]
async fn a_number_has_one_owner() {
    let (stage, owner) = (opened().await, Uuid::new_v4());
    assert_eq!(stage.guarantee_number_owner("BH1").await.unwrap(), None);
    let numbered = |id, sequence| {
        let mut append = append(id, sequence, "Issued");
        append.guarantee_no = Some("BH1".to_owned());
        append
    };
    stage.append(numbered(owner, 0)).await.unwrap();
    assert_eq!(stage.guarantee_number_owner("BH1").await.unwrap(), Some(owner));
    assert!(matches!(stage.append(numbered(Uuid::new_v4(), 0)).await, Err(AppendError::NumberInUse)));
    stage.append(numbered(owner, 1)).await.unwrap();
    assert_eq!(stage.all().await.len(), 2, "its owner may name it again");
}

#[tokio::test]
async fn a_refused_append_claims_no_number() {
    let (stage, id) = (opened().await, Uuid::new_v4());
    let mut refused = append(id, 5, "Issued");
    refused.guarantee_no = Some("BH1".to_owned());
    assert!(stage.append(refused).await.is_err());
    assert_eq!(stage.guarantee_number_owner("BH1").await.unwrap(), None);
}

#[tokio::test]
async fn serials_count_within_the_day() {
    let stage = opened().await;
    let reserved = async |number, date| stage.reserve_number(Uuid::from_u128(number), date).await.unwrap();
    assert_eq!(reserved(1, day(4)).await, Reservation { date: day(4), serial: 1 });
    assert_eq!(reserved(2, day(4)).await.serial, 2);
    assert_eq!(reserved(3, day(5)).await, Reservation { date: day(5), serial: 1 });
    assert_eq!(reserved(4, day(4)).await.serial, 3);
}

#[tokio::test]
async fn an_aggregate_keeps_its_reservation_for_ever() {
    let stage = opened().await;
    let id = Uuid::new_v4();
    let first = stage.reserve_number(id, day(4)).await.unwrap();
    stage.reserve_number(Uuid::new_v4(), day(4)).await.unwrap();
    assert_eq!(stage.reserve_number(id, day(4)).await.unwrap(), first);
    assert_eq!(stage.reserve_number(id, day(9)).await.unwrap(), first, "on whatever day");
    assert_eq!(stage.reopened().await.reserve_number(id, day(9)).await.unwrap(), first);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_get_a_number_each() {
    let stage = opened().await;
    let reserved = join_all((0..300).map(|_| stage.reserve_number(Uuid::new_v4(), day(4)))).await;
    let serials: HashSet<u64> = reserved.into_iter().map(|reserved| reserved.unwrap().serial).collect();
    assert_eq!(serials, (1..=300).collect());
}
