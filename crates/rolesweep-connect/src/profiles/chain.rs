//! The origin of a profile's credentials, and the roles that are then assumed one after the other.
//!
//! Settings that AWS's tools interpret differently are refused, so that no call is made with an
//! identity that the user did not mean.

use std::fmt;
use std::path::PathBuf;

use crate::credentials::validate;
use crate::environment::Environment;
use crate::error::ConnectError;
use crate::profiles::files::{Group, Sections, Value, no_home, spelled};
use crate::profiles::variables;

/// An access key and its secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// A role to assume with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WebIdentity {
    pub(crate) role_arn: String,
    pub(crate) token_file: PathBuf,
    pub(crate) session_name: Option<String>,
}

/// A permission set of IAM Identity Center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sso {
    pub(crate) account: String,
    pub(crate) role: String,
    pub(crate) start_url: String,
    pub(crate) region: String,
    pub(crate) session: Option<String>,
}

/// Where credentials come from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Keys(Keys),
    WebIdentity(WebIdentity),
    Sso(Sso),
    Process(String),
    Container,
    Instance,
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keys(_) => "Keys",
            Self::WebIdentity(_) => "WebIdentity",
            Self::Sso(_) => "Sso",
            // The command may hold a password.
            Self::Process(_) => "Process",
            Self::Container => "Container",
            Self::Instance => "Instance",
        })
    }
}

/// A role to assume with the credentials of the step before.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) role_arn: String,
    pub(crate) external_id: Option<String>,
    pub(crate) session_name: Option<String>,
    pub(crate) duration_seconds: Option<u32>,
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.role_arn)
    }
}

/// The origin of the credentials, and the roles to assume with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) origin: Origin,
    /// The roles, in the order in which they are assumed.
    pub(crate) steps: Vec<Step>,
}

/// The environment's key, if a profile asks for it.
pub(crate) type OfEnvironment<'a> = &'a dyn Fn() -> Result<Option<Keys>, ConnectError>;

/// The source of a profile's credentials, or `None` for a profile without any.
///
/// # Errors
/// If the settings are impossible, or AWS's tools interpret them differently.
pub(crate) fn of_profile(
    name: &str,
    sections: &Sections,
    from: &Environment,
    of_environment: OfEnvironment<'_>,
) -> Result<Option<Chain>, ConnectError> {
    let mut steps = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let selected = name;
    let mut name = name.to_owned();
    let origin = loop {
        let Some(group) = sections.profiles.get(&name) else {
            return match seen
                .last()
                .and_then(|last| sections.profiles.get(last)?.values.get("source_profile"))
            {
                Some(value) => Err(missing_source(&name, value, sections)),
                None => Ok(None),
            };
        };
        let section = Section { selected, name: &name, group };
        section.check()?;
        // As in botocore and the SDKs, a source that has its own key is not used as a role,
        // whatever else it says.
        let is_key = !seen.is_empty() && section.has_static_keys();
        if is_key
            || section.group.get("role_arn").is_none()
            || section.group.get("web_identity_token_file").is_some()
        {
            break section.origin(sections, from)?.ok_or_else(|| name.clone());
        }
        steps.push(section.step()?);
        seen.push(name.clone());
        match (section.group.get("source_profile"), section.group.get("credential_source")) {
            (Some(_), Some(_)) => {
                return Err(section.refuse(
                    "`source_profile` and `credential_source` both say what to assume the role with",
                    "keep one of them",
                ));
            }
            (None, None) => {
                return Err(section.refuse(
                    "`role_arn` needs something to assume the role with",
                    "add `source_profile`, `credential_source` or `web_identity_token_file`",
                ));
            }
            (None, Some(source)) => break Ok(section.source(source, of_environment)?),
            (Some(source), None) if source == name => {
                let origin = section.origin(sections, from)?;
                if origin.is_some() && !section.has_static_keys() {
                    return Err(section.refuse(
                        "`source_profile` names the profile itself, which has no key",
                        "name a profile that has its own credentials",
                    ));
                }
                break origin.ok_or_else(|| name.clone());
            }
            (Some(source), None) if seen.iter().any(|seen| seen == source) => {
                return Err(section.refuse(
                    &format!("`source_profile` leads back to `{source}`"),
                    "name a profile that has its own credentials",
                ));
            }
            (Some(source), None) => name = source.to_owned(),
        }
    };
    let origin = match origin {
        Ok(origin) => origin,
        // The first one leaves the choice to the machine.
        Err(_) if steps.is_empty() => return Ok(None),
        Err(name) => {
            let what = format!("use the AWS profile `{}`", seen.first().unwrap_or(&name));
            let cause = format!("its source `{name}` has no credentials");
            let help =
                format!("add a key, `sso_session` or `credential_process` to `[profile {}]`", spelled(&name));
            return Err(ConnectError::new(what, cause, help));
        }
    };
    steps.reverse();
    if let (Origin::Keys(keys), false) = (&origin, steps.is_empty()) {
        // The SDK would panic on them before anything else checks them.
        validate::check(&keys.id, &keys.secret, keys.token.as_deref()).map_err(|why| {
            ConnectError::new(format!("use the AWS profile `{name}`"), why.to_string(), "set it again")
        })?;
    }
    Ok(Some(Chain { origin, steps }))
}

