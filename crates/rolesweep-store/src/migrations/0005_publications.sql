-- Schema 5: what `rolesweep scan` published, and the scans that were removed.
--
-- Never changed once released: a later schema is a file of its own that starts from this one.

-- The report that was published of a scan. It stays when the scan is removed, so that later manifests still have what they
-- link to.
CREATE TABLE publication (
    scan   TEXT NOT NULL PRIMARY KEY,
    record BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Scans that were removed. Their facts may still be in the other tables if a process was killed; nobody reads them there.
CREATE TABLE pruned_scan (
    scan       TEXT    NOT NULL PRIMARY KEY,
    sequence   INTEGER NOT NULL UNIQUE, -- the number that the scan had, which no other one gets
    record     BLOB    NOT NULL,        -- the scan, without what is long in its end
    removed_at INTEGER NOT NULL         -- microseconds since 1970
) STRICT, WITHOUT ROWID;
