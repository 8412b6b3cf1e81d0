//! From the facts of one scan to a report: assess each role, write the files, add up what the summary says.

mod futures;
mod page;
mod pass;
pub(crate) mod remedies;
pub(crate) mod summary;
mod tally;
#[cfg(test)]
mod tests;
mod walk;
mod workers;

pub(crate) use pass::{Pass, RenderError, Rendered, Target, Unassumed, render};
