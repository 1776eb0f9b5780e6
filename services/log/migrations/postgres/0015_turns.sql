-- Who does alone what only one may do at a time, and until when, by the database's clock alone. The fence grows with each new holder, so a
-- row stays when its turn is given back.
CREATE TABLE turns (
  name   text COLLATE "C" NOT NULL PRIMARY KEY,
  holder uuid        NOT NULL,
  fence  bigint      NOT NULL CHECK (fence > 0),
  until  timestamptz NOT NULL
) WITH (fillfactor = 50);
