-- What became of each role from one scan to a later one, from the two tables of roles and of accounts alone.
-- The page docs/columns.md says what the classes mean.
CREATE VIEW before AS SELECT *, disposition IN ('flagged', 'exempt') AS is_idle FROM read_csv('before/roles.csv', all_varchar = true, header = true);
CREATE VIEW after AS SELECT *, disposition IN ('flagged', 'exempt') AS is_idle FROM read_csv('after/roles.csv', all_varchar = true, header = true);
CREATE VIEW read_before AS SELECT account_id FROM read_csv('before/accounts.csv', all_varchar = true, header = true) WHERE coverage IN ('scanned', 'partial');
CREATE VIEW read_after AS SELECT account_id FROM read_csv('after/accounts.csv', all_varchar = true, header = true) WHERE coverage IN ('scanned', 'partial');
CREATE TABLE severities AS SELECT * FROM (VALUES ('low', 1), ('medium', 2), ('high', 3), ('critical', 4)) AS known (severity, place);

-- The same role in both scans.
CREATE TABLE in_both AS
    SELECT a.role_arn, a.role_id,
        CASE
            WHEN b.disposition = 'undetermined' AND a.is_idle OR a.disposition = 'undetermined' AND b.is_idle THEN 'not_comparable'
            WHEN b.disposition = 'flagged' AND a.disposition = 'flagged' AND sa.place > sb.place THEN 'severity_raised'
            WHEN b.disposition = 'flagged' AND a.disposition = 'flagged' THEN 'still_idle'
            WHEN b.disposition = 'exempt' AND a.disposition = 'flagged' THEN 'exemption_expired'
            WHEN a.disposition = 'flagged' THEN 'newly_idle'
            WHEN b.disposition <> 'exempt' AND a.disposition = 'exempt' THEN 'newly_exempt'
            WHEN b.is_idle AND NOT a.is_idle AND a.last_used_at IS NOT NULL
                AND (b.last_used_at IS NULL OR a.last_used_at::TIMESTAMPTZ > b.last_used_at::TIMESTAMPTZ) THEN 'used_again'
            WHEN b.is_idle AND NOT a.is_idle THEN 'no_longer_listed'
        END AS change
    FROM before b JOIN after a USING (role_id)
    LEFT JOIN severities sb ON sb.severity = b.severity
    LEFT JOIN severities sa ON sa.severity = a.severity;

-- Another role with the same ARN.
CREATE TABLE created_again AS
    SELECT a.role_arn, a.role_id, b.role_id AS earlier_id,
        CASE WHEN b.is_idle OR a.is_idle THEN 'recreated' END AS change
    FROM before b JOIN after a USING (role_arn)
    WHERE b.role_id <> a.role_id
        AND b.role_id NOT IN (SELECT role_id FROM after) AND a.role_id NOT IN (SELECT role_id FROM before);

CREATE TABLE only_before AS
    SELECT role_arn, role_id, CASE WHEN account_id IN (FROM read_after) THEN 'gone' ELSE 'not_comparable' END AS change
    FROM before
    WHERE is_idle AND role_id NOT IN (SELECT role_id FROM in_both) AND role_id NOT IN (SELECT earlier_id FROM created_again);

CREATE TABLE only_after AS
    SELECT role_arn, role_id,
        CASE WHEN account_id NOT IN (FROM read_before) THEN 'not_comparable' WHEN disposition = 'flagged' THEN 'newly_idle' ELSE 'newly_exempt' END AS change
    FROM after
    WHERE is_idle AND role_id NOT IN (SELECT role_id FROM in_both) AND role_id NOT IN (SELECT role_id FROM created_again);

CREATE TABLE classes AS
    SELECT change, role_arn, role_id FROM in_both WHERE change IS NOT NULL
    UNION ALL SELECT change, role_arn, role_id FROM created_again WHERE change IS NOT NULL
    UNION ALL SELECT change, role_arn, role_id FROM only_before
    UNION ALL SELECT change, role_arn, role_id FROM only_after;

-- The same rows with what each scan said.
CREATE VIEW computed AS
    SELECT c.change, c.role_arn, c.role_id,
        CASE WHEN a.disposition IN ('flagged', 'undetermined') THEN a.severity END AS severity,
        CASE WHEN b.disposition IN ('flagged', 'undetermined') THEN b.severity END AS severity_before,
        a.status AS status, b.status AS status_before, a.disposition AS disposition, b.disposition AS disposition_before,
        a.last_used_at AS last_used_at, b.last_used_at AS last_used_at_before
    FROM classes c LEFT JOIN after a USING (role_arn) LEFT JOIN before b USING (role_arn);
CREATE VIEW printed AS
    SELECT change, role_arn, role_id, severity, severity_before, status, status_before, disposition, disposition_before,
        last_used_at, last_used_at_before
    FROM read_csv('diff.csv', all_varchar = true, header = true);
