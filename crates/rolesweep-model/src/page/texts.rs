//! The texts of a page. Most texts of a role occur in other roles of the account as well.

use hashbrown::HashMap;

use super::numbers::{Column, Cursor, Numbers};
use crate::encode::DecodeError;

/// What a text counts besides its bytes: about what it takes in memory while a role is read.
const TEXT: usize = 16;

/// Texts that are being written, one after the other. A repeated text is written once.
#[derive(Default)]
pub(crate) struct Texts<'r> {
    pub(super) all: String,
    pub(super) lengths: Numbers,
    numbers: HashMap<&'r str, u64>,
    /// How many bytes were written; each text counts as often as it came.
    pub(super) weight: usize,
}

impl<'r> Texts<'r> {
    /// Adds a text to others of its kind, each of which is different.
    pub(super) fn append(&mut self, text: &str, all: &mut String, lengths: &mut Numbers) {
        self.weigh(text);
        all.push_str(text);
        lengths.push(text.len() as u64);
    }

    /// The text's number. A new text is appended.
    pub(super) fn number(&mut self, text: &'r str) -> u64 {
        self.weigh(text);
        let next = self.numbers.len() as u64;
        *self.numbers.entry(text).or_insert_with(|| {
            self.all.push_str(text);
            self.lengths.push(text.len() as u64);
            next
        })
    }

    fn weigh(&mut self, text: &str) {
        self.weight += text.len() + TEXT;
    }
}

/// The texts of a page that is being read.
#[derive(Debug)]
pub(crate) struct StoredTexts<'a> {
    texts: Vec<&'a str>,
    /// How many bytes may still be handed out; each text counts as often as it is handed out.
    /// Otherwise a few bytes could stand for any number of long texts.
    left: usize,
}

impl<'a> StoredTexts<'a> {
    pub(super) fn new(all: &'a str, lengths: Column<'a>, weight: usize) -> Result<Self, DecodeError> {
        let mut texts = Vec::new();
        let mut lengths = lengths.read();
        let mut rest = all;
        while !lengths.is_empty() {
            let (text, behind) = split(rest, &mut lengths)?;
            // Each text belongs to some role, whose weight counts it.
            if texts.len() >= weight / TEXT {
                return Err(DecodeError::Page("it holds more than it says"));
            }
            texts.push(text);
            rest = behind;
        }
        if rest.is_empty() {
            Ok(Self { texts, left: weight })
        } else {
            Err(DecodeError::Page("a text belongs to no role"))
        }
    }

    pub(super) fn get(&mut self, number: u64) -> Result<&'a str, DecodeError> {
        let text = usize::try_from(number).ok().and_then(|number| self.texts.get(number));
        let text = *text.ok_or(DecodeError::Page("a text is missing"))?;
        self.weigh(text)
    }

    /// Counts a text that has no number.
    pub(super) fn weigh(&mut self, text: &'a str) -> Result<&'a str, DecodeError> {
        let left = self.left.checked_sub(text.len() + TEXT);
        self.left = left.ok_or(DecodeError::Page("it holds more than it says"))?;
        Ok(text)
    }

    /// The bytes that were not handed out.
    pub(super) fn left(&self) -> usize {
        self.left
    }
}

/// The first of several texts, and the rest.
pub(crate) fn split<'a>(texts: &'a str, lengths: &mut Cursor<'_>) -> Result<(&'a str, &'a str), DecodeError> {
    usize::try_from(lengths.next()?)
        .ok()
        .and_then(|length| texts.split_at_checked(length))
        .ok_or(DecodeError::Page("a text is cut off"))
}
