-- Under which incarnation each event was written: each holds from a position on, until the next. A row for all of a span, not a column in
-- every row, since a store is restored a few times in its life. What was written before this table has the head's incarnation. Two can
-- begin at one position, where a store was renewed twice without an event between; then the later one holds.
CREATE TABLE incarnations (
  number      INTEGER NOT NULL PRIMARY KEY,
  position    INTEGER NOT NULL CHECK (position > 0),
  incarnation BLOB    NOT NULL CHECK (length(incarnation) = 16),
  UNIQUE (position, number)
) STRICT;

INSERT INTO incarnations (position, incarnation) SELECT 1, incarnation FROM heads;

CREATE TRIGGER incarnations_stay BEFORE UPDATE ON incarnations
BEGIN SELECT RAISE(ABORT, 'incarnations are never changed'); END;

CREATE TRIGGER incarnations_remain BEFORE DELETE ON incarnations
BEGIN SELECT RAISE(ABORT, 'incarnations are never deleted'); END;
