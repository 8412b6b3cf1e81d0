-- Schema 2: the order of scans, the command that goes on with one, and more than one attempt at an account.
--
-- Never changed once released: a later schema is a file of its own that starts from this one.

-- Clocks are set back; this number only grows.
ALTER TABLE scan ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
UPDATE scan SET sequence = rowid;
CREATE UNIQUE INDEX scan_sequence ON scan (sequence);

-- What resumes the scan, for a person to copy: the command line without secrets.
ALTER TABLE scan ADD COLUMN resume TEXT;

-- The attempt that the record and the pages that count are of; 0 before the first is finished.
ALTER TABLE account ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
-- The attempt that takes pages; NULL between attempts.
ALTER TABLE account ADD COLUMN under_way INTEGER;
-- The attempt that the page is of.
ALTER TABLE page ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
UPDATE account SET attempt = 1 WHERE record IS NOT NULL;
UPDATE account SET under_way = 1 WHERE record IS NULL;

-- What a killed scan leaves behind is found without looking at every account of every scan.
DROP INDEX unfinished;
CREATE INDEX unfinished ON account (scan, account_id) WHERE under_way IS NOT NULL;