fn missing_source(name: &str, value: &Value, sections: &Sections) -> ConnectError {
    let help = sections
        .instead_of("profile", name)
        .unwrap_or_else(|| format!("name one of the profiles that are there ({})", names(sections)));
    ConnectError::new(
        format!("find the AWS profile `{name}`"),
        format!("`source_profile` names it ({}), and none of the files has it", value.place),
        help,
    )
}

/// The list of existing profiles, in words.
pub(crate) fn names(sections: &Sections) -> String {
    let names: Vec<&str> = sections.profiles.keys().map(String::as_str).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}

/// A profile's section, which is used for credentials.
struct Section<'a> {
    /// The profile in use. It is this one, or builds on it.
    selected: &'a str,
    name: &'a str,
    group: &'a Group,
}

impl Section<'_> {
    fn refuse(&self, cause: &str, help: impl Into<String>) -> ConnectError {
        let cause = format!("{cause} ({}: {})", self.group.header, self.group.place);
        ConnectError::new(format!("use the AWS profile `{}`", self.name), cause, help)
    }

    /// Refuses settings that tools interpret differently, and those that need a person at the
    /// keyboard.
    fn check(&self) -> Result<(), ConnectError> {
        check_group(self.group)?;
        if self.group.get("role_arn").is_some() && self.group.get("mfa_serial").is_some() {
            return Err(ConnectError::mfa(self.selected));
        }
        if self.group.get("login_session").is_some() {
            return Err(ConnectError::login(self.selected));
        }
        for key in ["source_profile", "credential_source", "web_identity_token_file"] {
            if self.group.get(key).is_some() && self.group.get("role_arn").is_none() {
                let help = format!("add `role_arn`, or remove `{key}`");
                return Err(self.refuse(&format!("`{key}` has no effect without `role_arn`"), help));
            }
        }
        Ok(())
    }

    fn step(&self) -> Result<Step, ConnectError> {
        let own = |key: &str| self.group.get(key).map(str::to_owned);
        let duration = own("duration_seconds").map(|text| {
            let seconds = text.parse().ok().filter(|seconds| (900..=43_200).contains(seconds));
            seconds.ok_or_else(|| {
                let origin = format!("`duration_seconds` of the profile `{}`", self.name);
                ConnectError::setting(
                    &origin,
                    &crate::secrets::redact::message(&text),
                    "a number from 900 to 43200",
                )
            })
        });
        Ok(Step {
            role_arn: own("role_arn").unwrap_or_default(),
            external_id: own("external_id"),
            session_name: own("role_session_name"),
            duration_seconds: duration.transpose()?,
        })
    }

    fn source(&self, source: &str, of_environment: OfEnvironment<'_>) -> Result<Origin, ConnectError> {
        match source.to_ascii_lowercase().as_str() {
            "environment" => of_environment()?.map(Origin::Keys).ok_or_else(|| {
                self.refuse(
                    "`credential_source = Environment` asks for AWS_ACCESS_KEY_ID, which is not set",
                    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                )
            }),
            "ecscontainer" => Ok(Origin::Container),
            "ec2instancemetadata" => Ok(Origin::Instance),
            _ => Err(self.refuse(
                &format!("`credential_source` is `{}`", crate::secrets::redact::message(source)),
                "write `Environment`, `EcsContainer` or `Ec2InstanceMetadata`",
            )),
        }
    }

    /// Whether a part of a key is set. botocore uses this to decide whether a source is a key or a
    /// role.
    fn has_static_keys(&self) -> bool {
        self.group.has("aws_access_key_id") || self.group.has("aws_secret_access_key")
    }

    /// The one source of credentials that the section itself names.
    fn origin(&self, sections: &Sections, from: &Environment) -> Result<Option<Origin>, ConnectError> {
        let keys = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"];
        let has_keys = keys.iter().any(|key| self.group.has(key));
        let has_sso = self.group.get("sso_account_id").is_some() || self.group.get("sso_role_name").is_some();
        let signs_in = self.group.get("sso_session").is_some() || self.group.get("sso_start_url").is_some();
        let named: Vec<&str> = [
            ("web_identity_token_file", self.group.get("web_identity_token_file").is_some()),
            ("sso_account_id", has_sso),
            ("credential_process", self.group.get("credential_process").is_some()),
            ("aws_access_key_id", has_keys),
        ]
        .into_iter()
        .filter_map(|(key, is_there)| is_there.then_some(key))
        .collect();
        match named.as_slice() {
            [] if signs_in => self.sso(sections, from).map(|sso| Some(Origin::Sso(sso))),
            [] => Ok(None),
            ["web_identity_token_file"] => Ok(Some(Origin::WebIdentity(WebIdentity {
                role_arn: self.group.get("role_arn").unwrap_or_default().to_owned(),
                token_file: self.group.get("web_identity_token_file").unwrap_or_default().into(),
                session_name: self.group.get("role_session_name").map(str::to_owned),
            }))),
            ["sso_account_id"] => self.sso(sections, from).map(|sso| Some(Origin::Sso(sso))),
            ["credential_process"] => {
                let command = self.group.get("credential_process").unwrap_or_default();
                Ok(Some(Origin::Process(command.to_owned())))
            }
            ["aws_access_key_id"] => self.keys().map(|keys| Some(Origin::Keys(keys))),
            [first, .., last] => Err(self.refuse(
                &format!(
                    "`{first}` and `{last}` both give credentials, and AWS's tools disagree on which one wins"
                ),
                "keep one of them",
            )),
            [_] => Ok(None),
        }
    }

    fn keys(&self) -> Result<Keys, ConnectError> {
        let get = |key: &str| self.group.get(key).map(str::to_owned);
        let both = (get("aws_access_key_id"), get("aws_secret_access_key"));
        let (Some(id), Some(secret)) = both else {
            let missing = if both.0.is_none() { "aws_access_key_id" } else { "aws_secret_access_key" };
            let cause = match self.group.has(missing) {
                true => format!("`{missing}` is empty"),
                false => format!("`{missing}` is missing"),
            };
            return Err(self
                .refuse(&cause, "set both `aws_access_key_id` and `aws_secret_access_key`, or remove both"));
        };
        let place = |key: &str| self.group.values.get(key).map(|value| &value.place);
        if let Some(of_id) = place("aws_access_key_id") {
            for key in ["aws_secret_access_key", "aws_session_token", "aws_security_token"] {
                if let Some(other) = place(key).filter(|place| place.file != of_id.file) {
                    return Err(self.refuse(
                        &format!("`aws_access_key_id` ({of_id}) and `{key}` ({other}) are in two files"),
                        "write them into one file",
                    ));
                }
            }
        }
        let (token, old) = (get("aws_session_token"), get("aws_security_token"));
        if let (Some(token), Some(old)) = (&token, &old)
            && token != old
        {
            return Err(self
                .refuse("`aws_session_token` and `aws_security_token` differ", "keep `aws_session_token`"));
        }
        Ok(Keys { id, secret, token: token.or(old) })
    }

    fn sso(&self, sections: &Sections, from: &Environment) -> Result<Sso, ConnectError> {
        let session = match self.group.get("sso_session") {
            Some(name) => match sections.sessions.get(name) {
                Some(session) => {
                    check_group(session)?;
                    Some((name, session))
                }
                None => {
                    let header = format!("[sso-session {}]", spelled(name));
                    let help = sections
                        .instead_of("sso-session", name)
                        .unwrap_or_else(|| format!("add `{header}`, or run `aws configure sso-session`"));
                    return Err(self
                        .refuse(&format!("`sso_session` names `{name}`, and there is no `{header}`"), help));
                }
            },
            None => None,
        };
        let get = |key: &str| {
            let own = self.group.get(key);
            let of_session = session.and_then(|(_, session)| session.get(key));
            match (own, of_session) {
                (Some(own), Some(other)) if own != other => Err(self.refuse(
                    &format!("`{key}` differs from that of its `sso-session`"),
                    format!("remove `{key}` from the profile"),
                )),
                (own, of_session) => own.or(of_session).map(str::to_owned).ok_or_else(|| {
                    let below = match session {
                        Some((_, session)) if key.ends_with("_url") || key.ends_with("region") => session,
                        _ => self.group,
                    };
                    let help = format!("add `{key} = …` below `{}` ({})", below.header, below.place);
                    self.refuse(&format!("`{key}` is missing"), help)
                }),
            }
        };
        let sso = Sso {
            account: get("sso_account_id")?,
            role: get("sso_role_name")?,
            start_url: get("sso_start_url")?,
            region: get("sso_region")?,
            session: session.map(|(name, _)| name.to_owned()),
        };
        // The SDK looks for the session's token only in HOME.
        match from.variable("HOME") {
            Some(_) => Ok(sso),
            None => Err(no_home("find the session of IAM Identity Center")),
        }
    }
}

/// Refuses a section that sets a key twice, or that spreads one over several lines.
pub(crate) fn check_group(group: &Group) -> Result<(), ConnectError> {
    let refuse = |cause, help: &str| ConnectError::new("read the AWS configuration", cause, help.to_owned());
    if let Some((key, first, second)) = group.twice.first() {
        let cause =
            format!("`{key}` of `{}` has two values ({first}, and line {})", group.header, second.line);
        return Err(refuse(cause, "keep one of the two lines"));
    }
    if let Some((first, second)) = group.spelled_twice() {
        let cause = format!(
            "`{}` is there in two spellings ({first}, and line {}), and AWS's tools disagree on what counts",
            group.header, second.line
        );
        return Err(refuse(cause, "write both sections as one"));
    }
    for (key, value) in &group.values {
        if let Some(line) = value.goes_on.filter(|_| variables::is_key(key)) {
            let cause = format!(
                "{}, line {line} (below `{}`): the line is indented further than `{key}` and continues its value",
                value.place.file, group.header
            );
            return Err(refuse(cause, "indent all keys of a section alike"));
        }
    }
    Ok(())
}
