//! Opening stores: for writing, for reading, and finding out early whether writing will work.

use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rolesweep_model::StoreKey;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Result, StoreError};
use crate::fault::{At as _, Fault, damaged};
use crate::files;
use crate::lock::StoreLock;
use crate::lock_file::Writer;
use crate::owner::require_one_owner;
use crate::schema::{self, Found, SCHEMA_VERSION};
use crate::store::Store;

/// How long to wait for another program's lock on the database, such as a backup's. The lock file
/// already keeps other writers of rolesweep out.
const BUSY: Duration = Duration::from_secs(10);

/// The memory, in KiB, that SQLite may use to cache pages of the file.
const CACHE_KIB: i64 = 8 * 1024;

/// The size in bytes that the write-ahead log is cut to after a checkpoint.
const LOG_BYTES: i64 = 16 * 1024 * 1024;

impl Store {
    /// Opens a store for writing. Creates it, and its folder, if there is none.
    ///
    /// # Errors
    /// If somebody else is writing to it, if it belongs to another organization, another user or a
    /// newer version, if it is not a store or is damaged, or if the file system refuses.
    pub fn open(path: &Path, key: &StoreKey) -> Result<Self> {
        let folder = files::folder(path);
        files::create_folder(folder).at(folder)?;
        let path = files::resolve(path).at(path)?;
        require_one_owner(&path)?;
        files::look_at_folder(files::folder(&path));
        let mut lock = StoreLock::take(&path)?;
        let created = create_file(&path)?;
        // If the store is new, nobody can have had its lock.
        lock.was_there |= created;
        let opened = Self::open_locked(&path, key, lock);
        if created && opened.is_err() {
            // Nobody else had the time to write to it: this process had the lock.
            for leftover in std::iter::once(path.clone()).chain(files::companions(&path)) {
                let _ = fs::remove_file(leftover);
            }
        }
        opened
    }

    fn open_locked(path: &Path, key: &StoreKey, lock: StoreLock) -> Result<Self> {
        let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).at(path)?;
        prepare_to_write(&mut conn, path, key).at(path)?;
        for companion in files::companions(path) {
            files::tighten(&companion).at(&companion)?;
        }
        Ok(Self { conn, path: path.to_owned(), key: key.clone(), in_batch: false, lock: Some(lock) })
    }

    /// Opens a store for reading. It shows what was there at this moment, also while another
    /// process goes on writing.
    ///
    /// # Errors
    /// If there is none, if it belongs to a newer version, if it is not a store or is damaged, or
    /// if the file system refuses.
    pub fn open_existing(path: &Path) -> Result<Self> {
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::Missing(path.to_owned()));
            }
            found => require_file(path, &found.at(path)?)?,
        }
        let path = files::resolve(path).at(path)?;
        bring_up_to_date(&path)?;
        // The connection can write, so that the last one to close can remove SQLite's companions.
        // `query_only` keeps it from changing the store.
        match Self::read(&path, &path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
            // The folder cannot be written, so SQLite cannot create its companions there. If there
            // is no log to read, it needs none.
            Err(StoreError::Permission { .. } | StoreError::ReadOnly(_)) if !has_log(&path) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
                Self::read(&path, &immutable_uri(&path), flags)
            }
            opened => opened,
        }
    }

    fn read(path: &Path, name: &Path, flags: OpenFlags) -> Result<Self> {
        let conn = connect(name, flags).at(path)?;
        let key = prepare_to_read(&conn, path).at(path)?;
        Ok(Self { conn, path: path.to_owned(), key, in_batch: false, lock: None })
    }

    /// Who writes to the store at `path` now.
    ///
    /// # Errors
    /// If its lock cannot be read.
    pub fn writer(path: &Path) -> Result<Writer> {
        StoreLock::writer(&files::resolve(path).at(path)?)
    }

    /// Finds out whether a store at `path` can be written or created, and leaves everything as it
    /// was.
    ///
    /// # Errors
    /// Those of [`Store::open`], as far as they can be known without the organization. The disk may
    /// still fill up later.
    pub fn check_writable(path: &Path) -> Result<()> {
        let metadata = match fs::metadata(path) {
            // There is nothing to check yet, but a lock may be in the way.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                probe_beside(path)?;
                return StoreLock::check(path);
            }
            found => found.at(path)?,
        };
        require_file(path, &metadata)?;
        let path = files::resolve(path).at(path)?;
        require_one_owner(&path)?;
        StoreLock::check(&path)?;
        match Self::open_existing(&path) {
            Ok(store) => require_writable(&store.conn, &path).at(&path)?,
            // A process that was killed while it created the store can leave this; `open` goes on
            // with it.
            Err(StoreError::Missing(_)) => {}
            Err(error) => return Err(error),
        }
        probe_beside(&path)
    }
}

