//! Counts of role families across the accounts of a report.
//!
//! An organization can have as many families as roles. So the counts are in a temporary database,
//! which SQLite keeps in memory until it is larger than the cache, and then in a file that nobody
//! else can open and that is gone when the process ends. The store itself is not touched, so it can
//! be read-only.

use std::path::PathBuf;

use rusqlite::{Connection, OpenFlags, params};

use crate::error::{Result, StoreError};
use crate::fault::out_of_files;
use crate::files;

/// The memory, in KiB, for the counts, and as much again while they are sorted.
const CACHE_KIB: i64 = 4 * 1024;

/// How many roles of a family there are, and in how many accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyCount {
    /// The family's name.
    pub name: String,
    /// Its roles.
    pub roles: u64,
    /// The accounts that have such a role.
    pub accounts: u64,
}

/// Counts of role families, which are added up when they are read.
#[derive(Debug)]
pub struct FamilyCounts {
    conn: Connection,
}

impl FamilyCounts {
    /// No counts yet.
    ///
    /// # Errors
    /// If SQLite has no memory, or needs a file and cannot create one.
    pub fn new() -> Result<Self> {
        Self::create().map_err(temporary)
    }

    fn create() -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // No name: a temporary database.
        let conn = Connection::open_with_flags("", flags)?;
        conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
        // Nothing is ever undone: after an error nobody needs the counts.
        conn.pragma_update(None, "journal_mode", "OFF")?;
        // Without an index: adding rows at the end and sorting them once is faster than finding each
        // family's row in a file.
        conn.execute_batch(
            "CREATE TABLE family (name TEXT NOT NULL, roles INTEGER NOT NULL, accounts INTEGER NOT NULL)",
        )?;
        Ok(Self { conn })
    }

    /// Adds counts of accounts that were not counted before.
    ///
    /// # Errors
    /// If the temporary file cannot be written.
    pub fn add(&self, counts: impl IntoIterator<Item = FamilyCount>) -> Result<()> {
        self.insert(counts).map_err(temporary)
    }

    fn insert(&self, counts: impl IntoIterator<Item = FamilyCount>) -> rusqlite::Result<()> {
        let transaction = self.conn.unchecked_transaction()?;
        let mut statement =
            self.conn.prepare_cached("INSERT INTO family (name, roles, accounts) VALUES (?1, ?2, ?3)")?;
        for FamilyCount { name, roles, accounts } in counts {
            statement.execute(params![name, roles.cast_signed(), accounts.cast_signed()])?;
        }
        transaction.commit()
    }

    /// The families with the most roles in at least `accounts` accounts: the most frequent first,
    /// and by name if several have the same number of roles.
    ///
    /// # Errors
    /// If the temporary files cannot be written or read.
    pub fn most_frequent(&self, accounts: u32, limit: u32) -> Result<Vec<FamilyCount>> {
        self.select(accounts, limit).map_err(temporary)
    }

    fn select(&self, accounts: u32, limit: u32) -> rusqlite::Result<Vec<FamilyCount>> {
        let mut statement = self.conn.prepare(
            "SELECT name, sum(roles) AS total, sum(accounts) AS places FROM family GROUP BY name \
             HAVING places >= ?1 ORDER BY total DESC, name LIMIT ?2",
        )?;
        let rows = statement.query_map(params![accounts, limit], |row| {
            let number = |column| Ok::<_, rusqlite::Error>(row.get::<_, i64>(column)?.cast_unsigned());
            Ok(FamilyCount { name: row.get(0)?, roles: number(1)?, accounts: number(2)? })
        })?;
        rows.collect()
    }
}

/// The error with the folder that SQLite writes temporary files in.
fn temporary(error: rusqlite::Error) -> StoreError {
    let folder = files::temporary_folder().unwrap_or_else(|| PathBuf::from("."));
    match out_of_files() {
        Some(source) => StoreError::TooManyOpenFiles { path: folder, source },
        None => StoreError::Temporary { folder, source: Box::new(error) },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn count(name: &str, roles: u64, accounts: u64) -> FamilyCount {
        FamilyCount { name: name.to_owned(), roles, accounts }
    }

    #[test]
    fn nothing_was_counted_in_the_beginning() {
        assert_eq!(FamilyCounts::new().unwrap().most_frequent(0, 10).unwrap(), []);
    }

    #[test]
    fn counts_larger_than_the_cache_go_to_a_file_and_add_up() {
        let counts = FamilyCounts::new().unwrap();
        counts.conn.pragma_update(None, "cache_size", 10).unwrap();
        for round in 1..=3 {
            counts.add((0..4000).map(|number| count(&format!("family-{number:060}"), round, 1))).unwrap();
        }
        let found = counts.most_frequent(3, 2).unwrap();
        let expected = [0, 1].map(|number| count(&format!("family-{number:060}"), 6, 3));
        assert_eq!(found, expected);
        assert_eq!(counts.most_frequent(4, 2).unwrap(), []);
    }

    #[test]
    fn a_full_disk_is_an_error_that_names_the_folder() {
        let counts = FamilyCounts::new().unwrap();
        counts.conn.pragma_update(None, "max_page_count", 20).unwrap();
        let many = (0..4000).map(|number| count(&format!("family-{number:060}"), 1, 1));
        let error = counts.add(many).unwrap_err();
        let StoreError::Temporary { folder, source } = &error else { panic!("{error:?}") };
        assert_eq!(Some(folder), files::temporary_folder().as_ref());
        assert!(error.to_string().contains(&folder.display().to_string()), "{error}");
        assert!(source.to_string().contains("full"), "{source}");
    }

    #[test]
    fn hostile_names_are_only_texts() {
        let counts = FamilyCounts::new().unwrap();
        let name = "'); DROP TABLE family; --\u{0}\u{202e}";
        counts.add([count(name, 2, 1)]).unwrap();
        assert_eq!(counts.most_frequent(1, 1).unwrap(), [count(name, 2, 1)]);
    }

    proptest! {
        #[test]
        fn they_add_up_to_what_a_map_of_everything_would(
            added in prop::collection::vec(prop::collection::vec(("[a-c]{1,2}", 1u64..4, 1u64..3), 0..6), 0..6),
            accounts in 0u32..6,
            limit in 0u32..6,
        ) {
            let counts = FamilyCounts::new().unwrap();
            let mut all: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
            for batch in &added {
                counts.add(batch.iter().map(|(name, roles, accounts)| count(name, *roles, *accounts))).unwrap();
                for (name, roles, accounts) in batch {
                    let known = all.entry(name).or_default();
                    *known = (known.0 + roles, known.1 + accounts);
                }
            }
            let mut expected: Vec<FamilyCount> =
                all.into_iter().map(|(name, (roles, accounts))| count(name, roles, accounts)).collect();
            expected.retain(|family| family.accounts >= u64::from(accounts));
            expected.sort_by(|one, other| other.roles.cmp(&one.roles).then_with(|| one.name.cmp(&other.name)));
            expected.truncate(limit as usize);
            prop_assert_eq!(counts.most_frequent(accounts, limit).unwrap(), expected);
        }
    }
}
