-- Every guarantee as it stands: columns by which it is found, and the folded state itself. It stands under the position of its first event, to
-- which the log leads from its id: an index of ids here would be hit at random, and cost every new guarantee a page of its own.
CREATE TABLE {table} (
    id                  ID NOT NULL,
    platform            TEXT NOT NULL,
    platform_code       TEXT,
    application_no      TEXT NOT NULL,
    guarantee_no        TEXT,
    status              TEXT NOT NULL,
    -- Moments are microseconds since 1970 (UTC), amounts that are compared are fen, days are yyyy-MM-dd in China.
    applied_at          BIGINT NOT NULL,
    applicant_name      TEXT,
    -- Whether they came sealed: then nobody without the right sees them before opening_at.
    applicant_is_sealed BOOLEAN NOT NULL,
    amount_is_sealed    BOOLEAN NOT NULL,
    amount_fen          BIGINT,
    opening_at          BIGINT,
    issued_at           BIGINT,
    issued_on           TEXT,
    rate                TEXT,
    premium             TEXT,
    payer_name          TEXT,
    payer_account       TEXT,
    valid_until         TEXT,
    invoice_code        TEXT,
    invoice_no          TEXT,
    -- What waits for somebody, since when; NULL where nothing does. An application is either unpaid, or paid and undecided.
    unpaid_since        BIGINT,
    undecided_since     BIGINT,
    payer_is_applicant  BOOLEAN NOT NULL,
    restore_from        BIGINT,
    invoice_since       BIGINT,
    quit_since          BIGINT,
    quit_void_from      BIGINT,
    expires_after       TEXT,
    version             BIGINT NOT NULL,
    shard               BIGINT NOT NULL,
    -- The positions of its first event and of its last.
    begins              BIGINT NOT NULL,
    position            BIGINT NOT NULL,
    updated_at          BIGINT NOT NULL,
    -- The domain's state as JSON. Last, so that reading the columns before it does not read it.
    state               TEXT NOT NULL,
    PRIMARY KEY (shard, begins)
);
-- Lists go along this one from the newest on. In SQLite their filters are decided in it before the row is looked up;
-- PostgreSQL looks the row up before.
CREATE INDEX {name}_in_order
    ON {table} (applied_at, id{sqlite:, platform, status, issued_on, applicant_is_sealed, opening_at, applicant_name});
CREATE INDEX {name}_by_application ON {table} (application_no);
CREATE INDEX {name}_by_number ON {table} (guarantee_no) WHERE guarantee_no IS NOT NULL;
CREATE INDEX {name}_issued ON {table} (platform, issued_on, issued_at, id) WHERE issued_on IS NOT NULL;
CREATE INDEX {name}_unpaid ON {table} (unpaid_since, id) WHERE unpaid_since IS NOT NULL;
CREATE INDEX {name}_unpaid_amount ON {table} (amount_fen) WHERE unpaid_since IS NOT NULL;
CREATE INDEX {name}_undecided ON {table} (undecided_since, id) WHERE undecided_since IS NOT NULL;
CREATE INDEX {name}_to_restore ON {table} (restore_from, id) WHERE restore_from IS NOT NULL;
CREATE INDEX {name}_to_invoice ON {table} (invoice_since, id) WHERE invoice_since IS NOT NULL;
CREATE INDEX {name}_to_quit ON {table} (quit_since, id) WHERE quit_since IS NOT NULL;
CREATE INDEX {name}_to_expire ON {table} (expires_after, id) WHERE expires_after IS NOT NULL;
