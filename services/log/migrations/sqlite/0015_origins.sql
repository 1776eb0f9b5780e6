-- From which stores the records were moved here, with those stores' heads: what was sealed there is tied to what stands here. A row is
-- written with the records that it is about, and is never changed.
CREATE TABLE origins (
  number      INTEGER NOT NULL PRIMARY KEY,
  kind        TEXT    NOT NULL,
  incarnation BLOB    NOT NULL CHECK (length(incarnation) = 16),
  heads       TEXT    NOT NULL, -- JSON list: shard, position, leaf_hash
  content_sm3 TEXT    NOT NULL,
  exported_at INTEGER NOT NULL, -- microseconds since 1970, UTC
  imported_at INTEGER NOT NULL  -- microseconds since 1970, UTC
) STRICT;

CREATE TRIGGER origins_stay BEFORE UPDATE ON origins
BEGIN SELECT RAISE(ABORT, 'origins are never changed'); END;

CREATE TRIGGER origins_remain BEFORE DELETE ON origins
BEGIN SELECT RAISE(ABORT, 'origins are never deleted'); END;
