//! Settings whose value is one of a few words.

use crate::errors::Fault;
use crate::settings::declare::choices;
use crate::text::quote::quote;
use crate::value::{Rules, Shape, Value, not_a_choice};

choices! {
    /// Which roles are listed.
    pub enum Include {
        /// Flagged and undetermined ones.
        Flagged = "flagged",
        /// All.
        All = "all",
    }

    /// What has its own exit code.
    pub enum FailOn {
        /// Nothing.
        Never = "never",
        /// Critical findings.
        Critical = "critical",
        /// Findings that are at least high. What is unknown counts as high.
        High = "high",
        /// Findings that are at least medium.
        Medium = "medium",
        /// Findings that are at least low.
        Low = "low",
        /// All findings.
        Findings = "findings",
        /// Findings that the earlier scan did not have.
        New = "new",
        /// Findings that are at least high, and were not so in the earlier scan.
        NewHigh = "new-high",
    }

    /// The form of the result at the end.
    pub enum SummaryFormat {
        /// A summary for people, on stderr.
        Text = "text",
        /// One line of JSON, on stdout.
        Json = "json",
    }

    /// How log lines are written.
    pub enum LogFormat {
        /// For people.
        Text = "text",
        /// One JSON object in each line.
        Json = "json",
    }

    /// When colours are used.
    pub enum Color {
        /// On a terminal that supports them, unless `NO_COLOR` says otherwise.
        Auto = "auto",
        /// Always.
        Always = "always",
        /// Never.
        Never = "never",
    }
}
