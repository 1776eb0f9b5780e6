-- The Merkle tree of each shard (RFC 6962 with SM3): its leaves at level 0, and the roots of its complete subtrees of 256 leaves at level 8, of
-- 256 of those at level 16, and so on. A row is never changed, so a path of any older tree is there as well.
CREATE TABLE {table} (
    shard  BIGINT NOT NULL,
    level  BIGINT NOT NULL,
    -- Which one of its level, from 0; a leaf's is its position less one.
    number BIGINT NOT NULL,
    hash   BYTES NOT NULL,
    -- Of a leaf: a CRC-32 of each field of the record, by which an altered one is named.
    marks  BYTES,
    PRIMARY KEY (shard, level, number)
){sqlite: WITHOUT ROWID};
