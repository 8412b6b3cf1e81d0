//! What is refused, and that the refusal says why and what to do.

use std::fs;
use std::path::Path;

use rolesweep_model::{Coverage, StoreKey};
use rolesweep_store::{Result, SCHEMA_VERSION, Store, StoreError};
use rusqlite::Connection;

use crate::support::{account_id, end, key, page, record, scan};

/// The results of opening for writing, opening for reading and checking.
fn openings(path: &Path) -> [Result<()>; 3] {
    [Store::open(path, &key()).map(drop), Store::open_existing(path).map(drop), Store::check_writable(path)]
}

fn filled(path: &Path) {
    let mut store = Store::open(path, &key()).unwrap();
    store.begin_scan(&scan(1)).unwrap();
    for number in 1..=3 {
        let id = account_id(number);
        store.begin(scan(1).id, id).unwrap();
        store.append(scan(1).id, id, &page(id.as_str(), 0..200)).unwrap();
        store.finish(scan(1).id, &record(id, Coverage::Scanned, 200)).unwrap();
    }
    store.finish_scan(scan(1).id, &end()).unwrap();
}

#[test]
fn a_second_writer_is_refused_by_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let first = Store::open(&path, &key()).unwrap();
    for refusal in [Store::open(&path, &key()).map(drop), Store::check_writable(&path)] {
        let text = refusal.unwrap_err().to_string();
        assert!(
            text.starts_with(&format!("another scan (process {}, since 2", std::process::id())),
            "{text}"
        );
        assert!(text.contains("is writing to"), "{text}");
    }
    Store::open_existing(&path).unwrap();
    drop(first);
    Store::open(&path, &key()).unwrap();
}

#[test]
fn a_newer_schema_is_refused_for_writing_and_for_reading() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    filled(&path);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", SCHEMA_VERSION + 1).unwrap();
    for refusal in openings(&path) {
        let text = refusal.unwrap_err().to_string();
        let (newer, known) = (SCHEMA_VERSION + 1, SCHEMA_VERSION);
        let expected =
            format!("a newer version of rolesweep (its schema is {newer}, this version knows {known})");
        assert!(text.contains(&expected), "{text}");
        assert!(text.contains("upgrade rolesweep"), "{text}");
    }
}

#[test]
fn a_record_of_a_newer_version_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    filled(&path);
    let newer = zstd::bulk::compress(&[7], 1).unwrap();
    Connection::open(&path).unwrap().execute("UPDATE scan SET record = ?1", [newer]).unwrap();
    let error = Store::open_existing(&path).unwrap().scans().unwrap_err();
    assert!(matches!(error, StoreError::NewerRecord { found: 7, .. }), "{error}");
}

#[test]
fn a_record_of_a_version_that_was_never_released_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    filled(&path);
    let older = zstd::bulk::compress(&[1], 1).unwrap();
    Connection::open(&path).unwrap().execute("UPDATE scan SET record = ?1", [older]).unwrap();
    let error = Store::open_existing(&path).unwrap().scans().unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("scan again"), "{error}");
}

#[test]
fn another_organizations_store_is_refused_and_both_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    drop(Store::open(&path, &key()).unwrap());
    for other in [StoreKey::Organization("o-otherorg123".parse().unwrap()), StoreKey::Caller(account_id(123))]
    {
        let text = Store::open(&path, &other).unwrap_err().to_string();
        assert!(text.contains("belongs to o-exampleorg1, not to"), "{text}");
        assert!(text.contains(&other.to_string()), "{text}");
    }
    assert_eq!(Store::open_existing(&path).unwrap().key(), &key());
    let mut foreign = scan(1);
    foreign.organization = None;
    let mut store = Store::open(&path, &key()).unwrap();
    assert!(matches!(store.begin_scan(&foreign), Err(StoreError::OtherOrganization { .. })));
}

#[test]
fn a_file_that_is_not_a_store_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    fs::write(&text, "just a note").unwrap();
    let long = folder.path().join("long");
    fs::write(&long, "=cmd()".repeat(5000)).unwrap();
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE moz_places (id)").unwrap();
    for path in [text, long, other, folder.path().to_owned()] {
        let before = fs::read(&path).ok();
        for refusal in openings(&path) {
            let refusal = refusal.unwrap_err();
            assert!(matches!(refusal, StoreError::NotAStore { .. }), "{}: {refusal}", path.display());
        }
        assert_eq!(fs::read(&path).ok(), before);
    }
}

#[test]
fn without_a_store_a_reader_is_told_to_scan_first() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::write(&empty, "").unwrap();
    for path in [empty.clone(), folder.path().join("none"), folder.path().join("no/folder/none")] {
        let error = Store::open_existing(&path).unwrap_err();
        assert!(error.to_string().contains("run a scan first"), "{error}");
    }
    // A store whose creation was interrupted is created again.
    Store::open(&empty, &key()).unwrap();
}

