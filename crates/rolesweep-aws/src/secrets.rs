//! The secrets that this process knows by their values.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use crate::spellings;

/// One place for all, since any server may repeat any of them, and any error may carry it.
static KNOWN: RwLock<Known> = RwLock::new(Known { lasting: Vec::new(), passing: VecDeque::new() });

struct Known {
    /// The external id and the caller's credentials.
    lasting: Vec<Arc<str>>,
    /// Those of sessions, and the tokens that went out in requests; the latest first.
    passing: VecDeque<Arc<str>>,
}

impl Known {
    fn holds(&self, secret: &str) -> bool {
        self.lasting.iter().chain(&self.passing).any(|value| &**value == secret)
    }
}

/// How many passing ones are kept. A session's last call is long over when so many others have begun.
const MOST_PASSING: usize = 512;

/// The shortest value that is hidden wherever it stands, in bytes: a shorter one is part of too many words.
const SHORTEST_KNOWN: usize = 8;

/// The longest text that is looked through, in bytes: no message is nearly as long when it is shown.
const LONGEST_TEXT: usize = 64 * 1024;

/// Hides a value in every message from now on: one that stays what it is for as long as the process runs.
pub(crate) fn remember_for_good(secret: &str) {
    keep(secret, |known, secret| known.lasting.push(secret));
}

/// Hides a value in every message for as long as it is likely to be repeated.
pub(crate) fn remember(secret: &str) {
    keep(secret, |known, secret| {
        known.passing.push_front(secret);
        known.passing.truncate(MOST_PASSING);
    });
}

fn keep(secret: &str, put: impl FnOnce(&mut Known, Arc<str>)) {
    if secret.len() < SHORTEST_KNOWN || KNOWN.read().unwrap_or_else(PoisonError::into_inner).holds(secret) {
        return;
    }
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if !known.holds(secret) {
        put(&mut known, secret.into());
    }
}

/// A text without the values that are known, before anything else is done to it: what is cut up first cannot be found any more.
pub(crate) fn hide(text: &str, stand_in: &str) -> String {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let known: Vec<Arc<str>> = {
        let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
        known.lasting.iter().chain(&known.passing).cloned().collect()
    };
    let hide = |text: String, secret: &Arc<str>| spellings::hide(&text, secret, stand_in).into_owned();
    known.iter().fold(text[..end].to_owned(), hide)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::message;

    #[test]
    fn a_known_value_is_hidden_in_every_spelling_before_the_text_is_cut() {
        let long = format!("Part1Known:{}:Part2Known", "q".repeat(200));
        for secret in ["known/Value:of.ours", long.as_str()] {
            remember(secret);
            let encoded = secret.replace('/', "%2F").replace(':', "%3a");
            for spelt in [secret.to_owned(), secret.to_uppercase(), encoded, secret.replace('/', "\\/")] {
                let shown = message(&format!("Value '{spelt}' at 'externalId' failed"));
                assert_eq!(shown, "Value '…' at 'externalId' failed");
            }
        }
        remember("short");
        assert_eq!(message("a short message"), "a short message");
    }
}
