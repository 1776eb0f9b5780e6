-- One row a shard: its newest position, under which all appends go, so that positions have no gaps. The incarnation is renewed when
-- the store goes on from a backup, so that readers notice. SQLite has one shard, 0.
CREATE TABLE heads (
  shard       INTEGER NOT NULL PRIMARY KEY CHECK (shard = 0),
  position    INTEGER NOT NULL CHECK (position >= 0),
  incarnation BLOB    NOT NULL CHECK (length(incarnation) = 16)
) STRICT;
