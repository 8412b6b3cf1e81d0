//! The texts of a page: most of what roles say, others of the same account say as well.

use super::numbers::{Column, Cursor, Numbers};
use crate::encode::DecodeError;

/// What a text counts besides its bytes: about what it takes in memory while a role is looked at.
const TEXT: usize = 16;

/// How many texts are remembered.
const REMEMBERED: usize = 1024;

/// Texts that are being written, one behind the other. One that comes again is written once, unless another has taken its place among the
/// remembered ones meanwhile: that costs room, and no more.
pub(super) struct Texts<'r> {
    pub(super) all: String,
    pub(super) lengths: Numbers,
    count: u64,
    remembered: Vec<(&'r str, u64)>,
    /// How much was written, each text counted as often as it came.
    pub(super) weight: usize,
}

impl<'r> Texts<'r> {
    pub(super) fn new() -> Self {
        Self {
            all: String::new(),
            lengths: Numbers::default(),
            count: 0,
            remembered: vec![("", u64::MAX); REMEMBERED],
            weight: 0,
        }
    }

    /// Adds a text to others of its kind, none of which comes twice.
    pub(super) fn append(&mut self, text: &str, all: &mut String, lengths: &mut Numbers) {
        self.weigh(text);
        all.push_str(text);
        lengths.push(text.len() as u64);
    }

    /// The text's number.
    pub(super) fn number(&mut self, text: &'r str) -> u64 {
        self.weigh(text);
        let place = place(text);
        match self.remembered[place] {
            (known, number) if known == text && number != u64::MAX => number,
            _ => {
                let number = self.add(text);
                self.remembered[place] = (text, number);
                number
            }
        }
    }

    fn weigh(&mut self, text: &str) {
        self.weight += text.len() + TEXT;
    }

    fn add(&mut self, text: &str) -> u64 {
        self.all.push_str(text);
        self.lengths.push(text.len() as u64);
        self.count += 1;
        self.count - 1
    }
}

/// Where a text is remembered: from its length and at most sixteen pieces of it, evenly spread.
fn place(text: &str) -> usize {
    const PIECE: usize = 8;
    let bytes = text.as_bytes();
    let mut mixed = bytes.len() as u64;
    let mut mix = |piece: u64| mixed = (mixed.rotate_left(5) ^ piece).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let step = bytes.len().div_ceil(16).max(PIECE);
    for piece in bytes.chunks(step) {
        match piece.first_chunk() {
            Some(piece) => mix(u64::from_le_bytes(*piece)),
            None => mix(piece.iter().fold(0, |all, &byte| all << 8 | u64::from(byte))),
        }
    }
    (mixed >> 54) as usize % REMEMBERED
}

/// The texts of a page that is being read.
pub(super) struct StoredTexts<'a> {
    texts: Vec<&'a str>,
    /// How much may still be handed out, each text counted as often as it is: a few bytes could otherwise stand for any number of long texts.
    left: usize,
}

impl<'a> StoredTexts<'a> {
    pub(super) fn new(all: &'a str, lengths: Column<'a>, weight: usize) -> Result<Self, DecodeError> {
        let mut texts = Vec::new();
        let mut lengths = lengths.read();
        let mut rest = all;
        while !lengths.is_empty() {
            let (text, behind) = split(rest, &mut lengths)?;
            // Each is some role's, which what they weigh counts.
            if texts.len() >= weight / TEXT {
                return Err(DecodeError::Page("it holds more than it says"));
            }
            texts.push(text);
            rest = behind;
        }
        if rest.is_empty() {
            Ok(Self { texts, left: weight })
        } else {
            Err(DecodeError::Page("a text belongs to nobody"))
        }
    }

    /// The text with this number.
    pub(super) fn get(&mut self, number: u64) -> Result<&'a str, DecodeError> {
        let text = usize::try_from(number).ok().and_then(|number| self.texts.get(number));
        let text = *text.ok_or(DecodeError::Page("a text is missing"))?;
        self.weigh(text)
    }

    /// Takes a text that stands on its own into account.
    pub(super) fn weigh(&mut self, text: &'a str) -> Result<&'a str, DecodeError> {
        let left = self.left.checked_sub(text.len() + TEXT);
        self.left = left.ok_or(DecodeError::Page("it holds more than it says"))?;
        Ok(text)
    }

    /// How much was not handed out.
    pub(super) fn left(&self) -> usize {
        self.left
    }
}

/// The first of several texts, and what is behind it.
pub(super) fn split<'a>(texts: &'a str, lengths: &mut Cursor<'_>) -> Result<(&'a str, &'a str), DecodeError> {
    usize::try_from(lengths.next()?)
        .ok()
        .and_then(|length| texts.split_at_checked(length))
        .ok_or(DecodeError::Page("a text is cut off"))
}
