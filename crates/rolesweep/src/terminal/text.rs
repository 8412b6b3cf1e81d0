//! Texts on a terminal: wrapped, cut and padded by columns, with hostile names made harmless.

pub(crate) use rolesweep_model::text::{account_name, count, duration, one_line, with_thousands as number};

/// A text of several lines, each escaped by [`one_line`]. It repeats what users typed, which may be
/// anything.
pub(crate) fn harmless(text: &str) -> String {
    let line = |line: &str| line.split(NO_BREAK).map(one_line).collect::<Vec<_>>().join(NO_BREAK);
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// A text cut to at most `width` columns of a terminal, with an ellipsis if something is missing.
pub(crate) fn cut(text: &str, width: usize) -> String {
    use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        shown.push(c);
    }
    shown.push('…');
    shown
}

/// A text with spaces after it, so that it takes `width` columns.
pub(crate) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(visible_width(text))))
}

/// A space at which no line may end. [`wrap`] turns it into a space. It is not a character, so no
/// name and no path contains it.
pub(crate) const NO_BREAK: &str = "\u{fffe}";

/// A text that [`wrap`] keeps on one line.
pub(crate) fn unbroken(text: &str) -> String {
    text.replace(' ', NO_BREAK)
}

/// Words in lines of at most `width` columns. All lines except the first begin with `indent`
/// spaces, and the first line is shorter by the same number. Styles have no width. No line ends
/// inside backticks, so that a command can be copied.
pub(crate) fn wrap(text: &str, width: usize, indent: usize) -> String {
    let mut wrapped = String::new();
    let mut used = indent;
    for word in with_whole_code(text).split(' ') {
        let word_width = visible_width(word);
        if used > indent && used + 1 + word_width > width {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            used = indent;
        } else if used > indent {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += word_width;
    }
    wrapped.replace(NO_BREAK, " ")
}

/// The width of the widest word, which [`wrap`] keeps on one line.
pub(crate) fn widest_word(text: &str) -> usize {
    with_whole_code(text).split(' ').map(visible_width).max().unwrap_or_default()
}

/// The text, with no space inside backticks at which a line may end. A name may have one backtick
/// of its own.
fn with_whole_code(text: &str) -> String {
    let closed = text.matches('`').count();
    let part = |(index, part): (usize, &str)| {
        if index % 2 == 1 && index < closed { unbroken(part) } else { part.to_owned() }
    };
    text.split('`').enumerate().map(part).collect::<Vec<_>>().join("`")
}

/// A message of several lines, each wrapped separately. The rest of a line continues below the text
/// after `cause:` or `help:`.
pub(crate) fn wrap_message(text: &str, width: usize) -> String {
    let wrap_line = |line: &str| {
        let words = line.trim_start_matches(' ');
        let lead = line.len() - words.len();
        let label =
            ["cause: ", "help: "].into_iter().find(|label| words.starts_with(label)).unwrap_or_default();
        let rest = words.strip_prefix(label).unwrap_or(words);
        format!("{}{label}{}", " ".repeat(lead), wrap(rest, width, lead + label.len()))
    };
    text.split('\n').map(wrap_line).collect::<Vec<_>>().join("\n")
}

/// How many columns a text takes without its styles.
fn visible_width(text: &str) -> usize {
    use unicode_width::UnicodeWidthStr as _;
    anstream::adapter::strip_str(&text.replace(NO_BREAK, " ")).map(|part| part.width()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_cannot_move_the_cursor() {
        assert_eq!(harmless("a\x1b[2J\n  help: b\r"), "a\u{fffd}[2J\n  help: b ");
        assert_eq!(harmless(NO_BREAK), NO_BREAK);
    }

    #[test]
    fn long_texts_are_cut_by_columns_not_by_bytes() {
        assert_eq!(cut("日本語テスト", 7), "日本語…");
        assert_eq!(cut("short", 7), "short");
        assert_eq!(padded("日本", 6), "日本  ");
    }

    #[test]
    fn lines_are_wrapped_between_words_and_indented() {
        assert_eq!(wrap("one two three four", 12, 3), "one two\n   three\n   four");
        assert_eq!(wrap("run `a b c` or `d", 9, 0), "run\n`a b c`\nor `d", "code is one word");
        assert_eq!(wrap("two ` of the words", 9, 0), "two ` of\nthe words", "this is no code");
        assert_eq!(widest_word("run `a b c` or more"), 7);
        assert_eq!(wrap("alongword x", 5, 2), "alongword\n  x");
        assert_eq!(wrap(&format!("one {} four", unbroken("two three")), 10, 0), "one\ntwo three\nfour");
    }

    #[test]
    fn each_line_of_a_message_is_wrapped_by_itself_below_its_text() {
        let message = "failed to read the file\n  cause: the disk is full\n  help: free some room\n        and try again";
        let wrapped = "failed to read\nthe file\n  cause: the disk\n         is full\n  help: free some\n        room\n        and try\n        again";
        assert_eq!(wrap_message(message, 17), wrapped);
    }
}
