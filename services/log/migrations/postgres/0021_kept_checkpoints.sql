-- The checkpoints that were signed over this ledger, each a signed note, numbered 1, 2, 3 … without a gap; and what witnesses signed of
-- them. Both are kept as they left the house, and rows are only added. (The table "checkpoints" is about consumers' positions.)
CREATE TABLE kept_checkpoints (
  number  bigint      NOT NULL PRIMARY KEY CHECK (number > 0),
  note    text        NOT NULL,
  kept_at timestamptz NOT NULL
);

CREATE TABLE kept_cosignatures (
  cosignature bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number      bigint      NOT NULL REFERENCES kept_checkpoints,
  witness     text        NOT NULL,
  line        text        NOT NULL,
  kept_at     timestamptz NOT NULL,
  UNIQUE (number, witness)
);

-- A number that is taken is the primary key's matter, also where two keep it at one moment.
CREATE FUNCTION baohan_checkpoint_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number > (SELECT coalesce(max(number), 0) + 1 FROM kept_checkpoints) THEN
    RAISE EXCEPTION 'checkpoints are numbered without a gap' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER kept_checkpoints_follow BEFORE INSERT ON kept_checkpoints FOR EACH ROW EXECUTE FUNCTION baohan_checkpoint_follows();
CREATE TRIGGER kept_checkpoints_stay BEFORE UPDATE OR DELETE ON kept_checkpoints
FOR EACH ROW EXECUTE FUNCTION baohan_stays('checkpoints');
CREATE TRIGGER kept_checkpoints_remain BEFORE TRUNCATE ON kept_checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION baohan_stays('checkpoints');
CREATE TRIGGER kept_cosignatures_stay BEFORE UPDATE OR DELETE ON kept_cosignatures
FOR EACH ROW EXECUTE FUNCTION baohan_stays('cosignatures');
CREATE TRIGGER kept_cosignatures_remain BEFORE TRUNCATE ON kept_cosignatures
FOR EACH STATEMENT EXECUTE FUNCTION baohan_stays('cosignatures');
