//! Calling and storing run side by side, and neither gets far ahead of the other.

use std::time::Duration;

use rolesweep_scan::ports::Event;

use crate::fact_sink::MemorySink;
use crate::fake_cloud::FakeCloud;
use crate::setup::Setup;
use crate::world::World;

const CALL: Duration = Duration::from_millis(50);

/// Accounts with this many roles, calls of 50 ms, and a sink that takes this long for a page.
fn setup(accounts: u64, roles: usize, slow: Duration) -> Setup {
    let mut cloud = FakeCloud::new(World::with(accounts, roles));
    cloud.latency = CALL;
    let mut setup = Setup::new(cloud);
    setup.plan.limits.concurrency = 4.try_into().unwrap();
    setup.sink = MemorySink { slow, ..MemorySink::default() }.into();
    setup
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_stored_keeps_no_other_from_being_called() {
    let slow = Duration::from_secs(1);
    let setup = setup(40, 3, slow);
    setup.done().await;
    assert_eq!(setup.cloud.most_called(), 4);
    // Twice as many accounts as are called are under way, so the sink always has work, and no more
    // than that wait for it.
    let mut under_way = 0_i32;
    let mut most = 0;
    for (_, event) in setup.recorder.events.lock().unwrap().iter() {
        match event {
            Event::Started { .. } => under_way += 1,
            Event::Finished { .. } => under_way -= 1,
            _ => {}
        }
        most = most.max(under_way);
    }
    assert_eq!(most, 8);
    let elapsed = setup.began.elapsed();
    assert!(elapsed < slow * 40 / 8 + Duration::from_secs(2), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn the_next_page_is_on_its_way_while_one_is_stored() {
    let mut setup = setup(1, 100, CALL);
    setup.plan.limits.page_size = 10;
    setup.done().await;
    let elapsed = setup.began.elapsed();
    // Ten pages after a few first calls, and storing the last one, but not ten times both.
    assert!(elapsed < CALL * 16, "{elapsed:?}");
}