/// Brings a store of an older schema up to date, so that there is one schema to read.
fn bring_up_to_date(path: &Path) -> Result<()> {
    let Ok(conn) = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE) else { return Ok(()) };
    let Ok(Found::Store(1..SCHEMA_VERSION)) = schema::recognize(&conn) else { return Ok(()) };
    let key = bound_to(&conn).at(path)?;
    drop(conn);
    Store::open(path, &key).map(drop)
}

/// Creates the store in an empty database, or brings one of an older schema up to date.
fn prepare_to_write(conn: &mut Connection, path: &Path, key: &StoreKey) -> Result<(), Fault> {
    require_writable(conn, path)?;
    if let Some(version) = recognize(conn, path)? {
        let found = bound_to(conn)?;
        if found != *key {
            let (path, wanted) = (path.to_owned(), key.clone());
            return Err(StoreError::OtherOrganization { path, found, wanted }.into());
        }
        if version < SCHEMA_VERSION {
            schema::migrate(conn, version)?;
        }
    } else {
        schema::create(conn, key)?;
    }
    Ok(log_ahead(conn)?)
}

/// Begins to read. Returns what the store is bound to.
fn prepare_to_read(conn: &Connection, path: &Path) -> Result<StoreKey, Fault> {
    conn.pragma_update(None, "query_only", true)?;
    // The transaction is open until the store is dropped, so that everything is read as of one
    // moment.
    conn.execute_batch("BEGIN")?;
    recognize(conn, path)?.ok_or_else(|| StoreError::Missing(path.to_owned()))?;
    bound_to(conn)
}

fn require_file(path: &Path, metadata: &Metadata) -> Result<()> {
    if metadata.is_file() { Ok(()) } else { Err(StoreError::NotAStore(path.to_owned())) }
}

fn require_writable(conn: &Connection, path: &Path) -> Result<(), Fault> {
    if conn.is_readonly("main")? { Err(StoreError::ReadOnly(path.to_owned()).into()) } else { Ok(()) }
}

/// Finds out whether files can be created beside the store. A limit on the size of files is an
/// error about the store, any other error is about its folder.
fn probe_beside(path: &Path) -> Result<()> {
    let folder = files::folder(path);
    match files::probe(folder) {
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Err(error).at(path),
        probed => probed.at(folder),
    }
}

/// Creates an empty file for its owner alone. If the file exists, takes the permissions of others
/// away. Returns whether the file is new.
fn create_file(path: &Path) -> Result<bool> {
    match files::private(OpenOptions::new().write(true).create_new(true)).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            require_file(path, &fs::metadata(path).at(path)?)?;
            files::tighten(path).at(path)?;
            Ok(false)
        }
        created => created.map(|_| true).at(path),
    }
}

/// Whether there is a write-ahead log with something in it.
fn has_log(path: &Path) -> bool {
    fs::metadata(files::beside(path, "-wal")).is_ok_and(|metadata| metadata.len() > 0)
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY)?;
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // Protects against files that somebody has prepared.
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    // A statement keeps its plan. Without this, SQLite looks at the bound values and plans again
    // whenever they change, which is at each account: a quarter of what the store costs a scan.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(conn)
}

/// Commits go to a log beside the file, which the operating system keeps if the process dies.
/// Without shared memory (some network file systems), SQLite keeps its rollback journal, which is
/// safe only if it waits for the disk.
fn log_ahead(conn: &Connection) -> rusqlite::Result<()> {
    let mode: String = conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    let synchronous = if mode == "wal" { "NORMAL" } else { "FULL" };
    conn.pragma_update(None, "synchronous", synchronous)?;
    conn.query_row(&format!("PRAGMA journal_size_limit = {LOG_BYTES}"), [], |_| Ok(()))
}

/// The schema of a store that this version can read; `None` for an empty file.
fn recognize(conn: &Connection, path: &Path) -> Result<Option<u32>, Fault> {
    match schema::recognize(conn)? {
        Found::Nothing => Ok(None),
        Found::Other => Err(StoreError::NotAStore(path.to_owned()).into()),
        Found::Store(found) if found > SCHEMA_VERSION => {
            Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA_VERSION }.into())
        }
        Found::Store(_) if !schema::is_plain(conn)? => Err(damaged("it holds more than tables")),
        Found::Store(version) => Ok(Some(version)),
    }
}

fn bound_to(conn: &Connection) -> Result<StoreKey, Fault> {
    schema::bound_to(conn)?.ok_or_else(|| damaged("it does not say what it is bound to"))
}

/// SQLite's URI for a file that nobody changes.
fn immutable_uri(path: &Path) -> PathBuf {
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri.into()
}
