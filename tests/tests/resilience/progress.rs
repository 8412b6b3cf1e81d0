//! When something happens to a scan: after so many calls and a little later, so that a seed means the same on every machine.

use std::thread;
use std::time::{Duration, Instant};

use rolesweep_sim::Simulator;
use rolesweep_tests::Running;

/// How long to wait for a scan to get that far before it counts as hanging.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Numbers that follow from a seed: SplitMix64.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut this = Self(seed);
        // Small seeds are alike at first.
        this.below(2);
        this
    }

    /// The next number below a bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        u64::try_from((u128::from(mixed) * u128::from(bound)) >> 64).unwrap()
    }
}

/// How far a scan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// So many calls have been made.
    pub(crate) calls: u64,
    /// And then so much time has passed.
    pub(crate) later: Duration,
}

impl Progress {
    /// Somewhere in a scan that makes so many calls: from before its first one to after its last, when it writes the report.
    pub(crate) fn any(random: &mut Random, of: u64) -> Self {
        let calls = random.below(of + of / 8 + 1).min(of);
        // Behind the last call are the end of the scan and the report, which take longer than the gap between two calls.
        let spread = if calls == of { 300_000 } else { 30_000 };
        Self { calls, later: Duration::from_micros(random.below(spread)) }
    }

    /// Waits until it has come, or the scan has ended; says whether the scan still runs.
    #[track_caller]
    pub(crate) fn wait(self, server: &Simulator, running: &mut Running) -> bool {
        let deadline = Instant::now() + TIMEOUT;
        while server.counts().total().total() < self.calls {
            if running.has_ended() {
                return false;
            }
            assert!(Instant::now() < deadline, "the scan does not come to {self:?}");
            thread::sleep(Duration::from_millis(2));
        }
        thread::sleep(self.later);
        !running.has_ended()
    }
}
