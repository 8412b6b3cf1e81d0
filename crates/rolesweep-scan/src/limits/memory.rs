//! Limits how many bytes of answers may be between AWS and the sink.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use super::time_budget::TimeBudget;

/// Memory is counted in units of this many bytes, so that the largest limit fits a semaphore's
/// counter.
const UNIT: usize = 1024;

/// The limit on memory. Memory for an answer is reserved after its size is known and before it is
/// read, so nothing has to be guessed. An answer that waits for memory stays on the server and in
/// the network. While one waits, no further page is requested.
#[derive(Debug, Clone)]
pub(crate) struct MemoryLimiter {
    permits: Arc<Semaphore>,
    /// The one reservation that may exceed the limit holds this.
    beyond: Arc<Mutex<()>>,
    /// The whole limit, in units.
    total: u32,
}

impl MemoryLimiter {
    pub(crate) fn new(bytes: usize) -> Self {
        let total = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX).max(1);
        // The semaphore's own limit is below `u32::MAX` only if `usize` has 32 bits.
        let total = total.min(u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX));
        Self { permits: Arc::new(Semaphore::new(total as usize)), beyond: Arc::default(), total }
    }

    /// Waits while answers wait for memory. Another answer would wait behind them, possibly longer
    /// than the server does.
    pub(crate) async fn available(&self, budget: &TimeBudget) {
        if self.permits.try_acquire().is_err() {
            // First come, first served: a unit is free once all earlier ones have theirs.
            drop(budget.paused(self.permits.acquire()).await);
        }
    }

    /// An empty reservation.
    pub(crate) fn reservation(&self) -> Reservation {
        Reservation { limiter: self.clone(), permit: None, beyond: None }
    }
}

/// Reserved memory. It is released when dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    limiter: MemoryLimiter,
    permit: Option<OwnedSemaphorePermit>,
    /// The right to exceed the limit by as much as one answer can grow.
    beyond: Option<OwnedMutexGuard<()>>,
}

impl Reservation {
    /// Changes the reservation to this many bytes. If that has to wait, the budget is paused.
    ///
    /// An empty reservation waits for all of its memory. One that has memory and needs more keeps
    /// what it has, because the bytes are already there, and exceeds the limit if no memory is
    /// left. Only one may do so at a time, so that reservations that hold memory cannot wait for
    /// each other.
    pub(crate) async fn reserve(&mut self, bytes: u64, budget: &TimeBudget) {
        // An answer that is larger than the whole limit takes all of it, and is read alone.
        let wanted = u32::try_from(bytes.div_ceil(UNIT as u64)).unwrap_or(u32::MAX);
        let wanted = wanted.clamp(1, self.limiter.total);
        if self.adjust(wanted) {
            return;
        }
        if self.permit.is_none() {
            let permit = self.limiter.permits.clone().acquire_many_owned(wanted);
            // `None` only if the semaphore is closed, and nothing closes it.
            self.permit = budget.paused(permit).await.ok();
            return;
        }
        let beyond = budget.paused(self.limiter.beyond.clone().lock_owned()).await;
        if !self.adjust(wanted) {
            self.beyond = Some(beyond);
        }
    }

    /// Releases what is too much, or takes what is missing if it is free. Says whether that is
    /// enough.
    fn adjust(&mut self, wanted: u32) -> bool {
        let has = self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        if let Some(spare) = has.checked_sub(wanted as usize) {
            drop(self.permit.as_mut().and_then(|permit| permit.split(spare)));
            self.beyond = None;
            return true;
        }
        let missing = wanted - u32::try_from(has).unwrap_or(wanted);
        let Ok(more) = self.limiter.permits.clone().try_acquire_many_owned(missing) else {
            return self.beyond.is_some();
        };
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        self.beyond = None;
        true
    }
}

