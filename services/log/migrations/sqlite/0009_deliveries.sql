-- How the delivery of each notice stands, and its attempts. The lease's token fences: two notifiers never overtake each other.
CREATE TABLE deliveries (
  notice_id    BLOB    NOT NULL PRIMARY KEY CHECK (length(notice_id) = 16),
  state        TEXT    NOT NULL,
  attempts     INTEGER NOT NULL,
  next_at      INTEGER, -- microseconds since 1970, UTC
  lease_token  BLOB,
  leased_until INTEGER, -- microseconds since 1970, UTC
  CHECK ((lease_token IS NULL) = (leased_until IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_due ON deliveries (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE attempts (
  attempt     INTEGER NOT NULL PRIMARY KEY,
  notice_id   BLOB    NOT NULL,
  number      INTEGER NOT NULL,
  started_at  INTEGER NOT NULL, -- microseconds since 1970, UTC
  duration_ms INTEGER NOT NULL,
  status      INTEGER,
  outcome     TEXT    NOT NULL,
  next_at     INTEGER, -- microseconds since 1970, UTC
  reply       TEXT
) STRICT;

CREATE INDEX attempts_by_notice ON attempts (notice_id);
