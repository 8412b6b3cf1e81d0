//! Quotes words for a shell, so that every printed command can be pasted into one.

pub(crate) use rolesweep_connect::shell::quote;

/// A command in a sentence: in backticks, which keep it on one line.
pub(crate) fn command(command: &str) -> String {
    format!("`{command}`")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::process::Command;

    use super::*;

    #[test]
    fn plain_words_stay_as_they_are() {
        for word in ["scan", "--store", "/data/o-1.db", "a=b", "111111111111,222222222222"] {
            assert_eq!(quote(word), word);
        }
        assert_eq!(quote("/Work loads/It's"), r"'/Work loads/It'\''s'");
        assert_eq!(quote(""), "''");
        assert_eq!(quote("~"), "'~'");
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted_and_nothing_moves_the_cursor() {
        let words: [&[u8]; 10] = [
            b"$HOME `id` $(id) \\ \" ! * ? ~ # ; & | < > ( ) { }",
            b"it's",
            b"",
            b"-x",
            "日本語 é".as_bytes(),
            b"/\x1b[2J\x07",
            b"two\nlines",
            b"at the end\n\n",
            b"not \xff text, 100% '",
            "a\u{202e}b".as_bytes(),
        ];
        for word in words {
            let quoted = quote(OsStr::from_bytes(word));
            let moves = |c: char| c.is_control() && c != '\n';
            assert!(!quoted.chars().any(moves) && !quoted.contains('\u{202e}'), "{quoted:?}");
            let read = Command::new("sh").arg("-c").arg(format!("printf %s {quoted}")).output().unwrap();
            assert_eq!(read.stdout, word, "{quoted}");
        }
    }
}
