-- One row for each event that a platform is told. What became of it comes from the ledger's events; attempts, leases and
-- the time of the next attempt are the notifier's and stand in the log's database.
CREATE TABLE {table} (
    id             ID NOT NULL PRIMARY KEY,
    guarantee      ID NOT NULL,
    sequence       BIGINT NOT NULL,
    shard          BIGINT NOT NULL,
    position       BIGINT NOT NULL,
    platform       TEXT NOT NULL,
    platform_code  TEXT,
    application_no TEXT NOT NULL,
    kind           TEXT NOT NULL,
    state          TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    settled_at     BIGINT,
    attempts       BIGINT,
    reason         TEXT
);
CREATE INDEX {name}_waiting ON {table} (platform, created_at, id) WHERE state = 'waiting';
CREATE INDEX {name}_by_state ON {table} (state, created_at, id);
CREATE INDEX {name}_of_guarantee ON {table} (guarantee, sequence, state);
