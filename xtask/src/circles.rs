//! `cargo xtask circles` finds files of a crate that use each other, directly or through others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use crate::lines::TESTS;

/// The most files of a crate that may be on circles. A number may only get smaller. A crate that is
/// not here may have none.
const KNOWN: [(&str, usize); 6] = [
    ("rolesweep", 7),
    ("rolesweep-aws", 3),
    ("rolesweep-config", 2),
    ("rolesweep-connect", 2),
    ("rolesweep-report", 2),
    ("rolesweep-sim", 29),
];

/// A module by its path within the crate: `["pipeline", "workers"]`. The crate's root is empty.
type Module = Vec<String>;

/// The paths that each file names.
type Files = BTreeMap<Module, Vec<Vec<String>>>;

/// Lists the circles of each crate.
///
/// # Errors
/// If a crate has more files on circles than it may have.
pub(crate) fn check(root: &Path) -> Result<String> {
    let mut text = String::new();
    let mut worse = Vec::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let folder = entry?.path();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut files = BTreeMap::new();
        collect(&folder.join("src"), &Module::new(), &mut files)?;
        let circles = circles(&files);
        let count: usize = circles.iter().map(BTreeSet::len).sum();
        let known = KNOWN.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count);
        if count > known {
            worse.push(format!("{name} has {count} files on circles, and may have {known}"));
        }
        for circle in &circles {
            let files: Vec<String> = circle.iter().map(|module| module.join("/")).collect();
            text.push_str(&format!("{name}: {}\n", files.join(", ")));
        }
    }
    ensure!(worse.is_empty(), "{}\n\n{text}", worse.join("\n"));
    Ok(text)
}

/// Reads each module that is a file, without its tests.
fn collect(folder: &Path, module: &Module, files: &mut Files) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let inner = [module.as_slice(), std::slice::from_ref(&stem)].concat();
        if path.is_dir() && stem != "bin" {
            collect(&path, &inner, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") && stem != "tests" {
            let is_root = stem == "mod" || stem == "lib" || (stem == "main" && module.is_empty());
            let code = fs::read_to_string(&path)?;
            let code = code.split(&format!("{TESTS}\nmod tests")).next().unwrap_or_default();
            let code = code.lines().map(|line| line.split("//").next().unwrap_or_default());
            files.insert(
                if is_root { module.clone() } else { inner },
                paths(&code.collect::<Vec<_>>().join("\n")),
            );
        }
    }
    Ok(())
}

/// The sets of files that reach each other.
fn circles(files: &Files) -> BTreeSet<BTreeSet<&Module>> {
    let uses: BTreeMap<&Module, BTreeSet<&Module>> =
        files.keys().map(|module| (module, used(files, module))).collect();
    let all: BTreeMap<&Module, BTreeSet<&Module>> =
        files.keys().map(|from| (from, reached(&uses, from))).collect();
    let circle =
        |module: &Module| all[module].iter().copied().filter(|&other| all[other].contains(module)).collect();
    files.keys().map(circle).filter(|circle: &BTreeSet<_>| circle.len() > 1).collect()
}

/// The files that a file leads to. It leads to itself only through a circle.
fn reached<'a>(uses: &BTreeMap<&Module, BTreeSet<&'a Module>>, from: &Module) -> BTreeSet<&'a Module> {
    let mut seen = BTreeSet::new();
    let mut todo: Vec<&'a Module> = uses[from].iter().copied().collect();
    while let Some(module) = todo.pop() {
        if seen.insert(module) {
            todo.extend(&uses[module]);
        }
    }
    seen
}

/// The files whose items a file names.
fn used<'a>(files: &'a Files, module: &Module) -> BTreeSet<&'a Module> {
    let paths = files[module].iter().filter_map(|path| resolve(files, module, path, 0));
    paths.filter(|other| *other != module).collect()
}

/// The file that a path from a module leads to, if it belongs to this crate.
fn resolve<'a>(files: &'a Files, from: &Module, path: &[String], depth: u32) -> Option<&'a Module> {
    let mut at = match path.first()?.as_str() {
        "crate" => Module::new(),
        "super" => from.split_last()?.1.to_vec(),
        "self" => from.clone(),
        child => [from.as_slice(), &[child.to_owned()]].concat(),
    };
    let mut rest = &path[1..];
    files.get(&at)?;
    while let Some((name, after)) = rest.split_first() {
        let inner = if name == "super" {
            at.split_last()?.1.to_vec()
        } else {
            [&at[..], std::slice::from_ref(name)].concat()
        };
        if files.contains_key(&inner) {
            (at, rest) = (inner, after);
            continue;
        }
        // A re-export leads to the item's origin.
        let passed_on = files[&at].iter().find(|path| path.last() == Some(name));
        let origin = passed_on.filter(|_| depth < 4).and_then(|path| resolve(files, &at, path, depth + 1));
        return origin.or_else(|| files.get_key_value(&at).map(|(module, _)| module));
    }
    files.get_key_value(&at).map(|(module, _)| module)
}

/// All paths in some code, with `use a::{b, c}` as `a::b` and `a::c`.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    // In the lists of a `use`, the prefix of each.
    let (mut prefixes, mut path) = (Vec::<Vec<String>>::new(), Vec::<String>::new());
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let token = &rest[..end];
        rest = rest[end..].trim_start();
        if is_name(first) {
            path.push(token.to_owned());
            if let Some(after) = rest.strip_prefix("::") {
                rest = after.trim_start();
                if let Some(list) = rest.strip_prefix('{') {
                    prefixes.push(path.clone());
                    rest = list.trim_start();
                }
                continue;
            }
        }
        if token == "}" {
            prefixes.pop();
        }
        let before = prefixes.last().cloned().unwrap_or_default();
        found.extend(Some(std::mem::replace(&mut path, before)).filter(|path| path.len() > 1));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_crate_has_more_files_on_circles_than_it_may() {
        check(&crate::page::root()).unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn files_that_use_each_other_are_a_circle() {
        let module = |path: &str| {
            path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Module>()
        };
        let files = BTreeMap::from(
            [
                ("", "mod a;\nmod b;\npub use b::inner::Thing;"),
                ("a", "use crate::{Thing, c};\nfn f() { c::g() }"),
                ("b", "mod inner;"),
                ("b/inner", "pub struct Thing;\nfn f() { super::super::a::f() }"),
                ("c", "fn g() {}"),
            ]
            .map(|(path, code)| (module(path), paths(code))),
        );
        let (a, inner) = (module("a"), module("b/inner"));
        assert_eq!(circles(&files), BTreeSet::from([BTreeSet::from([&a, &inner])]));
    }
}
