-- One row an event: what an auditor looks through. What the event says stands in the log.
CREATE TABLE {table} (
    shard          BIGINT NOT NULL,
    position       BIGINT NOT NULL,
    event_id       ID NOT NULL,
    guarantee      ID NOT NULL,
    sequence       BIGINT NOT NULL,
    event_type     TEXT NOT NULL,
    event_version  TEXT NOT NULL,
    recorded_at    BIGINT NOT NULL,
    actor          TEXT,
    correlation_id TEXT,
    causation_id   TEXT,
    PRIMARY KEY (shard, position)
){sqlite: WITHOUT ROWID};
CREATE INDEX {name}_of_actor ON {table} (actor, recorded_at) WHERE actor IS NOT NULL;
