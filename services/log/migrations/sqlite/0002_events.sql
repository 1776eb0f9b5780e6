-- What has happened. The first seven columns are those of sqlite-es, so that its repository reads an aggregate here; the order of
-- the whole log is the position. The position is the row's own number: a new event goes to the end of the table, whatever its
-- aggregate. Its one index at random places is that of the aggregates, so it is kept narrow: their ids are unique whatever their type.
-- Nothing is ever changed or deleted (with recursive_triggers, which our connections set, neither by REPLACE).
CREATE TABLE events (
  aggregate_type TEXT    NOT NULL CHECK (aggregate_type = 'guarantee'),
  aggregate_id   TEXT    NOT NULL,
  sequence       INTEGER NOT NULL CHECK (sequence > 0),
  event_type     TEXT    NOT NULL,
  event_version  TEXT    NOT NULL,
  payload        TEXT    NOT NULL,
  metadata       TEXT    NOT NULL,
  id             BLOB    NOT NULL CHECK (length(id) = 16),
  shard          INTEGER NOT NULL CHECK (shard = 0),
  position       INTEGER NOT NULL PRIMARY KEY CHECK (position > 0),
  recorded_at    INTEGER NOT NULL, -- microseconds since 1970, UTC
  UNIQUE (aggregate_id, sequence),
  UNIQUE (id)
) STRICT;

CREATE TRIGGER events_stay BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;

CREATE TRIGGER events_remain BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
