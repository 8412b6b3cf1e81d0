//! Writes the golden store of this version's schema to the given path. `tests/data` has one for
//! each released schema.

#[allow(unused_imports, dead_code)]
#[path = "../tests/store/golden.rs"]
mod golden;
use rolesweep_testing as support;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args_os().nth(1).ok_or("name the file to write")?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("store.db");
    // Closing the store moves everything into one file.
    golden::write(&path)?;
    std::fs::copy(&path, target)?;
    Ok(())
}
