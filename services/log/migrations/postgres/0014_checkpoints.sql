-- How far consumers have read whose rows live in this store.
CREATE TABLE checkpoints (
  consumer text     NOT NULL,
  shard    smallint NOT NULL,
  position bigint   NOT NULL,
  PRIMARY KEY (consumer, shard)
) WITH (fillfactor = 50);
