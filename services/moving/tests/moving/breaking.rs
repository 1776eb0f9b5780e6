//! What goes wrong leaves nothing, and can be done again from the start.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use baohan_log::{Error as StoreError, Load};
use baohan_moving::Error;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::place::Place;
use crate::written::{apply, content, fill};

async fn exported() -> (Place, PathBuf) {
    let old = Place::sqlite();
    let log = old.open().await;
    fill(&old, &log).await;
    log.close().await;
    let file = old.exported("moved.gz").await;
    (old, file)
}

/// The file's lines after a change, as another file.
fn changed(file: &Path, change: impl FnOnce(Vec<String>) -> Vec<String>) -> PathBuf {
    let mut text = String::new();
    GzDecoder::new(fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let lines = change(text.lines().map(str::to_owned).collect());
    let path = file.with_file_name("changed.gz");
    let mut encoder = GzEncoder::new(fs::File::create(&path).unwrap(), Compression::fast());
    for line in lines {
        writeln!(encoder, "{line}").unwrap();
    }
    encoder.finish().unwrap();
    path
}

/// A refused file leaves nothing, and the right one can be brought after it.
async fn refused(file: &Path, bad: &Path, because: &str) {
    let new = Place::sqlite();
    let error = new.import(bad).await.unwrap_err();
    assert!(error.to_string().contains(because), "{error}");
    assert!(!new.file("ledger.db").exists(), "{because}");
    new.import(file).await.unwrap();
    assert!(new.open().await.head(0) > 0);
}

#[tokio::test]
async fn a_file_that_was_changed_is_refused_whatever_was_changed() {
    let (_old, file) = exported().await;
    let edit = |from: &'static str, to: &'static str| {
        move |lines: Vec<String>| {
            let place = lines.iter().position(|line| line.contains(from)).unwrap();
            lines
                .into_iter()
                .enumerate()
                .map(|(n, line)| if n == place { line.replacen(from, to, 1) } else { line })
                .collect()
        }
    };
    refused(&file, &changed(&file, edit("第1次", "第9次")), "its digest").await;
    refused(&file, &changed(&file, edit("\"status\":502", "\"status\":200")), "its digest").await;
    let gone = |place: usize| {
        move |mut lines: Vec<String>| {
            lines.remove(place);
            lines
        }
    };
    refused(&file, &changed(&file, gone(3)), "shard 0, position 4 does not follow").await;
    let twice = |mut lines: Vec<String>| {
        lines.insert(3, lines[2].clone());
        lines
    };
    refused(&file, &changed(&file, twice), "does not follow").await;
    let longer = |mut lines: Vec<String>| {
        lines.push(lines[1].clone());
        lines
    };
    refused(&file, &changed(&file, longer), "behind its end").await;
    let endless = |mut lines: Vec<String>| {
        lines.pop();
        lines
    };
    refused(&file, &changed(&file, endless), "without its end").await;
}

#[tokio::test]
async fn a_file_that_was_cut_off_is_refused() {
    let (old, file) = exported().await;
    let bytes = fs::read(&file).unwrap();
    let cut = old.file("cut.gz");
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let new = Place::sqlite();
    assert!(matches!(new.import(&cut).await, Err(Error::Bent(_))));
    assert!(!new.file("ledger.db").exists());
}

#[tokio::test]
async fn what_is_no_exported_ledger_or_one_of_a_later_form_is_told() {
    let (old, file) = exported().await;
    let headless = old.file("headless.gz");
    fs::copy(
        changed(&file, |mut lines| {
            lines.remove(0);
            lines
        }),
        &headless,
    )
    .unwrap();
    let text = old.file("text.txt");
    fs::write(&text, "not a ledger").unwrap();
    let later_kept = old.file("later.gz");
    fs::rename(
        changed(&file, |mut lines| {
            lines[0] = lines[0].replacen("\"version\":1", "\"version\":2", 1);
            lines
        }),
        &later_kept,
    )
    .unwrap();
    for bad in [later_kept, headless, text] {
        assert!(matches!(Place::sqlite().import(&bad).await, Err(Error::Unknown(_))), "{}", bad.display());
    }
}

#[tokio::test]
async fn a_store_that_holds_anything_is_not_filled_and_stays_as_it_is() {
    let (_old, file) = exported().await;
    let new = Place::sqlite();
    let log = new.open().await;
    apply(&new, &new.ledger(&log), 1, "mine").await.unwrap();
    let before = content(&log).await;
    let busy = new.import(&file).await;
    assert!(matches!(busy, Err(Error::Store(StoreError::InUse { .. }))), "{busy:?}");
    log.close().await;
    let refused = new.import(&file).await;
    assert!(matches!(refused, Err(Error::Store(StoreError::NotEmpty { table: "events" }))), "{refused:?}");
    assert!(content(&new.open().await).await == before, "the content differs");
}

#[tokio::test]
async fn a_store_over_which_something_was_signed_is_not_filled() {
    let (_old, file) = exported().await;
    for new in [Place::sqlite(), Place::postgres(2).await] {
        let log = new.open().await;
        log.keep_checkpoint(1, "of an empty ledger").await.unwrap();
        log.close().await;
        let refused = new.import(&file).await;
        let not_empty = StoreError::NotEmpty { table: "kept_checkpoints" };
        assert_eq!(refused.unwrap_err().to_string(), Error::Store(not_empty).to_string());
    }
}

#[tokio::test]
async fn a_store_that_was_opened_and_never_written_to_can_be_filled() {
    let (_old, file) = exported().await;
    let new = Place::sqlite();
    new.open().await.close().await;
    new.import(&file).await.unwrap();
    assert!(new.open().await.head(0) > 0);
}

#[tokio::test]
async fn an_import_that_ends_in_the_middle_leaves_nothing_and_is_done_again() {
    let (old, file) = exported().await;
    let new = Place::sqlite();
    let log = old.open().await;
    let mut dump = log.dump().await.unwrap();
    let mut load = Load::begin(&new.options).await.unwrap();
    load.events(dump.events(0, 0, 20).await.unwrap()).await.unwrap();
    // As if the process had ended here.
    std::mem::drop(load);
    assert!(!new.file("ledger.db").exists());
    new.import(&file).await.unwrap();
    assert!(content(&new.open().await).await == content(&log).await, "the content differs");
}

#[tokio::test]
async fn a_store_that_is_being_filled_cannot_be_opened() {
    let new = Place::sqlite();
    let load = Load::begin(&new.options).await.unwrap();
    let opened = baohan_log::Log::open(&new.options).await;
    assert!(matches!(opened.err(), Some(StoreError::InUse { .. })));
    drop(load);
    new.open().await;
}

#[tokio::test]
async fn an_export_overwrites_nothing_and_is_for_nobody_else() {
    let (old, file) = exported().await;
    let log = old.open().await;
    let again = baohan_moving::export(&log, &file, (old.options.now)()).await;
    assert!(matches!(again, Err(Error::There { .. })), "{again:?}");
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777,
        0o600
    );
}

