-- What the institution stands for, per platform, status and shard: whoever applies a shard has its rows for himself. Sums are whole fen written out: a sum of many amounts can
-- pass what SQLite counts exactly, and it would go on in floating point without a word.
CREATE TABLE {table} (
    platform        TEXT NOT NULL,
    status          TEXT NOT NULL,
    shard           BIGINT NOT NULL,
    guarantees      BIGINT NOT NULL,
    amount_fen      TEXT NOT NULL,
    left_fen        TEXT NOT NULL,
    open_claims     BIGINT NOT NULL,
    open_claims_fen TEXT NOT NULL,
    PRIMARY KEY (platform, status, shard)
){sqlite: WITHOUT ROWID};
