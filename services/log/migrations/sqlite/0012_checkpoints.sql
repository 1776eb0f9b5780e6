-- How far consumers have read whose rows live in this store.
CREATE TABLE checkpoints (
  consumer TEXT    NOT NULL,
  shard    INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (consumer, shard)
) STRICT, WITHOUT ROWID;
