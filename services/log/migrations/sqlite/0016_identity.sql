-- The ledger's own id, which stands in every checkpoint that is signed over it. It is made with the store, or by this step in one that was
-- there before, and is never changed: a restored backup is the same ledger (its incarnation is another), a moved one is a new ledger.
CREATE TABLE identity (
  one    INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  ledger TEXT    NOT NULL CHECK (length(ledger) = 36)
) STRICT;

-- A random UUID (version 4).
INSERT INTO identity (one, ledger)
SELECT 1, lower(substr(r, 1, 8) || '-' || substr(r, 9, 4) || '-4' || substr(r, 14, 3) || '-' || substr('89ab', 1 + (random() & 3), 1)
                || substr(r, 18, 3) || '-' || substr(r, 21, 12))
  FROM (SELECT hex(randomblob(16)) AS r);

CREATE TRIGGER identity_stays BEFORE UPDATE ON identity
BEGIN SELECT RAISE(ABORT, 'identities are never changed'); END;

CREATE TRIGGER identity_remains BEFORE DELETE ON identity
BEGIN SELECT RAISE(ABORT, 'identities are never deleted'); END;
