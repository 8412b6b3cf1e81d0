//! Why a role is assessed as it is, in words: what decided, the arithmetic, and what would change
//! it.

mod grounds;
mod status;
mod way;

pub use grounds::Grounds;
pub use status::{history_lines, status_lines};
pub use way::{PLACEHOLDERS, Way, ways_off};

#[cfg(test)]
mod tests;
