//! Reads the body of an answer into reserved memory.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::limits::memory::Reservation;
use crate::limits::time_budget::TimeBudget;
use crate::operation::Operation;
use crate::ports::{CloudError, CloudResult, ResponseBody};

/// The initial reservation for a body of unknown length, in bytes.
const FIRST_GUESS: u64 = 256 * 1024;

/// How many times its own size an answer needs while it is read: once for its bytes, and once for
/// the facts made of them.
const COPIES: u64 = 2;

/// The most that is allocated before a byte arrives, whatever the server announces.
const MOST_ALLOCATED: u64 = 32 << 20;

/// Reads a body to its end once memory is reserved for it. Waiting for memory does not count as
/// time.
///
/// # Errors
/// If the body breaks off, takes longer than `limit`, or is larger than the adapter reads.
pub(super) async fn read<B: ResponseBody>(
    body: &mut B,
    operation: Operation,
    reservation: &mut Reservation,
    budget: &TimeBudget,
    limit: Duration,
) -> CloudResult<Vec<u8>> {
    let mut reserved = body.announced_size().unwrap_or(FIRST_GUESS);
    reservation.reserve(reserved.saturating_mul(COPIES), budget).await;
    let mut bytes = Vec::with_capacity(usize::try_from(reserved.min(MOST_ALLOCATED)).unwrap_or_default());
    let mut left = limit;
    loop {
        let began = Instant::now();
        let Ok(chunk) = timeout(left, body.next_chunk()).await else {
            let message = format!("the body of the answer did not arrive within {} s", limit.as_secs_f32());
            return Err(CloudError::transient(operation, message));
        };
        left = left.saturating_sub(began.elapsed());
        let Some(chunk) = chunk? else { return Ok(bytes) };
        let length = (bytes.len() + chunk.len()) as u64;
        if length > reserved {
            // Grows like a vector, so that a body of unknown length does not wait at every step.
            reserved = length.max(reserved.saturating_mul(2));
            reservation.reserve(reserved.saturating_mul(COPIES), budget).await;
        }
        bytes.extend_from_slice(&chunk);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use bytes::Bytes;
    use rolesweep_model::RolePage;

    use super::*;
    use crate::limits::memory::MemoryLimiter;
    use crate::ports::ErrorKind;
    use crate::ports::Page;

    /// A body in pieces. If `ends` is false, it stalls after the last one.
    struct Pieces {
        announced: Option<u64>,
        pieces: VecDeque<usize>,
        ends: bool,
    }

    impl ResponseBody for Pieces {
        fn announced_size(&self) -> Option<u64> {
            self.announced
        }

        async fn next_chunk(&mut self) -> CloudResult<Option<Bytes>> {
            match self.pieces.pop_front() {
                Some(length) => Ok(Some(Bytes::from(vec![0; length]))),
                None if self.ends => Ok(None),
                None => std::future::pending().await,
            }
        }

        fn decode(&self, _: &[u8]) -> CloudResult<Page<RolePage>> {
            unreachable!("reading does not decode")
        }
    }

    const KIB: usize = 1024;

    /// Reads a body while other answers hold all but `free` KiB. Gives how many KiB are reserved
    /// for it at the end.
    async fn reading(body: &mut Pieces, free: u64) -> (CloudResult<usize>, u64) {
        let total = 4096;
        let memory = MemoryLimiter::new(total * KIB);
        let budget = TimeBudget::new(Duration::from_secs(600));
        let mut others = memory.reservation();
        others.reserve((total * KIB) as u64 - free * KIB as u64, &budget).await;
        let mut reservation = memory.reservation();
        let limit = Duration::from_secs(8);
        let read = read(body, Operation::GetAccountAuthorizationDetails, &mut reservation, &budget, limit);
        let (bytes, ()) = tokio::join!(read, async {
            tokio::time::sleep(Duration::from_secs(100)).await;
            drop(others);
        });
        (bytes.map(|bytes| bytes.len()), reservation.size())
    }

    #[tokio::test(start_paused = true)]
    async fn twice_the_announced_size_is_reserved_before_a_body_is_read() {
        let body = |pieces: &[usize], ends| Pieces {
            announced: Some(100 * KIB as u64),
            pieces: pieces.iter().copied().collect(),
            ends,
        };
        // Waiting for memory takes longer than the body may take, and does not count.
        let mut waits = body(&[60 * KIB, 40 * KIB], true);
        assert_eq!(reading(&mut waits, 100).await, (Ok(100 * KIB), 200));
        let (error, _) = reading(&mut body(&[60 * KIB], false), 4096).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Transient);
        assert!(error.message.contains("did not arrive within 8 s"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_of_unknown_length_is_guessed_and_doubled() {
        for (length, reserved) in [(10, 512), (256, 512), (257, 1024), (600, 2048)] {
            let mut body = Pieces { announced: None, pieces: vec![10 * KIB; length / 10].into(), ends: true };
            body.pieces.push_back(length % 10 * KIB);
            assert_eq!(reading(&mut body, 4096).await, (Ok(length * KIB), reserved), "{length}");
        }
    }
}
