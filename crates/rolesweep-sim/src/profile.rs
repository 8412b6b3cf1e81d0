//! Profiles: how fast the server is, how many calls it accepts, and what goes wrong.

mod table;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

pub use table::{
    AUTHORIZATION_DETAILS, GET_POLICY, GET_POLICY_VERSION, GET_ROLE, Latency, Limit, ORGANIZATIONS, Row, STS,
    Scope, Source, TABLE, THROTTLED, markdown, row_of,
};

use crate::faults::{Faults, profile_named};

/// How long calls take, as a multiple of the [table](TABLE).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latencies(f64);

impl Latencies {
    /// No waiting.
    pub const NONE: Self = Self(0.0);
    /// As the table says.
    pub const AWS_LIKE: Self = Self(1.0);

    /// This many times as long. Negative values and NaN mean no waiting, and the largest factor is
    /// a thousand.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let factor = self.0 * factor;
        Self(if factor > 0.0 { factor.min(1000.0) } else { 0.0 })
    }

    fn of(self, latency: Duration) -> Duration {
        if self == Self::AWS_LIKE { latency } else { latency.mul_f64(self.0) }
    }
}

/// How many calls are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rates {
    /// Any number.
    Unlimited,
    /// As many as the [table](TABLE) says.
    AwsLike,
}

/// How the server behaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// How long calls take.
    pub latencies: Latencies,
    /// How many calls are accepted.
    pub rates: Rates,
    /// What goes wrong; `None` for nothing.
    pub faults: Option<Faults>,
}

impl Default for Profile {
    fn default() -> Self {
        Self::instant()
    }
}

impl Profile {
    /// No waiting, no limits, no faults.
    #[must_use]
    pub const fn instant() -> Self {
        Self { latencies: Latencies::NONE, rates: Rates::Unlimited, faults: None }
    }

    /// The latencies and rates of the [table](TABLE), and no faults.
    #[must_use]
    pub const fn aws_like() -> Self {
        Self { latencies: Latencies::AWS_LIKE, rates: Rates::AwsLike, faults: None }
    }

    /// The same, with latencies this many times as long. Rates and the duration of hanging answers
    /// stay.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self { latencies: self.latencies.scaled(factor), ..self }
    }

    /// How long the server takes for a call whose answer has this many roles. Zero if the table
    /// does not have the operation.
    #[must_use]
    pub fn latency(&self, operation: &str, roles: usize) -> Duration {
        row_of(operation).map_or(Duration::ZERO, |row| self.latencies.of(row.latency.with_roles(roles)))
    }

    /// How long a throttled answer takes.
    #[must_use]
    pub fn throttled_latency(&self) -> Duration {
        self.latencies.of(THROTTLED)
    }

    /// The bucket that a call takes a token from; `None` if there is no limit.
    #[must_use]
    pub fn limit(&self, operation: &str) -> Option<&'static Limit> {
        match self.rates {
            Rates::Unlimited => None,
            Rates::AwsLike => row_of(operation)?.limit,
        }
    }
}

/// An unknown profile name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown profile `{0}`: use instant, aws-like or hostile:SEED")]
pub struct UnknownProfile(String);

impl FromStr for Profile {
    type Err = UnknownProfile;

    /// `instant`, `aws-like`, `hostile` (with seed 1) or `hostile:SEED`.
    fn from_str(text: &str) -> Result<Self, UnknownProfile> {
        match text {
            "instant" => Ok(Self::instant()),
            "aws-like" => Ok(Self::aws_like()),
            _ => profile_named(text).ok_or_else(|| UnknownProfile(text.to_owned())),
        }
    }
}

impl fmt::Display for Profile {
    /// The name that [`FromStr`] reads, followed by other changes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waits = self.latencies != Latencies::NONE;
        match &self.faults {
            Some(faults) => faults.fmt(f)?,
            None if waits || self.rates == Rates::AwsLike => f.write_str("aws-like")?,
            None => f.write_str("instant")?,
        }
        if (waits || self.faults.is_some()) && self.latencies != Latencies::AWS_LIKE {
            write!(f, ", latencies x{}", self.latencies.0)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_profiles_and_back() {
        for (name, profile) in [
            ("instant", Profile::instant()),
            ("aws-like", Profile::aws_like()),
            ("hostile:7", Profile::hostile(7)),
        ] {
            assert_eq!(name.parse(), Ok(profile));
            assert_eq!(profile.to_string(), name);
        }
        assert_eq!("hostile".parse(), Ok(Profile::hostile(1)));
        for name in ["", "Instant", "aws", "hostile:", "hostile:x", "instant:1"] {
            assert_eq!(name.parse::<Profile>(), Err(UnknownProfile(name.to_owned())));
        }
        assert_eq!(Profile::aws_like().scaled(0.5).to_string(), "aws-like, latencies x0.5");
    }

    #[test]
    fn scaling_touches_latencies_alone() {
        let details = |profile: Profile| profile.latency("iam:GetAccountAuthorizationDetails", 200);
        let doubled = Profile::aws_like().scaled(2.0);
        assert_eq!(details(Profile::aws_like()), Duration::from_millis(500));
        assert_eq!(details(doubled), Duration::from_secs(1));
        assert_eq!(details(Profile::aws_like().scaled(0.5)), Duration::from_millis(250));
        assert_eq!(doubled.limit("iam:GetRole"), Some(&GET_ROLE));
        assert_eq!(doubled.scaled(0.5), Profile::aws_like());
        for nonsense in [-1.0, f64::NAN, 0.0] {
            assert_eq!(details(Profile::aws_like().scaled(nonsense)), Duration::ZERO);
        }
        assert_eq!(details(Profile::instant().scaled(2.0)), Duration::ZERO);
        assert_eq!(Profile::instant().limit("iam:GetRole"), None);
        assert_eq!(doubled.latency("iam:CreateRole", 0), Duration::ZERO);
    }
}
