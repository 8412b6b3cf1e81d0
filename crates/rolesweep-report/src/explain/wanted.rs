//! What people know a role by.

use rolesweep_model::{AccountId, Role, RoleArn, RoleId};

/// The role that somebody asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedRole {
    /// Its ARN.
    Arn(RoleArn),
    /// Its unique id.
    Id(RoleId),
    /// Its name, with or without its path, in one account or in any.
    Name {
        /// The account, if it is known.
        account: Option<AccountId>,
        /// The name, or the path and the name.
        name: String,
    },
}

impl WantedRole {
    /// Reads what somebody typed: an ARN, a role id, or a name. An ARN of a session names the role
    /// that the session is of.
    ///
    /// # Errors
    /// If it is an ARN, and not one of a role or its session.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(session) = of_a_session(text) {
            return Ok(session);
        }
        if text.starts_with("arn:") {
            return text.parse().map(Self::Arn).map_err(|error: rolesweep_model::ArnError| error.to_string());
        }
        let name = text.trim_start_matches('/');
        if name.is_empty() {
            return Err("the text is empty".to_owned());
        }
        // Every role id begins like this. A name that does, too, is found by its ARN.
        match text.parse::<RoleId>() {
            Ok(id) if text.starts_with("AROA") => Ok(Self::Id(id)),
            _ => Ok(Self::Name { account: None, name: name.to_owned() }),
        }
    }

    /// The account that it is in, if that is known.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Arn(arn) => Some(arn.account_id()),
            Self::Id(_) => None,
            Self::Name { account, .. } => *account,
        }
    }

    /// Whether it is this role. IAM tells the names of an account's roles apart without case.
    pub(super) fn is(&self, role: &Role<&str>) -> bool {
        match self {
            Self::Arn(arn) => arn.as_str() == role.arn.as_str(),
            Self::Id(id) => id.as_str() == role.role_id.as_str(),
            Self::Name { name, .. } => {
                let (path, own) = (role.arn.path().trim_start_matches('/'), role.arn.name());
                match name.rsplit_once('/') {
                    None => own.eq_ignore_ascii_case(name),
                    Some((before, last)) => {
                        own.eq_ignore_ascii_case(last) && path.trim_end_matches('/') == before
                    }
                }
            }
        }
    }
}

/// The role of `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`, as CloudTrail has it. The path
/// is not part of it.
fn of_a_session(text: &str) -> Option<WantedRole> {
    let rest = text.strip_prefix("arn:")?.split_once(":sts::")?.1;
    let (account, resource) = rest.split_once(":assumed-role/")?;
    let name = resource.split_once('/').map_or(resource, |(name, _)| name);
    (!name.is_empty())
        .then(|| Some(WantedRole::Name { account: Some(account.parse().ok()?), name: name.to_owned() }))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_its_arn_its_id_its_name_or_a_session() {
        let arn = "arn:aws:iam::123456789012:role/ci/deploy";
        let name = |account: Option<&str>, name: &str| WantedRole::Name {
            account: account.map(|id| id.parse().unwrap()),
            name: name.to_owned(),
        };
        for (text, expected) in [
            (arn, WantedRole::Arn(arn.parse().unwrap())),
            (" AROADBQP57FF2AEXAMPLE\n", WantedRole::Id("AROADBQP57FF2AEXAMPLE".parse().unwrap())),
            ("deploy", name(None, "deploy")),
            ("/ci/deploy", name(None, "ci/deploy")),
            ("AROA", name(None, "AROA")),
            ("arn:aws:sts::123456789012:assumed-role/deploy/i-1", name(Some("123456789012"), "deploy")),
        ] {
            assert_eq!(WantedRole::parse(text), Ok(expected), "{text}");
        }
        for wrong in ["", " / ", "arn:aws:iam::123456789012:user/ana", "arn:aws:sts::1:assumed-role/a/b"] {
            assert!(WantedRole::parse(wrong).is_err(), "{wrong}");
        }
    }
}
