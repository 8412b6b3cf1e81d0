//! The schema and its versions.
//!
//! SQLite's header says that a file is ours (`application_id`) and which schema it has
//! (`user_version`). Each version is one SQL file, which starts from the version before; the files
//! run in one transaction. A store of each released schema is kept as a test fixture.

use rolesweep_model::StoreKey;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

/// "RSWP", in SQLite's header.
const APPLICATION_ID: i32 = 0x5253_5750;

/// The SQL that leads to each version from the one before. It never changes once it is released.
const MIGRATIONS: [&str; SCHEMA_VERSION as usize] = [
    include_str!("migrations/0001_scans.sql"),
    include_str!("migrations/0002_order_and_attempts.sql"),
    include_str!("migrations/0003_aws_managed_policies.sql"),
    include_str!("migrations/0004_history.sql"),
    include_str!("migrations/0005_publications.sql"),
];

/// The schema that this version writes, and the newest that it reads.
pub const SCHEMA_VERSION: u32 = 5;

/// What a database file turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// An empty file: a store that was never made.
    Nothing,
    /// A store with this schema.
    Store(u32),
    /// Somebody else's database.
    Other,
}

/// Finds out what a database file is. SQLite itself refuses a file that is not a database.
pub(crate) fn recognize(conn: &Connection) -> rusqlite::Result<Found> {
    let number = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    if application == APPLICATION_ID {
        return Ok(u32::try_from(version)
            .ok()
            .filter(|&version| version > 0)
            .map_or(Found::Other, Found::Store));
    }
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(if (application, version, tables) == (0, 0, 0) { Found::Nothing } else { Found::Other })
}

/// Whether everything in the database is a table or an index with pages of its own. A store has no
/// views, triggers or virtual tables. If somebody adds one, it could make a query run without end.
pub(crate) fn is_plain(conn: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR coalesce(rootpage, 0) = 0";
    let others: i64 = conn.query_row(sql, [], |row| row.get(0))?;
    Ok(others == 0)
}

/// Makes a store in an empty database: all of it, or nothing.
pub(crate) fn create(conn: &mut Connection, key: &StoreKey) -> rusqlite::Result<()> {
    // These two take effect with the first write only. Measured with `examples/measure.rs`, bytes a
    // role at 8192 and at the usual 4096: 159 and 226 for accounts of 20 roles, 87 and 87 for those
    // of 100, 83 and 73 for those of 1,000.
    conn.pragma_update(None, "page_size", 8192)?;
    // Lets the file shrink when a scan is removed, without rewriting it.
    conn.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    let (name, value) = match key {
        StoreKey::Organization(id) => ("organization", id.as_str()),
        StoreKey::Caller(id) => ("caller", id.as_str()),
    };
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    advance(&transaction, 0, &MIGRATIONS)?;
    transaction.execute("INSERT INTO meta (name, value) VALUES (?1, ?2)", [name, value])?;
    transaction.commit()
}

/// Brings an older store up to date: all the way, or not at all.
pub(crate) fn migrate(conn: &mut Connection, from: u32) -> rusqlite::Result<()> {
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    advance(&transaction, from, &MIGRATIONS)?;
    transaction.commit()
}

fn advance(conn: &Connection, from: u32, migrations: &[&str]) -> rusqlite::Result<()> {
    for (version, sql) in (1_u32..).zip(migrations) {
        if version > from {
            conn.execute_batch(sql)?;
            conn.pragma_update(None, "user_version", version)?;
        }
    }
    Ok(())
}

/// What the store is bound to; `None` if it does not say.
pub(crate) fn bound_to(conn: &Connection) -> rusqlite::Result<Option<StoreKey>> {
    let row: Option<(String, String)> = conn
        .query_row("SELECT name, value FROM meta WHERE name IN ('organization', 'caller')", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(row.and_then(|(name, value)| match name.as_str() {
        "organization" => value.parse().ok().map(StoreKey::Organization),
        _ => value.parse().ok().map(StoreKey::Caller),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(conn: &Connection) -> u32 {
        conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn migrations_run_in_order_from_the_version_of_the_store() {
        let migrations = ["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y", "INSERT INTO a VALUES (1, 2)"];
        let conn = Connection::open_in_memory().unwrap();
        advance(&conn, 0, &migrations[..1]).unwrap();
        assert_eq!(version(&conn), 1);
        advance(&conn, 1, &migrations).unwrap();
        assert_eq!(version(&conn), 3);
        advance(&conn, 3, &migrations).unwrap();
        let rows: i64 = conn.query_row("SELECT count(*) FROM a", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 1);
    }

    #[test]
    fn a_store_is_recognized_by_its_header_and_not_by_its_tables() {
        let mut conn = Connection::open_in_memory().unwrap();
        assert_eq!(recognize(&conn).unwrap(), Found::Nothing);
        let key = StoreKey::Caller("000000000123".parse().unwrap());
        create(&mut conn, &key).unwrap();
        assert_eq!(recognize(&conn).unwrap(), Found::Store(SCHEMA_VERSION));
        assert_eq!(bound_to(&conn).unwrap(), Some(key));
        conn.pragma_update(None, "application_id", 1).unwrap();
        assert_eq!(recognize(&conn).unwrap(), Found::Other);
        let other = Connection::open_in_memory().unwrap();
        other.execute_batch("CREATE TABLE scan (x)").unwrap();
        assert_eq!(recognize(&other).unwrap(), Found::Other);
    }
}
