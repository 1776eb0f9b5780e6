use std::path::{Path, PathBuf};

use baohan_sealer::{Outlets, Phase};

use crate::stage::{Stage, outlet, trouble};

fn into(folder: &Path) -> Outlets {
    Outlets { folder: Some(folder.to_owned()), ..Outlets::default() }
}

fn file(stage: &Stage, folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{}/00000000/{number:012}.checkpoint", stage.log.ledger()))
}

/// The folder holds what the store keeps, file by file, and no file more.
pub async fn holds(stage: &Stage, folder: &Path) -> usize {
    let kept = stage.log.kept_checkpoints(0, 1_000).await.unwrap();
    for kept in &kept {
        assert_eq!(std::fs::read_to_string(file(stage, folder, kept.number)).unwrap(), kept.note);
    }
    let files = std::fs::read_dir(file(stage, folder, 1).parent().unwrap()).unwrap().count();
    assert_eq!(files, kept.len());
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn each_checkpoint_is_a_file_and_a_new_sealer_goes_on_behind_the_last() {
    let mut stage = Stage::new().await;
    let folder = stage.path().join("worm");
    let sealer = stage.sealer(into(&folder));
    for number in 1..4 {
        stage.lived(number..number + 1).await;
        sealer.step().await.unwrap();
    }
    assert_eq!(holds(&stage, &folder).await, 3);
    let again = stage.sealer(into(&folder));
    stage.lived(4..5).await;
    again.step().await.unwrap();
    assert_eq!(holds(&stage, &folder).await, 4);
    assert_eq!(outlet(&again, "folder").taken, Some(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_comes_late_or_was_away_gets_everything() {
    let mut stage = Stage::new().await;
    let folder = stage.path().join("worm");
    // A mount that is not there: something else stands in its place.
    std::fs::write(&folder, "").unwrap();
    let sealer = stage.sealer(into(&folder));
    for number in 1..4 {
        stage.lived(number..number + 1).await;
        sealer.step().await.unwrap().unwrap();
        assert_eq!(trouble(&sealer, "folder"), Some("checkpoint-folder-unavailable"));
        assert_eq!(outlet(&sealer, "folder").phase, Phase::Failing);
    }
    std::fs::remove_file(&folder).unwrap();
    sealer.step().await.unwrap();
    assert_eq!(trouble(&sealer, "folder"), None);
    assert_eq!(holds(&stage, &folder).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_a_crash_cut_short_is_completed() {
    let mut stage = Stage::new().await;
    let folder = stage.path().join("worm");
    stage.lived(1..2).await;
    stage.sealer(into(&folder)).step().await.unwrap();
    let cut = file(&stage, &folder, 1);
    let whole = std::fs::read(&cut).unwrap();
    std::fs::remove_file(&cut).unwrap();
    std::fs::write(&cut, &whole[..whole.len() / 3]).unwrap();
    stage.sealer(into(&folder)).step().await.unwrap();
    assert_eq!(holds(&stage, &folder).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_content_stops_the_folder_loudly_and_nothing_is_written_over() {
    let mut stage = Stage::new().await;
    let folder = stage.path().join("worm");
    stage.lived(1..2).await;
    stage.sealer(into(&folder)).step().await.unwrap();
    let other = file(&stage, &folder, 2);
    std::fs::write(&other, "what somebody put there").unwrap();
    let sealer = stage.sealer(into(&folder));
    stage.lived(2..3).await;
    // Sealing itself goes on.
    assert_eq!(sealer.step().await.unwrap().unwrap().checkpoint().number, 2);
    assert_eq!(trouble(&sealer, "folder"), Some("checkpoint-folder-differs"));
    assert_eq!(outlet(&sealer, "folder").phase, Phase::Stopped);
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "what somebody put there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_knows_more_than_the_store_is_told() {
    let mut stage = Stage::new().await;
    let folder = stage.path().join("worm");
    stage.lived(1..2).await;
    stage.sealer(into(&folder)).step().await.unwrap();
    std::fs::copy(file(&stage, &folder, 1), file(&stage, &folder, 9)).unwrap();
    let sealer = stage.sealer(into(&folder));
    sealer.step().await.unwrap();
    assert_eq!(trouble(&sealer, "folder"), Some("checkpoint-folder-differs"));
}
