-- What was answered under an idempotency key, so that the same request gets the same answer.
CREATE TABLE idempotency (
  key         TEXT    NOT NULL PRIMARY KEY,
  content_sm3 TEXT    NOT NULL,
  status      INTEGER NOT NULL,
  at          INTEGER NOT NULL, -- microseconds since 1970, UTC
  body        BLOB    NOT NULL
) STRICT;
