-- Where this database comes from: one row. Another ledger, or another form of the tables, and it is built anew.
CREATE TABLE origin (
    schema_version INTEGER NOT NULL,
    incarnation    BLOB NOT NULL
);
-- How far each projection is in each shard; moved in the same transaction as what it wrote.
CREATE TABLE checkpoints (
    projection       TEXT NOT NULL,
    shard            INTEGER NOT NULL,
    position         INTEGER NOT NULL,
    -- The event at that position, by which another history under the same positions is noticed.
    event_id         BLOB,
    -- Where and why it stopped; it is tried again when the runner starts again.
    stopped_position INTEGER,
    stopped_cause    TEXT,
    PRIMARY KEY (projection, shard)
) WITHOUT ROWID;
