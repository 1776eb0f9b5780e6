-- Numbers of our own are reserved before the guarantee's document is rendered with them: each aggregate gets one, for ever, so that a
-- second try makes the same document.
CREATE TABLE number_reservations (
  aggregate_id TEXT    NOT NULL PRIMARY KEY,
  date         INTEGER NOT NULL, -- yyyymmdd, UTC+8
  serial       INTEGER NOT NULL CHECK (serial > 0),
  UNIQUE (date, serial)
) STRICT, WITHOUT ROWID;
