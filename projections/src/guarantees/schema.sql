-- Every guarantee as it stands: columns by which it is found, and the folded state itself.
CREATE TABLE guarantees (
    id                  BLOB NOT NULL PRIMARY KEY,
    platform            TEXT NOT NULL,
    platform_code       TEXT,
    application_no      TEXT NOT NULL,
    guarantee_no        TEXT,
    status              TEXT NOT NULL,
    -- Moments are microseconds since 1970 (UTC), amounts that are compared are fen, days are yyyy-MM-dd in China.
    applied_at          INTEGER NOT NULL,
    applicant_name      TEXT,
    -- Whether they came sealed: then nobody without the right sees them before opening_at.
    applicant_is_sealed INTEGER NOT NULL,
    amount_is_sealed    INTEGER NOT NULL,
    amount_fen          INTEGER,
    opening_at          INTEGER,
    issued_at           INTEGER,
    issued_on           TEXT,
    rate                TEXT,
    premium             TEXT,
    payer_name          TEXT,
    payer_account       TEXT,
    valid_until         TEXT,
    invoice_code        TEXT,
    invoice_no          TEXT,
    -- What waits for somebody, since when; NULL where nothing does. An application is either unpaid, or paid and undecided.
    unpaid_since        INTEGER,
    undecided_since     INTEGER,
    payer_is_applicant  INTEGER NOT NULL,
    restore_from        INTEGER,
    invoice_since       INTEGER,
    quit_since          INTEGER,
    quit_void_from      INTEGER,
    expires_after       TEXT,
    version             INTEGER NOT NULL,
    shard               INTEGER NOT NULL,
    position            INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    -- The domain's state as JSON. Last, so that reading the columns before it does not read it.
    state               TEXT NOT NULL
);
-- Lists go along this one from the newest on, and their filters are decided in it before the row is looked up.
CREATE INDEX guarantees_in_order
    ON guarantees (applied_at, id, platform, status, issued_on, applicant_is_sealed, opening_at, applicant_name);
CREATE INDEX guarantees_by_application ON guarantees (application_no);
CREATE INDEX guarantees_by_number ON guarantees (guarantee_no) WHERE guarantee_no IS NOT NULL;
CREATE INDEX guarantees_issued ON guarantees (platform, issued_on, issued_at, id) WHERE issued_on IS NOT NULL;
CREATE INDEX guarantees_unpaid ON guarantees (unpaid_since, id) WHERE unpaid_since IS NOT NULL;
CREATE INDEX guarantees_unpaid_amount ON guarantees (amount_fen) WHERE unpaid_since IS NOT NULL;
CREATE INDEX guarantees_undecided ON guarantees (undecided_since, id) WHERE undecided_since IS NOT NULL;
CREATE INDEX guarantees_to_restore ON guarantees (restore_from, id) WHERE restore_from IS NOT NULL;
CREATE INDEX guarantees_to_invoice ON guarantees (invoice_since, id) WHERE invoice_since IS NOT NULL;
CREATE INDEX guarantees_to_quit ON guarantees (quit_since, id) WHERE quit_since IS NOT NULL;
CREATE INDEX guarantees_to_expire ON guarantees (expires_after, id) WHERE expires_after IS NOT NULL;
