use baohan_domain::Refusal;
use baohan_domain::command::{Notice, RecordNotice};
use baohan_domain::state::NoticeOutcome;
use uuid::Uuid;

use crate::story::commands::{abandon_notice, acknowledge_notice, skip_notice};
use crate::story::events::{NOTICE, notice_abandoned, notice_acknowledged, notice_skipped};
use crate::story::past::{cancelled, declined, issued, nothing, quit};

#[test]
fn every_outcome_is_recorded_after_the_end_too() {
    for past in [issued(), declined(), quit(), cancelled()] {
        let status = past.guarantee().status();
        let told = past.clone().when(acknowledge_notice()).then(notice_acknowledged());
        assert_eq!(told.guarantee().trail.notices[&NOTICE], NoticeOutcome::Acknowledged);
        assert_eq!(told.guarantee().status(), status);
        past.clone().when(abandon_notice()).then(notice_abandoned());
        past.when(skip_notice()).then(notice_skipped());
    }
}

#[test]
fn the_same_outcome_again_is_ok() {
    let again = RecordNotice {
        outcome: Notice::Acknowledged { attempts: 9, had_already: false },
        ..acknowledge_notice()
    };
    issued().and(notice_acknowledged()).when(again).then_nothing_new();
    issued().and(notice_abandoned()).when(abandon_notice()).then_nothing_new();
    issued().and(notice_skipped()).when(skip_notice()).then_nothing_new();
}

#[test]
fn what_was_given_up_can_still_be_told_or_skipped() {
    issued().and(notice_abandoned()).when(acknowledge_notice()).then(notice_acknowledged());
    issued().and(notice_abandoned()).when(skip_notice()).then(notice_skipped());
}

#[test]
fn a_final_outcome_stays() {
    let told = issued().and(notice_acknowledged());
    told.clone().when(abandon_notice()).then_refused(Refusal::NoticeSettled);
    told.when(skip_notice()).then_refused(Refusal::NoticeSettled);
    let skipped = issued().and(notice_skipped());
    skipped.clone().when(abandon_notice()).then_refused(Refusal::NoticeSettled);
    skipped.when(acknowledge_notice()).then_refused(Refusal::NoticeSettled);
}

#[test]
fn each_notice_has_its_own_outcome() {
    let other = Uuid::from_u128(2);
    let event = baohan_domain::event::NoticeSkipped { notice: other, ..notice_skipped() };
    issued().and(notice_acknowledged()).when(RecordNotice { notice: other, ..skip_notice() }).then(event);
}

#[test]
fn nobody_is_told_of_what_never_was() {
    nothing().when(acknowledge_notice()).then_refused(Refusal::UnknownApplication);
}
