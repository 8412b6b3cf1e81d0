-- Schema 1: scans, the accounts of each, and the facts of each account in pages.
--
-- Never changed once released: a later schema is a file of its own that starts from this one.

-- What the store is bound to: one row, 'organization' or 'caller', with the id.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE scan (
    id         TEXT    NOT NULL PRIMARY KEY,
    started_at INTEGER NOT NULL, -- microseconds since 1970, to order by
    record     BLOB    NOT NULL, -- the scan without its end
    ended      BLOB              -- its end; NULL while it runs, and after it was killed
) STRICT;

CREATE TABLE account (
    scan       TEXT NOT NULL REFERENCES scan ON DELETE CASCADE,
    account_id TEXT NOT NULL,
    account    BLOB NOT NULL, -- as AWS Organizations describes it
    record     BLOB,          -- what became of it; NULL until it is finished, and its pages do not count until then
    PRIMARY KEY (scan, account_id)
) STRICT, WITHOUT ROWID;

-- What a killed scan leaves behind is found without looking at every account of every scan.
CREATE INDEX unfinished ON account (scan, account_id) WHERE record IS NULL;

-- One row for each page that the account answered. The facts that every report needs stand before the documents, so that
-- reading the former does not touch the disk pages of the latter.
CREATE TABLE page (
    id         INTEGER PRIMARY KEY,
    scan       TEXT    NOT NULL,
    account_id TEXT    NOT NULL,
    seq        INTEGER NOT NULL, -- the order in which the account answered
    first_arn  TEXT,             -- of the roles in `roles`, the least ARN and the greatest
    last_arn   TEXT,
    roles      BLOB,             -- roles without inline documents, ordered by ARN; NULL where there are none
    documents  BLOB,             -- inline documents and customer-managed policies; NULL where there are none
    UNIQUE (scan, account_id, seq),
    FOREIGN KEY (scan, account_id) REFERENCES account ON DELETE CASCADE
) STRICT;
