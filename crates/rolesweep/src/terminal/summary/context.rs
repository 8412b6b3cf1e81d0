//! What the summary needs besides the report's own.

use std::path::Path;

use rolesweep_assess::Parameters;
use rolesweep_model::Scan;

/// What the summary needs besides the report's own.
pub(crate) struct Context<'a> {
    pub(crate) scan: &'a Scan,
    pub(crate) parameters: &'a Parameters,
    /// Where the report is; `None` for stdout.
    pub(crate) folder: Option<&'a Path>,
    /// Where the facts are.
    pub(crate) store: &'a Path,
    /// The calls that the demo's organization counted, in words, if the user wants to see them.
    pub(crate) calls: Option<String>,
    /// The next command to type, and what it does.
    pub(crate) next: Option<String>,
    /// How wide the terminal is.
    pub(crate) width: usize,
}
