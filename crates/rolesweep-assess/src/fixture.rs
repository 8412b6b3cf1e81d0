//! What the tests of several modules share.

use jiff::{SignedDuration, Timestamp};
use rolesweep_model::{
    AccountHistory, Boundary, EarlierHistory, Evidence, Fingerprinter, HistoryBuilder, LastUse,
    OrganizationalUnit, OuTree, Role, RoleDocuments, RoleHistory,
};

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

/// Assesses one role as a report does. [`Assessor::flags`] has to agree.
pub(crate) fn assess(role: &Role, place: &Place<'_>, parameters: &Parameters) -> Assessment {
    let assessor = Assessor::new(parameters);
    let rules = assessor.rules_for(place);
    let assessment = Usage::new(&assessor, &[], false).assess(role, None, &rules, &mut open);
    assert_eq!(assessor.flags(role, None, &rules, &mut open), assessment.is_finding(), "{assessment:?}");
    assessment
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

/// A role's history as of the last of these scans, which began so many seconds before [`AS_OF`], and
/// saw the role like this.
pub(crate) struct Scans(AccountHistory, Vec<Timestamp>);

impl Scans {
    pub(crate) fn new(scans: &[(i64, &Role)]) -> Self {
        let mut prints = Fingerprinter::new(&[7; 16]);
        let mut known: Option<(AccountHistory, &Role)> = None;
        for (number, (_, role)) in (1..).zip(scans) {
            let earlier = known.take().map_or_else(EarlierHistory::default, |(history, before)| {
                let used = match before.last_use {
                    LastUse::Used { at, .. } => Some(at),
                    LastUse::NoneRecorded | LastUse::NotCollected => None,
                };
                EarlierHistory::new(history, [(before.role_id.as_str(), used)]).unwrap()
            });
            let documents =
                RoleDocuments { inline: Some(vec![]), attached: Some(vec![]), boundary: Boundary::Absent };
            let mut builder = HistoryBuilder::new(earlier, number);
            builder.add(role.role_id.as_str(), &role.last_use, prints.of(*role, &documents));
            known = Some((builder.finish(true), role));
        }
        Self(known.unwrap().0, scans.iter().map(|(seconds, _)| before(*seconds)).collect())
    }

    pub(crate) fn role(&self) -> RoleHistory<'_> {
        self.0.role(0, &self.1).unwrap()
    }
}
