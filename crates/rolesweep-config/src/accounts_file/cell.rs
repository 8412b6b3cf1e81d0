//! The text of a cell without what people and programs add to it.

use rolesweep_model::AccountId;

/// Texts with the lines in which they begin. This is an iterator, because a file may have millions.
pub(super) type Cells<'a> = Box<dyn Iterator<Item = (usize, String)> + 'a>;

/// Whether a cell holds an account id and nothing else.
pub(super) fn is_id(cell: &str) -> bool {
    plain(cell).parse::<AccountId>().is_ok()
}

/// The text without what people add to keep a spreadsheet from reading it as a number.
pub(crate) fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    let cell = cell.strip_prefix('=').unwrap_or(cell);
    let cell = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell);
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// The text without a comment and a comma at its end.
pub(super) fn without_comment(text: &str) -> &str {
    text.split('#').next().unwrap_or_default().trim().trim_end_matches(',').trim()
}
