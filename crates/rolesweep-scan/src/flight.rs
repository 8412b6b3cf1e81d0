//! How much may be under way between AWS and the ledger.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

/// The limit on bytes in flight. Room is taken *before* a page is asked for, by what such a page usually weighs, and put right when it is there:
/// a page that nobody has room for is not asked for.
#[derive(Debug)]
pub(crate) struct Flight {
    permits: Semaphore,
    /// Whose turn it is to wait for room for a page that is not there yet: one at a time. Pages that are there and turned out heavier
    /// are then behind one of these at most, and not behind as many as there are accounts, whose pages would come on top.
    turn: Mutex<()>,
    /// All there is, in units.
    total: u32,
    /// What a page weighs, as a moving average in bytes.
    typical: AtomicUsize,
}

/// Room in units of this many bytes, so that the largest limits fit a semaphore's counters.
const UNIT: usize = 1024;

/// What a role of a page is taken to weigh before the first page is there, in bytes: AWS's quota for a role's inline policies together
/// ("IAM and AWS STS quotas"), which few roles come near. Guessing too little would have the first pages of all accounts come at
/// once, however large.
const FIRST_GUESS: usize = 10_240;

impl Flight {
    /// A limit in bytes, for pages that hold so many roles.
    pub(crate) fn new(bytes: usize, page_size: u16) -> Self {
        let total = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX).max(1);
        // The semaphore's own limit is below `u32::MAX` only where `usize` has 32 bits.
        let total = total.min(u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX));
        let typical = AtomicUsize::new(usize::from(page_size) * FIRST_GUESS);
        Self { permits: Semaphore::new(total as usize), turn: Mutex::new(()), total, typical }
    }

    /// What a page usually weighs, in bytes.
    pub(crate) fn typical(&self) -> usize {
        self.typical.load(Ordering::Relaxed)
    }

    /// Waits for room for a page that is expected to weigh so many bytes.
    pub(crate) async fn reserve(&self, expected: usize) -> Room<'_> {
        let _turn = self.turn.lock().await;
        Room { flight: self, permit: self.acquire(self.units(expected)).await }
    }

    /// A page larger than the whole limit takes all of it, and goes alone.
    fn units(&self, bytes: usize) -> u32 {
        u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).clamp(1, self.total)
    }

    /// `None` only if the semaphore were closed, which nothing does.
    async fn acquire(&self, units: u32) -> Option<SemaphorePermit<'_>> {
        self.permits.acquire_many(units).await.ok()
    }
}

/// Room that is taken; given back when dropped.
#[derive(Debug)]
pub(crate) struct Room<'a> {
    flight: &'a Flight,
    permit: Option<SemaphorePermit<'a>>,
}

impl Room<'_> {
    /// Puts the room right for a page that turned out to weigh so many bytes.
    pub(crate) async fn settle(&mut self, weight: usize) {
        let flight = self.flight;
        let typical = flight.typical();
        flight.typical.store(typical - typical / 8 + weight / 8, Ordering::Relaxed);

        let wanted = flight.units(weight);
        let held = self.permit.as_ref().map_or(0, SemaphorePermit::num_permits);
        if let Some(spare) = held.checked_sub(wanted as usize) {
            drop(self.permit.as_mut().and_then(|permit| permit.split(spare)));
            return;
        }
        let missing = wanted - u32::try_from(held).unwrap_or(wanted);
        match (&mut self.permit, flight.permits.try_acquire_many(missing)) {
            (Some(permit), Ok(more)) => permit.merge(more),
            _ => {
                // Waiting for more while holding some would let two pages wait for each other for ever.
                self.permit = None;
                self.permit = flight.acquire(wanted).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pages_that_are_heavier_than_expected_wait_without_blocking_each_other() {
        let flight = Arc::new(Flight::new(100 * UNIT, 1));
        let most = Arc::new(AtomicUsize::new(0));
        let now = Arc::new(AtomicUsize::new(0));
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..50_usize {
            let (flight, most, now) = (flight.clone(), most.clone(), now.clone());
            tasks.spawn(async move {
                let mut room = flight.reserve(UNIT * (1 + n % 7)).await;
                tokio::time::sleep(Duration::from_millis(10)).await;
                let weight = UNIT * (20 + n);
                room.settle(weight).await;
                let sum = now.fetch_add(weight, Ordering::SeqCst) + weight;
                most.fetch_max(sum, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(10)).await;
                now.fetch_sub(weight, Ordering::SeqCst);
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        assert!(most.load(Ordering::SeqCst) <= 100 * UNIT);
        assert_eq!(flight.permits.available_permits(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn pages_that_wait_for_room_keep_others_from_being_asked_for() {
        let flight = Arc::new(Flight::new(10 * UNIT, 1));
        let (there, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (flight, there, most) = (flight.clone(), there.clone(), most.clone());
            tasks.spawn(async move {
                let mut room = flight.reserve(UNIT).await;
                tokio::time::sleep(Duration::from_millis(10)).await;
                most.fetch_max(there.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                room.settle(5 * UNIT).await;
                tokio::time::sleep(Duration::from_millis(10)).await;
                there.fetch_sub(1, Ordering::SeqCst);
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        let most = most.load(Ordering::SeqCst);
        assert!(most <= 15, "{most} pages were there at a time");
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_above_the_limit_goes_alone() {
        let flight = Flight::new(10 * UNIT, 1);
        let mut room = flight.reserve(usize::MAX).await;
        room.settle(50 * UNIT).await;
        assert_eq!(flight.permits.available_permits(), 0);
        room.settle(2 * UNIT).await;
        assert_eq!(flight.permits.available_permits(), 8);
        drop(room);
        assert_eq!(flight.permits.available_permits(), 10);
    }
}
