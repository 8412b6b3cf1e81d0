//! Where the report and the facts are, the limits of the evidence, and the next command.

use std::path::Path;

use rolesweep_report::{MANIFEST, Summary, limits};

use super::context::Context;
use crate::terminal::lines::{Lines, listed};
use crate::terminal::text;

pub(super) fn write(out: &mut Lines, report: &Summary, context: &Context<'_>) {
    let path = |path: &Path| text::unbroken(&text::one_line(&path.display().to_string()));
    if let Some(folder) = context.folder {
        let file = |name: &str, rows: Option<u64>| match rows {
            Some(rows) => format!("{name} ({})", text::count(rows, "row")),
            None => name.to_owned(),
        };
        let mut files: Vec<String> =
            report.files.iter().map(|written| file(&written.name, written.rows)).collect();
        files.push(MANIFEST.to_owned());
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
