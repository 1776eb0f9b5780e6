-- One row a claim.
CREATE TABLE {table} (
    guarantee      ID NOT NULL,
    number         BIGINT NOT NULL,
    platform       TEXT NOT NULL,
    platform_code  TEXT,
    application_no TEXT NOT NULL,
    guarantee_no   TEXT NOT NULL,
    state          TEXT NOT NULL,
    amount         TEXT NOT NULL,
    due_on         TEXT NOT NULL,
    payee_account  TEXT,
    reason         TEXT,
    attachments    BIGINT NOT NULL,
    claimed_at     BIGINT NOT NULL,
    paid_amount    TEXT,
    reference      TEXT,
    refused_because TEXT,
    settled_at     BIGINT,
    PRIMARY KEY (guarantee, number)
);
CREATE INDEX {name}_in_order ON {table} (claimed_at, guarantee, number);
CREATE INDEX {name}_open ON {table} (due_on) WHERE state = 'open';
