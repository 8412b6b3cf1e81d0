//! Hides possible secrets in what a `credential_process` wrote to its stderr.

use crate::secrets::spellings::HIDDEN;

/// How the SDK introduces what a `credential_process` wrote to its stderr.
const STDERR: &str = "Stderr: ";

/// The shortest run of letters and digits that may be a secret in such a text, in bytes.
const SHORTEST_SECRET: usize = 16;

/// A text without possible secrets in a program's output. rolesweep does not know their values, so
/// it goes by their form.
pub(crate) fn without_output(text: &str) -> String {
    let Some(at) = text.find(STDERR) else { return text.to_owned() };
    let (before, output) = text.split_at(at + STDERR.len());
    let mut clean = before.to_owned();
    let mut follows_name = false;
    for word in output.split_inclusive([
        ' ', '\t', '\n', '\r', '=', ':', ',', ';', '"', '\'', '{', '}', '(', ')', '[', ']', '<', '>',
    ]) {
        let core = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if core.is_empty() {
            clean.push_str(word);
        } else if follows_name || looks_secret(core) {
            clean.push_str(HIDDEN);
            clean.push_str(&word[core.len()..]);
            follows_name = false;
        } else {
            clean.push_str(word);
            follows_name = names_secret(core, &word[core.len()..]);
        }
    }
    clean
}

/// Whether a secret value may follow: `token=`, `"SecretAccessKey": `.
fn names_secret(word: &str, sign: &str) -> bool {
    const NAMES: [&str; 6] = ["token", "secret", "password", "passwd", "key", "credential"];
    let word = word.to_ascii_lowercase();
    let assigns = sign.is_empty() || sign.contains(['=', ':', '"', '\'']);
    assigns && NAMES.iter().any(|name| word.ends_with(name))
}

/// Whether a word looks like a key or a token, and not like a path or a host name.
fn looks_secret(word: &str) -> bool {
    let is_path = word.starts_with(['/', '~', '.']) || word.contains("//");
    let any = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    word.len() >= SHORTEST_SECRET && !is_path && any(u8::is_ascii_digit) && any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_credential_process_says_is_kept_and_what_may_be_a_secret_in_it_is_not() {
        for (said, shown) in [
            ("vault is sealed", "vault is sealed"),
            (
                "no such file: /opt/tools/v2/bin/get-credentials-1",
                "no such file: /opt/tools/v2/bin/get-credentials-1",
            ),
            ("token=abc123 rejected", "token=… rejected"),
            ("bad password: hunter2", "bad password: …"),
            ("{\"SecretAccessKey\": \"hunter2\"}", "{\"SecretAccessKey\": \"…\"}"),
            ("got wJalrXUtnFEMIK7MDENGbPxRfiCY", "got …"),
        ] {
            assert_eq!(
                without_output(&format!("exited. Stderr: {said}")),
                format!("exited. Stderr: {shown}")
            );
        }
        assert_eq!(without_output("the key: value"), "the key: value", "what the SDK says itself");
    }
}
