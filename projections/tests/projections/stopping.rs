use baohan_projections::{Error, Projection};
use std::time::Duration;

use crate::life::{self, id_of};
use crate::stage::{Stage, morning, new_event};

fn status_of(all: &[baohan_projections::Status], projection: Projection) -> &baohan_projections::ShardStatus {
    &all.iter().find(|status| status.name == projection.name()).unwrap().shards[0]
}

#[tokio::test]
async fn a_bent_event_stops_those_who_must_read_it_and_nobody_else() {
    let mut stage = Stage::open().await;
    stage.does(id_of(1), life::apply(1, morning())).await;
    let bent = new_event("PremiumPaid", r#"{"type":"PremiumPaid","amount":"-1"}"#.to_owned());
    stage.append_raw(id_of(1), 1, vec![bent]).await;
    stage.does(id_of(2), life::apply(2, morning())).await;
    stage.catch_up().await;
    let status = stage.projections.status(morning()).await.unwrap();
    for projection in Projection::ALL {
        let shard = status_of(&status, projection);
        if matches!(projection, Projection::Timeline | Projection::Seal) {
            assert_eq!((shard.position, &shard.stopped), (3, &None), "{}", projection.name());
            continue;
        }
        assert_eq!((shard.position, shard.lag_events), (1, 2), "{}", projection.name());
        let stopped = shard.stopped.as_ref().unwrap();
        assert_eq!(stopped.position, 2);
        assert!(stopped.cause.contains("PremiumPaid version 1.0"), "{}", stopped.cause);
    }
    assert!(stage.projections.guarantee(id_of(2).uuid()).await.unwrap().is_none(), "never skipped");
}

#[tokio::test]
async fn an_unknown_event_is_not_guessed() {
    let mut stage = Stage::open().await;
    stage.append_raw(id_of(1), 0, vec![new_event("Blessed", r#"{"type":"Blessed"}"#.to_owned())]).await;
    stage.catch_up().await;
    let status = stage.projections.status(morning()).await.unwrap();
    let stopped = status_of(&status, Projection::Guarantees).stopped.as_ref().unwrap();
    assert!(stopped.cause.contains("Blessed"), "{}", stopped.cause);
}

#[tokio::test]
async fn an_event_that_does_not_follow_stops_the_one_projection_that_cannot_take_it() {
    let mut stage = Stage::open().await;
    stage.does(id_of(1), life::apply(1, morning())).await;
    stage.does(id_of(1), life::pay(morning())).await;
    stage.does(id_of(1), life::issue(1, baohan_domain::Form::Plain, morning())).await;
    let paid = baohan_domain::event::ClaimPaid {
        claim: 9,
        amount: life::yuan("1.00"),
        reference: "p-9".to_owned(),
        paid_at: morning(),
    };
    stage.append(id_of(1), 3, &[paid.into()]).await;
    stage.does(id_of(2), life::apply(2, morning())).await;
    stage.catch_up().await;
    let status = stage.projections.status(morning()).await.unwrap();
    for projection in Projection::ALL {
        let shard = status_of(&status, projection);
        if projection == Projection::Claims {
            let stopped = shard.stopped.as_ref().unwrap();
            assert_eq!((shard.position, stopped.position), (3, 4));
            assert_eq!(stopped.cause, "ClaimPaid does not follow: no such claim is open");
        } else {
            assert_eq!((shard.position, &shard.stopped), (5, &None), "{}", projection.name());
        }
    }
    let late = stage.projections.caught_up(Duration::ZERO).await;
    assert!(matches!(late, Err(Error::StandsStill { projection: Projection::Claims, .. })), "{late:?}");
    stage.projections.caught_up_with(&[Projection::Guarantees], Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn what_stopped_is_tried_again_at_the_next_start() {
    let mut stage = Stage::open().await;
    stage.does(id_of(1), life::apply(1, morning())).await;
    for sql in crate::kind::REFUSING_EXPOSURE {
        stage.run(sql).await;
    }
    stage.catch_up().await;
    let status = stage.projections.status(morning()).await.unwrap();
    let stopped = status_of(&status, Projection::Exposure).stopped.clone().unwrap();
    assert!(stopped.cause.contains("not today"), "{}", stopped.cause);
    assert_eq!(status_of(&status, Projection::Guarantees).position, 1);
    stage.run(crate::kind::ALLOWING_EXPOSURE).await;
    let mut stage = stage.reopened().await;
    stage.catch_up().await;
    stage.projections.caught_up(Duration::ZERO).await.unwrap();
    assert_eq!(stage.projections.exposure(None).await.unwrap().rows.len(), 1);
}
