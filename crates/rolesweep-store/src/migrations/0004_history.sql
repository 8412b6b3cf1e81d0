-- Schema 4: what the scans up to one know of an account's roles together.
--
-- Never changed once released: a later schema is a file of its own that starts from this one.

-- One record for each account that a finished scan read. It does not go with its scan: the newest record of an account
-- stays until a later scan has read the account.
CREATE TABLE history (
    id         INTEGER PRIMARY KEY,
    account_id TEXT    NOT NULL,
    sequence   INTEGER NOT NULL, -- of the scan
    record     BLOB    NOT NULL,
    UNIQUE (account_id, sequence)
) STRICT;
CREATE INDEX history_sequence ON history (sequence);

-- The finished scans that were removed, because histories still name them. Their numbers are never given again.
CREATE TABLE removed_scan (
    sequence   INTEGER NOT NULL PRIMARY KEY,
    started_at TEXT    NOT NULL -- RFC 3339
) STRICT;

-- The key of the fingerprints of policies: 16 bytes in hexadecimal. Without it, nobody can make a policy with a given
-- fingerprint.
INSERT INTO meta (name, value) VALUES ('history_key', lower(hex(randomblob(16))));
