//! The secrets that this process knows by their values.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use crate::secrets::spellings::{self, HIDDEN};

/// One place for all, because any server may repeat any of them, and any error may contain one.
static REMEMBERED: RwLock<Remembered> =
    RwLock::new(Remembered { all: Vec::new(), temporary: VecDeque::new() });

/// In lower case, because they are hidden in any case.
struct Remembered {
    /// All of them, sorted.
    all: Vec<Arc<[u8]>>,
    /// Those of sessions, and tokens sent in requests, with the latest first. Others, such as the
    /// external id and the caller's credentials, are kept permanently.
    temporary: VecDeque<Arc<[u8]>>,
}

/// How many temporary ones are kept. A session's last call ended long before so many others began.
const MOST_TEMPORARY: usize = 512;

/// The shortest value that is always hidden, in bytes. A shorter one would occur in too many words.
const SHORTEST: usize = 8;

/// The longest text that is searched, in bytes. No message that is shown is nearly as long.
const LONGEST_TEXT: usize = 8 * 1024;

/// Hides a value in every later message. For values that stay the same while the process runs.
pub fn remember_for_good(secret: &str) {
    keep(secret, true);
}

/// Hides a value in every message for as long as it is likely to be repeated.
pub fn remember(secret: &str) {
    keep(secret, false);
}

fn keep(secret: &str, for_good: bool) {
    let secret: Arc<[u8]> = secret.to_ascii_lowercase().into_bytes().into();
    let is_known =
        || REMEMBERED.read().unwrap_or_else(PoisonError::into_inner).all.binary_search(&secret).is_ok();
    if secret.len() < SHORTEST || (!for_good && is_known()) {
        return;
    }
    let mut known = REMEMBERED.write().unwrap_or_else(PoisonError::into_inner);
    match known.all.binary_search(&secret) {
        Ok(_) if for_good => known.temporary.retain(|kept| *kept != secret),
        Ok(_) => {}
        Err(at) => {
            known.all.insert(at, Arc::clone(&secret));
            if !for_good {
                known.temporary.push_front(secret);
            }
        }
    }
    if known.temporary.len() > MOST_TEMPORARY
        && let Some(oldest) = known.temporary.pop_back()
        && let Ok(at) = known.all.binary_search(&oldest)
    {
        known.all.remove(at);
    }
}

/// Hides the known values in a text. This has to come first: a value that has been cut into pieces
/// can no longer be found. Text beyond the limit is removed, together with the word at the limit,
/// which may be a part of a value.
pub(crate) fn hide(text: &str) -> String {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let is_cut = end < text.len();
    if is_cut {
        end = text[..end].rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let known = REMEMBERED.read().unwrap_or_else(PoisonError::into_inner);
    let mut shown = spellings::hide_all(&text[..end], &known.all).into_owned();
    if is_cut {
        shown.push_str(HIDDEN);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::redact::message;

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
        let beyond =
            format!("{} known/Value:of.o{}", " ".repeat(LONGEST_TEXT - 8), "urs and more ".repeat(9));
        assert_eq!(message(&beyond), "…");
        remember("short");
        assert_eq!(message("a short message"), "a short message");
    }
}
