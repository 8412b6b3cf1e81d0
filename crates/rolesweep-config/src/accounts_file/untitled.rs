//! Columns that tabs separate, without a header: what the AWS CLI prints with `--output text`. That
//! is a row for each account, or a row of ids.

use super::cell::{Cells, is_id, plain, without_comment};

/// So many columns are searched for ids. `list-accounts` has fewer.
const COLUMNS: usize = 32;

/// The cells that have to hold ids; `None` if the text has no tabs. A line that can be read in more
/// than one way comes as a whole, with its tabs.
pub(super) fn cells(text: &str) -> Option<Cells<'_>> {
    if !text.contains('\t') {
        return None;
    }
    let layout = Layout::of(text);
    let rows = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    Some(Box::new(rows.flat_map(move |(at, line)| {
        layout.read(line).into_iter().map(move |cell| (at + 1, cell)).collect::<Vec<_>>()
    })))
}

/// Where the ids are.
enum Layout {
    /// In every cell.
    Everywhere,
    /// In this column.
    Column(usize),
}

impl Layout {
    fn of(text: &str) -> Self {
        let mut ids = [0_usize; COLUMNS];
        let mut others = false;
        for line in text.lines().filter(|line| !is_comment(line)) {
            for (at, cell) in row(line).enumerate() {
                if !is_id(cell) {
                    others |= !cell.is_empty();
                } else if let Some(count) = ids.get_mut(at) {
                    *count += 1;
                }
            }
        }
        if !others {
            return Self::Everywhere;
        }
        let most = ids.iter().max().copied().unwrap_or_default();
        Self::Column(ids.iter().position(|count| *count == most).unwrap_or_default())
    }

    fn read(&self, line: &str) -> Vec<String> {
        if is_comment(line) {
            // Either a comment on a list of ids, or an account whose name begins with `#`.
            return if line.split('\t').any(is_id) { vec![line.to_owned()] } else { Vec::new() };
        }
        match self {
            Self::Everywhere => row(line).filter(|cell| !cell.is_empty()).map(str::to_owned).collect(),
            Self::Column(_) if row(line).filter(|cell| is_id(cell)).count() > 1 => vec![line.to_owned()],
            Self::Column(at) => vec![row(line).nth(*at).unwrap_or_default().to_owned()],
        }
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The cells of a line, without a comment at their end.
fn row(line: &str) -> impl Iterator<Item = &str> {
    line.split('\t').map(|cell| plain(without_comment(cell)))
}
