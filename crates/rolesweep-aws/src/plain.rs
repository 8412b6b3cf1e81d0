//! What the SDK gets to read of the configuration files: the settings of the profile in use, in the plainest spelling, and no credentials.

use std::fmt::Write as _;

use crate::files::{Group, Sections};

/// The settings that the SDK takes from a profile. Those of credentials are read in [`crate::lineage`], the Region and certificates where they are used.
const SETTINGS: [&str; 6] = [
    "endpoint_url",
    "ignore_configured_endpoint_urls",
    "use_fips_endpoint",
    "use_dualstack_endpoint",
    "max_attempts",
    "retry_mode",
];

/// A config file whose profile `default` is this one.
pub(crate) fn config(profile: Option<&Group>, sections: &Sections) -> String {
    let mut text = String::from("[default]\n");
    let Some(profile) = profile else { return text };
    for key in SETTINGS {
        if let Some(value) = profile.get(key) {
            let _ = writeln!(text, "{key} = {value}");
        }
    }
    let services = profile.get("services").and_then(|name| sections.services.get(name));
    if let Some(services) = services {
        text.push_str("services = chosen\n[services chosen]\n");
        for (key, value) in &services.values {
            let _ = writeln!(text, "{key} ={}", value.text.replace('\n', "\n  "));
        }
    }
    text
}
