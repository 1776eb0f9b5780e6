-- Who read whose personal data; for the audit, so rows are only added. Each has an id of its own, so that it is kept once where the answer
-- got lost and it is asked again.
CREATE TABLE readings (
  reading      bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           uuid        NOT NULL UNIQUE,
  aggregate_id uuid        NOT NULL,
  actor        text        NOT NULL,
  fields       text[]      NOT NULL,
  at           timestamptz NOT NULL
);

CREATE INDEX readings_by_aggregate ON readings (aggregate_id, reading);

CREATE TRIGGER readings_stay BEFORE UPDATE OR DELETE ON readings FOR EACH ROW EXECUTE FUNCTION baohan_stays('readings');
CREATE TRIGGER readings_remain BEFORE TRUNCATE ON readings FOR EACH STATEMENT EXECUTE FUNCTION baohan_stays('readings');
