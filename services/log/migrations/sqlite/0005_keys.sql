-- Each aggregate's own key, wrapped under the master key; destroying it erases the aggregate's personal data everywhere. It stands
-- under the position of the aggregate's first event: a key is read with the events, and needs no second search by a random id.
CREATE TABLE keys (
  position     INTEGER NOT NULL PRIMARY KEY,
  wrapped      BLOB,
  destroyed_at INTEGER, -- microseconds since 1970, UTC
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
) STRICT;

CREATE TRIGGER keys_stay BEFORE UPDATE ON keys
WHEN NEW.position IS NOT OLD.position OR OLD.wrapped IS NULL OR NEW.wrapped IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a key can only be destroyed, and once'); END;

CREATE TRIGGER keys_remain BEFORE DELETE ON keys
BEGIN SELECT RAISE(ABORT, 'the rows of keys are never deleted'); END;
