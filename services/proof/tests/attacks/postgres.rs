//! Random attacks by a superuser on a ledger in PostgreSQL, whose triggers and checks are out of the way.

use baohan_proof::Kind;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};
use uuid::Uuid;

use crate::attack::{Attack, Expected};
use crate::random::missed;
use crate::stage::Stage;

/// With those on files they are five thousand.
const ATTACKS: u64 = 300;
/// After so many that are missed there is enough to look at.
const MISSES_MAX: usize = 6;
const SEED: u64 = 20_260_303;

const GUARANTEES: u32 = 14;
const ROUNDS: u32 = 4;

/// The tables that are attacked, and so put back.
const TABLES: [&str; 6] =
    ["events", "heads", "event_ids", "journal", "projections.seal", "projections.timeline"];

struct Superuser {
    connection: PgConnection,
    heads: Vec<(i16, i64)>,
}

impl Superuser {
    async fn over(url: &str) -> Self {
        let mut connection = PgConnection::connect(url).await.unwrap();
        // No trigger fires for such a session.
        connection.execute("SET session_replication_role = replica").await.unwrap();
        let checks = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
                       WHERE contype = 'c' AND coninhcount = 0 AND connamespace = 'public'::regnamespace";
        for drop in connection.fetch_all(checks).await.unwrap() {
            connection.execute(drop.get::<&str, _>(0)).await.unwrap();
        }
        connection.execute("CREATE SCHEMA kept").await.unwrap();
        for table in TABLES {
            let copy = format!("CREATE TABLE kept.{} AS SELECT * FROM {table}", bare(table));
            connection.execute(copy.as_str()).await.unwrap();
        }
        let heads = connection.fetch_all("SELECT shard, position FROM heads ORDER BY shard").await.unwrap();
        let heads = heads.iter().map(|row| (row.get(0), row.get(1))).collect();
        Self { connection, heads }
    }

    /// Carries the statements out. Answers whether anything is other than before; where the database refuses, all is as before.
    async fn attack(&mut self, statements: &[String]) -> bool {
        let mut transaction = self.connection.begin().await.unwrap();
        for statement in statements {
            match transaction.execute(statement.as_str()).await {
                Ok(_) => {}
                Err(error)
                    if error
                        .as_database_error()
                        .is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
                {
                    return false;
                }
                Err(error) => panic!("{statement}: {error}"),
            }
        }
        transaction.commit().await.unwrap();
        let mut is_other = false;
        for table in TABLES {
            is_other |= self.differs(table).await;
        }
        is_other
    }

    async fn differs(&mut self, table: &str) -> bool {
        // Rows as texts, since json cannot be compared.
        let differs = format!(
            "SELECT (SELECT count(*) FROM {table}) <> (SELECT count(*) FROM kept.{bare})
                 OR EXISTS (SELECT t::text FROM {table} AS t EXCEPT SELECT k::text FROM kept.{bare} AS k)",
            bare = bare(table)
        );
        self.connection.fetch_one(differs.as_str()).await.unwrap().get(0)
    }

