//! What the projections make of a ledger is the same after a move, but for the places of its records.

use baohan_projections::{Options, Projection, Projections};

use crate::place::Place;
use crate::written::fill;

/// All rows of all projections of a place, made anew, without shards and positions.
async fn shown(place: &Place) -> Vec<(&'static str, Vec<String>)> {
    let log = place.open().await;
    let url = format!("sqlite:{}", place.file("projections.db").display());
    let projections = Projections::open(log.clone(), Options::at(url)).await.unwrap();
    projections.runner().await.unwrap().catch_up().await.unwrap();
    let mut shown = Vec::new();
    for projection in Projection::ALL {
        // Sums are kept by shard; what counts is what they are together.
        let rows = match projection {
            // Leaves hold the places of their records, so that these trees are others.
            Projection::Seal => continue,
            Projection::Exposure => vec![format!("{:?}", projections.exposure(None).await.unwrap())],
            other => projections.rows(other).await.unwrap(),
        };
        let mut rows: Vec<String> = rows.iter().map(|row| placeless(row)).collect();
        rows.sort();
        shown.push((projection.name(), rows));
    }
    projections.close().await;
    log.close().await;
    shown
}

fn placeless(row: &str) -> String {
    let is_place =
        |part: &&str| ["shard=", "begins=", "position="].iter().any(|place| part.starts_with(place));
    row.split(' ').filter(|part| !is_place(part)).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_projections_of_the_new_store_are_those_of_the_old_one() {
    let (old, new) = (Place::sqlite(), Place::postgres(4).await);
    let log = old.open().await;
    fill(&old, &log).await;
    log.close().await;
    new.import(&old.exported("moved.gz").await).await.unwrap();
    let (before, after) = (shown(&old).await, shown(&new).await);
    assert!(before.iter().any(|(_, rows)| rows.len() > 30), "nothing is compared");
    for ((name, before), (_, after)) in before.iter().zip(&after) {
        assert_eq!(before.len(), after.len(), "{name}");
        let differing = before.iter().zip(after).find(|(before, after)| before != after);
        assert_eq!(differing, None, "{name}");
    }
}