/// Everything that a kill can leave of a store that was being created, in the order in which SQLite
/// writes it to the disk: an empty file, its first page without a schema, and the same with the
/// journal of a transaction that was not committed.
#[test]
fn a_store_whose_creation_was_cut_off_is_created_again() {
    let folder = tempfile::tempdir().unwrap();
    let pragmas = "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL;";
    let transaction = "PRAGMA cache_size = 1; BEGIN IMMEDIATE; PRAGMA application_id = 1381193552; \
                       CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID; \
                       CREATE TABLE filler (x); INSERT INTO filler VALUES (zeroblob(200000));";
    let states = [("empty", ""), ("pragmas", pragmas), ("page", "VACUUM;"), ("journal", transaction)];
    for (name, last) in states {
        let made = folder.path().join(format!("{name}-made.db"));
        let path = folder.path().join(format!("{name}.db"));
        fs::write(&made, "").unwrap();
        let conn = Connection::open(&made).unwrap();
        if name != "empty" {
            conn.execute_batch(pragmas).unwrap();
            conn.execute_batch("VACUUM;").unwrap();
        }
        conn.execute_batch(last).unwrap();
        // The file as the operating system has it at this moment.
        fs::copy(&made, &path).unwrap();
        let journal = folder.path().join(format!("{name}-made.db-journal"));
        if journal.exists() {
            fs::copy(&journal, folder.path().join(format!("{name}.db-journal"))).unwrap();
        }
        assert_eq!(journal.exists(), name == "journal", "{name}");
        drop(conn);
        Store::check_writable(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let refusal = Store::open_existing(&path).unwrap_err();
        assert!(matches!(refusal, StoreError::Missing { .. }), "{name}: {refusal}");
        let mut store = Store::open(&path, &key()).unwrap_or_else(|error| panic!("{name}: {error}"));
        store.begin_scan(&scan(1)).unwrap();
        drop(store);
        assert_eq!(Store::open_existing(&path).unwrap().scans().unwrap(), [scan(1)], "{name}");
    }
}

#[test]
fn a_scan_of_another_organization_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    filled(&path);
    Connection::open(&path).unwrap().execute("UPDATE meta SET value = 'o-otherorg123'", []).unwrap();
    let error = Store::open_existing(&path).unwrap().scans().unwrap_err();
    assert!(
        error.to_string().contains("a scan of o-exampleorg1 is in a store that belongs to o-otherorg123")
    );
}

#[test]
fn a_writer_whose_lock_was_removed_stops_and_its_pages_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let lock = folder.path().join("store.db.rolesweep-lock");
    let mut first = Store::open(&path, &key()).unwrap();
    first.begin_scan(&scan(1)).unwrap();
    first.begin(scan(1).id, account_id(1)).unwrap();
    first.append(scan(1).id, account_id(1), &page(account_id(1).as_str(), 0..20)).unwrap();
    first.finish(scan(1).id, &record(account_id(1), Coverage::Scanned, 20)).unwrap();
    first.begin(scan(1).id, account_id(2)).unwrap();
    first.append(scan(1).id, account_id(2), &page(account_id(2).as_str(), 0..20)).unwrap();
    fs::remove_file(&lock).unwrap();
    let mut second = Store::open(&path, &key()).unwrap();
    second.begin_scan(&scan(2)).unwrap();
    let pages = || -> i64 {
        let conn = Connection::open(&path).unwrap();
        conn.query_row("SELECT count(*) FROM page", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(pages(), 2, "whoever may still be running keeps its pages");
    let refused = first.finish(scan(1).id, &record(account_id(2), Coverage::Scanned, 20)).unwrap_err();
    assert!(matches!(refused, StoreError::LockLost { .. }), "{refused}");
    let refused: Result<()> = first.batch(|_| Ok(()));
    assert!(matches!(refused, Err(StoreError::LockLost { .. })), "{refused:?}");
    assert!(matches!(first.finish_scan(scan(1).id, &end()), Err(StoreError::LockLost { .. })));
    drop(first);
    second.finish_scan(scan(2).id, &end()).unwrap();
    assert_eq!(second.roles(scan(1).id, account_id(1)).unwrap().count(), 20);
    let finished =
        second.accounts(scan(1).id).unwrap().filter(|entry| entry.as_ref().unwrap().record.is_some());
    assert_eq!(finished.count(), 1);
    drop(second);
    let mut third = Store::open(&path, &key()).unwrap();
    third.begin_scan(&scan(3)).unwrap();
    assert_eq!(pages(), 1, "and nobody is there any more");
}

#[test]
fn a_folder_that_is_a_file_is_refused_early_and_late() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for refusal in openings(&file.join("store.db")) {
        let text = refusal.unwrap_err().to_string();
        assert!(text.contains(file.to_str().unwrap()), "{text}");
    }
}

#[test]
fn a_truncated_store_is_damaged_wherever_it_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("store.db");
    filled(&whole);
    let bytes = fs::read(&whole).unwrap();
    for part in 1..8 {
        let cut = folder.path().join(format!("cut-{part}.db"));
        fs::write(&cut, &bytes[..bytes.len() * part / 8]).unwrap();
        for refusal in openings(&cut) {
            let refusal = refusal.unwrap_err();
            assert!(matches!(refusal, StoreError::Damaged { .. }), "{part}/8: {refusal}");
            assert!(refusal.to_string().contains("restore it from a backup"), "{refusal}");
        }
    }
}