    /// Shard and position of the first record that is other than before.
    async fn first_that_differs(&mut self) -> Option<(i16, i64)> {
        let differs = "SELECT shard, position FROM (
            (SELECT shard, position, t::text FROM events AS t EXCEPT SELECT shard, position, k::text FROM kept.events AS k) UNION ALL
            (SELECT shard, position, k::text FROM kept.events AS k EXCEPT SELECT shard, position, t::text FROM events AS t)) AS d
            ORDER BY shard, position LIMIT 1";
        let row = self.connection.fetch_optional(differs).await.unwrap()?;
        Some((row.get(0), row.get(1)))
    }

    async fn undo(&mut self) {
        for table in TABLES {
            if self.differs(table).await {
                let back = format!(
                    "BEGIN; DELETE FROM {table}; INSERT INTO {table} {} SELECT * FROM kept.{}; COMMIT",
                    if table == "journal" { "OVERRIDING SYSTEM VALUE" } else { "" },
                    bare(table)
                );
                self.connection.execute(back.as_str()).await.unwrap();
            }
        }
    }

    fn shard(&self, random: &mut StdRng) -> (i16, i64) {
        *self.heads.choose(random).unwrap()
    }

    fn any(&self, random: &mut StdRng) -> Attack {
        let (shard, head) = self.shard(random);
        let at = random.random_range(1..=head);
        let here = format!("shard = {shard} AND position = {at}");
        let place = u64::try_from(at).unwrap();
        match random.random_range(0..20) {
            0..9 => {
                let (column, value) = column(random);
                of(
                    vec![format!("UPDATE events SET {column} = {value} WHERE {here}")],
                    Expected::Altered(column, place),
                )
            }
            9 | 10 => {
                let kind = if at == head { Kind::Truncated } else { Kind::Missing };
                of(vec![format!("DELETE FROM events WHERE {here}")], Expected::AtTheRecord(vec![kind]))
            }
            11 => of(
                vec![
                    format!("DELETE FROM events WHERE {here}"),
                    format!(
                        "UPDATE events SET position = position + 100000 WHERE shard = {shard} AND position > {at}"
                    ),
                    format!(
                        "UPDATE events SET position = position - 100001 WHERE shard = {shard} AND position > 100000"
                    ),
                    format!("UPDATE heads SET position = position - 1 WHERE shard = {shard}"),
                ],
                Expected::AtTheRecord(vec![if at == head { Kind::Truncated } else { Kind::Missing }]),
            ),
            12 => of(
                vec![
                    format!("DELETE FROM events WHERE shard = {shard} AND position >= {at}"),
                    format!("UPDATE heads SET position = {} WHERE shard = {shard}", at - 1),
                ],
                Expected::AtTheRecord(vec![Kind::Truncated]),
            ),
            13 => {
                let other = if at == head { 1 } else { head };
                of(
                    vec![
                        format!(
                            "UPDATE events SET position = position + 100000 WHERE shard = {shard} AND position IN ({at}, {other})"
                        ),
                        format!(
                            "UPDATE events SET position = 100000 + {at} + {other} - position WHERE shard = {shard} AND position > 100000"
                        ),
                    ],
                    Expected::AtTheRecord(vec![Kind::Reordered]),
                )
            }
            14 => of(
                vec![format!(
                    "INSERT INTO events SELECT aggregate_type, aggregate_id, 9000, event_type, event_version, payload, metadata, gen_random_uuid(), \
                     shard, {}, recorded_at, incarnation FROM events WHERE {here}",
                    head + 1
                )],
                Expected::AtTheRecord(vec![Kind::Inserted]),
            ),
            _ => beside(shard, at, random),
        }
    }
}

/// What stands beside the records: ids, heads, journal, projections.
fn beside(shard: i16, at: i64, random: &mut StdRng) -> Attack {
    let here = format!("shard = {shard} AND position = {at}");
    let place = u64::try_from(at).unwrap();
    match random.random_range(15..20) {
        15 => of(
            vec![format!(
                "UPDATE event_ids SET {} WHERE {here}",
                ["position = position + 1", "shard = 1 - shard"].choose(random).unwrap()
            )],
            Expected::At(Kind::IndexAltered, place),
        ),
        16 => {
            of(vec![format!("DELETE FROM event_ids WHERE {here}")], Expected::At(Kind::IndexAltered, place))
        }
        17 => {
            let set = *["recorded_at = recorded_at + interval '1 second'", "incarnation = gen_random_uuid()"]
                .choose(random)
                .unwrap();
            of(
                vec![format!("UPDATE heads SET {set} WHERE shard = {shard}")],
                Expected::Somewhere(vec![Kind::IndexAltered]),
            )
        }
        18 => {
            let set = *["body = NULL", "body = 'x'", "body_sm3 = repeat('0', 64)"].choose(random).unwrap();
            of(
                vec![format!(
                    "UPDATE journal SET {set} WHERE id = (SELECT (metadata ->> 'journal_id')::uuid FROM events WHERE {here})"
                )],
                Expected::At(Kind::JournalAltered, place),
            )
        }
        _ => {
            let (statement, kind) = match random.random_range(0..3) {
                0 => (
                    format!(
                        "UPDATE projections.seal SET hash = substr(hash, 2) || 'x' WHERE shard = {shard} AND level = 0 AND number = {}",
                        at - 1
                    ),
                    Kind::SealAltered,
                ),
                1 => (
                    format!(
                        "DELETE FROM projections.seal WHERE shard = {shard} AND level = 0 AND number = {}",
                        at - 1
                    ),
                    Kind::SealAltered,
                ),
                _ => (
                    format!("UPDATE projections.timeline SET actor = 'nobody' WHERE {here}"),
                    Kind::ProjectionAltered,
                ),
            };
            of(vec![statement], Expected::At(kind, place))
        }
    }
}

