//! The command from end to end: the real binary as a process of its own, in a clean room, against simulated organizations.
//!
//! Golden files are renewed with `ROLESWEEP_UPDATE_GOLDEN=1`, snapshots with `INSTA_UPDATE=always`; look at the difference.
#![expect(clippy::unwrap_used, reason = "in a test, a panic says what is wrong")]

mod answers;
mod bad_input;
mod calls;
mod config_show;
mod credentials;
mod doubtful;
mod dry_run;
mod exit_codes;
mod fixture;
mod golden;
mod limits;
mod manuals;
mod oracle;
mod output;
mod population;
mod report;
mod resume;
mod safety;
mod selection;
mod signals;
mod truth;
