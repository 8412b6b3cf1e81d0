//! Writes the golden store of this version's schema to the path that is given: once for each released schema, into `tests/data`.

#[allow(unused_imports, dead_code)]
#[path = "../tests/store/golden.rs"]
mod golden;
use rolesweep_testing as support;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args_os().nth(1).ok_or("which file shall I write?")?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("store.db");
    // Closing it leaves everything in one file.
    golden::write(&path)?;
    std::fs::copy(&path, target)?;
    Ok(())
}
