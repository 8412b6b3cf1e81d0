//! Where the report and the facts are, the limits of the evidence, and the next command.

use std::path::Path;

use rolesweep_report::{FileEntry, Summary, limits};

use super::context::Context;
use crate::terminal::lines::{Lines, listed};
use crate::terminal::text;

pub(super) fn write(out: &mut Lines, report: &Summary, context: &Context<'_>) {
    let path = |path: &Path| text::unbroken(&text::one_line(&path.display().to_string()));
    if let Some(folder) = context.folder {
        // The first says what is counted, so that all files fit into a line. The manifest goes without
        // saying, and so does a table without rows, such as the changes if there is no earlier scan.
        let is_named = |(at, written): &(usize, &FileEntry)| *at == 0 || written.rows != Some(0);
        let file = |(at, written): (usize, &FileEntry)| match written.rows {
            Some(rows) if at == 0 => format!("{} ({})", written.name, text::count(rows, "row")),
            Some(rows) => format!("{} ({})", written.name, text::number(rows)),
            None => written.name.clone(),
        };
        let files: Vec<String> = report.files.iter().enumerate().filter(is_named).map(file).collect();
        out.labelled("Report", &format!("{}: {}", path(folder), listed(&files)));
    }
    out.labelled("Facts", &path(context.store));
    out.labelled("Limits", limits::SHORT);
    if let Some(calls) = &context.calls {
        out.labelled("Calls", calls);
    }
    if let Some(next) = &context.next {
        out.labelled("Next", next);
    }
}
