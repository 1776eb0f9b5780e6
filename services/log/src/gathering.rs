use tokio::sync::mpsc;

/// Bytes of one transaction, about, at most: so many big messages as the memory and the write-ahead log take easily.
const BATCH_BYTES: usize = 8 << 20;
/// How often a writer lets others run before it looks at its queue again: whoever was answered together asks again together.
const GATHERINGS_MAX: usize = 3;

/// What can wait for a writer.
pub(crate) trait Waits {
    /// About how much it writes.
    fn bytes(&self) -> usize;
}

/// What waits for a writer, taken batch by batch: all that is there, as far as it fits into one transaction. Nobody waits for company.
pub(crate) struct Gathering<C> {
    queue: mpsc::Receiver<C>,
    commands_max: usize,
    /// What was taken from the queue and did not fit into the last batch.
    waiting: Vec<C>,
    /// Whether many came at once the last time; then more are likely on their way.
    is_crowded: bool,
}

impl<C: Waits> Gathering<C> {
    /// Takes at most `commands_max` for one transaction.
    pub(crate) fn of(queue: mpsc::Receiver<C>, commands_max: usize) -> Self {
        Self { queue, commands_max, waiting: Vec::with_capacity(commands_max), is_crowded: false }
    }

    /// The next batch; none: it is closed, or nobody is left who could ask.
    pub(crate) async fn next(&mut self) -> Option<Vec<C>> {
        if self.waiting.is_empty() {
            if self.is_crowded {
                self.let_come().await;
            }
            if self.queue.recv_many(&mut self.waiting, self.commands_max).await == 0 {
                return None;
            }
            self.is_crowded = self.waiting.len() > 1;
        }
        let rest = self.waiting.split_off(fitting(&self.waiting));
        Some(std::mem::replace(&mut self.waiting, rest))
    }

    /// Lets nobody in any more; what waits is still given out.
    pub(crate) fn close(&mut self) {
        self.queue.close();
    }

    /// Lets those run who were just answered, as long as more of them come: a moment, and no time passes when nobody comes.
    async fn let_come(&mut self) {
        for _ in 0..GATHERINGS_MAX {
            let before = self.queue.len();
            tokio::task::yield_now().await;
            if self.queue.len() == before {
                break;
            }
        }
    }
}

/// How many of the first commands fit into one transaction; at least one.
fn fitting<C: Waits>(commands: &[C]) -> usize {
    let mut bytes = 0;
    let over = commands.iter().position(|command| {
        bytes += command.bytes();
        bytes > BATCH_BYTES
    });
    over.map_or(commands.len(), |index| index.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Waits for usize {
        fn bytes(&self) -> usize {
            *self
        }
    }

    #[tokio::test]
    async fn all_that_waits_is_one_batch_as_far_as_it_fits() {
        let (asking, queue) = mpsc::channel(8);
        let mut gathering = Gathering::of(queue, 4);
        for bytes in [1, 2, BATCH_BYTES, 3, 4] {
            asking.send(bytes).await.unwrap();
        }
        drop(asking);
        assert_eq!(gathering.next().await, Some(vec![1, 2]));
        assert_eq!(gathering.next().await, Some(vec![BATCH_BYTES]));
        assert_eq!(gathering.next().await, Some(vec![3]), "four were taken from the queue at once");
        assert_eq!(gathering.next().await, Some(vec![4]));
        assert_eq!(gathering.next().await, None);
    }

    #[tokio::test]
    async fn what_waits_at_the_closing_is_still_given_out() {
        let (asking, queue) = mpsc::channel(8);
        let mut gathering = Gathering::of(queue, 4);
        asking.send(2 * BATCH_BYTES).await.unwrap();
        gathering.close();
        assert!(asking.send(1).await.is_err());
        assert_eq!(gathering.next().await, Some(vec![2 * BATCH_BYTES]), "one goes whatever its size");
        assert_eq!(gathering.next().await, None);
    }
}
