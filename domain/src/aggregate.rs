//! cqrs-es's `Aggregate` over [`crate::decide`] and [`crate::evolve`]: a thin adapter, which gives us the field's test framework and
//! lets the stock repositories read our table.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};

use crate::command::{Command, Decision, decide};
use crate::event::{AGGREGATE_TYPE, Event};
use crate::evolve::evolve;
use crate::refusal::Refusal;
use crate::state::Guarantee;

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        self.name().to_owned()
    }

    fn event_version(&self) -> String {
        self.version().to_owned()
    }
}

impl Aggregate for Guarantee {
    const TYPE: &'static str = AGGREGATE_TYPE;

    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(&mut self, command: Command, (): &(), sink: &EventSink<Self>) -> Result<(), Refusal> {
        if let Decision::Changed(events) = decide(self, command)? {
            for event in events {
                sink.write(event, self).await;
            }
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        *self = evolve(std::mem::take(self), &event);
    }
}
