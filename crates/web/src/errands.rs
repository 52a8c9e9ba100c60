//! Work that goes on after its request was answered, so that the time of the answer tells nothing of it.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::failure::Failure;

/// So many errands at once; whoever wants one more is asked to come back.
const MOST: u32 = 100;

/// The errands of one site. The end of the server waits for them.
pub(crate) struct Errands(Arc<Semaphore>);

impl Default for Errands {
    fn default() -> Self {
        Errands(Arc::new(Semaphore::new(MOST as usize)))
    }
}

impl Errands {
    /// Begins an errand. What it meets it must log itself: nobody waits for its answer.
    ///
    /// Errors: `Unavailable` when too many are under way, whatever they are about.
    pub(crate) fn begin(&self, errand: impl Future<Output = ()> + Send + 'static) -> Result<(), Failure> {
        let Ok(place) = Arc::clone(&self.0).try_acquire_owned() else {
            tracing::warn!("a request was not answered: too many others are still being dealt with");
            return Err(Failure::Unavailable);
        };
        tokio::spawn(async move {
            errand.await;
            drop(place);
        });
        Ok(())
    }

    /// Waits until none is under way.
    pub(crate) async fn settle(&self) {
        // It is never closed, so nothing but the errands can keep this waiting.
        let _ = self.0.acquire_many(MOST).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn one_too_many_is_refused_and_the_end_waits_for_all_others() {
        let errands = Errands::default();
        let mut ends = Vec::new();
        for _ in 0..MOST {
            let (end, told_to_end) = oneshot::channel::<()>();
            let begun = errands.begin(async move {
                let _ = told_to_end.await;
            });
            assert_eq!(begun, Ok(()));
            ends.push(end);
        }
        assert_eq!(errands.begin(async {}), Err(Failure::Unavailable));
        let mut settled = std::pin::pin!(errands.settle());
        assert!(is_pending(settled.as_mut()).await, "it waits");
        drop(ends);
        settled.await;
        assert_eq!(errands.begin(async {}), Ok(()));
    }

    /// Whether a future is not ready yet.
    async fn is_pending(mut future: std::pin::Pin<&mut impl Future<Output = ()>>) -> bool {
        std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_pending())).await
    }
}