fn of(statements: Vec<String>, expected: Expected) -> Attack {
    Attack { name: format!("{statements:?}"), ledger: statements, projections: Vec::new(), expected }
}

fn column(random: &mut StdRng) -> (&'static str, String) {
    let some = |values: &[&str], random: &mut StdRng| (*values.choose(random).unwrap()).to_owned();
    match random.random_range(0..10) {
        0 => ("aggregate_type", "'claim'".to_owned()),
        1 => ("aggregate_id", some(&["upper(aggregate_id)", "'nobody'", "gen_random_uuid()::text"], random)),
        2 => ("sequence", some(&["-sequence", "sequence + 1000"], random)),
        3 => ("event_type", some(&["event_type || ' '", "'Quit'"], random)),
        4 => ("event_version", "'1.1'".to_owned()),
        5 => (
            "payload",
            some(&["(payload::text || ' ')::json", "'{}'", "replace(payload::text, '0', '1')::json"], random),
        ),
        6 => (
            "metadata",
            some(
                &["(metadata::text || ' ')::json", "'{}'", "replace(metadata::text, 'demo', 'other')::json"],
                random,
            ),
        ),
        7 => ("id", format!("'{}'", Uuid::from_u128(random.random()))),
        8 => (
            "recorded_at",
            some(
                &["recorded_at + interval '1 microsecond'", "'infinity'", "'-infinity'", "'1999-01-01'"],
                random,
            ),
        ),
        _ => ("incarnation", "gen_random_uuid()".to_owned()),
    }
}

fn bare(table: &str) -> &str {
    table.split('.').next_back().unwrap_or(table)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_random_attack_of_a_superuser_is_found_and_the_first_bad_record_named() {
    let mut stage = Stage::on_postgres().await;
    stage.lives(GUARANTEES, ROUNDS).await;
    let mut superuser = Superuser::over(&stage.place.store).await;
    let auditor = stage.auditor().await;
    assert_eq!(auditor.verifies().await.findings, []);
    let mut random = StdRng::seed_from_u64(SEED);
    let (mut done, mut misses) = (0, Vec::new());
    while done < ATTACKS && misses.len() < MISSES_MAX {
        let attack = superuser.any(&mut random);
        if superuser.attack(&attack.ledger).await {
            let first = superuser.first_that_differs().await;
            let report = auditor.verifies().await;
            let position = first.map(|(_, at)| u64::try_from(at).unwrap_or(0));
            misses.extend(missed(&attack, position, &report));
            if let (Expected::AtTheRecord(_), Some((shard, _))) = (&attack.expected, first) {
                let named = report.first().and_then(|first| first.shard);
                assert_eq!(named, u16::try_from(shard).ok(), "{attack:#?}\n{:#?}", report.findings);
            }
            done += 1;
        }
        superuser.undo().await;
    }
    assert!(misses.is_empty(), "of {done} attacks:\n{}", misses.join("\n\n"));
    assert_eq!(auditor.verifies().await.findings, [], "the last attack was undone");
    auditor.close().await;
}
