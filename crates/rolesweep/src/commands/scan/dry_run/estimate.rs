//! Estimates the least number of calls of a scan, and its time.

use std::time::Duration;

use rolesweep_scan::Limits;

use crate::terminal::text;

/// The assumed number of roles in an account. It is unknown before the account is read. Most
/// accounts have some tens, busy ones some hundreds.
const ROLES: u32 = 200;

/// How many accounts a page of ListAccounts holds: AWS's limit.
const ACCOUNTS_PER_PAGE: u64 = 20;

/// The assumed time for a page of ListAccounts. AWS publishes no such figure. This and the next
/// four are assumptions.
const LIST_ACCOUNTS: Duration = Duration::from_millis(100);

const ASSUME_ROLE: Duration = Duration::from_millis(50);

/// For a page of ListRoles.
const LIST_ROLES: Duration = Duration::from_millis(100);

/// For a page of GetAccountAuthorizationDetails.
const DETAILS: Duration = Duration::from_millis(200);

/// The additional time for each role on such a page.
const DETAILS_TIME_PER_ROLE: Duration = Duration::from_micros(1500);

/// The estimate for a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Estimate {
    /// How many calls it makes in the accounts, if each account has at most one page of roles.
    pub(super) calls: u64,
    /// How long it takes, if nothing is throttled and AWS is as fast as assumed.
    pub(super) time: Duration,
}

impl Estimate {
    /// The same with a second list of roles in each account.
    pub(super) fn cross_checked(self, wanted: u64, limits: &Limits) -> Self {
        let rounds = wanted.div_ceil(limits.concurrency.get() as u64);
        Self { calls: self.calls + wanted, time: self.time + times(LIST_ROLES, rounds) }
    }

    /// For a population, and the number of its accounts that are read.
    pub(super) fn new(population: u64, wanted: u64, limits: &Limits) -> Self {
        let pages = ROLES.div_ceil(u32::from(limits.page_size.max(1)));
        let account = ASSUME_ROLE + DETAILS * pages + DETAILS_TIME_PER_ROLE * ROLES;
        let rounds = wanted.div_ceil(limits.concurrency.get() as u64);
        // Accounts are read while they are listed, so the longer of the two counts. The list's last
        // page has accounts too.
        let listing = times(LIST_ACCOUNTS, population.div_ceil(ACCOUNTS_PER_PAGE).max(1));
        let time = match rounds {
            0 => listing,
            rounds => (listing + account).max(LIST_ACCOUNTS + times(account, rounds)),
        };
        Self { calls: 2 * wanted, time }
    }
}

/// The assumptions of the estimate, in words.
pub(super) fn assumptions() -> String {
    format!(
        "assuming {} per account, {} ms for AssumeRole, {} ms for a page of roles and {} ms more for each role",
        text::count(u64::from(ROLES), "role"),
        ASSUME_ROLE.as_millis(),
        DETAILS.as_millis(),
        DETAILS_TIME_PER_ROLE.as_secs_f64() * 1000.0,
    )
}

/// How long an account takes if each role is requested separately.
pub(super) fn one_by_one(limits: &Limits) -> Duration {
    Duration::try_from_secs_f64(f64::from(ROLES) / limits.max_iam_rate).unwrap_or(Duration::MAX)
}

fn times(duration: Duration, factor: u64) -> Duration {
    duration.saturating_mul(u32::try_from(factor).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    fn limits(concurrency: usize) -> Limits {
        Limits { concurrency: NonZeroUsize::new(concurrency).unwrap(), page_size: 300, ..Limits::default() }
    }

    #[test]
    fn the_longer_of_listing_and_reading_sets_the_time() {
        let time = |population, wanted, concurrency| {
            Estimate::new(population, wanted, &limits(concurrency)).time.as_millis()
        };
        // An account takes 50 + 200 + 200 × 1.5 = 550 ms.
        assert_eq!(time(1, 1, 64), 650);
        assert_eq!(time(640, 640, 64), 100 + 10 * 550);
        assert_eq!(time(641, 641, 64), 100 + 11 * 550);
        assert_eq!(time(10_000, 64, 64), 50_000 + 550, "the list has 500 pages");
        assert_eq!(time(40, 0, 64), 200, "two pages, and nothing to read");
        assert_eq!(time(0, 0, 64), 100);
    }

    #[test]
    fn each_account_takes_two_calls_at_least() {
        assert_eq!(Estimate::new(1000, 400, &limits(64)).calls, 800);
        assert_eq!(Estimate::new(1000, 0, &limits(64)).calls, 0);
    }

    #[test]
    fn a_second_list_takes_one_more_call_in_each_account() {
        let once = Estimate::new(1000, 640, &limits(64));
        let twice = once.cross_checked(640, &limits(64));
        assert_eq!((twice.calls, twice.time), (1920, once.time + LIST_ROLES * 10));
    }

    #[test]
    fn smaller_pages_take_more_time() {
        let small = Limits { page_size: 100, ..limits(1) };
        let more = Estimate::new(1, 1, &small).time - Estimate::new(1, 1, &limits(1)).time;
        assert_eq!(more, DETAILS);
    }

    #[test]
    fn roles_that_are_asked_for_one_by_one_take_as_long_as_the_ceiling_says() {
        assert_eq!(one_by_one(&limits(64)), Duration::from_secs(40));
        assert_eq!(one_by_one(&Limits { max_iam_rate: 0.0, ..limits(64) }), Duration::MAX);
    }

    #[test]
    fn the_largest_organization_that_there_could_be_has_an_estimate() {
        assert!(Estimate::new(u64::MAX, u64::MAX / 2, &limits(1)).time > Duration::from_secs(3600));
    }
}
