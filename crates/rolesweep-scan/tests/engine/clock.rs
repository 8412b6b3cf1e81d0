//! Tests with a clock that differs from AWS's: it is refused before a scan, and reported after one.

use rolesweep_scan::ports::ErrorKind;
use rolesweep_scan::{ScanError, identify};

use crate::fake_cloud::FakeCloud;
use crate::script::Reaction;
use crate::setup::Setup;
use crate::world::World;

fn ahead(seconds: Option<i64>, reaction: Reaction) -> FakeCloud {
    let cloud = FakeCloud::new(World::with(3, 3)).script(move |_| reaction.clone());
    *cloud.ahead.lock().unwrap() = seconds;
    cloud
}

#[tokio::test(start_paused = true)]
async fn a_caller_is_identified_only_by_a_clock_that_is_right() {
    for seconds in [None, Some(0), Some(300), Some(-300)] {
        assert!(identify(&ahead(seconds, Reaction::Answer)).await.is_ok(), "{seconds:?}");
    }
    for seconds in [301, -301, 8_640_000] {
        // If anything is refused because of the clock, the error names the clock.
        for reaction in [Reaction::Answer, Reaction::Fail(ErrorKind::NoCredentials)] {
            let error = identify(&ahead(Some(seconds), reaction)).await.unwrap_err();
            assert!(
                matches!(&error, ScanError::WrongClock(reading) if reading.difference_seconds == seconds),
                "{error}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn how_far_the_clocks_were_apart_is_kept_with_the_scan() {
    for (seconds, noted) in [(None, false), (Some(-2), false), (Some(3600), true)] {
        let setup = Setup::new(ahead(seconds, Reaction::Answer));
        let outcome = setup.run().await.unwrap();
        assert_eq!(outcome.end.clock_difference_seconds, seconds);
        let notes = outcome.end.notes.join("\n");
        assert_eq!(notes.contains("this machine's clock moved while the scan ran"), noted, "{notes}");
    }
}
