//! What the tests of several modules share.

use jiff::{SignedDuration, Timestamp};
use rolesweep_model::{Boundary, Evidence, LastUse, OrganizationalUnit, OuTree, Role};

use crate::exemption::Exemption;
use crate::judge::{Assessment, Assessor};
use crate::parameters::Parameters;
use crate::place::Place;
use crate::risk::trust::TrustLevel;
use crate::role_match::RoleMatch;
use crate::usage::Usage;

/// The instant at which tests assess.
pub(crate) const AS_OF: &str = "2026-11-22T12:00:00Z";

/// The instant so many seconds before [`AS_OF`]; after it if negative.
pub(crate) fn before(seconds: i64) -> Timestamp {
    AS_OF.parse::<Timestamp>().unwrap() - SignedDuration::from_secs(seconds)
}

/// A role of account 123456789012 without recorded use, created three years ago.
pub(crate) fn role(path: &str, name: &str) -> Role {
    Role {
        last_use: LastUse::NoneRecorded,
        attached_policies: Some(vec![]),
        inline_policy_names: Some(vec![]),
        permissions_boundary: Boundary::Absent,
        tags: Some(vec![]),
        instance_profiles: Some(vec![]),
        ..Role::new(
            format!("arn:aws:iam::123456789012:role{path}{name}").parse().unwrap(),
            "AROADBQP57FF2AEXAMPLE".parse().unwrap(),
            "2023-11-22T00:00:00Z".parse().unwrap(),
            Evidence::AuthorizationDetails,
        )
    }
}

/// 90 days for all roles, and nothing else.
pub(crate) fn parameters() -> Parameters {
    Parameters::new(AS_OF.parse().unwrap())
}

/// Assesses one role as a report does.
pub(crate) fn assess(role: &Role, place: &Place<'_>, parameters: &Parameters) -> Assessment {
    let assessor = Assessor::new(parameters);
    Usage::new(&assessor, &[], false).assess(role, &assessor.rules_for(place), &mut open)
}

/// What a trust policy lets in at most if nobody judged it.
pub(crate) fn open() -> TrustLevel {
    TrustLevel::Public
}

/// An exemption of alice, approved a day before [`AS_OF`].
pub(crate) fn exemption(id: &str, roles: impl Into<RoleMatch>, expires: &str) -> Exemption {
    Exemption {
        id: id.to_owned(),
        roles: roles.into(),
        owner: "alice".to_owned(),
        approved_by: "carol".to_owned(),
        approved_on: before(86_400).to_zoned(jiff::tz::TimeZone::UTC).date(),
        ticket: None,
        reason: "break-glass".to_owned(),
        expires: expires.parse().unwrap(),
    }
}

/// The OUs `/Prod` and, twice, `/Twin`.
pub(crate) fn twins() -> OuTree {
    let id = |text: &str| text.parse().unwrap();
    let unit = |unit: &str, name: &str, parent: Option<&str>| OrganizationalUnit {
        id: id(unit),
        name: name.to_owned(),
        parent: parent.map(id),
    };
    OuTree::new(&[
        unit("r-abcd", "Root", None),
        unit("ou-abcd-prod0000", "Prod", Some("r-abcd")),
        unit("ou-abcd-twin0000", "Twin", Some("r-abcd")),
        unit("ou-abcd-twin0001", "Twin", Some("r-abcd")),
    ])
}
