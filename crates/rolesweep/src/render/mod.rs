//! From the facts of one scan to a report: assess each role, write the files, add up what the summary says.

mod pass;
pub(crate) mod remedies;
pub(crate) mod summary;

pub(crate) use pass::{Pass, RenderError, Rendered, Target, render};
