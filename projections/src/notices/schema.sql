-- One row for each event that a platform is told. What became of it comes from the ledger's events; attempts, leases and
-- the time of the next attempt are the notifier's and stand in the log's database.
CREATE TABLE notices (
    id             BLOB NOT NULL PRIMARY KEY,
    guarantee      BLOB NOT NULL,
    sequence       INTEGER NOT NULL,
    shard          INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    platform       TEXT NOT NULL,
    platform_code  TEXT,
    application_no TEXT NOT NULL,
    kind           TEXT NOT NULL,
    state          TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    settled_at     INTEGER,
    attempts       INTEGER,
    reason         TEXT
);
CREATE INDEX notices_waiting ON notices (platform, created_at, id) WHERE state = 'waiting';
CREATE INDEX notices_by_state ON notices (state, created_at, id);
CREATE INDEX notices_of_guarantee ON notices (guarantee, sequence, state);
