use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::failure::Failure;

type Work = Box<dyn FnOnce() + Send>;

/// A thread of its own for work that blocks or computes, one piece after the other.
///
/// It is not one of the runtime's, which come as they are free: what a thread allocates lies in an arena of its own, and the many
/// small pieces of headers beside the large ones of whole records would be joined and split in one arena again and again.
#[derive(Debug)]
pub(crate) struct Hand {
    work: mpsc::Sender<Work>,
}

impl Hand {
    /// Starts the thread; it ends after its work when this is dropped.
    pub(crate) fn new(name: String) -> Result<Self, Failure> {
        let (work, all) = mpsc::channel::<Work>();
        std::thread::Builder::new()
            .name(name)
            .spawn(move || all.into_iter().for_each(|piece| piece()))
            .map_err(Failure::NoThread)?;
        Ok(Self { work })
    }

    /// Does it, after what was asked for before. Whoever stops waiting does not stop the work.
    pub(crate) async fn does<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (done, told) = oneshot::channel();
        self.begins(move || {
            // Nobody may wait any longer.
            let _ = done.send(work());
        });
        told.await.map_err(|_| Failure::Ending)
    }

    /// Does it, whenever that is.
    pub(crate) fn begins(&self, work: impl FnOnce() + Send + 'static) {
        // A thread that has broken down tells so by the answer that does not come.
        let _ = self.work.send(Box::new(work));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pieces_are_done_in_order_on_one_thread() {
        let hand = Hand::new("hand".to_owned()).unwrap();
        let (sender, order) = mpsc::channel();
        let other = sender.clone();
        hand.begins(move || sender.send((1, std::thread::current().id())).unwrap());
        hand.does(move || other.send((2, std::thread::current().id())).unwrap()).await.unwrap();
        let ((first, one), (second, other)) = (order.recv().unwrap(), order.recv().unwrap());
        assert_eq!((first, second), (1, 2));
        assert_eq!(one, other);
    }

    #[tokio::test]
    async fn a_piece_that_breaks_down_is_told_to_whoever_waits_and_to_all_after_him() {
        let hand = Hand::new("hand".to_owned()).unwrap();
        let broken: Result<(), _> = hand.does(|| panic!("on purpose")).await;
        assert!(matches!(broken, Err(Failure::Ending)));
        assert!(matches!(hand.does(|| 7).await, Err(Failure::Ending)));
    }
}
