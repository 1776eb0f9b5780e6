use baohan_domain::Form;
use baohan_domain::command::EarlyRestore;

use crate::life::{self, Sealed, id_at};
use crate::stage::{Stage, hours, morning};

/// Several guarantees go through all that can happen; `step` is called between the commands.
pub async fn lives(stage: &mut Stage, step_every: usize) {
    let mut commands = 0;
    for number in 1..=12_u32 {
        let platform = if number.is_multiple_of(2) { life::PLATFORM } else { "jyzx-other" };
        let (id, sealed) = (id_at(platform, number), !number.is_multiple_of(3));
        let form = if sealed { Form::Sealed } else { Form::Plain };
        let seal = if sealed { Sealed::Section } else { Sealed::Nothing };
        stage.does(id, life::apply_sealed(platform, number, seal, morning())).await;
        if number == 11 {
            stage.does(id, life::decline(morning())).await;
            continue;
        }
        stage.does(id, life::pay(morning())).await;
        stage.does(id, life::correct(morning())).await;
        let issued = stage.does(id, life::issue(number, form, morning())).await;
        let kind = baohan_domain::event::NoticeKind::Issued;
        stage.does(id, life::settle(issued[0].id, kind, life::given_up(), morning())).await;
        stage.does(id, life::request_quit(number, morning())).await;
        if number.is_multiple_of(4) {
            stage.does(id, life::confirm_quit(morning())).await;
            continue;
        }
        stage.does(id, life::refuse_quit(morning())).await;
        if sealed {
            let early = EarlyRestore::Accept { hours_max: 24 };
            stage.does(id, life::restore(number, hours(2), early, hours(1))).await;
            stage.does(id, life::restored(hours(1))).await;
            stage.does(id, life::restore(number, hours(3), early, hours(1))).await;
        }
        stage.does(id, life::request_invoice(number, hours(4))).await;
        stage.does(id, life::decline_invoice(hours(4))).await;
        stage.does(id, life::request_invoice(number, hours(5))).await;
        stage.does(id, life::issue_invoice(hours(5))).await;
        stage.does(id, life::claim(number, Some("300000.01"), hours(6))).await;
        stage.does(id, life::claim(number, Some("200000.00"), hours(7))).await;
        stage.does(id, life::pay_claim(1, hours(8))).await;
        stage.does(id, life::refuse_claim(2, hours(8))).await;
        stage.does(id, life::annotate(hours(8))).await;
        stage.does(id, life::cancel(number, hours(9))).await;
        stage.does(id, life::settle(issued[0].id, kind, life::taken(), hours(9))).await;
        commands += 1;
        if commands % step_every == 0 {
            stage.runner.step().await.unwrap();
        }
    }
}
