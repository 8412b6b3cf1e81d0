-- Schema 3: the policies that AWS manages.
--
-- Never changed once released: a later schema is a file of its own that starts from this one.

-- Documents, once for all scans: AWS never changes the document of a version.
CREATE TABLE aws_document (
    id       INTEGER PRIMARY KEY,
    arn      TEXT NOT NULL,
    version  TEXT NOT NULL, -- such as 'v3'
    document BLOB NOT NULL,
    UNIQUE (arn, version)
) STRICT;

-- The policies that roles of a scan name, and which version was the default then.
CREATE TABLE aws_policy (
    scan    TEXT NOT NULL REFERENCES scan ON DELETE CASCADE,
    arn     TEXT NOT NULL,
    version TEXT, -- NULL until its document is there
    calls   BLOB, -- how many calls that took in this scan
    PRIMARY KEY (scan, arn)
) STRICT, WITHOUT ROWID;