#[cfg(test)]
impl Reservation {
    /// How many units are reserved.
    pub(crate) fn size(&self) -> u64 {
        self.permit.as_ref().map_or(0, |permit| permit.num_permits() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;

    fn budget() -> TimeBudget {
        TimeBudget::new(Duration::from_secs(1))
    }

    async fn reserve(reservation: &mut Reservation, units: usize) {
        reservation.reserve((UNIT * units) as u64, &budget()).await;
    }

    /// Fifty answers whose sizes become known in this many steps. Gives the most units held at a
    /// time, and what is free at the end.
    async fn answers(limit: usize, steps: usize) -> (usize, usize) {
        let memory = MemoryLimiter::new(limit * UNIT);
        let (most, now) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..50_usize {
            let (memory, most, now) = (memory.clone(), most.clone(), now.clone());
            tasks.spawn(async move {
                let mut reservation = memory.reservation();
                let size = 2 * (10 + n % 37);
                for step in 1..=steps {
                    reserve(&mut reservation, size * step / steps).await;
                    sleep(Duration::from_millis(10)).await;
                }
                let sum = now.fetch_add(size, Ordering::SeqCst) + size;
                most.fetch_max(sum, Ordering::SeqCst);
                sleep(Duration::from_millis(10)).await;
                now.fetch_sub(size, Ordering::SeqCst);
                reserve(&mut reservation, n % 7).await;
                sleep(Duration::from_millis(10)).await;
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        (most.load(Ordering::SeqCst), memory.permits.available_permits())
    }

    #[tokio::test(start_paused = true)]
    async fn answers_wait_for_memory_and_never_for_each_other() {
        for steps in [1, 2, 5] {
            let (most, free) = answers(100, steps).await;
            // One answer may have exceeded the limit, if it could not announce its size.
            let beyond = if steps == 1 { 0 } else { 2 * 46 };
            assert!(most <= 100 + beyond, "{most} at a time");
            assert!(most > 50, "{most} at a time: the memory is there to be used");
            assert_eq!(free, 100);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_asked_for_while_answers_wait_for_memory() {
        let memory = MemoryLimiter::new(10 * UNIT);
        memory.available(&budget()).await;
        let (mut first, mut second) = (memory.reservation(), memory.reservation());
        reserve(&mut first, 10).await;
        let began = Instant::now();
        tokio::join!(
            async {
                sleep(Duration::from_secs(1)).await;
                drop(first);
            },
            async {
                reserve(&mut second, 10).await;
                sleep(Duration::from_secs(1)).await;
                reserve(&mut second, 1).await;
            },
            async {
                // After the other one has begun to wait.
                sleep(Duration::from_millis(1)).await;
                memory.available(&budget()).await;
            },
        );
        assert_eq!(began.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_above_the_limit_is_read_alone() {
        let memory = MemoryLimiter::new(10 * UNIT);
        let mut reservation = memory.reservation();
        reservation.reserve(u64::MAX, &budget()).await;
        assert_eq!(memory.permits.available_permits(), 0);
        reserve(&mut reservation, 2).await;
        assert_eq!(memory.permits.available_permits(), 8);
        drop(reservation);
        assert_eq!(memory.permits.available_permits(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_gone_frees_its_memory_and_waiting_costs_no_time() {
        let memory = MemoryLimiter::new(10 * UNIT);
        let (mut first, mut second) = (memory.reservation(), memory.reservation());
        reserve(&mut first, 10).await;
        let began = Instant::now();
        let waited = budget();
        tokio::join!(
            async {
                sleep(Duration::from_secs(100)).await;
                drop(first);
            },
            second.reserve(UNIT as u64, &waited)
        );
        assert_eq!(began.elapsed(), Duration::from_secs(100));
        assert_eq!(waited.ends(), began + Duration::from_secs(101));
        // One that gives up no longer waits.
        let mut third = memory.reservation();
        reserve(&mut second, 10).await;
        let waited = budget();
        let held = third.reserve(UNIT as u64, &waited);
        assert!(tokio::time::timeout(Duration::from_secs(7), held).await.is_err());
        drop(second);
        assert_eq!(waited.ends(), began + Duration::from_secs(108));
        assert_eq!(memory.permits.available_permits(), 10);
    }
}
