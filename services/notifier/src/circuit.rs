use std::time::{Duration, Instant};

/// After so many transport failures in a row a platform counts as away.
pub const FAILURES_MAX: u32 = 5;
/// How long a platform that is away is left alone before one notice tries it.
pub const PAUSE_MIN: Duration = Duration::from_secs(2);
/// The longest pause: an opening must not wait longer for a platform that is back.
pub const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Whether a platform is worth calling. A refusal is an answer, so it closes the circuit; only transport failures open it.
#[derive(Debug)]
pub struct Circuit {
    state: State,
    failures: u32,
    pause: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    Open {
        until: Instant,
    },
    /// One notice is on its way to see.
    Probing,
}

impl Default for Circuit {
    fn default() -> Self {
        Self { state: State::Closed, failures: 0, pause: PAUSE_MIN }
    }
}

impl Circuit {
    /// Whether a notice may go now. In the half-open state only one may, until its answer is known.
    pub fn admits(&mut self, now: Instant) -> bool {
        match self.state {
            State::Closed => true,
            State::Probing => false,
            State::Open { until } if now < until => false,
            State::Open { .. } => {
                self.state = State::Probing;
                true
            }
        }
    }

    /// When the next probe may go, while the circuit is open.
    #[must_use]
    pub fn opens_at(&self) -> Option<Instant> {
        match self.state {
            State::Open { until } => Some(until),
            State::Closed | State::Probing => None,
        }
    }

    /// The platform answered, whatever it said.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// Nothing came back.
    pub fn failed(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        let was_probe = self.state == State::Probing;
        if was_probe || self.failures >= FAILURES_MAX {
            self.state = State::Open { until: now + self.pause };
            self.pause = (self.pause * 2).min(PAUSE_MAX);
        }
    }

    /// The attempt did not reach the platform at all (it was not due, or ours to mend): a probe is given back.
    pub fn not_tried(&mut self, now: Instant) {
        if self.state == State::Probing {
            self.state = State::Open { until: now };
        }
    }

    /// For the metric: 0 closed, 1 half-open, 2 open.
    #[must_use]
    pub fn gauge(&self) -> f64 {
        match self.state {
            State::Closed => 0.0,
            State::Probing => 1.0,
            State::Open { .. } => 2.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn away(now: Instant) -> Circuit {
        let mut circuit = Circuit::default();
        for _ in 0..FAILURES_MAX {
            assert!(circuit.admits(now));
            circuit.failed(now);
        }
        circuit
    }

    #[test]
    fn a_platform_that_fails_again_and_again_is_left_alone() {
        let now = Instant::now();
        let mut circuit = away(now);
        assert!(!circuit.admits(now));
        assert_eq!(circuit.opens_at(), Some(now + PAUSE_MIN));
    }

    #[test]
    fn after_the_pause_one_notice_tries_and_the_others_wait_for_it() {
        let now = Instant::now();
        let mut circuit = away(now);
        let later = now + PAUSE_MIN;
        assert!(circuit.admits(later));
        assert!(!circuit.admits(later));
        circuit.answered();
        assert!(circuit.admits(later));
        assert!(circuit.admits(later));
    }

    #[test]
    fn a_failed_probe_doubles_the_pause_up_to_a_bound() {
        let mut now = Instant::now();
        let mut circuit = away(now);
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let until = circuit.opens_at().unwrap();
            pauses.push(until - now);
            now = until;
            assert!(circuit.admits(now));
            circuit.failed(now);
        }
        assert_eq!(pauses[0], PAUSE_MIN);
        assert_eq!(pauses[1], PAUSE_MIN * 2);
        assert_eq!(*pauses.last().unwrap(), PAUSE_MAX);
    }

    #[test]
    fn a_refusal_is_an_answer_and_does_not_open_the_circuit() {
        let now = Instant::now();
        let mut circuit = Circuit::default();
        for _ in 0..FAILURES_MAX * 2 {
            circuit.failed(now);
            circuit.answered();
        }
        assert!(circuit.admits(now));
    }

    #[test]
    fn a_probe_that_was_not_tried_is_given_back() {
        let now = Instant::now();
        let mut circuit = away(now);
        let later = now + PAUSE_MIN;
        assert!(circuit.admits(later));
        circuit.not_tried(later);
        assert!(circuit.admits(later));
    }
}
