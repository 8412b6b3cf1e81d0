//! What `config show` prints.

use super::{Said, settle, with_file};
use crate::layers::flags::Flags;
use crate::settings::Settings;
use crate::settings::key::Setting;
use crate::show;

#[test]
fn show_can_be_used_as_a_file_and_gives_the_same_settings() {
    let shown = |settings: &Settings| show::show(&settings.view);
    let first = settle(Said {
        flags: Flags::default().given(Setting::concurrency, ["7"]).given(Setting::as_of, ["2026-11-22"]),
        environment: &[
            ("ROLESWEEP_OU", "/Prod, EU,ou-ab12-cd345678"),
            ("ROLESWEEP_EXTERNAL_ID", "s3cret-s3cret"),
        ],
        file: Some(include_str!("../../../../config/example.toml")),
        ..Said::default()
    })
    .unwrap();
    let text = shown(&first);
    assert!(!text.contains("s3cret"), "{text}");
    assert!(!format!("{first:?}").contains("s3cret"));
    insta::assert_snapshot!(text, @r#"
    [scan]
    profile = "security-tooling"                     # /etc/rolesweep/config.toml:5
    region = "eu-central-1"                          # /etc/rolesweep/config.toml:6
    role_name = "audit/RolesweepAudit"               # /etc/rolesweep/config.toml:7
    # external_id = "…"                              # environment ROLESWEEP_EXTERNAL_ID (not shown)
    # session_name                                   # not set
    session_duration = "1h"                          # default
    accounts = []                                    # default
    # accounts_file                                  # not set
    exclude_accounts = []                            # default
    ou = ["/Prod%2C EU", "ou-ab12-cd345678"]         # environment ROLESWEEP_OU
    exclude_ou = ["/Suspended", "ou-ab12-sandbox0"]  # /etc/rolesweep/config.toml:8
    managed_policies = true                          # default
    concurrency = 7                                  # flag --concurrency
    page_size = 200                                  # default
    max_iam_rate = 5.0                               # default
    account_budget = "10m"                           # default
    read_timeout = "1m"                              # default

    [store]
    path = "/var/lib/rolesweep/organization.db"  # /etc/rolesweep/config.toml:15

    [assess]
    inactive_after = "90d"          # /etc/rolesweep/config.toml:18
    unused_after = "30d"            # /etc/rolesweep/config.toml:19
    max_acceptance = "180d"         # default
    # as_of = 2026-11-22T00:00:00Z  # flag --as-of (cannot stand in a file)

    [report]
    include = "all"        # /etc/rolesweep/config.toml:22
    # output               # not set
    fail_on = "findings"   # /etc/rolesweep/config.toml:23
    allow_partial = false  # default

    [ui]
    quiet = false        # default
    verbose = 0          # default
    log_format = "json"  # /etc/rolesweep/config.toml:26
    color = "never"      # /etc/rolesweep/config.toml:27
    progress = true      # default

    [[threshold]]  # /etc/rolesweep/config.toml:31
    name = "break-glass"
    reason = "used in emergencies only, and tested once a year"
    path = ["/break-glass/"]
    inactive_after = "390d"
    unused_after = "390d"

    [[threshold]]  # /etc/rolesweep/config.toml:38
    name = "quarter-end"
    reason = "the closing jobs run four times a year"
    accounts = ["000123456789", "345678901234"]
    tag = ["schedule=quarterly", "quarter-end"]
    inactive_after = "120d"
    unused_after = "120d"

    [[threshold]]  # /etc/rolesweep/config.toml:47
    name = "pipelines"
    reason = "a deployment role that no pipeline used for a month belongs to nobody"
    ou = ["/Workloads/Prod", "/Workloads/Staging"]
    path = ["/ci/", "/cd/"]
    inactive_after = "30d"

    [[exemption]]  # /etc/rolesweep/config.toml:54
    role_arn = "arn:aws:iam::123456789012:role/disaster-recovery/Failover"
    owner = "platform@example.com"
    approved_by = "security@example.com"
    reason = "assumed by the failover test in April, REL-1184"
    expires = 2027-04-30

    [[exemption]]  # /etc/rolesweep/config.toml:61
    role_id = "AROAEXAMPLE1234567890"
    owner = "data@example.com"
    approved_by = "security@example.com"
    reason = "the vendor's connector goes live after the contract is signed, PROC-77"
    expires = 2027-01-31T17:00:00Z

    [[accepted_gap]]  # /etc/rolesweep/config.toml:68
    account = "210987654321"
    owner = "security@example.com"
    approved_by = "ciso@example.com"
    reason = "bought in October; joins the landing zone in the first quarter, SEC-402"
    expires = 2027-03-31
    "#);
    let second = with_file(&text).unwrap();
    let without_origins = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split("  #").next().unwrap_or_default().trim_end().to_owned()).collect()
    };
    assert_eq!(without_origins(&shown(&second)), without_origins(&text));
}
