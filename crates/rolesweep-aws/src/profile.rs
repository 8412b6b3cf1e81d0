//! AWS's own variables and profile files: read once before the SDK does, so that what it would ignore, panic on or explain
//! badly becomes a clear refusal.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use aws_config::profile::ProfileSet;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_smithy_types::retry::RetryMode;
use aws_types::os_shim_internal::{Env, Fs};

use crate::error::ConnectError;
use crate::redact;
use crate::usable;

/// The profile that is taken where nobody names one.
const DEFAULT: &str = "default";

/// The configuration files: the variable that names each, and where it is otherwise.
const FILES: [(&str, &str); 2] =
    [("AWS_CONFIG_FILE", ".aws/config"), ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")];

/// Keys of a profile that credentials can come from.
const CREDENTIAL_KEYS: [&str; 7] = [
    "role_arn",
    "credential_source",
    "credential_process",
    "sso_session",
    "sso_start_url",
    "web_identity_token_file",
    "aws_access_key_id",
];

/// Where AWS's settings are read from: the process's environment and the user's files, or a test's.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    pub(crate) env: Env,
    pub(crate) files: EnvConfigFiles,
}

impl Surroundings {
    pub(crate) fn real() -> Self {
        Self { env: Env::real(), files: EnvConfigFiles::default() }
    }

