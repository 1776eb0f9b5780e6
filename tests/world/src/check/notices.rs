//! I5: each notice came at least once, in order per guarantee, none after its final outcome.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row as _};

use crate::centre::Heard;
use crate::records::{Row, lives};

/// Which event is told by which interface.
const TOLD: [(&str, &str); 6] = [
    ("Issued", "baohannotice"),
    ("Declined", "baohannotice"),
    ("Restored", "restorenotice"),
    ("Invoiced", "invoicenotice"),
    ("InvoiceDeclined", "invoicenotice"),
    ("Quit", "quitnotice"),
];
/// Events that somebody still works on.
const WORKED_ON: [(&str, &[&str]); 3] = [
    ("RestoreRequested", &["Restored"]),
    ("InvoiceRequested", &["Invoiced", "InvoiceDeclined"]),
    ("QuitRequested", &["Quit", "QuitRefused"]),
];
/// How a notice ends.
const FINAL: [&str; 3] = ["NoticeAcknowledged", "NoticeAbandoned", "NoticeSkipped"];

/// Fails at the first notice that was lost or overtaken, or has no final outcome, or several.
pub fn came_in_order(rows: &[Row], heard: &[Heard]) {
    let guarantees = Numbers::of(rows);
    let mut told: BTreeMap<&str, Vec<&Heard>> = BTreeMap::new();
    for one in heard {
        told.entry(guarantees.guarantee(one)).or_default().push(one);
    }
    for (guarantee, life) in lives(rows) {
        let due: Vec<_> = life.iter().filter_map(|row| Some((*row, interface_of(row)?))).collect();
        let came = told.remove(guarantee).unwrap_or_default();
        let order: Vec<_> = due.iter().map(|(_, interface)| *interface).collect();
        let mut heard: Vec<_> = came.iter().map(|one| one.interface.as_str()).collect();
        // The same again is what a lost answer brings; another one in between would be out of order.
        heard.dedup();
        assert_eq!(heard, order, "the notices of {guarantee}: so they came, and so they were due; {came:#?}");
        for (row, interface) in due {
            let ends: Vec<_> = life.iter().filter(|end| ends(end, &row.id)).collect();
            assert_eq!(ends.len(), 1, "{interface} of {guarantee} has so many final outcomes: {life:#?}");
            let end = ends[0];
            assert_eq!(end.event_type, "NoticeAcknowledged", "{end:?}");
        }
    }
    assert!(told.is_empty(), "notices of nothing in the store: {told:#?}");
}

/// Fails at the first notice that came after its final outcome was written. All processes must have the right time.
pub fn came_before_their_end(rows: &[Row], heard: &[Heard]) {
    let guarantees = Numbers::of(rows);
    for (guarantee, life) in lives(rows) {
        let came = || heard.iter().filter(|one| guarantees.guarantee(one) == guarantee);
        for (row, interface) in life.iter().filter_map(|row| Some((row, interface_of(row)?))) {
            for end in life.iter().filter(|end| ends(end, &row.id)) {
                let late = came().find(|one| one.interface == interface && one.at > end.recorded_at);
                assert!(late.is_none(), "{late:?} came after {end:?}");
            }
        }
    }
}

/// Whether every notice has its final outcome, and every request its answer.
pub async fn are_settled(store: &str) -> bool {
    let Ok(mut connection) = PgConnection::connect(store).await else { return false };
    let sql = "SELECT aggregate_id, event_type, count(*) FROM events GROUP BY 1, 2";
    let Ok(rows) = sqlx::query(sql).fetch_all(&mut connection).await else { return false };
    let _ = connection.close().await;
    let mut counts: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for row in &rows {
        *counts.entry(row.get(0)).or_default().entry(row.get(1)).or_default() += row.get::<i64, _>(2);
    }
    counts.values().all(|life| {
        let of = |names: &[&str]| -> i64 { names.iter().filter_map(|name| life.get(*name)).sum() };
        let due = TOLD.map(|(event, _)| event);
        of(&due) == of(&FINAL) && WORKED_ON.iter().all(|(asked, answers)| of(&[*asked]) == of(answers))
    })
}

fn interface_of(row: &Row) -> Option<&'static str> {
    TOLD.iter().find(|(event, _)| *event == row.event_type).map(|(_, interface)| *interface)
}

fn ends(row: &Row, notice: &str) -> bool {
    FINAL.contains(&row.event_type.as_str()) && row.field("notice").as_str() == Some(notice)
}

/// Which guarantee a notice speaks of.
struct Numbers(BTreeMap<String, String>);

impl Numbers {
    fn of(rows: &[Row]) -> Self {
        let mut numbers = BTreeMap::new();
        for row in rows {
            let field = match row.event_type.as_str() {
                "Applied" => "application_no",
                "Issued" => "guarantee_no",
                _ => continue,
            };
            let number = row.field(field).as_str().expect("a number").to_owned();
            numbers.insert(number, row.guarantee.clone());
        }
        Self(numbers)
    }

    fn guarantee(&self, heard: &Heard) -> &str {
        let number = heard.application_no.as_ref().or(heard.guarantee_no.as_ref()).expect("a number");
        self.0.get(number).unwrap_or_else(|| panic!("a notice of nothing in the store: {heard:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{came_before_their_end, came_in_order};
    use crate::centre::Heard;
    use crate::records::{
        Row,
        made::{at, row},
    };

    /// Applied, issued and restored, both notices taken; each position is a second.
    fn life() -> Vec<Row> {
        vec![
            row("a", 1, 1, "Applied", r#"{"application_no":"SQ1"}"#),
            row("a", 2, 2, "Issued", r#"{"guarantee_no":"BH1"}"#),
            row("a", 4, 3, "NoticeAcknowledged", r#"{"notice":"event-2"}"#),
            row("a", 5, 4, "Restored", "{}"),
            row("a", 7, 5, "NoticeAcknowledged", r#"{"notice":"event-5"}"#),
        ]
    }

    fn heard(interface: &str, second: u64) -> Heard {
        Heard {
            interface: interface.to_owned(),
            application_no: None,
            guarantee_no: Some("BH1".to_owned()),
            at: at(second),
            is_answered: true,
        }
    }

    #[test]
    fn each_in_its_order_and_one_of_them_again_is_well() {
        let heard = [heard("baohannotice", 2), heard("baohannotice", 3), heard("restorenotice", 6)];
        came_in_order(&life(), &heard);
        came_before_their_end(&life(), &heard);
    }

    #[test]
    #[should_panic(expected = "so they came, and so they were due")]
    fn a_lost_notice_is_told() {
        came_in_order(&life(), &[heard("baohannotice", 3)]);
    }

    #[test]
    #[should_panic(expected = "so they came, and so they were due")]
    fn an_overtaken_notice_is_told() {
        came_in_order(&life(), &[heard("restorenotice", 2), heard("baohannotice", 3)]);
    }

    #[test]
    #[should_panic(expected = "came after")]
    fn a_notice_after_its_final_outcome_is_told() {
        let heard = [heard("baohannotice", 3), heard("baohannotice", 5), heard("restorenotice", 6)];
        came_before_their_end(&life(), &heard);
    }

    #[test]
    #[should_panic(expected = "so many final outcomes")]
    fn a_notice_without_an_end_is_told() {
        came_in_order(&life()[..4], &[heard("baohannotice", 3), heard("restorenotice", 6)]);
    }

    #[test]
    #[should_panic(expected = "a notice of nothing in the store")]
    fn a_notice_of_nothing_is_told() {
        came_in_order(&life()[..1], &[heard("baohannotice", 3)]);
    }
}
