-- What the institution stands for, per platform and status. Sums are whole fen written out: a sum of many amounts can
-- pass what SQLite counts exactly, and it would go on in floating point without a word.
CREATE TABLE exposure (
    platform        TEXT NOT NULL,
    status          TEXT NOT NULL,
    guarantees      INTEGER NOT NULL,
    amount_fen      TEXT NOT NULL,
    left_fen        TEXT NOT NULL,
    open_claims     INTEGER NOT NULL,
    open_claims_fen TEXT NOT NULL,
    PRIMARY KEY (platform, status)
) WITHOUT ROWID;
