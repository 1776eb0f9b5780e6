use uuid::Uuid;

use crate::suite::erasing::{PLANTED, applied, erasure};
use crate::suite::stage::{Stage, append, opened};

/// All files of the store, one after the other.
fn all_bytes(stage: &Stage) -> Vec<u8> {
    let files = std::fs::read_dir(stage.place.0.path()).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

#[tokio::test]
async fn no_byte_of_it_is_left_in_any_file() {
    let (stage, id) = (opened().await, Uuid::new_v4());
    stage.append(applied(id, "A1")).await.unwrap();
    stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    let contains =
        |needle: &str| all_bytes(&stage).windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(contains(PLANTED) && contains("a wrapped key"));
    stage.erase_key(id, erasure(60)).await.unwrap();
    assert!(!contains(PLANTED));
    assert!(!contains("a wrapped key"));
}
