//! The moment at which something happens to a scan: after a number of calls and a short time, so
//! that a seed means the same on every machine.

use std::thread;
use std::time::{Duration, Instant};

use rolesweep_sim::Simulator;
use rolesweep_tests::Running;

/// How long to wait for a scan to reach this point before it counts as hanging.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Numbers that follow from a seed: SplitMix64.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut this = Self(seed);
        // The first numbers of small seeds are similar.
        this.below(2);
        this
    }

    /// The next number below a limit.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        u64::try_from((u128::from(mixed) * u128::from(bound)) >> 64).unwrap()
    }
}

/// A point in a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// After this many calls.
    pub(crate) calls: u64,
    /// And then after this much time.
    pub(crate) later: Duration,
}

impl Progress {
    /// A random point in a scan that makes this many calls: from before its first call to after its
    /// last one, when it writes the report.
    pub(crate) fn any(random: &mut Random, of: u64) -> Self {
        let calls = random.below(of + of / 8 + 1).min(of);
        // After the last call come the end of the scan and the report, which take longer than the
        // gap between two calls.
        let spread = if calls == of { 300_000 } else { 30_000 };
        Self { calls, later: Duration::from_micros(random.below(spread)) }
    }

    /// Waits until the point is reached or the scan has ended. Says whether the scan still runs.
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
