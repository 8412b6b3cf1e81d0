//! A small deterministic hash. Everything that is generated in an organization follows from a seed
//! through it.
//!
//! It must never change, because golden files depend on it. It is not secure: what must not be
//! forged uses HMAC ([`crate::paging`], [`crate::sigv4`]).

/// The alphabet of IAM's unique ids and of access key ids.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The alphabet of Organizations' ids.
const LOWER: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// The alphabet of secret keys and session tokens.
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A node in the tree of hashes that grows from a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hash(u64);

impl Hash {
    /// The hash of a seed and of its purpose.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        Self(mix(seed ^ 0x9e37_79b9_7f4a_7c15)).text(purpose)
    }

    /// Adds a number to the hash.
    pub(crate) fn number(self, number: u64) -> Self {
        Self(mix(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ mix(number)))
    }

    /// Adds a text to the hash.
    pub(crate) fn text(self, text: &str) -> Self {
        // FNV-1a, finished by the mixer.
        let folded = text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        self.number(folded)
    }

    /// A number from 0 up to, but not including, `limit`; 0 if the limit is 0.
    pub(crate) fn below(self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.0 % limit }
    }

    /// An index into a slice of this length.
    pub(crate) fn index(self, length: usize) -> usize {
        // The remainder is below `length`, which is a usize.
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }

    /// Characters as in `AROA…`.
    pub(crate) fn base32(self, length: usize) -> String {
        self.spell(BASE32, length)
    }

    /// Writes characters as in `AROA…`.
    pub(crate) fn push_base32(self, out: &mut String, length: usize) {
        self.spell_into(BASE32, length, out);
    }

    /// Characters as in `o-…`.
    pub(crate) fn lower(self, length: usize) -> String {
        self.spell(LOWER, length)
    }

    /// Characters as in secret keys.
    pub(crate) fn base64(self, length: usize) -> String {
        self.spell(BASE64, length)
    }

    /// Hexadecimal digits.
    pub(crate) fn hex(self, length: usize) -> String {
        self.spell(b"0123456789abcdef", length)
    }

    fn spell(self, alphabet: &[u8], length: usize) -> String {
        let mut out = String::with_capacity(length);
        self.spell_into(alphabet, length, &mut out);
        out
    }

    fn spell_into(self, alphabet: &[u8], length: usize, out: &mut String) {
        let base = alphabet.len() as u64;
        let mut left = 0;
        let mut round = 0;
        let mut value = 0;
        for _ in 0..length {
            if left == 0 {
                value = self.number(round).0;
                round += 1;
                left = 10;
            }
            out.push(char::from(alphabet[(value % base) as usize]));
            value /= base;
            left -= 1;
        }
    }
}

/// Bytes in the alphabet of IAM's ids, five bits per character, without padding.
pub(crate) fn encode_base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut buffer, mut bits) = (0u32, 0);
    for &byte in bytes {
        buffer = (buffer << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(BASE32[(buffer >> bits) as usize & 31]));
        }
    }
    if bits > 0 {
        out.push(char::from(BASE32[(buffer << (5 - bits)) as usize & 31]));
    }
    out
}

/// The bytes that [`encode_base32`] wrote; `None` for anything else.
pub(crate) fn decode_base32(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut buffer, mut bits) = (0u32, 0);
    for byte in text.bytes() {
        let digit = BASE32.iter().position(|&known| known == byte)?;
        buffer = (buffer << 5) | u32::try_from(digit).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((buffer >> bits) as u8);
        }
    }
    // Only one spelling is valid: leftover bits are zero.
    (buffer & ((1 << bits) - 1) == 0 && encode_base32(&out) == text).then_some(out)
}

/// The finisher of SplitMix64.
fn mix(mut value: u64) -> u64 {
    value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Golden files depend on it.
    #[test]
    fn the_hash_never_changes() {
        let hash = Hash::new(7, "role").text("app").number(3);
        assert_eq!(hash.base32(17), "IK6WMNIMOOO3ZRQH6");
        assert_eq!(hash.below(1000), 507);
    }

    #[test]
    fn neighbours_share_nothing() {
        let ids: HashSet<String> = (0..20_000).map(|n| Hash::new(1, "role").number(n).base32(17)).collect();
        assert_eq!(ids.len(), 20_000);
    }

    #[test]
    fn base32_has_one_spelling() {
        for length in 0..40 {
            let bytes: Vec<u8> = (0..length).map(|n: u8| n.wrapping_mul(37)).collect();
            let text = encode_base32(&bytes);
            assert_eq!(decode_base32(&text).as_deref(), Some(&bytes[..]));
            if !text.is_empty() {
                assert_ne!(decode_base32(&format!("{text}A")).as_deref(), Some(&bytes[..]));
            }
        }
        assert_eq!(decode_base32("a1!"), None);
    }
}
