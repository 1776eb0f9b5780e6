-- One row for each time an invoice was asked for.
CREATE TABLE {table} (
    guarantee       ID NOT NULL,
    -- The number of the request's event within the guarantee.
    sequence        BIGINT NOT NULL,
    platform        TEXT NOT NULL,
    platform_code   TEXT,
    application_no  TEXT NOT NULL,
    guarantee_no    TEXT NOT NULL,
    state           TEXT NOT NULL,
    kind            TEXT NOT NULL,
    title           TEXT NOT NULL,
    tax_no          TEXT NOT NULL,
    amount          TEXT NOT NULL,
    requested_at    BIGINT NOT NULL,
    invoice_code    TEXT,
    invoice_no      TEXT,
    invoice_url     TEXT,
    declined_because TEXT,
    settled_at      BIGINT,
    PRIMARY KEY (guarantee, sequence)
);
CREATE INDEX {name}_in_order ON {table} (requested_at, guarantee, sequence);
CREATE INDEX {name}_open ON {table} (guarantee) WHERE state = 'open';
