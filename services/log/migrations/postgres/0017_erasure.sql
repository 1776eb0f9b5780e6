-- Destroys an aggregate's key, erases the bodies of its calls and keeps the erasure's own entry. Three ways lead to an aggregate's calls:
-- its events name those that brought them; a call may name the aggregate; and a call that was refused, before it was known whose it is,
-- has the platform and application number of one of the others. The entry's id tells where it is asked again since the answer got lost.
-- No row comes back where there is no such aggregate.
CREATE FUNCTION baohan_erase(
  of_shard smallint, aggregate text, e_id uuid, e_received_at timestamptz, e_platform text, e_interface text, e_application_no text,
  e_aggregate_id uuid, e_outcome text, e_code text, e_message text, e_diagnosis text, e_marks text, e_body_sm3 text, e_duration_us bigint,
  e_remote text, e_correlation_id uuid, e_body bytea
) RETURNS TABLE (at timestamptz, before boolean, bodies bigint) LANGUAGE plpgsql AS $$
DECLARE
  first bigint;
BEGIN
  -- Appends of the shard wait: a call that comes at this moment is erased, or comes after the key is gone.
  PERFORM FROM heads WHERE shard = of_shard FOR NO KEY UPDATE;
  SELECT e.position INTO first FROM events AS e WHERE e.shard = of_shard AND e.aggregate_id = aggregate AND e.sequence = 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT k.destroyed_at INTO at FROM keys AS k WHERE k.shard = of_shard AND k.position = first;
  before := at IS NOT NULL;
  IF before AND EXISTS (SELECT FROM journal AS j WHERE j.id = e_id) THEN
    before := at <> e_received_at;
    bodies := 0;
    RETURN NEXT;
    RETURN;
  END IF;
  IF NOT before THEN
    at := e_received_at;
    INSERT INTO keys AS k (shard, position, wrapped, destroyed_at) VALUES (of_shard, first, NULL, at)
    ON CONFLICT (shard, position) DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at;
  END IF;
  WITH named AS (
    SELECT (e.metadata ->> 'journal_id')::uuid AS id FROM events AS e
     WHERE e.shard = of_shard AND e.aggregate_id = aggregate
       AND e.metadata ->> 'journal_id' ~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$'
  ), applications AS (
    SELECT j.platform, j.application_no FROM journal AS j
     WHERE j.id IN (SELECT id FROM named) AND j.application_no IS NOT NULL
    UNION
    SELECT e_platform, e_application_no WHERE e_application_no IS NOT NULL
  ), meant AS (
    SELECT j.number FROM journal AS j WHERE j.id IN (SELECT id FROM named)
    UNION
    SELECT j.number FROM journal AS j WHERE j.aggregate_id = aggregate::uuid AND j.application_no IS NULL
    UNION
    SELECT j.number FROM applications AS a JOIN journal AS j ON j.application_no = a.application_no
     WHERE j.aggregate_id = aggregate::uuid OR (j.aggregate_id IS NULL AND j.platform IS NOT DISTINCT FROM a.platform)
  )
  UPDATE journal AS j SET body = NULL FROM meant WHERE j.number = meant.number AND j.body IS NOT NULL;
  GET DIAGNOSTICS bodies = ROW_COUNT;
  INSERT INTO journal (id, received_at, platform, interface, application_no, aggregate_id, outcome, code, message, diagnosis, marks,
                       body_sm3, duration_us, remote, correlation_id, body)
  VALUES (e_id, e_received_at, e_platform, e_interface, e_application_no, e_aggregate_id, e_outcome, e_code, e_message, e_diagnosis,
          e_marks, e_body_sm3, e_duration_us, e_remote, e_correlation_id, e_body);
  RETURN NEXT;
END $$;
