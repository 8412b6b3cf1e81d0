//! Runs the targets again with the inputs that fuzzing has found.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rolesweep_fuzz::{TARGETS, Target};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// The names in a folder, without their extensions.
fn names(folder: &Path) -> BTreeSet<String> {
    let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    fs::read_dir(folder).unwrap().map(|entry| stem(entry.unwrap().path())).collect()
}

fn replay(name: &str) {
    let target: Target = TARGETS.iter().find(|(known, _)| *known == name).unwrap().1;
    let folder = fuzz().join("corpus").join(name);
    let mut inputs = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        if let Err(panic) = std::panic::catch_unwind(|| target(&bytes)) {
            // The panic has been printed. This adds what it does not say.
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("input: {}\n", path.display()).as_bytes(),
            );
            std::panic::resume_unwind(panic);
        }
        inputs += 1;
    }
    assert!(inputs > 0, "no corpus in {}", folder.display());
    target(b"");
}

macro_rules! replays {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            replay(stringify!($name));
        })*

        #[test]
        fn every_target_has_a_corpus_a_replay_and_a_file_for_the_fuzzer() {
            let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
            assert_eq!(BTreeSet::from([$(stringify!($name).to_owned()),*]), targets);
            assert_eq!(names(&fuzz().join("corpus")), targets);
            assert_eq!(names(&fuzz().join("fuzz_targets")), targets);
        }
    };
}

replays!(answers, config, csv, facts, ids, pages, policy, store);
