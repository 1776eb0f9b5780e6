use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use baohan_servers::{until, wait_a_moment};
use chrono::TimeDelta;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::asked::{Asked, Doors, Outcome, What};
use crate::platform::now;

/// How many lives go on at once.
const LIVES: usize = 6;
/// How long the load may stand still while a fault is mended: a broker or a database starts again meanwhile.
const ANSWERED_WITHIN: Duration = Duration::from_mins(3);

/// Whole lives of guarantees, many at once, through whatever happens.
pub struct Load {
    memory: Arc<Memory>,
    stop: CancellationToken,
    lives: Vec<JoinHandle<()>>,
}

/// What was answered. Whatever stands here must stand in the store.
pub struct Memory {
    prefix: String,
    next: AtomicUsize,
    answered: Mutex<Vec<Asked>>,
    count: watch::Sender<usize>,
}

impl Memory {
    /// Empty; application numbers will begin so.
    pub fn new(prefix: &str) -> Arc<Self> {
        let (prefix, count) = (prefix.to_owned(), watch::Sender::new(0));
        Arc::new(Self { prefix, next: AtomicUsize::new(0), answered: Mutex::default(), count })
    }

    /// Every answered call, in the order of the answers.
    pub fn answered(&self) -> Vec<Asked> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, asked: Asked) {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        self.count.send_modify(|count| *count += 1);
    }
}

impl Load {
    /// Begins; what is answered goes into the memory.
    pub fn begin(doors: &Doors, memory: &Arc<Memory>) -> Self {
        let stop = CancellationToken::new();
        let lives = (0..LIVES)
            .map(|_| {
                let (doors, memory, stop) = (doors.clone(), Arc::clone(memory), stop.clone());
                tokio::spawn(async move {
                    while !stop.is_cancelled() {
                        let number = memory.next.fetch_add(1, Ordering::Relaxed);
                        let life = Life { doors: &doors, memory: &memory, stop: &stop, number };
                        // Told to stop in the middle of it: the rest of this life is never asked.
                        let _ = life.live().await;
                    }
                })
            })
            .collect();
        Self { memory: Arc::clone(memory), stop, lives }
    }

    /// Waits until so many more calls were answered.
    pub async fn answers(&self, more: usize) {
        let mut count = self.memory.count.subscribe();
        let wanted = *count.borrow_and_update() + more;
        let answered = count.wait_for(|count| *count >= wanted);
        tokio::select! {
            answered = tokio::time::timeout(ANSWERED_WITHIN, answered) => {
                let is_answered = answered.is_ok_and(|found| found.is_ok());
                assert!(is_answered, "not {more} more calls were answered within {ANSWERED_WITHIN:?}");
            }
            // A life that found something wrong has panicked: that is the news.
            () = until("a life fails", ANSWERED_WITHIN * 2, async || self.lives.iter().any(JoinHandle::is_finished).then_some(())) => {
                panic!("a life has failed: its reason stands above");
            }
        }
    }

    /// Lets the calls under way be answered, and begins no more.
    pub async fn end(self) {
        self.stop.cancel();
        for life in self.lives {
            life.await.expect("no life found anything wrong");
        }
    }
}

/// One guarantee from its application on.
struct Life<'a> {
    doors: &'a Doors,
    memory: &'a Memory,
    stop: &'a CancellationToken,
    number: usize,
}

/// Told to stop.
struct Stopped;

impl Life<'_> {
    /// One of five lives, by its number.
    async fn live(&self) -> Result<(), Stopped> {
        let kind = self.number % 5;
        self.ask(What::Apply, "").await?;
        if kind == 0 {
            return Ok(());
        }
        if kind == 1 {
            self.ask(What::Decline, "").await?;
            return Ok(());
        }
        let issued = self.ask(What::Issue, "").await?;
        let guarantee_no = issued["guarantee_no"].as_str().expect("a number").to_owned();
        if kind == 2 {
            self.ask(What::Quit, &guarantee_no).await?;
            return Ok(());
        }
        // To the second, as the wire has it, so that a repeat says the same.
        let opening_at = now() - TimeDelta::minutes(5);
        self.ask(What::Restore(opening_at), &guarantee_no).await?;
        self.restored().await?;
        if kind == 3 {
            self.ask(What::Claim, &guarantee_no).await?;
            self.ask(What::Pay, &guarantee_no).await?;
        } else {
            self.ask(What::Invoice, &guarantee_no).await?;
        }
        Ok(())
    }

    /// Asks until it is answered; a refusal fails the test, since all of this may be asked.
    async fn ask(&self, what: What, guarantee_no: &str) -> Result<Value, Stopped> {
        let asked =
            Asked { what, application_no: self.application_no(), guarantee_no: guarantee_no.to_owned() };
        loop {
            match asked.ask(self.doors).await {
                Outcome::Taken(answer) => {
                    self.memory.keep(asked);
                    return Ok(answer);
                }
                Outcome::Refused(reason) => panic!("{asked:?} was refused: {reason}"),
                Outcome::Unknown if self.stop.is_cancelled() => return Err(Stopped),
                Outcome::Unknown => wait_a_moment().await,
            }
        }
    }

    /// Waits until a worker has opened it.
    async fn restored(&self) -> Result<(), Stopped> {
        let asked =
            Asked { what: What::Apply, application_no: self.application_no(), guarantee_no: String::new() };
        let path = format!("/api/v1/guarantees/{}", asked.guarantee());
        while !self.stop.is_cancelled() {
            if let Ok((200, guarantee)) = self.doors.office().try_get(&path).await
                && guarantee["status"] == "restored"
            {
                return Ok(());
            }
            wait_a_moment().await;
        }
        Err(Stopped)
    }

    fn application_no(&self) -> String {
        format!("{}{:06}", self.memory.prefix, self.number)
    }
}
