//! The form of a value.

/// The form of a value, without the rules for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// A text that is never shown.
    Secret,
    /// A path.
    Path,
    /// True or false.
    Switch,
    /// A whole number.
    Count,
    /// A number above zero.
    Rate,
    /// A duration in whole seconds.
    Duration,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A date or a time.
    Instant,
    /// A list of texts.
    List,
}

/// `a, b or c`
pub(crate) fn either(words: &[&str]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}
