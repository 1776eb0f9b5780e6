-- Every call as it came, refused ones included. The body can be erased, once, and nothing else: its SM3 stays and proves what it was. What
-- is erased lies in a dead row until the table is vacuumed, so one dead row is enough for that.
CREATE TABLE journal (
  number         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id             uuid        NOT NULL UNIQUE,
  received_at    timestamptz NOT NULL,
  platform       text,
  interface      text        NOT NULL,
  application_no text COLLATE "C",
  aggregate_id   uuid,
  outcome        text        NOT NULL,
  code           text,
  message        text,
  diagnosis      text,
  marks          text,
  body_sm3       text        NOT NULL,
  duration_us    bigint      NOT NULL,
  remote         text,
  correlation_id uuid,
  body           bytea
) WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

CREATE FUNCTION baohan_journal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.body IS NOT NULL OR OLD.body IS NULL OR (to_jsonb(NEW) - 'body') <> (to_jsonb(OLD) - 'body') THEN
    RAISE EXCEPTION 'of a journal entry only the body can be erased' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER journal_stays BEFORE UPDATE ON journal FOR EACH ROW EXECUTE FUNCTION baohan_journal_stays();
CREATE TRIGGER journal_remains BEFORE DELETE ON journal FOR EACH ROW EXECUTE FUNCTION baohan_stays('journal entries');
CREATE TRIGGER journal_is_kept BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION baohan_stays('journal entries');
