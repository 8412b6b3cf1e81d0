//! The time that one account may take. Waiting for other accounts does not count.

use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::lock::locked;

/// A time budget that starts when it is created.
#[derive(Debug)]
pub(crate) struct TimeBudget {
    whole: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    ends: Instant,
    /// When it was paused, and how many calls wait.
    paused: Option<(Instant, usize)>,
}

impl TimeBudget {
    pub(crate) fn new(whole: Duration) -> Self {
        Self { whole, state: Mutex::new(State { ends: Instant::now() + whole, paused: None }) }
    }

    /// The budget in whole seconds, for messages.
    pub(crate) fn seconds(&self) -> u64 {
        self.whole.as_secs()
    }

    /// When it ends, as far as is known now.
    pub(crate) fn ends(&self) -> Instant {
        locked(&self.state).ends
    }

    /// When to stop asking for more, after nine tenths. The rest is for handing over what is known.
    pub(crate) fn nearly_ends(&self) -> Instant {
        let ends = self.ends();
        ends.checked_sub(self.whole / 10).unwrap_or(ends)
    }

    /// Waits while the budget is paused, even if something else in the account continues.
    pub(crate) async fn paused<F: Future>(&self, waiting: F) -> F::Output {
        locked(&self.state).paused.get_or_insert((Instant::now(), 0)).1 += 1;
        let _pause = Pause(self);
        waiting.await
    }

    /// Completes when the budget is used up.
    pub(crate) async fn used_up(&self) {
        loop {
            let now = Instant::now();
            let wake = {
                let state = locked(&self.state);
                match state.paused {
                    None if now >= state.ends => return,
                    None => state.ends,
                    // It cannot end before the time that was left at the pause has passed again.
                    Some((paused, _)) => {
                        now + state.ends.duration_since(paused).max(Duration::from_millis(100))
                    }
                }
            };
            sleep_until(wake).await;
        }
    }
}

/// Ends when the wait ends or is given up.
struct Pause<'a>(&'a TimeBudget);

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        let mut state = locked(&self.0.state);
        match &mut state.paused {
            Some((_, waiting)) if *waiting > 1 => *waiting -= 1,
            paused => {
                let since = paused.take().map_or(Duration::ZERO, |(since, _)| since.elapsed());
                state.ends += since;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waiting_for_others_costs_nothing() {
        let began = Instant::now();
        let budget = TimeBudget::new(Duration::from_secs(10));
        let work = async {
            sleep(Duration::from_secs(4)).await;
            budget.paused(sleep(Duration::from_secs(1000))).await;
            sleep(Duration::from_secs(5)).await;
            budget.paused(sleep(Duration::from_secs(7))).await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = work => {}
            () = budget.used_up() => {}
        }
        assert_eq!(began.elapsed(), Duration::from_secs(1017));
    }
}