/// Overwrites parts of a store and reads all of it: facts or errors come back, and never a panic.
#[test]
fn a_store_with_hostile_bytes_gives_errors() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("store.db");
    filled(&whole);
    let bytes = fs::read(&whole).unwrap();
    let read = |path: &Path| -> Result<usize> {
        let store = Store::open_existing(path)?;
        let mut roles = 0;
        for scan in store.scans()? {
            for entry in store.accounts(scan.id)? {
                let id = entry?.account.id;
                roles += store.roles(scan.id, id)?.collect::<Result<Vec<_>>>()?.len();
                let aws = store.aws_managed_policies(scan.id)?;
                store.stored_documents(scan.id, id)?.lend(&aws, |_| Ok::<_, StoreError>(()))?;
            }
        }
        Ok(roles)
    };
    assert_eq!(read(&whole).unwrap(), 600);
    let mut errors = 0;
    let bad = folder.path().join("bad.db");
    for at in (100..bytes.len()).step_by(997) {
        let mut bytes = bytes.clone();
        for byte in bytes.iter_mut().skip(at).take(24) {
            *byte = byte.wrapping_mul(31).wrapping_add(97);
        }
        fs::write(&bad, &bytes).unwrap();
        errors += usize::from(read(&bad).is_err());
    }
    assert!(errors > 0);
}

#[test]
fn tables_of_another_shape_are_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    for statement in [
        "DROP TABLE page",
        "DELETE FROM meta",
        "DELETE FROM account WHERE account_id = (SELECT max(account_id) FROM account)",
        "UPDATE account SET account = (SELECT account FROM account ORDER BY account_id DESC LIMIT 1)",
        "UPDATE page SET roles = x'00'",
        "UPDATE page SET roles = (SELECT roles FROM page WHERE account_id = '000000000002') WHERE account_id = '000000000001'",
        "UPDATE page SET first_arn = first_arn || 'x'",
        "UPDATE page SET last_arn = last_arn || 'x'",
        "ALTER TABLE page RENAME TO pages; CREATE VIEW page AS SELECT * FROM pages",
        "CREATE TRIGGER t AFTER INSERT ON scan BEGIN DELETE FROM scan; END",
        "CREATE VIRTUAL TABLE f USING fts5(x)",
    ] {
        let _ = fs::remove_file(&path);
        filled(&path);
        Connection::open(&path).unwrap().execute_batch(statement).unwrap();
        let read = Store::open_existing(&path).and_then(|store| {
            store.accounts(scan(1).id)?.collect::<Result<Vec<_>>>()?;
            store.roles(scan(1).id, account_id(1))?.collect::<Result<Vec<_>>>()
        });
        assert!(matches!(read, Err(StoreError::Damaged { .. })), "{statement}: {read:?}");
    }
}

/// A table's inner page may lead to one leaf a hundred times. With a few levels of such pages, a
/// small file has more rows than fit into any memory.
#[test]
fn rows_that_a_prepared_file_repeats_are_damage_and_do_not_fill_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    filled(&path);
    let (root, size): (usize, usize) = {
        let conn = Connection::open(&path).unwrap();
        let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap() as usize;
        (number("SELECT rootpage FROM sqlite_schema WHERE name = 'scan'"), number("PRAGMA page_size"))
    };
    let mut bytes = fs::read(&path).unwrap();
    let root = (root - 1) * size..root * size;
    // The root is a leaf. It moves behind the last page, and an inner page that leads to it many
    // times replaces it.
    let leaf = u32::try_from(bytes.len() / size + 1).unwrap();
    bytes.extend_from_within(root.clone());
    bytes[28..32].copy_from_slice(&leaf.to_be_bytes());
    let cells: u16 = 100;
    let mut inner = vec![0; size];
    let start = u16::try_from(size).unwrap() - 5 * cells;
    inner[0] = 5;
    inner[3..5].copy_from_slice(&cells.to_be_bytes());
    inner[5..7].copy_from_slice(&start.to_be_bytes());
    inner[8..12].copy_from_slice(&leaf.to_be_bytes());
    for cell in 0..cells {
        let (at, pointer) = (start + 5 * cell, usize::from(12 + 2 * cell));
        inner[pointer..pointer + 2].copy_from_slice(&at.to_be_bytes());
        let at = usize::from(at);
        inner[at..at + 4].copy_from_slice(&leaf.to_be_bytes());
        inner[at + 4] = u8::try_from(cell).unwrap();
    }
    bytes[root].copy_from_slice(&inner);
    fs::write(&path, &bytes).unwrap();
    let rows: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM scan NOT INDEXED", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 101, "the file is what it is meant to be");
    let error = Store::open_existing(&path).unwrap().scans().unwrap_err();
    assert!(error.to_string().contains("a scan occurs twice"), "{error}");
}
