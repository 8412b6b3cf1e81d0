//! Which characters begin a formula, which are blank, and which do not show.

pub(super) use rolesweep_model::text::is_hidden;

/// Whether a cell that begins with this character may be a formula to a spreadsheet, or whether the
/// spreadsheet may drop the character and look at the next.
pub(super) fn is_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0'
        // The full-width and small forms, which some locales treat like the plain ones, and the
        // minus sign.
        | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
        | '\u{fe66}' | '\u{fe62}' | '\u{fe63}' | '\u{fe6b}'
        | '\u{2212}'
    )
}

/// Whether it shows as blank space only. A spreadsheet may trim it before it looks at the first
/// character.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
}
