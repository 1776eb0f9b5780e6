-- Who read whose personal data; for the audit, so rows are only added.
CREATE TABLE readings (
  reading      INTEGER NOT NULL PRIMARY KEY,
  aggregate_id TEXT    NOT NULL,
  actor        TEXT    NOT NULL,
  fields       TEXT    NOT NULL, -- JSON list of names
  at           INTEGER NOT NULL  -- microseconds since 1970, UTC
) STRICT;

CREATE INDEX readings_by_aggregate ON readings (aggregate_id);

CREATE TRIGGER readings_stay BEFORE UPDATE ON readings
BEGIN SELECT RAISE(ABORT, 'readings are never changed'); END;

CREATE TRIGGER readings_remain BEFORE DELETE ON readings
BEGIN SELECT RAISE(ABORT, 'readings are never deleted'); END;
