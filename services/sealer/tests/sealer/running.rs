use std::time::Duration;

use baohan_log::Log;
use baohan_sealer::{Outlets, Phase, Sealer};
use baohan_servers::{database, fresh_prefix, kafka, until};
use baohan_topics::Settings;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::stage::{Serving, Stage, WITHIN, asking, trouble};

struct Running {
    sealer: Sealer,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start(sealer: Sealer) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(sealer.clone().run(stop.clone()));
        Self { sealer, stop, task }
    }

    async fn end(self) {
        self.stop.cancel();
        tokio::time::timeout(WITHIN, self.task).await.unwrap().unwrap();
    }
}

async fn newest(log: &Log) -> u64 {
    log.newest_checkpoint().await.unwrap().map_or(0, |newest| newest.number)
}

/// The newest checkpoint covers every event.
async fn sealed(stage: &Stage) {
    until("everything is sealed", WITHIN, async || {
        let chain = stage.chain().await;
        (chain.last()?.checkpoint().shards == stage.trees().await).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_seals_by_itself_and_stops_when_it_is_told() {
    let mut stage = Stage::new().await;
    let one = Serving::of(&stage, "one", 11).await;
    let mut out = asking(&[&one], 1);
    out.folder = Some(stage.path().join("worm"));
    let running = Running::start(stage.sealer(out));
    for number in 1..4 {
        stage.lived(number..number + 1).await;
        sealed(&stage).await;
    }
    let last = newest(&stage.log).await;
    until("everything is out of the house", WITHIN, async || {
        let standing = running.sealer.standing();
        (standing.counted == Some(last) && standing.outlets.iter().all(|outlet| outlet.taken == Some(last)))
            .then_some(())
    })
    .await;
    assert_eq!(running.sealer.standing().phase, Phase::Working);
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_taken_out_is_taken_out_later_by_itself() {
    let mut stage = Stage::new().await;
    let folder = stage.path().join("worm");
    std::fs::write(&folder, "").unwrap();
    let running =
        Running::start(stage.sealer(Outlets { folder: Some(folder.clone()), ..Outlets::default() }));
    stage.lived(1..2).await;
    sealed(&stage).await;
    until("it says so", WITHIN, async || trouble(&running.sealer, "folder")).await;
    std::fs::remove_file(&folder).unwrap();
    until("it arrives", WITHIN, async || {
        (trouble(&running.sealer, "folder").is_none() && folder.is_dir()).then_some(())
    })
    .await;
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_one_seals_and_the_other_goes_on_when_it_ends() {
    let store = database().await;
    let mut one = Stage::on(&store.url).await;
    let two = Stage::on(&store.url).await;
    let first = Running::start(one.sealer(Outlets::default()));
    until("the first seals", WITHIN, async || (newest(&one.log).await > 0).then_some(())).await;
    let second = Running::start(two.sealer(Outlets::default()));
    one.lived(1..5).await;
    sealed(&one).await;
    assert_eq!(second.sealer.standing().phase, Phase::Waiting);
    first.end().await;
    one.lived(5..9).await;
    sealed(&one).await;
    assert_eq!(second.sealer.standing().phase, Phase::Working);
    second.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_with_a_key_of_its_own_leaves_the_turn_to_the_one_with_the_ledgers() {
    let store = database().await;
    let mut one = Stage::on(&store.url).await;
    let two = Stage::on(&store.url).await;
    one.sealer(Outlets::default()).step().await.unwrap();
    let wrong = Running::start(two.sealer_of(9, None, Outlets::default()));
    until("it is refused", WITHIN, async || wrong.sealer.standing().trouble).await;
    let right = Running::start(one.sealer(Outlets::default()));
    one.lived(1..3).await;
    sealed(&one).await;
    right.end().await;
    wrong.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealer_that_looks_once_an_hour_seals_at_once_for_whoever_asks_from_another_process() {
    let store = database().await;
    let mut stage = Stage::on(&store.url).await;
    let other = Stage::on(&store.url).await;
    let running = Running::start(stage.hourly_sealer());
    until("the first is made", WITHIN, async || (newest(&stage.log).await == 1).then_some(())).await;
    stage.lived(1..3).await;
    let events = stage.log.heads().await.unwrap().iter().sum();
    other.log.move_checkpoint(baohan_sealer::DEMANDED_UNDER, 0, events).await.unwrap();
    sealed(&stage).await;
    assert_eq!(newest(&stage.log).await, 2);
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealer_that_is_dropped_at_any_moment_leaves_nothing_out_and_brings_nothing_twice() {
    let mut stage = Stage::new().await;
    let settings = Settings::new(kafka().await.brokers, fresh_prefix());
    let one = Serving::of(&stage, "one", 11).await;
    let folder = stage.path().join("worm");
    let out = Outlets { topic: Some(settings.clone()), folder: Some(folder.clone()), ..asking(&[&one], 1) };
    let mut sealer = stage.sealer(out.clone());
    for round in 0..60_u64 {
        stage.lived((round + 1).into()..(round + 2).into()).await;
        // Each round it comes a little farther before it ends.
        let _ = tokio::time::timeout(Duration::from_micros(700 * (1 + round * 7 % 41)), sealer.step()).await;
        if round % 3 == 0 {
            sealer = stage.sealer(out.clone());
        }
    }
    until("everything is out of the house", WITHIN, async || {
        sealer.step().await.unwrap();
        sealer.standing().outlets.iter().all(|outlet| outlet.trouble.is_none()).then_some(())
    })
    .await;
    let chain = stage.chain().await;
    assert_eq!(chain.last().unwrap().checkpoint().shards, stage.trees().await);
    let last = chain.len() as u64;
    assert!(sealer.standing().outlets.iter().all(|outlet| outlet.taken == Some(last)));
    assert_eq!((one.remembered(&stage), sealer.standing().counted), (Some(last), Some(last)));
    assert_eq!(crate::folder::holds(&stage, &folder).await, chain.len());
    assert_eq!(crate::topic::holds(&stage, &settings).await, chain.len());
    for number in 1..=last {
        assert_eq!(stage.log.cosignatures(number).await.unwrap().len(), 1, "checkpoint {number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_on_demand_does_not_wait_for_the_turn() {
    let store = database().await;
    let mut stage = Stage::on(&store.url).await;
    let turn = stage.log.take_turn("worker/sealer", Duration::from_mins(1)).await.unwrap().unwrap();
    stage.lived(1..3).await;
    let demanded = stage.sealer(Outlets::default()).checkpoint().await.unwrap().unwrap();
    assert_eq!(demanded.checkpoint().shards, stage.trees().await);
    turn.release().await;
}
