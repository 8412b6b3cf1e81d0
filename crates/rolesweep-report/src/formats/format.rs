//! What a format of a report is. The list of formats is [`FORMATS`](super::FORMATS).

use std::any::Any;

use crate::assessed::{AssessedAccount, AssessedRole, ComparedRole};
use crate::output::Rows;
use crate::summary::Summary;

/// Makes one file of a report from its roles and accounts.
///
/// Each account has a format of its own, on any thread. What the formats append is put in the order
/// of the accounts. A format that needs to know more than one account keeps that in fields, and
/// takes over the fields of the next account in [`Self::join`].
pub(crate) trait Format: Any + Send {
    /// Appends what comes before everything else.
    fn begin(&mut self, _out: &mut Rows) {}

    /// Appends a role that gets a row. Roles come by ARN.
    fn role(&mut self, _role: &AssessedRole<'_>, _out: &mut Rows) {}

    /// Appends an account, after its roles.
    fn account(&mut self, _account: &AssessedAccount<'_>, _out: &mut Rows) {}

    /// Appends a role that is idle in this scan or in the earlier one, after its account. Roles come
    /// by ARN.
    fn changed(&mut self, _role: &ComparedRole<'_>, _out: &mut Rows) {}

    /// Takes over the fields of the next account's format, which is of the same type.
    fn join(&mut self, _next: Box<dyn Any>) {}

    /// Appends what comes after everything else.
    fn finish(&mut self, _summary: &Summary, _out: &mut Rows) {}
}

/// A file of a report.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileFormat {
    pub(crate) file: &'static str,
    pub(crate) new: fn() -> Box<dyn Format>,
}
