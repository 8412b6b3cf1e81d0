//! Looks for a type in an error and its causes.

use std::error::Error;
use std::io;

/// The first error of a type among an error and its causes.
pub(crate) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|error| error.downcast_ref())
}

/// An error and its causes, with the innermost last.
pub(crate) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| cause(error))
}

/// The cause of an error. An `io::Error` that wraps another error skips it and gives that error's
/// cause as its source.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[test]
    fn what_an_io_error_wraps_is_found() {
        let wrapped = io::Error::other(io::Error::other(fmt::Error));
        assert!(find::<fmt::Error>(&wrapped).is_some());
        assert!(find::<std::env::VarError>(&wrapped).is_none());
    }
}
