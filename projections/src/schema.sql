-- Where this database comes from: one row. Another ledger, or another form of the tables, and it is built anew.
CREATE TABLE origin (
    schema_version BIGINT NOT NULL,
    incarnation    ID NOT NULL,
    -- A name of its own, by which the turns of its runners are told from those of another database over the same log.
    mark           ID NOT NULL
);
-- How far each projection is in each shard; moved in the same transaction as what it wrote.
CREATE TABLE checkpoints (
    projection       TEXT NOT NULL,
    shard            BIGINT NOT NULL,
    position         BIGINT NOT NULL,
    -- The event at that position, by which another history under the same positions is noticed.
    event_id         ID,
    -- Where and why it stopped; it is tried again when the runner starts again.
    stopped_position BIGINT,
    stopped_cause    TEXT,
    -- Raised when rows are written apart from the log's order, so that a runner forgets what it remembers of them.
    epoch            BIGINT NOT NULL DEFAULT 0,
    -- Where the last events were read: kafka or store.
    source           TEXT,
    PRIMARY KEY (projection, shard)
){sqlite: WITHOUT ROWID};
-- What is, or was last, built anew beside the running table.
CREATE TABLE rebuilds (
    projection TEXT NOT NULL PRIMARY KEY,
    -- building, paused, stopped, done or cancelled.
    state      TEXT NOT NULL,
    -- How often this projection was built anew: names of indexes are told apart by it.
    generation BIGINT NOT NULL,
    -- Time spent on it, in milliseconds: the rate comes of it.
    worked_ms  BIGINT NOT NULL,
    -- Whether its indexes are made.
    is_indexed BOOLEAN NOT NULL,
    -- Why it stopped.
    cause      TEXT
);
-- How far a table that is built beside is in each shard.
CREATE TABLE rebuild_checkpoints (
    projection TEXT NOT NULL,
    shard      BIGINT NOT NULL,
    position   BIGINT NOT NULL,
    event_id   ID,
    PRIMARY KEY (projection, shard)
){sqlite: WITHOUT ROWID};
