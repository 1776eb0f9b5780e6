-- The ledger's own id, which stands in every checkpoint that is signed over it. It is made with the store, or by this step in one that was
-- there before, and is never changed: a restored backup is the same ledger (its incarnation is another), a moved one is a new ledger.
CREATE TABLE identity (
  one    boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (one),
  ledger uuid    NOT NULL
);

INSERT INTO identity (ledger) VALUES (gen_random_uuid());

CREATE TRIGGER identity_stays BEFORE UPDATE OR DELETE ON identity FOR EACH ROW EXECUTE FUNCTION baohan_stays('identities');
CREATE TRIGGER identity_remains BEFORE TRUNCATE ON identity FOR EACH STATEMENT EXECUTE FUNCTION baohan_stays('identities');
