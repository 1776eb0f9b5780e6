use uuid::Uuid;

use super::stage::{append, opened};

#[tokio::test]
async fn each_event_has_the_incarnation_under_which_it_was_written() {
    let stage = opened().await;
    let id = Uuid::new_v4();
    let first = stage.incarnation();
    stage.append(append(id, 0, "Applied")).await.unwrap();
    stage.renew_incarnation().await.unwrap();
    let second = stage.renew_incarnation().await.unwrap();
    assert_eq!(stage.incarnation(), second);
    assert_ne!(first, second);
    let stored = stage.append(append(id, 1, "Issued")).await.unwrap();
    assert_eq!(stored[0].incarnation, second);
    let wanted = [first, second];
    let seen = async |log: &baohan_log::Log| {
        let events = log.load(id).await.unwrap().events;
        events.into_iter().map(|event| event.incarnation).collect::<Vec<_>>()
    };
    assert_eq!(seen(&stage).await, wanted);
    assert_eq!(seen(&stage.read_only().await).await, wanted);
    let stage = stage.reopened().await;
    assert_eq!((seen(&stage).await, stage.incarnation()), (wanted.to_vec(), second));
}

#[tokio::test]
async fn whoever_only_reads_learns_of_a_new_one() {
    let stage = opened().await;
    let reader = stage.read_only().await;
    let mut watch = reader.watch();
    let renewed = stage.renew_incarnation().await.unwrap();
    stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    watch.wait_for(|events| *events == 1).await.unwrap();
    assert_eq!(reader.incarnation(), renewed);
    assert!(reader.renew_incarnation().await.is_err());
}
