//! Thousands of random attacks, each found.

use baohan_proof::{Kind, Report};
use baohan_seal::SignedCheckpoint;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::attack::{self, Attack, Expected, Ground};
use crate::rights::{Rights, copy_of};
use crate::stage::{Auditor, Place, Stage, id_of};

/// How many attacks there are in all, and by how many attackers at once. The rest of the five thousand is done on PostgreSQL.
const ATTACKS: u64 = 4_700;
const ATTACKERS: u64 = 2;
/// After so many that are missed there is enough to look at.
const MISSES_MAX: usize = 6;
const SEED: u64 = 20_260_302;

const GUARANTEES: u32 = 16;
const ROUNDS: u32 = 4;

#[test]
fn each_random_attack_is_found_and_the_first_bad_record_named() {
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (folder, newest) = runtime().block_on(async {
        let mut stage = Stage::on_files().await;
        stage.lives(GUARANTEES, ROUNDS).await;
        let newest = stage.log().newest_checkpoint().await.unwrap().unwrap();
        (stage.closed().await.0, SignedCheckpoint::parse(&newest.note).unwrap())
    });
    std::thread::scope(|scope| {
        for attacker in 0..ATTACKERS {
            let (copy, newest) = (copy_of(folder.path()), newest.clone());
            let attacks =
                move || runtime().block_on(attacks(copy, newest, SEED + attacker, ATTACKS / ATTACKERS));
            scope.spawn(attacks);
        }
    });
}

async fn attacks(folder: tempfile::TempDir, newest: SignedCheckpoint, seed: u64, count: u64) {
    let mut rights = Rights::over(folder.path()).await;
    let mut auditor = Auditor::of(folder.path(), &Place::files(folder.path()), 7).await;
    auditor.brings("the folder", newest);
    let ground = Ground {
        head: u64::from(GUARANTEES * ROUNDS),
        guarantees: (0..GUARANTEES).map(|number| id_of(number).uuid().to_string()).collect(),
        checkpoints: u64::from(ROUNDS),
    };
    assert_eq!(auditor.verifies().await.findings, []);
    let mut random = StdRng::seed_from_u64(seed);
    let (mut done, mut misses) = (0, Vec::new());
    while done < count {
        let attack = attack::random(&ground, &mut random);
        if rights.attack(&attack.ledger, &attack.projections).await {
            let first = rights.first_that_differs().await.map(|at| u64::try_from(at).unwrap_or(0));
            misses.extend(missed(&attack, first, &auditor.verifies().await));
            done += 1;
            if misses.len() >= MISSES_MAX {
                break;
            }
        }
        rights.undo().await;
    }
    assert!(misses.is_empty(), "of {done} attacks:\n{}", misses.join("\n\n"));
    assert_eq!(auditor.verifies().await.findings, [], "the last attack was undone");
    auditor.close().await;
    rights.close().await;
}

/// What is wrong with what was found.
pub fn missed(attack: &Attack, first_that_differs: Option<u64>, report: &Report) -> Option<String> {
    let first = report.first();
    let right = first.is_some_and(|first| match &attack.expected {
        Expected::AtTheRecord(kinds) => {
            kinds.contains(&first.kind) && first.position == first_that_differs && first.position.is_some()
        }
        Expected::Altered(field, at) => {
            first.kind == Kind::Altered
                && first.position == Some(*at)
                && first.fields.iter().any(|altered| altered == field)
        }
        Expected::At(kind, at) => first.kind == *kind && first.position == Some(*at),
        Expected::Somewhere(kinds) => kinds.contains(&first.kind),
    });
    (!right || report.fits).then(|| {
        format!("{attack:#?}\nfirst that differs: {first_that_differs:?}\nfound: {:#?}", report.findings)
    })
}
