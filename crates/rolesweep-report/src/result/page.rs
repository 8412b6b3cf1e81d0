//! The documentation of the record, from its declarations.

use std::fmt::Write as _;

use super::form::{Form as _, Row};
use super::record::{FORMAT_VERSION, ScanResult};

/// What comes before the table.
const INTRODUCTION: &str = r#"# The record of a result

<!-- Generated from crates/rolesweep-report/src/result. A test fails if this page is out of date. -->

What a scan or a report came to, as one line of JSON for programs:

- `rolesweep scan --summary json` prints it on stdout, instead of the summary for people on stderr. `rolesweep report --summary json` does the same.
- With `--log-format json`, it is the last line of the log on stderr.

```sh
rolesweep scan --summary json > result.json
jq -r 'if .assessment then "\(.assessment.findings) findings, complete: \(.assessment.completeness)" else .error.message end' result.json
```

A command that fails ends with a record too: `exit` and `error` say how and why, and what it did not come to is `null`. Only a process that is
killed leaves none, and one that has not ended two seconds after a second signal, or after the first if `roles.csv` goes to stdout.

Keys are only ever added, within one major version of `format_version`. All keys are always there; some have the value `null`. Instants are texts in RFC 3339 and
UTC, account ids are texts of twelve digits, and paths are absolute. Characters that do not show are escaped. The record holds no secret. What each account came to, the
settings and the limits of the evidence are in the report's [`manifest.json`](manifest.md).
"#;

/// The page `docs/result.md`.
#[must_use]
pub fn result_markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    // Writing to a string does not fail.
    let _ = write!(page, "\n## Format {FORMAT_VERSION}\n\n| key | type | meaning |\n|---|---|---|\n");
    let mut rows = Vec::new();
    ScanResult::list("", &mut rows);
    for Row { path, kind, doc } in rows {
        let _ = writeln!(page, "| `{path}` | {kind} | {doc} |");
    }
    page
}
