-- How often each turn was taken: the fence of its holder, which grows over restarts too. Who holds it, the one process knows itself.
CREATE TABLE turns (
  name  TEXT    NOT NULL PRIMARY KEY,
  fence INTEGER NOT NULL CHECK (fence > 0)
) STRICT, WITHOUT ROWID;
