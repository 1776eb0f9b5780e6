-- The checkpoints that were signed over this ledger, each a signed note, numbered 1, 2, 3 … without a gap; and what witnesses signed of
-- them. Both are kept as they left the house, and rows are only added. (The table "checkpoints" is about consumers' positions.)
CREATE TABLE kept_checkpoints (
  number  INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
  note    TEXT    NOT NULL,
  kept_at INTEGER NOT NULL -- microseconds since 1970, UTC
) STRICT;

CREATE TABLE kept_cosignatures (
  cosignature INTEGER NOT NULL PRIMARY KEY,
  number      INTEGER NOT NULL,
  witness     TEXT    NOT NULL,
  line        TEXT    NOT NULL,
  kept_at     INTEGER NOT NULL, -- microseconds since 1970, UTC
  UNIQUE (number, witness)
) STRICT;

CREATE TRIGGER kept_checkpoints_follow BEFORE INSERT ON kept_checkpoints
WHEN NEW.number > (SELECT coalesce(max(number), 0) + 1 FROM kept_checkpoints)
BEGIN SELECT RAISE(ABORT, 'checkpoints are numbered without a gap'); END;

CREATE TRIGGER kept_checkpoints_stay BEFORE UPDATE ON kept_checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END;

CREATE TRIGGER kept_checkpoints_remain BEFORE DELETE ON kept_checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;

CREATE TRIGGER kept_cosignatures_follow BEFORE INSERT ON kept_cosignatures
WHEN NOT EXISTS (SELECT 1 FROM kept_checkpoints WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'a co-signature is of a checkpoint'); END;

CREATE TRIGGER kept_cosignatures_stay BEFORE UPDATE ON kept_cosignatures
BEGIN SELECT RAISE(ABORT, 'cosignatures are never changed'); END;

CREATE TRIGGER kept_cosignatures_remain BEFORE DELETE ON kept_cosignatures
BEGIN SELECT RAISE(ABORT, 'cosignatures are never deleted'); END;
