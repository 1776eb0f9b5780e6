-- Says that the database is a ledger of this program, and what was settled when it was made: how many shards, and how many positions a
-- partition of events takes. The server under which it was last opened tells a restored backup and a promoted replica from a restart.
CREATE TABLE baohan_ledger (
  one            boolean  NOT NULL PRIMARY KEY DEFAULT true CHECK (one),
  version        integer  NOT NULL CHECK (version > 0),
  shards         smallint NOT NULL CHECK (shards BETWEEN 1 AND 256),
  partition_size bigint   NOT NULL CHECK (partition_size > 0),
  server         text -- system identifier and timeline
);