#[tokio::test]
async fn an_import_into_a_server_that_ends_in_the_middle_leaves_nothing_and_is_done_again() {
    let (old, file) = exported().await;
    let new = Place::postgres(4).await;
    let log = old.open().await;
    let mut dump = log.dump().await.unwrap();
    let mut load = Load::begin(&new.options).await.unwrap();
    load.events(dump.events(0, 0, 20).await.unwrap()).await.unwrap();
    // As if the process had ended here: the server gives the transaction up with its connection.
    std::mem::drop(load);
    let empty = new.open().await;
    assert_eq!(empty.heads().await.unwrap(), [0; 4]);
    assert!(empty.origins().await.unwrap().is_empty());
    empty.close().await;
    let bad = changed(&file, |mut lines| {
        lines.remove(3);
        lines
    });
    assert!(matches!(new.import(&bad).await, Err(Error::Bent(_))));
    new.import(&file).await.unwrap();
    assert!(content(&new.open().await).await == content(&log).await, "the content differs");
}

#[tokio::test]
async fn a_server_that_holds_anything_is_not_filled_and_stays_as_it_is() {
    let (_old, file) = exported().await;
    let new = Place::postgres(2).await;
    let log = new.open().await;
    apply(&new, &new.ledger(&log), 1, "mine").await.unwrap();
    let before = content(&log).await;
    let refused = new.import(&file).await;
    assert!(matches!(refused, Err(Error::Store(StoreError::NotEmpty { table: "events" }))), "{refused:?}");
    assert!(content(&log).await == before, "the content differs");
}
