//! How much may be under way between AWS and the ledger.

use std::sync::{Arc, Mutex};

use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use crate::budget::Budget;
use crate::locked;
use crate::ports::{Admission, Intake};

/// The limit on bytes in flight. Room for an answer is taken when its size is known and before it is read, so that nothing has to be guessed: an
/// answer that nobody has room for waits on the far end and on the way. While there are such, no further page is asked for.
#[derive(Debug)]
pub(crate) struct Flight {
    permits: Arc<Semaphore>,
    /// Whose turn it is to go beyond the limit.
    beyond: Arc<tokio::sync::Mutex<()>>,
    /// All there is, in units.
    total: u32,
}

/// Room in units of this many bytes, so that the largest limits fit a semaphore's counters.
const UNIT: usize = 1024;

/// How many times its own size an answer takes while it is read: it is there, and so are the facts that are made of it.
const READING: u64 = 2;

impl Flight {
    /// A limit in bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        let total = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX).max(1);
        // The semaphore's own limit is below `u32::MAX` only where `usize` has 32 bits.
        let total = total.min(u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX));
        Self { permits: Arc::new(Semaphore::new(total as usize)), beyond: Arc::default(), total }
    }

    /// Waits for as long as answers that are there wait for room: another one would only wait behind them, with the far end's patience.
    pub(crate) async fn turn(&self, budget: &Budget) {
        if self.permits.try_acquire().is_err() {
            // First come, first served: there is a unit once all that came before have theirs.
            drop(budget.free(self.permits.acquire()).await);
        }
    }

    /// Room for an answer to an account's call. There is none in it yet.
    pub(crate) fn room(&self, budget: &Arc<Budget>) -> Room {
        Room {
            share: Arc::new(Share {
                permits: self.permits.clone(),
                beyond: self.beyond.clone(),
                total: self.total,
                held: Mutex::default(),
                budget: budget.clone(),
            }),
        }
    }
}

/// Room that may be taken; given back when dropped.
#[derive(Debug)]
pub(crate) struct Room {
    share: Arc<Share>,
}

impl Room {
    /// For whoever reads the answer.
    pub(crate) fn intake(&self) -> Arc<dyn Intake> {
        Arc::new(Turnstile { share: self.share.clone() })
    }

    /// Puts the room right for facts that weigh so many bytes.
    pub(crate) async fn settle(&self, weight: usize) {
        self.share.hold(weight as u64).await;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        *locked(&self.share.held) = Held::default();
    }
}

/// What one answer has of the whole.
#[derive(Debug)]
struct Share {
    permits: Arc<Semaphore>,
    beyond: Arc<tokio::sync::Mutex<()>>,
    total: u32,
    held: Mutex<Held>,
    budget: Arc<Budget>,
}

#[derive(Debug, Default)]
struct Held {
    permit: Option<OwnedSemaphorePermit>,
    /// The turn to go beyond the limit, by as much as one answer can grow.
    beyond: Option<OwnedMutexGuard<()>>,
}

impl Share {
    /// Has room for so many bytes, which it may have to wait for; that costs the account's budget nothing.
    ///
    /// What has no room yet waits for all of it. What has some and needs more keeps it, since the bytes are there, and goes beyond the limit where
    /// nothing is left: one at a time, so that those who wait while they hold some cannot wait for each other.
    async fn hold(&self, bytes: u64) {
        // What is larger than the whole limit takes all of it, and goes alone.
        let wanted = u32::try_from(bytes.div_ceil(UNIT as u64)).unwrap_or(u32::MAX).clamp(1, self.total);
        if self.adjust(wanted) {
            return;
        }
        if locked(&self.held).permit.is_none() {
            // `None` only if the semaphore were closed, which nothing does.
            let permit = self.budget.free(self.permits.clone().acquire_many_owned(wanted)).await.ok();
            locked(&self.held).permit = permit;
            return;
        }
        let turn = self.budget.free(self.beyond.clone().lock_owned()).await;
        if !self.adjust(wanted) {
            locked(&self.held).beyond = Some(turn);
        }
    }

    /// Gives back what is too much, or takes what is missing if it is there. Whether that is enough.
    fn adjust(&self, wanted: u32) -> bool {
        let mut held = locked(&self.held);
        let Held { permit, beyond } = &mut *held;
        let has = permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        if let Some(spare) = has.checked_sub(wanted as usize) {
            drop(permit.as_mut().and_then(|permit| permit.split(spare)));
            *beyond = None;
            return true;
        }
        let missing = wanted - u32::try_from(has).unwrap_or(wanted);
        match self.permits.clone().try_acquire_many_owned(missing) {
            Ok(more) => {
                match permit {
                    Some(permit) => permit.merge(more),
                    None => *permit = Some(more),
                }
                *beyond = None;
                true
            }
            Err(_) => beyond.is_some(),
        }
    }
}

