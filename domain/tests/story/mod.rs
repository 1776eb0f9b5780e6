//! Words in which the stories are told: what has happened (given), what is asked (when), what comes of it (then).

pub mod commands;
pub mod events;
pub mod past;

use baohan_domain::calendar::from_china_time;
use baohan_domain::{
    Command, Decision, DocumentRef, Envelope, Event, Fingerprint, Form, Guarantee, Media, Money, Refusal,
    decide, evolve,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use cqrs_es::test::{AggregateResultValidator, TestFramework};

/// A moment by China's wall clock, `2026-03-24 09:00:00`.
pub fn at(wall_clock: &str) -> DateTime<Utc> {
    from_china_time(NaiveDateTime::parse_from_str(wall_clock, "%Y-%m-%d %H:%M:%S").unwrap())
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

pub fn fingerprint(of: &str) -> Fingerprint {
    Fingerprint::new(format!("fingerprint of {of}"))
}

pub fn envelope(around: &str) -> Envelope {
    Envelope::new(format!("envelope around {around}"))
}

pub fn document(form: Form) -> DocumentRef {
    let digest = match form {
        Form::Sealed => "5e",
        Form::Plain => "91",
    };
    DocumentRef { form, digest: digest.repeat(32), media: Media::Pdf, size_bytes: 48_213 }
}

/// What has happened so far.
#[derive(Debug, Clone, Default)]
pub struct Past {
    events: Vec<Event>,
}

impl Past {
    pub fn and(mut self, event: impl Into<Event>) -> Self {
        self.events.push(event.into());
        self
    }

    pub fn guarantee(&self) -> Guarantee {
        self.events.iter().fold(Guarantee::default(), evolve)
    }

    pub fn when(self, command: impl Into<Command>) -> Outcome {
        let command = command.into();
        let decision = decide(&self.guarantee(), command.clone());
        let result = TestFramework::<Guarantee>::with(()).given(self.events.clone()).when(command);
        Outcome { past: self, decision, result }
    }
}

/// What came of a command.
pub struct Outcome {
    past: Past,
    decision: Result<Decision, Refusal>,
    result: AggregateResultValidator<Guarantee>,
}

impl Outcome {
    /// Just this event happens; the story goes on from it.
    pub fn then(self, event: impl Into<Event>) -> Past {
        let event = event.into();
        self.result.then_expect_events(vec![event.clone()]);
        self.past.and(event)
    }

    /// These events happen, in this order.
    pub fn then_all(self, events: Vec<Event>) -> Past {
        self.result.then_expect_events(events.clone());
        events.into_iter().fold(self.past, Past::and)
    }

    /// It is the same again: ok, and no event.
    pub fn then_nothing_new(self) -> Past {
        assert_eq!(self.decision, Ok(Decision::Repeat));
        self.result.then_expect_events(vec![]);
        self.past
    }

    pub fn then_refused(self, refusal: Refusal) -> Past {
        self.result.then_expect_error(refusal);
        self.past
    }

    pub fn refusal(self) -> Option<Refusal> {
        self.decision.err()
    }
}
