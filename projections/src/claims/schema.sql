-- One row a claim.
CREATE TABLE claims (
    guarantee      BLOB NOT NULL,
    number         INTEGER NOT NULL,
    platform       TEXT NOT NULL,
    platform_code  TEXT,
    application_no TEXT NOT NULL,
    guarantee_no   TEXT NOT NULL,
    state          TEXT NOT NULL,
    amount         TEXT NOT NULL,
    due_on         TEXT NOT NULL,
    payee_account  TEXT,
    reason         TEXT,
    attachments    INTEGER NOT NULL,
    claimed_at     INTEGER NOT NULL,
    paid_amount    TEXT,
    reference      TEXT,
    refused_because TEXT,
    settled_at     INTEGER,
    PRIMARY KEY (guarantee, number)
);
CREATE INDEX claims_in_order ON claims (claimed_at, guarantee, number);
CREATE INDEX claims_open ON claims (due_on) WHERE state = 'open';
