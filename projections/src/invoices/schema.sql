-- One row for each time an invoice was asked for.
CREATE TABLE invoices (
    guarantee       BLOB NOT NULL,
    -- The number of the request's event within the guarantee.
    sequence        INTEGER NOT NULL,
    platform        TEXT NOT NULL,
    platform_code   TEXT,
    application_no  TEXT NOT NULL,
    guarantee_no    TEXT NOT NULL,
    state           TEXT NOT NULL,
    kind            TEXT NOT NULL,
    title           TEXT NOT NULL,
    tax_no          TEXT NOT NULL,
    amount          TEXT NOT NULL,
    requested_at    INTEGER NOT NULL,
    invoice_code    TEXT,
    invoice_no      TEXT,
    invoice_url     TEXT,
    declined_because TEXT,
    settled_at      INTEGER,
    PRIMARY KEY (guarantee, sequence)
);
CREATE INDEX invoices_in_order ON invoices (requested_at, guarantee, sequence);
CREATE INDEX invoices_open ON invoices (guarantee) WHERE state = 'open';
