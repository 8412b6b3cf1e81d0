//! End-to-end tests of the command: the real binary as a separate process, in a clean environment,
//! with simulated organizations.
//!
//! `ROLESWEEP_UPDATE_GOLDEN=1` updates golden files, and `INSTA_UPDATE=always` updates snapshots.
//! Read the difference.
#![expect(clippy::unwrap_used, reason = "in a test, a panic says what is wrong")]

mod answers;
mod aws_policies;
mod bad_input;
mod calls;
mod changes;
mod check;
mod config_init;
mod config_show;
mod credentials;
mod cross_check;
mod demo_settings;
mod diff;
mod docs;
mod doubtful;
mod dry_run;
mod endings;
mod exit_codes;
mod explain;
mod fixture;
mod golden;
mod history;
mod limits;
mod manuals;
mod oracle;
mod output;
mod population;
mod prune;
mod report;
mod result;
mod resume;
mod rules;
mod safety;
mod selection;
mod settings_changes;
mod signals;
mod truth;
