use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use baohan_wire::Interface;
use serde::{Deserialize, Serialize};

/// How long a hanging call hangs where nothing else is said: longer than a sensible caller waits.
const HANG_DEFAULT_MS: u64 = 60_000;
/// The longest hang on order.
const HANG_MAX_MS: u64 = 600_000;
/// How many orders are kept.
const ORDERS_MAX: usize = 1_000;

/// How a platform misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MisconductKind {
    /// Status 500 and an error page; the call is not taken.
    #[serde(rename = "http-500")]
    Http500,
    /// Code 0; the call is not taken.
    #[serde(rename = "code-0")]
    Code0,
    /// No answer for a long time; the call is not taken.
    Hang,
    /// The call is taken, and the connection ends without an answer.
    LostAnswer,
}

/// An order to misbehave.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Misconduct {
    /// How.
    pub kind: MisconductKind,
    /// How often; 1 if nothing is said.
    #[serde(default = "once")]
    pub times: u32,
    /// At which interface; at any if nothing is said.
    #[serde(default)]
    pub interface: Option<Interface>,
    /// Of which platform; of any if nothing is said.
    #[serde(default)]
    pub platform: Option<String>,
    /// The refusal's message, for `code-0`.
    #[serde(default)]
    pub message: Option<String>,
    /// How long it hangs, in milliseconds.
    #[serde(default)]
    pub hang_ms: Option<u64>,
}

fn once() -> u32 {
    1
}

impl Misconduct {
    /// So often, at that interface.
    #[must_use]
    pub fn at(interface: Interface, kind: MisconductKind, times: u32) -> Self {
        Self { kind, times, interface: Some(interface), platform: None, message: None, hang_ms: None }
    }

    pub(crate) fn hang(&self) -> Duration {
        Duration::from_millis(self.hang_ms.unwrap_or(HANG_DEFAULT_MS).min(HANG_MAX_MS))
    }

    pub(crate) fn message(&self) -> &str {
        self.message.as_deref().unwrap_or("系统维护中")
    }
}

/// The orders that are still to be carried out, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Orders(Mutex<Vec<Misconduct>>);

impl Orders {
    pub fn add(&self, order: Misconduct) -> bool {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let has_room = orders.len() < ORDERS_MAX && order.times > 0;
        if has_room {
            orders.push(order);
        }
        has_room
    }

    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What is still ordered, oldest first.
    pub fn open(&self) -> Vec<Misconduct> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The order for a call at that interface of that platform, used up by one.
    pub fn take(&self, interface: Interface, platform: &str) -> Option<Misconduct> {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |order: &Misconduct| {
            order.interface.is_none_or(|at| at == interface)
                && order.platform.as_deref().is_none_or(|of| of == platform)
        };
        let place = orders.iter().position(fits)?;
        let order = orders[place].clone();
        orders[place].times -= 1;
        if orders[place].times == 0 {
            orders.remove(place);
        }
        Some(order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_carried_out_as_often_as_it_says_and_at_its_interface_only() {
        let orders = Orders::default();
        assert!(orders.add(Misconduct::at(Interface::Baohannotice, MisconductKind::Http500, 2)));
        assert!(orders.take(Interface::Quitnotice, "p").is_none());
        assert!(orders.take(Interface::Baohannotice, "p").is_some());
        assert_eq!(orders.open().len(), 1);
        assert!(orders.take(Interface::Baohannotice, "p").is_some());
        assert!(orders.take(Interface::Baohannotice, "p").is_none());
        assert!(orders.open().is_empty());
    }

    #[test]
    fn an_order_for_one_platform_leaves_the_others_alone() {
        let orders = Orders::default();
        let order = Misconduct::at(Interface::Quitnotice, MisconductKind::Code0, 1);
        assert!(orders.add(Misconduct { platform: Some("q".into()), ..order }));
        assert!(orders.take(Interface::Quitnotice, "p").is_none());
        assert!(orders.take(Interface::Quitnotice, "q").is_some());
    }

    #[test]
    fn an_order_reads_as_json() {
        let order: Misconduct =
            serde_json::from_str(r#"{"kind":"lost-answer","interface":"quitnotice"}"#).unwrap();
        assert_eq!((order.kind, order.times), (MisconductKind::LostAnswer, 1));
        assert!(serde_json::from_str::<Misconduct>(r#"{"kind":"hang","tmes":2}"#).is_err());
    }

    #[test]
    fn an_order_for_nothing_is_none() {
        assert!(!Orders::default().add(Misconduct::at(Interface::Quitnotice, MisconductKind::Hang, 0)));
    }
}
