//! Words for a shell: every command that is printed can be pasted into one.

use std::ffi::OsStr;

use rolesweep_model::text::is_hidden;

/// A word, quoted for a POSIX shell. Terminal controls and bytes that are not text are written as
/// octal numbers, so that the word can be shown.
pub fn quote(word: impl AsRef<OsStr>) -> String {
    let bytes = word.as_ref().as_encoded_bytes();
    match str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && text.chars().all(is_plain) => text.to_owned(),
        Ok(text) if !text.chars().any(is_hidden) => {
            format!("'{}'", text.replace('\'', r"'\''"))
        }
        // Every POSIX shell has `printf`, but not `$'…'`. `$(…)` drops line breaks at the end, so
        // these are added after it as they are.
        _ => {
            let end = bytes.iter().rposition(|&byte| byte != b'\n').map_or(0, |at| at + 1);
            format!("\"$(printf '%b' '{}'){}\"", octal(&bytes[..end]), "\n".repeat(bytes.len() - end))
        }
    }
}

/// Characters that need no quotes anywhere in a word. A tilde needs them at the beginning, and is
/// rare elsewhere.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "%+,-./:=@_".contains(c)
}

fn octal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| match byte {
            _ if is_plain(byte.into()) && byte != b'%' => char::from(byte).to_string(),
            b' ' => " ".to_owned(),
            _ => format!("\\0{byte:03o}"),
        })
        .collect()
}
