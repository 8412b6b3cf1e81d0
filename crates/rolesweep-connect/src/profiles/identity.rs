//! Chooses the credentials of a scan. They are those that AWS's own tools would use. Otherwise
//! rolesweep refuses and says why.

use crate::environment::Environment;
use crate::error::ConnectError;
use crate::profiles::chain::{self, Chain, Keys, Origin, WebIdentity};
use crate::profiles::files::Sections;
use crate::profiles::variables::VARIABLES;
use crate::settings::Settings;

/// The profile that is used if none is named.
pub(crate) const DEFAULT: &str = "default";

/// Variables that name files of tools older than the AWS CLI. botocore still reads them after the
/// profiles.
const BEFORE_THE_CLI: [&str; 2] = ["AWS_CREDENTIAL_FILE", "BOTO_CONFIG"];

/// Other names of the key that some tools accept.
const OTHER_NAMES: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
    ("AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"),
    ("SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
];

/// The source of the credentials, and who chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// The environment's key.
    Environment(Keys),
    /// The profile.
    Profile(Chain),
    /// The environment's token.
    WebIdentity(WebIdentity),
    /// The container, or the instance.
    Machine(Origin),
}

impl Chosen {
    /// The origin of the credentials, and the roles that are assumed with them.
    pub(crate) fn chain(&self) -> Chain {
        let origin = match self {
            Self::Profile(chain) => return chain.clone(),
            Self::Environment(keys) => Origin::Keys(keys.clone()),
            Self::WebIdentity(web) => Origin::WebIdentity(web.clone()),
            Self::Machine(origin) => origin.clone(),
        };
        Chain { origin, steps: Vec::new() }
    }
}

/// Refuses variables that are not text. A tool that cannot read them would continue without them.
///
/// # Errors
/// If a variable of the table is not UTF-8.
pub(crate) fn check_text(from: &Environment) -> Result<(), ConnectError> {
    match VARIABLES.iter().find(|variable| from.is_not_text(variable.name)) {
        Some(variable) => Err(ConnectError::new(
            format!("use {}", variable.name),
            "its value is not text (UTF-8)",
            format!("set {} again, or unset it", variable.name),
        )),
        None => Ok(()),
    }
}

/// The profile that the caller or a variable names.
///
/// # Errors
/// If the two variables name different profiles.
pub(crate) fn named(from: &Environment, requested: Option<&str>) -> Result<Option<String>, ConnectError> {
    if let Some(name) = requested {
        return Ok(Some(name.to_owned()));
    }
    match (from.variable("AWS_PROFILE"), from.variable("AWS_DEFAULT_PROFILE")) {
        (Some(name), Some(other)) if name != other => Err(ConnectError::new(
            "choose a profile",
            format!("AWS_PROFILE names `{name}`, AWS_DEFAULT_PROFILE names `{other}`, and AWS's tools disagree on which one wins"),
            "unset one of them",
        )
        .or_flag()),
        (name, other) => Ok(name.or(other)),
    }
}

