-- One row an event: what an auditor looks through. What the event says stands in the log.
CREATE TABLE timeline (
    shard          INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    event_id       BLOB NOT NULL,
    guarantee      BLOB NOT NULL,
    sequence       INTEGER NOT NULL,
    event_type     TEXT NOT NULL,
    event_version  TEXT NOT NULL,
    recorded_at    INTEGER NOT NULL,
    actor          TEXT,
    correlation_id TEXT,
    causation_id   TEXT,
    PRIMARY KEY (shard, position)
) WITHOUT ROWID;
CREATE INDEX timeline_of_actor ON timeline (actor, recorded_at) WHERE actor IS NOT NULL;