/// Lets an answer in once there is room for it.
struct Turnstile {
    share: Arc<Share>,
}

impl Intake for Turnstile {
    fn admit(&self, bytes: u64) -> Admission {
        let share = self.share.clone();
        Box::pin(async move { share.hold(bytes.saturating_mul(READING)).await })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;

    fn budget() -> Arc<Budget> {
        Arc::new(Budget::new(Duration::from_secs(1)))
    }

    /// Fifty answers whose sizes are told in so many steps; the most bytes that were held at a time, and what is free in the end.
    async fn fly(limit: usize, steps: usize) -> (usize, usize) {
        let flight = Arc::new(Flight::new(limit * UNIT));
        let (most, now) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..50_usize {
            let (flight, most, now) = (flight.clone(), most.clone(), now.clone());
            tasks.spawn(async move {
                let room = flight.room(&budget());
                let size = 10 + n % 37;
                for step in 1..=steps {
                    room.intake().admit((UNIT * size * step / steps) as u64).await;
                    sleep(Duration::from_millis(10)).await;
                }
                let sum = now.fetch_add(2 * size, Ordering::SeqCst) + 2 * size;
                most.fetch_max(sum, Ordering::SeqCst);
                sleep(Duration::from_millis(10)).await;
                now.fetch_sub(2 * size, Ordering::SeqCst);
                room.settle(UNIT * (n % 7)).await;
                sleep(Duration::from_millis(10)).await;
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        (most.load(Ordering::SeqCst), flight.permits.available_permits())
    }

    #[tokio::test(start_paused = true)]
    async fn answers_wait_for_room_and_never_for_each_other() {
        for steps in [1, 2, 5] {
            let (most, free) = fly(100, steps).await;
            // One answer may have grown beyond the limit, where it could not say how large it is.
            let beyond = if steps == 1 { 0 } else { 2 * 46 };
            assert!(most <= 100 + beyond, "{most} at a time");
            assert!(most > 50, "{most} at a time: the room is there to be used");
            assert_eq!(free, 100);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_asked_for_while_answers_wait_for_room() {
        let flight = Flight::new(10 * UNIT);
        flight.turn(&budget()).await;
        let (first, second) = (flight.room(&budget()), flight.room(&budget()));
        first.intake().admit(5 * UNIT as u64).await;
        let began = Instant::now();
        tokio::join!(
            async {
                sleep(Duration::from_secs(1)).await;
                drop(first);
                sleep(Duration::from_secs(1)).await;
                second.settle(UNIT).await;
            },
            async { second.intake().admit(5 * UNIT as u64).await },
            async {
                // After the other one has come to wait.
                sleep(Duration::from_millis(1)).await;
                flight.turn(&budget()).await;
            },
        );
        assert_eq!(began.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_above_the_limit_goes_alone() {
        let flight = Flight::new(10 * UNIT);
        let room = flight.room(&budget());
        room.intake().admit(u64::MAX).await;
        assert_eq!(flight.permits.available_permits(), 0);
        room.settle(2 * UNIT).await;
        assert_eq!(flight.permits.available_permits(), 8);
        drop(room);
        assert_eq!(flight.permits.available_permits(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_gone_makes_room_and_waiting_costs_no_budget() {
        let flight = Flight::new(10 * UNIT);
        let (first, second) = (flight.room(&budget()), flight.room(&budget()));
        first.intake().admit(5 * UNIT as u64).await;
        let began = Instant::now();
        let waited = second.share.budget.clone();
        let (_, ()) = tokio::join!(
            async {
                sleep(Duration::from_secs(100)).await;
                drop(first);
            },
            async { second.intake().admit(UNIT as u64).await }
        );
        assert_eq!(began.elapsed(), Duration::from_secs(100));
        assert_eq!(waited.ends(), began + Duration::from_secs(101));
        // One that gives up waiting is not waiting any more.
        let third = flight.room(&budget());
        let held = third.intake().admit(UNIT as u64);
        second.settle(10 * UNIT).await;
        assert!(tokio::time::timeout(Duration::from_secs(7), held).await.is_err());
        drop(second);
        assert_eq!(third.share.budget.ends(), began + Duration::from_secs(108));
        assert_eq!(flight.permits.available_permits(), 10);
    }
}
