//! iam-rs.

use crate::Said;

pub(crate) fn compare(sets: usize) -> Said {
    Ok(format!("{sets}"))
}
