-- Every call as it came, refused ones included. The body can be erased, once, and nothing else: its SM3 stays and proves what it was.
-- The body is the last column, so that a search that does not want it need not read it.
CREATE TABLE journal (
  number         INTEGER NOT NULL PRIMARY KEY,
  id             BLOB    NOT NULL CHECK (length(id) = 16),
  received_at    INTEGER NOT NULL, -- microseconds since 1970, UTC
  platform       TEXT,
  interface      TEXT    NOT NULL,
  application_no TEXT,
  aggregate_id   TEXT,
  outcome        TEXT    NOT NULL,
  code           TEXT,
  message        TEXT,
  diagnosis      TEXT,
  marks          TEXT,
  body_sm3       TEXT    NOT NULL,
  duration_us    INTEGER NOT NULL,
  remote         TEXT,
  correlation_id BLOB,
  body           BLOB,
  UNIQUE (id)
) STRICT;

CREATE TRIGGER journal_stays BEFORE UPDATE ON journal
WHEN NEW.body IS NOT NULL OR OLD.body IS NULL
  OR (NEW.number, NEW.id, NEW.received_at, NEW.platform, NEW.interface, NEW.application_no, NEW.aggregate_id, NEW.outcome, NEW.code,
      NEW.message, NEW.diagnosis, NEW.marks, NEW.body_sm3, NEW.duration_us, NEW.remote, NEW.correlation_id)
  IS NOT
     (OLD.number, OLD.id, OLD.received_at, OLD.platform, OLD.interface, OLD.application_no, OLD.aggregate_id, OLD.outcome, OLD.code,
      OLD.message, OLD.diagnosis, OLD.marks, OLD.body_sm3, OLD.duration_us, OLD.remote, OLD.correlation_id)
BEGIN SELECT RAISE(ABORT, 'of a journal entry only the body can be erased'); END;

CREATE TRIGGER journal_remains BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'journal entries are never deleted'); END;
