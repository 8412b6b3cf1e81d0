//! The config file that the SDK reads: the settings of the profile in use in one spelling, and no
//! credentials.

use std::fmt::Write as _;

use crate::error::ConnectError;
use crate::profiles::chain::check_group;
use crate::profiles::files::{Group, Sections, spelled};

/// The settings that the SDK takes from a profile. Credentials are read in
/// [`crate::profiles::chain`]. The Region and the certificates are read by the code that uses them.
const SETTINGS: [&str; 6] = [
    "endpoint_url",
    "ignore_configured_endpoint_urls",
    "use_fips_endpoint",
    "use_dualstack_endpoint",
    "max_attempts",
    "retry_mode",
];

/// A config file whose profile `default` is this profile.
///
/// # Errors
/// If the profile names endpoints (`services`) that do not exist or contradict each other. Calls
/// would go to the wrong endpoint.
pub(crate) fn render(
    name: &str,
    profile: Option<&Group>,
    sections: &Sections,
) -> Result<String, ConnectError> {
    let mut text = String::from("[default]\n");
    let Some(profile) = profile else { return Ok(text) };
    for key in SETTINGS {
        if let Some(value) = profile.get(key) {
            let _ = writeln!(text, "{key} = {value}");
        }
    }
    if let Some(services) = services(name, profile, sections)? {
        text.push_str("services = chosen\n[services chosen]\n");
        for (key, value) in &services.values {
            let _ = writeln!(text, "{key} ={}", value.text.replace('\n', "\n  "));
        }
    }
    Ok(text)
}

/// The section that the profile's `services` names. As in botocore, it has to exist and must not be
/// empty.
fn services<'a>(
    profile: &str,
    group: &Group,
    sections: &'a Sections,
) -> Result<Option<&'a Group>, ConnectError> {
    let Some(name) = group.get("services") else { return Ok(None) };
    let refuse =
        |cause, help| Err(ConnectError::new(format!("use the AWS profile `{profile}`"), cause, help));
    match sections.services.get(name) {
        Some(services) if services.values.is_empty() => refuse(
            format!("`services` names `{name}`, and `{}` says nothing ({})", services.header, services.place),
            "add endpoints to it, or remove `services` from the profile".to_owned(),
        ),
        Some(services) => check_group(services).map(|()| Some(services)),
        None => {
            let header = format!("[services {}]", spelled(name));
            let cause = format!(
                "`services` names `{name}`, and there is no `{header}` ({}: {})",
                group.header, group.place
            );
            let usual = || format!("add `{header}`, or remove `services` from the profile");
            refuse(cause, sections.instead_of("services", name).unwrap_or_else(usual))
        }
    }
}