    /// A variable that is set and not blank.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.env.get(name).ok().filter(|value| !value.trim().is_empty())
    }

    /// Refuses configuration files that are there and cannot be read: the SDK would take them for empty ones.
    fn check_files(&self) -> Result<(), ConnectError> {
        let home = self.variable("HOME").or_else(|| self.variable("USERPROFILE"));
        let below_home = |rest: &str| home.as_ref().map(|home| Path::new(home).join(rest));
        for (variable, file) in FILES {
            let path = match self.variable(variable) {
                Some(path) => path.strip_prefix("~/").map_or_else(|| Some(PathBuf::from(&path)), below_home),
                None => below_home(file),
            };
            let Some(path) = path else { continue };
            match std::fs::read_to_string(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(ConnectError::ConfigFile(format!("{}: {error}", path.display())));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether the environment holds credentials: the SDK, as the CLI, takes them before a profile that nobody named on the
    /// command line.
    pub(crate) fn has_credentials(&self) -> bool {
        let secret = ["AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY"];
        self.variable("AWS_ACCESS_KEY_ID").is_some()
            && secret.iter().any(|name| self.variable(name).is_some())
    }
}

/// The profile in use, with what the SDK cannot be asked about.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// Its name.
    pub(crate) name: String,
    /// Whether the caller named it, and not only the environment.
    pub(crate) is_requested: bool,
    /// Whether credentials come from it, and not from the environment.
    pub(crate) is_used_for_credentials: bool,
    /// Whether it, or a profile that it builds on, uses IAM Identity Center.
    pub(crate) is_sso: bool,
    sections: ProfileSet,
}

impl Profile {
    /// Reads the files and finds the profile that applies.
    ///
    /// # Errors
    /// A file that cannot be read, a profile that is not there, or one that the SDK cannot get credentials from.
    pub(crate) async fn read(from: &Surroundings, requested: Option<&str>) -> Result<Self, ConnectError> {
        let named = requested.map(str::to_owned).or_else(|| from.variable("AWS_PROFILE"));
        let name = named.unwrap_or_else(|| DEFAULT.to_owned());
        from.check_files()?;
        let selected = Some(Cow::Owned(name.clone()));
        let sections = aws_config::profile::load(&Fs::real(), &from.env, &from.files, selected)
            .await
            .map_err(|error| ConnectError::ConfigFile(redact::chain(&error)))?;
        let is_requested = requested.is_some();
        let mut profile = Self {
            is_requested,
            is_used_for_credentials: is_requested || !from.has_credentials(),
            is_sso: false,
            name,
            sections,
        };
        if profile.is_used_for_credentials {
            profile.check()?;
            profile.check_keys(from)?;
            profile.is_sso = profile.uses_identity_center();
        }
        Ok(profile)
    }

    /// Whether the profile says where credentials come from.
    pub(crate) fn names_credentials(&self) -> bool {
        CREDENTIAL_KEYS.iter().any(|key| self.get(key).is_some())
    }

    /// The files' sections, this profile selected.
    pub(crate) fn sections(&self) -> &ProfileSet {
        &self.sections
    }

    /// The region of the profile, or of the first one below it that has any.
    pub(crate) fn region(&self) -> Option<String> {
        self.lineage().find_map(|name| Some(self.sections.get_profile(name)?.get("region")?.to_owned()))
    }

    /// A setting as the SDK finds it: the variable first, then the profile's key. With it comes where it stands.
    pub(crate) fn setting(&self, from: &Surroundings, variable: &str, key: &str) -> Option<(String, String)> {
        let of_profile =
            || Some((format!("`{key}` of the profile `{}`", self.name), self.get(key)?.to_owned()));
        match from.env.get(variable) {
            Ok(value) => Some((variable.to_owned(), value)),
            Err(_) => of_profile(),
        }
    }

    /// Refuses values that the SDK would panic on, or ignore with a line in the log.
    pub(crate) fn check_settings(&self, from: &Surroundings) -> Result<(), ConnectError> {
        let is_count: fn(&str) -> bool = |value| value.parse::<u32>().is_ok_and(|count| count > 0);
        let is_mode: fn(&str) -> bool = |value| RetryMode::from_str(value).is_ok();
        let is_flag: fn(&str) -> bool =
            |value| value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
        for (variable, key, is_valid, expected) in [
            ("AWS_MAX_ATTEMPTS", "max_attempts", is_count, "a number from 1 on"),
            ("AWS_RETRY_MODE", "retry_mode", is_mode, "`standard` or `adaptive`"),
            ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", is_flag, "`true` or `false`"),
            ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", is_flag, "`true` or `false`"),
        ] {
            match self.setting(from, variable, key) {
                Some((origin, value)) if !is_valid(&value) => {
                    return Err(ConnectError::Setting { origin, value: redact::message(&value), expected });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn uses_identity_center(&self) -> bool {
        self.lineage()
            .filter_map(|name| self.sections.get_profile(name))
            .any(|section| ["sso_session", "sso_start_url"].iter().any(|key| section.get(key).is_some()))
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.get_of(&self.name, key)
    }

    fn get_of(&self, profile: &str, key: &str) -> Option<&str> {
        self.sections.get_profile(profile)?.get(key)
    }

    /// Refuses a profile that is not there, and one that needs a person at the keyboard.
    fn check(&self) -> Result<(), ConnectError> {
        if self.name != DEFAULT && self.sections.get_profile(&self.name).is_none() {
            let mut names: Vec<&str> = self.sections.profiles().collect();
            names.sort_unstable();
            let known = match names.as_slice() {
                [] => "there are no profiles at all".to_owned(),
                names => format!("there are {}", names.join(", ")),
            };
            return Err(ConnectError::UnknownProfile { name: self.name.clone(), known });
        }
        for name in self.lineage() {
            let Some(section) = self.sections.get_profile(name) else { continue };
            if section.get("role_arn").is_some() && section.get("mfa_serial").is_some() {
                return Err(ConnectError::Mfa { name: self.name.clone() });
            }
            if section.get("login_session").is_some() {
                return Err(ConnectError::Login { name: self.name.clone() });
            }
        }
        Ok(())
    }

    /// Refuses keys that a role cannot be assumed with: the SDK would panic on them before anybody else sees them. Keys that
    /// are used as they are get looked at when they are.
    fn check_keys(&self, from: &Surroundings) -> Result<(), ConnectError> {
        if !self.lineage().any(|name| self.get_of(name, "role_arn").is_some()) {
            return Ok(());
        }
        for name in self.lineage() {
            let of_environment = self.get_of(name, "credential_source") == Some("Environment");
            let value = |key: &str| match of_environment {
                true => from.variable(&key.to_ascii_uppercase()),
                false => self.get_of(name, key).map(str::to_owned),
            };
            let (id, secret) = (value("aws_access_key_id"), value("aws_secret_access_key"));
            let token = value("aws_session_token");
            let token = token.as_deref().map(str::trim);
            usable::check(&id.unwrap_or_default(), &secret.unwrap_or_default(), token)
                .map_err(|why| ConnectError::Keys { name: name.to_owned(), reason: why.to_string() })?;
        }
        Ok(())
    }

    /// The profile and the ones that it builds on, by `source_profile`; a loop ends the list.
    fn lineage(&self) -> impl Iterator<Item = &str> {
        let mut seen: Vec<&str> = vec![&self.name];
        let mut next = self.get("source_profile");
        while let Some(name) = next.filter(|name| !seen.contains(name)) {
            seen.push(name);
            next = self.sections.get_profile(name).and_then(|section| section.get("source_profile"));
        }
        seen.into_iter()
    }
}
