use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::consumer::ALL;
use crate::lives::{Adds, Told, stored, told, yuan};
use crate::topic::Topic;

/// Guarantees: each life ten times, at two platforms.
const GUARANTEES: usize = 130;
const SHARDS: u16 = 3;

fn sums(lives: &[Told]) -> (BTreeMap<&str, Adds>, Adds) {
    let (mut platforms, mut total) = (BTreeMap::new(), Adds::default());
    for told in lives {
        let platform: &mut Adds = platforms.entry(told.platform.as_str()).or_default();
        for sum in [platform, &mut total] {
            sum.guarantees += told.adds.guarantees;
            sum.sealed += told.adds.sealed;
            sum.amount += told.adds.amount;
            sum.left += told.adds.left;
        }
    }
    (platforms, total)
}

fn written(sum: &Adds) -> Value {
    json!({ "guarantees": sum.guarantees, "sealed": sum.sealed, "amount": yuan(sum.amount), "left": yuan(sum.left) })
}

#[tokio::test]
async fn both_consumers_add_up_what_the_institution_stands_for_to_the_fen() {
    let lives: Vec<_> = (0..GUARANTEES).map(told).collect();
    let events = stored(&lives, SHARDS, Uuid::new_v4());
    let topic = Topic::with_shards(&baohan_servers::kafka().await, SHARDS).await;
    let count = events.len();
    topic.publishes(events).await;
    let (platforms, total) = sums(&lives);
    let platforms: BTreeMap<_, _> =
        platforms.iter().map(|(platform, sum)| (*platform, written(sum))).collect();
    for consumer in ALL {
        let told = consumer.reads(&topic).await;
        assert_eq!(told.last["total"], written(&total), "{consumer:?}");
        assert_eq!(told.last["platforms"], json!(platforms), "{consumer:?}");
        assert_eq!(told.last["records"], json!(count), "{consumer:?}");
        // The transactions that were given up left nothing: no record came twice.
        for nothing in ["duplicates", "conflicts", "strangers"] {
            assert_eq!(told.last[nothing], json!(0), "{consumer:?} {nothing}");
        }
        assert_eq!(told.last["gaps"], json!([]), "{consumer:?}");
        assert!(told.is_whole, "{consumer:?}");
    }
}

#[tokio::test]
async fn a_topic_without_a_record_is_a_sum_of_nothing() {
    let topic = Topic::with_shards(&baohan_servers::kafka().await, 2).await;
    for consumer in ALL {
        let told = consumer.reads(&topic).await;
        assert_eq!(told.last["total"], written(&Adds::default()), "{consumer:?}");
        assert_eq!(told.last["positions"], json!({}), "{consumer:?}");
        assert!(told.is_whole, "{consumer:?}");
    }
}