/// Whose credentials are used. `settings` name a profile for this run, or one from a file. The
/// environment wins over a file.
///
/// # Errors
/// If something that would choose an identity is incomplete, contradicts something else, or cannot
/// be used.
pub(crate) fn choose(
    from: &Environment,
    sections: &Sections,
    named: Option<&str>,
    settings: &Settings,
) -> Result<Chosen, ConnectError> {
    let is_requested = settings.profile.is_some() && settings.profile_file.is_none();
    if !is_requested && let Some(keys) = keys(from)? {
        if let (Some(name), Some(file)) = (&settings.profile, &settings.profile_file) {
            return Err(ConnectError::new(
                "choose an identity",
                format!("`profile` in {file} names `{name}`, and AWS_ACCESS_KEY_ID is set"),
                "unset AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            )
            .or_flag());
        }
        // A mistyped name shows that another identity was meant.
        named.map_or(Ok(()), |name| check_known(name, sections))?;
        return Ok(Chosen::Environment(keys));
    }
    let name = named.unwrap_or(DEFAULT);
    if from.home.is_none() && sections.files.len() < 2 {
        return Err(crate::profiles::files::no_home("find AWS's configuration files")
            .or("or set AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE"));
    }
    named.map_or(Ok(()), |name| check_known(name, sections))?;
    let of_profile = chain::of_profile(name, sections, from, &|| keys(from))?;
    // As in the AWS CLI, the flag turns these variables off, even if its profile gives no
    // credentials.
    let web = if is_requested { None } else { web_identity(from)? };
    match (of_profile, web) {
        (Some(chain), Some(_)) if chain.steps.is_empty() => Err(ConnectError::new(
            "choose an identity",
            format!("the profile `{name}` and AWS_WEB_IDENTITY_TOKEN_FILE both give credentials, and AWS's tools disagree on which one wins"),
            "unset AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN",
        )
        .or_flag()),
        (Some(chain), _) => Ok(Chosen::Profile(chain)),
        (None, Some(web)) => Ok(Chosen::WebIdentity(web)),
        (None, None) => machine(from).map(Chosen::Machine),
    }
}

/// Refuses a profile that none of the files has.
fn check_known(name: &str, sections: &Sections) -> Result<(), ConnectError> {
    if sections.profiles.contains_key(name) {
        return Ok(());
    }
    Err(match sections.instead_of("profile", name) {
        Some(help) => ConnectError::new(
            format!("find the AWS profile `{name}`"),
            "none of AWS's configuration files has it",
            help,
        ),
        None => {
            let known = match sections.profiles.is_empty() {
                true => "there are no profiles at all".to_owned(),
                false => format!("there are {}", chain::names(sections)),
            };
            ConnectError::new(
                format!("find the AWS profile `{name}`"),
                format!("neither the config nor the credentials file has it ({known})"),
                "name an existing profile, or create it with `aws configure sso`",
            )
        }
    })
}

/// The environment's key.
///
/// # Errors
/// If a part of it is missing, or a part is set twice.
fn keys(from: &Environment) -> Result<Option<Keys>, ConnectError> {
    for (other, usual) in OTHER_NAMES {
        if let Some(value) = from.variable(other)
            && from.variable(usual).as_ref() != Some(&value)
        {
            let cause = format!("{other} is set, and only some of AWS's tools read it");
            return Err(ConnectError::new(
                "choose an identity",
                cause,
                format!("set {usual} instead, or unset it"),
            )
            .or_flag());
        }
    }
    let (id, secret) = (from.variable("AWS_ACCESS_KEY_ID"), from.variable("AWS_SECRET_ACCESS_KEY"));
    let (token, old) = (from.variable("AWS_SESSION_TOKEN"), from.variable("AWS_SECURITY_TOKEN"));
    match (id, secret, token, old) {
        (_, _, Some(token), Some(old)) if token != old => Err(ConnectError::new(
            "choose an identity",
            "AWS_SESSION_TOKEN and AWS_SECURITY_TOKEN differ",
            "unset AWS_SECURITY_TOKEN, which is the old name",
        )),
        (Some(id), Some(secret), token, old) => Ok(Some(Keys { id, secret, token: token.or(old) })),
        (None, None, None, None) => Ok(None),
        (id, secret, token, _) => {
            let cause = match (id, secret) {
                (Some(_), None) => "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY",
                (None, Some(_)) => "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID",
                _ if token.is_some() => {
                    "AWS_SESSION_TOKEN is set without AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                }
                _ => "AWS_SECURITY_TOKEN is set without AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            };
            Err(ConnectError::new("choose an identity", cause, "set all of them, or none").or_flag())
        }
    }
}

/// The environment's token and its role.
fn web_identity(from: &Environment) -> Result<Option<WebIdentity>, ConnectError> {
    match (from.variable("AWS_WEB_IDENTITY_TOKEN_FILE"), from.variable("AWS_ROLE_ARN")) {
        (Some(file), Some(role_arn)) => Ok(Some(WebIdentity {
            role_arn,
            token_file: file.into(),
            session_name: from.variable("AWS_ROLE_SESSION_NAME"),
        })),
        (None, None) => Ok(None),
        (file, _) => {
            let cause = match file {
                Some(_) => "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN",
                None => "AWS_ROLE_ARN is set without AWS_WEB_IDENTITY_TOKEN_FILE",
            };
            Err(ConnectError::new("choose an identity", cause, "set both, or unset it").or_flag())
        }
    }
}

fn machine(from: &Environment) -> Result<Origin, ConnectError> {
    if let Some(variable) = BEFORE_THE_CLI.iter().find(|variable| from.variable(variable).is_some()) {
        let cause = format!("{variable} is set, and rolesweep does not read such files");
        return Err(ConnectError::new(
            "choose an identity",
            cause,
            format!("move the key to a profile, and unset {variable}"),
        ));
    }
    let uris = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    match uris.iter().any(|uri| from.variable(uri).is_some()) {
        true => Ok(Origin::Container),
        false => Ok(Origin::Instance),
    }
}
