-- What was answered under an idempotency key, so that the same request gets the same answer.
CREATE TABLE idempotency (
  key         text COLLATE "C" NOT NULL PRIMARY KEY,
  content_sm3 text        NOT NULL,
  status      integer     NOT NULL,
  at          timestamptz NOT NULL,
  body        bytea       NOT NULL
);
