//! AWS's own variables and profile files, read once before the SDK reads them. What the SDK would
//! ignore, panic on or explain badly becomes a clear refusal.

use std::borrow::Cow;
use std::str::FromStr as _;

use aws_config::profile::ProfileSet;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_types::retry::RetryMode;
use aws_types::os_shim_internal::Fs;

use crate::environment::Environment;
use crate::error::ConnectError;
use crate::profiles::chain::{Origin, check_group};
use crate::profiles::files::{Group, Sections};
use crate::profiles::identity::{self, Chosen, DEFAULT};
use crate::profiles::sdk_config;
use crate::secrets::redact;
use crate::settings::Settings;

/// The profile in use: whose credentials are used, and what the SDK cannot be asked about.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) name: String,
    /// Where credentials come from.
    pub(crate) chosen: Chosen,
    section: Option<Group>,
    files: Sections,
    sdk_config: EnvConfigFiles,
    sections: ProfileSet,
}

impl Profile {
    /// Reads the files, finds the profile that applies, and decides whose credentials are used.
    ///
    /// # Errors
    /// If a file cannot be read, a profile does not exist, or the identity is not clear.
    pub(crate) async fn read(from: &Environment, settings: &Settings) -> Result<Self, ConnectError> {
        identity::check_text(from)?;
        let named = identity::named(from, settings.profile.as_deref())?;
        let files = Sections::read(from)?;
        let chosen = identity::choose(from, &files, named.as_deref(), settings)?;
        let name = named.unwrap_or_else(|| DEFAULT.to_owned());
        let section = files.profiles.get(&name).cloned();
        section.as_ref().map_or(Ok(()), check_group)?;
        let config = sdk_config::render(&name, section.as_ref(), &files)?;
        let sdk_config = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, config).build();
        let sections =
            aws_config::profile::load(&Fs::real(), &from.env, &sdk_config, Some(Cow::Borrowed(DEFAULT)))
                .await
                .map_err(|error| {
                    let help = "correct the profile";
                    ConnectError::new("read the AWS configuration", redact::chain(&error), help)
                })?;
        Ok(Self { name, chosen, section, files, sdk_config, sections })
    }

    /// Whether credentials come from the profile.
    pub(crate) fn gives_credentials(&self) -> bool {
        matches!(self.chosen, Chosen::Profile(_))
    }

    /// Whether they come from IAM Identity Center.
    pub(crate) fn is_sso(&self) -> bool {
        matches!(&self.chosen, Chosen::Profile(chain) if matches!(chain.origin, Origin::Sso(_)))
    }

    /// The profile's settings as the SDK reads them.
    pub(crate) fn sections(&self) -> &ProfileSet {
        &self.sections
    }

    /// The same settings as a file. They are its profile `default`.
    pub(crate) fn sdk_config(&self) -> &EnvConfigFiles {
        &self.sdk_config
    }

    /// The region of the profile, or of the first profile that it builds on and that has one.
    pub(crate) fn region(&self) -> Option<String> {
        self.chain().find_map(|name| Some(self.files.profiles.get(name)?.get("region")?.to_owned()))
    }

    /// A setting as the SDK finds it, and its source: the variable first, then the profile's key.
    pub(crate) fn setting(&self, from: &Environment, variable: &str, key: &str) -> Option<(String, String)> {
        match from.env.get(variable) {
            Ok(value) => Some((variable.to_owned(), value)),
            Err(_) => self.of_profile(key),
        }
    }

    /// The same, but an empty variable counts as not set.
    pub(crate) fn filled(&self, from: &Environment, variable: &str, key: &str) -> Option<(String, String)> {
        match from.variable(variable) {
            Some(value) => Some((variable.to_owned(), value)),
            None => self.of_profile(key),
        }
    }

    /// The profile's own value, and its source.
    fn of_profile(&self, key: &str) -> Option<(String, String)> {
        Some((format!("`{key}` of the profile `{}`", self.name), self.get(key)?.to_owned()))
    }

    /// Refuses values that the SDK would panic on, or ignore with a line in the log.
    pub(crate) fn check_settings(&self, from: &Environment) -> Result<(), ConnectError> {
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
                    return Err(ConnectError::setting(&origin, &redact::message(&value), expected));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.section.as_ref()?.get(key)
    }

    /// The profile and those that it builds on through `source_profile`. A loop ends the list.
    fn chain(&self) -> impl Iterator<Item = &str> {
        let source = |name: &str| self.files.profiles.get(name)?.get("source_profile");
        let mut seen: Vec<&str> = vec![&self.name];
        let mut next = source(&self.name);
        while let Some(name) = next.filter(|name| !seen.contains(name)) {
            seen.push(name);
            next = source(name);
        }
        seen.into_iter()
    }
}
