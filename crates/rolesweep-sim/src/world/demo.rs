//! The demo's organization.
use super::World;
use super::organization::OrganizationSpec;
use jiff::Timestamp;
/// x
#[derive(Debug)]
pub struct DemoFacts;
/// x
pub fn demo(now: Timestamp, seed: u64) -> World {
    World::new(OrganizationSpec::new(seed, now)).expect("the demo is valid")
}
