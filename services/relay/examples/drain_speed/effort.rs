use std::time::{Duration, Instant};

/// Ticks of the processor's time in a second, as Linux shows it to programs everywhere.
const TICKS_A_SECOND: f64 = 100.0;
/// Where the times stand in `/proc/self/stat`, counted behind the name in parentheses: user, then system.
const TIMES_AT: usize = 11;

/// What a piece of work has cost: wall time, and processor time of this process alone, without the broker's.
#[derive(Clone, Copy)]
pub struct Effort {
    pub wall: Duration,
    pub processor: Duration,
}

pub struct Watch {
    started: Instant,
    processor: Duration,
}

impl Watch {
    pub fn start() -> Self {
        Self { started: Instant::now(), processor: processor() }
    }

    pub fn stop(self) -> Effort {
        Effort { wall: self.started.elapsed(), processor: processor().saturating_sub(self.processor) }
    }
}

impl std::fmt::Display for Effort {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (wall, processor) = (self.wall.as_secs_f64(), self.processor.as_secs_f64());
        write!(formatter, "{wall:.2} s ({processor:.2} s of processor)")
    }
}

fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, behind_the_name) = stat.rsplit_once(')').unwrap();
    let times = behind_the_name.split_whitespace().skip(TIMES_AT).take(2);
    Duration::from_secs_f64(times.map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / TICKS_A_SECOND)
}
