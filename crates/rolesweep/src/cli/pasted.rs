//! Commands in texts that somebody will paste: the test that they are understood.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Checks a line of a shell that runs rolesweep. Nothing is run.
///
/// # Errors
/// What clap says of it.
pub(crate) fn check(line: &str) -> Result<(), String> {
    let mut arguments = arguments(line);
    if arguments.is_empty() {
        return Err("it does not run rolesweep".to_owned());
    }
    let understood = |arguments: &[OsString]| match super::parse(arguments) {
        Err(error) if is_placeholder(&error) => Ok(()),
        Err(error) if !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            Err(error.to_string())
        }
        _ => Ok(()),
    };
    let result = understood(&arguments);
    // A sentence may name a flag without its value.
    if result.is_err() && line.split(' ').next_back().is_some_and(|last| last.starts_with("--")) {
        arguments.push("X".into());
        return understood(&arguments);
    }
    result
}

/// Whether clap refused a value in capitals, which stands for one that the reader has to choose.
fn is_placeholder(error: &clap::Error) -> bool {
    let value = error.get(ContextKind::InvalidValue);
    let capitals = |value: &String| value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    matches!(value, Some(ContextValue::String(value)) if !value.is_empty() && capitals(value))
}

/// The words of the line's first command from `rolesweep` on.
fn arguments(line: &str) -> Vec<OsString> {
    words(line).into_iter().skip_while(|word| word != "rolesweep").map(OsString::from).collect()
}

/// The words of the line's first command, as a shell splits them: up to a pipe, a redirection, a
/// comment, or another command.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' => words.extend(word.take()),
            '|' | '>' | '<' | ';' | '&' => break,
            '#' if word.is_none() => break,
            '\'' | '"' => {
                let quoted: String = rest.by_ref().take_while(|next| *next != c).collect();
                word.get_or_insert_default().push_str(&quoted);
            }
            '\\' => word.get_or_insert_default().extend(rest.next()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The lines in a page's code blocks and the code in its sentences that run rolesweep.
pub(crate) fn commands(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    let joined = page.replace("\\\n", " ");
    for line in joined.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced || line.starts_with("    ") {
            let first = words(line).into_iter().find(|word| !word.contains('='));
            found.extend((first.as_deref() == Some("rolesweep")).then(|| line.trim().to_owned()));
        } else {
            let code = line.split('`').skip(1).step_by(2);
            found.extend(code.filter(|code| code.starts_with("rolesweep ")).map(str::to_owned));
        }
    }
    // An ellipsis stands for something that the reader has to write.
    found.retain(|command| !arguments(command).iter().any(|word| word.to_string_lossy().contains('…')));
    found
}

#[test]
fn a_line_is_split_as_a_shell_does() {
    let split = |line| words(line).join("|");
    assert_eq!(
        split("A=b rolesweep scan --ou '/A, B'  -o \"x y\" > file"),
        "A=b|rolesweep|scan|--ou|/A, B|-o|x y"
    );
    assert_eq!(split("rolesweep scan # the rest"), "rolesweep|scan");
    assert_eq!(split(r"rolesweep --scan a\ b''|jq ."), "rolesweep|--scan|a b");
    for wrong in
        ["rolesweep scan --bogus", "rolesweep report --include none", "rolesweep scan --ou a b", "ls"]
    {
        assert!(check(wrong).is_err(), "{wrong}");
    }
    for right in
        ["X=1 rolesweep report --help | less", "rolesweep scan --ou", "rolesweep report --include WHICH"]
    {
        assert!(check(right).is_ok(), "{right}");
    }
}

#[test]
fn commands_are_found_in_blocks_and_sentences() {
    let page = "Run `rolesweep scan` or `ls`.\n\n```sh\nA=… rolesweep scan \\\n  --demo\nls rolesweep\n```\n    rolesweep man\nrolesweep does\n`rolesweep setup --print …`\n";
    assert_eq!(commands(page), ["rolesweep scan", "A=… rolesweep scan    --demo", "rolesweep man"]);
}
