//! Every variable and key by which AWS's own tools choose an identity or the way to AWS, and what
//! becomes of it here.
//!
//! The table is the source of the documentation (`docs/credentials.md`), and of the checks: one of
//! its variables that is not text is refused by name.

use std::fmt::Write as _;

/// What becomes of a variable or key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// It has the meaning that it has for AWS's own tools.
    Honoured,
    /// A scan does not begin if it would matter.
    Refused,
    /// It cannot change who calls, or which endpoint.
    Unused,
}

/// A variable or key.
#[derive(Debug)]
pub(crate) struct AwsSetting {
    pub(crate) name: &'static str,
    pub(crate) treatment: Treatment,
    /// The effect, in words.
    pub(crate) what: &'static str,
}

const fn honoured(name: &'static str, what: &'static str) -> AwsSetting {
    AwsSetting { name, treatment: Treatment::Honoured, what }
}

const fn refused(name: &'static str, what: &'static str) -> AwsSetting {
    AwsSetting { name, treatment: Treatment::Refused, what }
}

const fn unused(name: &'static str, what: &'static str) -> AwsSetting {
    AwsSetting { name, treatment: Treatment::Unused, what }
}

/// The variables. The AWS CLI's are those of botocore's `configprovider.py` and `credentials.py`;
/// the others are the SDKs'.
pub(crate) const VARIABLES: &[AwsSetting] = &[
    honoured(
        "AWS_PROFILE",
        "The profile, unless `--profile` names one. Keys in the environment win over it, and a warning says so.",
    ),
    honoured(
        "AWS_DEFAULT_PROFILE",
        "The same. If both are set and differ, rolesweep refuses: AWS's tools disagree on which one wins.",
    ),
    honoured(
        "AWS_ACCESS_KEY_ID",
        "The caller's key. It wins over AWS_PROFILE, and `--profile` wins over it. Without its secret it is refused.",
    ),
    honoured("AWS_SECRET_ACCESS_KEY", "The caller's secret key. Without AWS_ACCESS_KEY_ID it is refused."),
    honoured("AWS_SESSION_TOKEN", "The session token of the caller's key. Without the key it is refused."),
    honoured(
        "AWS_SECURITY_TOKEN",
        "The old name of AWS_SESSION_TOKEN. If both are set and differ, rolesweep refuses.",
    ),
    refused("AWS_ACCESS_KEY", "An old name of AWS_ACCESS_KEY_ID, refused unless it has the same value."),
    refused("AWS_SECRET_KEY", "An old name of AWS_SECRET_ACCESS_KEY, refused unless it has the same value."),
    refused(
        "SECRET_ACCESS_KEY",
        "An old name of AWS_SECRET_ACCESS_KEY, refused unless it has the same value.",
    ),
    honoured(
        "AWS_ROLE_ARN",
        "The role to assume with AWS_WEB_IDENTITY_TOKEN_FILE. Without that variable it is refused.",
    ),
    honoured(
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "The token to assume AWS_ROLE_ARN with. If a profile gives credentials too, rolesweep refuses, unless that profile assumes a role. With `--profile` the variable has no effect, as with the AWS CLI.",
    ),
    honoured("AWS_ROLE_SESSION_NAME", "The name of the session of AWS_ROLE_ARN."),
    honoured(
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "The endpoint of the container's credentials. It is used if neither the environment nor a profile gives credentials. It is never called through a proxy, and for at most 10 s.",
    ),
    honoured(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "The same, if the relative one is not set: HTTPS, or HTTP on a loopback address or one of ECS and EKS.",
    ),
    honoured(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "The file of the token for that endpoint; it is read for each request.",
    ),
    honoured("AWS_CONTAINER_AUTHORIZATION_TOKEN", "The token for that endpoint, if there is no file."),
    honoured("AWS_EC2_METADATA_DISABLED", "`true`: the instance's metadata service is not called."),
    honoured(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "The URL of the instance's metadata service. It is called last, never through a proxy, and for at most 10 s.",
    ),
    honoured("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "`IPv4` or `IPv6`."),
    unused("AWS_EC2_METADATA_V1_DISABLED", "rolesweep uses only version 2 of the metadata service."),
    unused("AWS_METADATA_SERVICE_TIMEOUT", "The limit is always 10 s in all."),
    unused("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "The limit is always 10 s in all."),
    refused(
        "AWS_CREDENTIAL_FILE",
        "The credentials file of tools before the AWS CLI. It is refused if nothing that wins over it gives credentials.",
    ),
    refused(
        "BOTO_CONFIG",
        "The configuration of boto 2. It is refused if nothing that wins over it gives credentials.",
    ),
    honoured(
        "AWS_CONFIG_FILE",
        "The config file, instead of `~/.aws/config`. A file that does not exist counts as empty.",
    ),
    honoured(
        "AWS_SHARED_CREDENTIALS_FILE",
        "The credentials file, instead of `~/.aws/credentials`. Its keys win over those of the config file.",
    ),
    unused("AWS_SDK_LOAD_CONFIG", "The config file is always read."),
    honoured(
        "HOME",
        "The home folder, which has `~/.aws` and the stores. If it is not set, the user database's home folder is used. IAM Identity Center needs it.",
    ),
    honoured(
        "AWS_REGION",
        "The Region, unless `--region` names one. It decides the partition, and the Region in which STS is called.",
    ),
    honoured("AWS_DEFAULT_REGION", "The same, if AWS_REGION is not set."),
    honoured(
        "AWS_ENDPOINT_URL",
        "The endpoint of all services; `AWS_ENDPOINT_URL_STS`, `_ORGANIZATIONS` and `_IAM` for one. The report names it.",
    ),
    honoured("AWS_ENDPOINT_URL_STS", "The endpoint of STS."),
    honoured("AWS_ENDPOINT_URL_ORGANIZATIONS", "The endpoint of Organizations."),
    honoured("AWS_ENDPOINT_URL_IAM", "The endpoint of IAM."),
    honoured("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "`true`: AWS's own endpoints are used."),
    honoured("AWS_USE_FIPS_ENDPOINT", "`true` or `false`."),
    honoured("AWS_USE_DUALSTACK_ENDPOINT", "`true` or `false`."),
    unused("AWS_STS_REGIONAL_ENDPOINTS", "STS is always called in the Region."),
    honoured("AWS_CA_BUNDLE", "A PEM file of certificates that replaces the machine's."),
    honoured("HTTPS_PROXY", "The proxy for AWS."),
    honoured("https_proxy", "The same, if HTTPS_PROXY is not set."),
    honoured("HTTP_PROXY", "The proxy for endpoints that begin with `http://`."),
    honoured("http_proxy", "The same, if HTTP_PROXY is not set."),
    honoured("ALL_PROXY", "The proxy for both."),
    honoured("all_proxy", "The same, if ALL_PROXY is not set."),
    honoured("NO_PROXY", "Hosts that are reached without a proxy, separated by commas."),
    honoured("no_proxy", "The same, if NO_PROXY is not set."),
    honoured("AWS_MAX_ATTEMPTS", "A number from 1."),
    honoured("AWS_RETRY_MODE", "`standard` or `adaptive`."),
    unused("AWS_CREDENTIAL_EXPIRATION", "AWS says when credentials have expired."),
    unused("AWS_ACCOUNT_ID", "AWS says which account the caller belongs to; the report names it."),
];

/// The keys of a profile, and of the `sso-session` that it names.
pub(crate) const KEYS: &[AwsSetting] = &[
    honoured("aws_access_key_id", "The key. Without its secret it is refused."),
    honoured("aws_secret_access_key", "The key's secret. Without the key it is refused."),
    honoured("aws_session_token", "The session token of the key."),
    honoured(
        "aws_security_token",
        "The old name of `aws_session_token`. If both are set and differ, rolesweep refuses.",
    ),
    honoured(
        "role_arn",
        "The role to assume, with `source_profile`, `credential_source` or `web_identity_token_file`. Without any of them it is refused.",
    ),
    honoured(
        "source_profile",
        "The profile to assume the role with. If it does not exist, or if there is no `role_arn`, it is refused.",
    ),
    honoured("credential_source", "`Environment`, `EcsContainer` or `Ec2InstanceMetadata`."),
    honoured("external_id", "The external id for `role_arn`. Never shown."),
    honoured("role_session_name", "The name of the role's session."),
    honoured("duration_seconds", "How long the role's session lasts, 900 to 43200."),
    refused(
        "mfa_serial",
        "Refused with `role_arn`, because rolesweep cannot ask for a code. Without `role_arn` it has no effect.",
    ),
    honoured("web_identity_token_file", "The token to assume `role_arn` with."),
    honoured("sso_session", "The `sso-session` that holds `sso_start_url` and `sso_region`."),
    honoured("sso_account_id", "The account in IAM Identity Center."),
    honoured("sso_role_name", "The permission set in IAM Identity Center."),
    honoured("sso_start_url", "The start URL of IAM Identity Center."),
    honoured("sso_region", "The Region of IAM Identity Center."),
    unused("sso_registration_scopes", "Only signing in needs it."),
    refused("login_session", "Credentials of `aws login`; use `aws configure export-credentials`."),
    honoured("credential_process", "The command that prints credentials."),
    unused("aws_account_id", "AWS says which account the caller belongs to; the report names it."),
    honoured("region", "The Region, if no flag and no variable names one."),
    honoured("ca_bundle", "A PEM file of certificates, if AWS_CA_BUNDLE is not set."),
    honoured("endpoint_url", "The endpoint of all services, or, in a `services` section, of one."),
    honoured("services", "The `services` section with endpoints."),
    honoured("ignore_configured_endpoint_urls", "`true`: AWS's own endpoints are used."),
    honoured("use_fips_endpoint", "`true` or `false`."),
    honoured("use_dualstack_endpoint", "`true` or `false`."),
    honoured("max_attempts", "A number from 1."),
    honoured("retry_mode", "`standard` or `adaptive`."),
    honoured("ec2_metadata_service_endpoint", "The URL of the instance's metadata service."),
    honoured("ec2_metadata_service_endpoint_mode", "`IPv4` or `IPv6`."),
    unused("sts_regional_endpoints", "STS is always called in the Region."),
    unused("output", "How the AWS CLI prints."),
    unused("cli_pager", "How the AWS CLI prints."),
];

const HEAD: &str = "# Credentials\n\nWhich identity calls AWS, and through which endpoint and proxy. rolesweep follows the AWS CLI; `rolesweep scan --dry-run` names the caller and reads no account. \
    Every setting that chooses an identity is honoured or refused by name. None is ignored silently.\n\n\
    The first of these that gives credentials wins:\n\n\
    1. the profile that `--profile` names\n\
    2. AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\n\
    3. the profile of AWS_PROFILE or AWS_DEFAULT_PROFILE, or `default`\n\
    4. AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, unless `--profile` names a profile\n\
    5. the container's credentials\n\
    6. the instance's metadata service\n\n\
    A profile that names two sources of credentials is refused, because AWS's tools disagree on which one wins. The same applies to a `source_profile`, \
    except that a key in it wins over its own `role_arn`. A profile together with \
    AWS_WEB_IDENTITY_TOKEN_FILE is refused too, unless `--profile` names the profile or it assumes a role. `~/.boto` and `/etc/boto.cfg` are not read.\n\n\
    The files are read as the AWS CLI reads them: UTF-8, quoted names, indented keys, `key: value`. A `#` or `;` after a space begins a comment. A key with \
    two values in one file is refused if its section is used. \
    A profile with two spellings in one file (`[default]` and `[profile default]`) is refused too, \
    and so is an access key whose secret or token is in the other file. A key in the credentials file never uses the config file's token. The keys below are refused in a section `[DEFAULT]`, in capital letters, because the AWS CLI applies \
    them to every profile. An empty value counts as not set. An empty key or secret is refused.\n";

/// The page that documents all of this.
#[must_use]
pub fn credentials_markdown() -> String {
    let mut text = String::from(HEAD);
    for (title, head, rows) in
        [("Variables", "variable", VARIABLES), ("Keys of profiles and sessions", "key", KEYS)]
    {
        let _ = write!(text, "\n## {title}\n\n| {head} | | |\n|---|---|---|\n");
        for row in rows {
            let treatment = match row.treatment {
                Treatment::Honoured => "honoured",
                Treatment::Refused => "refused",
                Treatment::Unused => "no effect",
            };
            let _ = writeln!(text, "| `{}` | {treatment} | {} |", row.name, row.what);
        }
    }
    text
}

/// Whether a profile's key is in the table. Such a key has one value, on one line.
pub(crate) fn is_key(name: &str) -> bool {
    KEYS.iter().any(|key| key.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_name_is_decided_once() {
        for rows in [VARIABLES, KEYS] {
            let names: BTreeSet<&str> = rows.iter().map(|row| row.name).collect();
            assert_eq!(names.len(), rows.len());
            assert!(rows.iter().all(|row| row.what.ends_with('.') && !row.what.contains('|')));
        }
    }

    /// The sources of this crate look only for names that are in the table.
    #[test]
    fn what_the_sources_name_is_in_the_table() {
        let names: BTreeSet<&str> = VARIABLES.iter().chain(KEYS).map(|row| row.name).collect();
        for source in [
            include_str!("../connect.rs"),
            include_str!("../credentials/container.rs"),
            include_str!("../credentials/providers.rs"),
            include_str!("../http/endpoints.rs"),
            include_str!("files/mod.rs"),
            include_str!("files/merge.rs"),
            include_str!("identity.rs"),
            include_str!("../credentials/instance.rs"),
            include_str!("chain.rs"),
            include_str!("profile.rs"),
            include_str!("../http/proxies.rs"),
        ] {
            let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            for text in code.split('"').skip(1).step_by(2) {
                let is_name = text.len() > 3
                    && (text.starts_with("AWS_") || text.starts_with("aws_") || text.ends_with("_PROXY"))
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                assert!(!is_name || names.contains(text), "{text} is not in the table");
            }
        }
    }
}
