-- How the delivery of each notice stands, and its attempts. The lease's token fences: two notifiers never overtake each other. An attempt
-- has an id of its own, so that it is kept once where the answer to keeping it got lost and it is asked again.
CREATE TABLE deliveries (
  notice_id    uuid        NOT NULL PRIMARY KEY,
  state        text        NOT NULL,
  attempts     integer     NOT NULL,
  next_at      timestamptz,
  lease_token  uuid,
  leased_until timestamptz,
  CHECK ((lease_token IS NULL) = (leased_until IS NULL))
);

CREATE INDEX deliveries_due ON deliveries (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE attempts (
  attempt     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id          uuid        NOT NULL UNIQUE,
  notice_id   uuid        NOT NULL,
  number      integer     NOT NULL,
  started_at  timestamptz NOT NULL,
  duration_ms bigint      NOT NULL,
  status      integer,
  outcome     text        NOT NULL,
  next_at     timestamptz,
  reply       text,
  settled     boolean     NOT NULL
);

CREATE INDEX attempts_by_notice ON attempts (notice_id, attempt);

-- Keeps an attempt and, under the lease's token, moves its delivery on. Answers whether it did; asked again, what it answered.
CREATE FUNCTION baohan_settle(
  attempt_id uuid, notice uuid, nth integer, began timestamptz, took_ms bigint, http_status integer, ended text, again_at timestamptz,
  answer text, token uuid
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  moved boolean;
BEGIN
  SELECT a.settled INTO moved FROM attempts AS a WHERE a.id = attempt_id;
  IF FOUND THEN
    RETURN moved;
  END IF;
  UPDATE deliveries SET state = ended, attempts = attempts + 1, next_at = again_at, lease_token = NULL, leased_until = NULL
   WHERE notice_id = notice AND lease_token = token;
  moved := FOUND;
  INSERT INTO attempts (id, notice_id, number, started_at, duration_ms, status, outcome, next_at, reply, settled)
  VALUES (attempt_id, notice, nth, began, took_ms, http_status, ended, again_at, answer, moved);
  RETURN moved;
END $$;
