//! Which names AWS allows.

/// Whether a byte may be in the name of a role or of a session: IAM's `roleNameType`, STS's
/// `roleSessionNameType`.
#[must_use]
pub const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'=' | b',' | b'.' | b'@' | b'-')
}

/// Whether a text can be the name of a Region. It becomes part of a host name.
#[must_use]
pub fn is_region(text: &str) -> bool {
    let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(valid)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_to_be_a_label_of_a_host_name() {
        for text in ["us-east-1", "eusc-de-east-1", "mars"] {
            assert!(is_region(text), "{text}");
        }
        for text in ["", "-", "us east", "US-EAST-1", "us-east-1.evil.example", "a-", &"a".repeat(64)] {
            assert!(!is_region(text), "{text}");
        }
    }
}
