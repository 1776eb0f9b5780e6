-- Writes a batch of commands by one call: what many want to add to aggregates of some shards, and calls that brought nothing. It takes the
-- heads' locks in the order of shards, says of each append whether it is admitted, and writes what is, by one statement a table. A refused
-- append leaves nothing. Appends of one batch can follow each other: `a_earlier`, `a_number_earlier` and `a_idempotency_earlier` lead from
-- one to the last before it (0: none) that concerns the same aggregate, number or key.
-- Verdicts: 0 admitted, 1 another sequence, 2 the number is another's, 3 the idempotency key is in use.
-- Numbers and keys are claimed before events are written; where another shard's batch claims the same at this moment, the whole is to be
-- asked again, and finds it claimed. All claims are made in one order, so that no two batches wait for each other.
CREATE FUNCTION baohan_append(
  now_at timestamptz, moved_shards smallint[],
  a_head integer[], a_aggregate text[], a_expected bigint[], a_events integer[], a_earlier integer[],
  a_key bytea[], a_number text[], a_number_earlier integer[],
  a_idempotency text[], a_idempotency_earlier integer[], a_content_sm3 text[], a_status integer[], a_at timestamptz[], a_body bytea[],
  e_append integer[], e_nth integer[], e_shard smallint[], e_aggregate text[], e_sequence bigint[], e_id uuid[], e_type text[],
  e_version text[], e_payload text[], e_metadata text[],
  j_append integer[], j_id uuid[], j_received_at timestamptz[], j_platform text[], j_interface text[], j_application_no text[],
  j_aggregate uuid[], j_outcome text[], j_code text[], j_message text[], j_diagnosis text[], j_marks text[], j_body_sm3 text[],
  j_duration_us bigint[], j_remote text[], j_correlation uuid[], j_body bytea[],
  OUT verdicts smallint[], OUT actual bigint[], OUT first_positions bigint[],
  OUT head_positions bigint[], OUT head_times timestamptz[], OUT head_incarnations uuid[]
) LANGUAGE plpgsql AS $$
DECLARE
  appends  integer := cardinality(a_head);
  sequence bigint[];
  owner    text[];
  used     boolean[];
  after    bigint[];
  claimed  boolean[];
  claims   integer := 0;
  moved    integer;
  earlier  integer;
  head     integer;
BEGIN
  IF appends > 0 THEN
    SELECT array_agg(h.position), array_agg(h.recorded_at), array_agg(h.incarnation)
      INTO head_positions, head_times, head_incarnations
      FROM (SELECT position, greatest(recorded_at, now_at) AS recorded_at, incarnation FROM heads
             WHERE shard = ANY (moved_shards) ORDER BY shard FOR NO KEY UPDATE) AS h;
    SELECT array_agg(coalesce(newest.sequence, 0) ORDER BY w.nth) INTO sequence
      FROM unnest(a_head, a_aggregate) WITH ORDINALITY AS w (head, aggregate, nth)
      LEFT JOIN LATERAL (
        SELECT e.sequence FROM events AS e WHERE e.shard = moved_shards[w.head] AND e.aggregate_id = w.aggregate
         ORDER BY e.sequence DESC LIMIT 1) AS newest ON true;
    IF a_number IS NOT NULL THEN
      SELECT array_agg(g.aggregate_id::text ORDER BY w.nth) INTO owner
        FROM unnest(a_number) WITH ORDINALITY AS w (number, nth) LEFT JOIN guarantee_numbers AS g ON g.number = w.number;
    END IF;
    IF a_idempotency IS NOT NULL THEN
      SELECT array_agg(i.key IS NOT NULL ORDER BY w.nth) INTO used
        FROM unnest(a_idempotency) WITH ORDINALITY AS w (key, nth) LEFT JOIN idempotency AS i ON i.key = w.key;
    END IF;
    verdicts := array_fill(0::smallint, ARRAY[appends]);
    first_positions := array_fill(0::bigint, ARRAY[appends]);
    after := sequence;
    claimed := array_fill(false, ARRAY[appends]);
    FOR i IN 1 .. appends LOOP
      IF a_earlier[i] > 0 THEN
        sequence[i] := after[a_earlier[i]];
        after[i] := sequence[i];
      END IF;
      IF sequence[i] <> a_expected[i] THEN
        verdicts[i] := 1;
        CONTINUE;
      END IF;
      IF a_number IS NOT NULL AND a_number[i] IS NOT NULL THEN
        earlier := a_number_earlier[i];
        WHILE earlier > 0 AND verdicts[earlier] <> 0 LOOP
          earlier := a_number_earlier[earlier];
        END LOOP;
        IF earlier > 0 THEN
          owner[i] := a_aggregate[earlier];
        END IF;
        IF owner[i] <> a_aggregate[i] THEN
          verdicts[i] := 2;
          CONTINUE;
        END IF;
        claimed[i] := owner[i] IS NULL;
      END IF;
      IF a_idempotency IS NOT NULL AND a_idempotency[i] IS NOT NULL THEN
        earlier := a_idempotency_earlier[i];
        WHILE earlier > 0 AND verdicts[earlier] <> 0 LOOP
          earlier := a_idempotency_earlier[earlier];
        END LOOP;
        IF used[i] OR earlier > 0 THEN
          verdicts[i] := 3;
          CONTINUE;
        END IF;
      END IF;
      head := a_head[i];
      first_positions[i] := head_positions[head] + 1;
      head_positions[head] := head_positions[head] + a_events[i];
      after[i] := sequence[i] + a_events[i];
    END LOOP;
    actual := sequence;

    IF a_idempotency IS NOT NULL THEN
      SELECT count(*) INTO claims FROM unnest(a_idempotency, verdicts) AS w (key, verdict) WHERE w.key IS NOT NULL AND w.verdict = 0;
      INSERT INTO idempotency (key, content_sm3, status, at, body)
      SELECT w.key, w.content_sm3, w.status, w.at, w.body
        FROM unnest(a_idempotency, a_content_sm3, a_status, a_at, a_body, verdicts) AS w (key, content_sm3, status, at, body, verdict)
       WHERE w.key IS NOT NULL AND w.verdict = 0 ORDER BY w.key
      ON CONFLICT DO NOTHING;
      GET DIAGNOSTICS moved = ROW_COUNT;
      IF moved <> claims THEN
        RAISE EXCEPTION 'an idempotency key is claimed at this moment' USING ERRCODE = 'serialization_failure';
      END IF;
    END IF;
    IF a_number IS NOT NULL THEN
      SELECT count(*) INTO claims FROM unnest(claimed, verdicts) AS w (claimed, verdict) WHERE w.claimed AND w.verdict = 0;
      INSERT INTO guarantee_numbers (number, aggregate_id)
      SELECT w.number, w.aggregate::uuid FROM unnest(a_number, a_aggregate, claimed, verdicts) AS w (number, aggregate, claimed, verdict)
       WHERE w.claimed AND w.verdict = 0 ORDER BY w.number
      ON CONFLICT DO NOTHING;
      GET DIAGNOSTICS moved = ROW_COUNT;
      IF moved <> claims THEN
        RAISE EXCEPTION 'a number is claimed at this moment' USING ERRCODE = 'serialization_failure';
      END IF;
    END IF;

    WITH placed AS (
      INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, id, shard, position,
                          recorded_at, incarnation)
      SELECT 'guarantee', e.aggregate, e.sequence, e.type, e.version, e.payload::json, e.metadata::json, e.id, e.shard,
             first_positions[e.append] + e.nth, head_times[a_head[e.append]], head_incarnations[a_head[e.append]]
        FROM unnest(e_append, e_nth, e_shard, e_aggregate, e_sequence, e_id, e_type, e_version, e_payload, e_metadata)
             AS e (append, nth, shard, aggregate, sequence, id, type, version, payload, metadata)
       WHERE verdicts[e.append] = 0
      RETURNING id, shard, position)
    INSERT INTO event_ids (id, shard, position) SELECT id, shard, position FROM placed;

    IF a_key IS NOT NULL THEN
      INSERT INTO keys (shard, position, wrapped)
      SELECT moved_shards[w.head], w.position, w.key
        FROM unnest(a_head, a_key, verdicts, first_positions) AS w (head, key, verdict, position)
       WHERE w.key IS NOT NULL AND w.verdict = 0;
    END IF;

    UPDATE heads AS h SET position = m.position, recorded_at = m.recorded_at
      FROM unnest(moved_shards, head_positions, head_times) AS m (shard, position, recorded_at)
     WHERE h.shard = m.shard AND h.position < m.position;
  END IF;

  IF cardinality(j_append) > 0 THEN
    INSERT INTO journal (id, received_at, platform, interface, application_no, aggregate_id, outcome, code, message, diagnosis, marks,
                         body_sm3, duration_us, remote, correlation_id, body)
    SELECT j.id, j.received_at, j.platform, j.interface, j.application_no, j.aggregate_id, j.outcome, j.code, j.message, j.diagnosis,
           j.marks, j.body_sm3, j.duration_us, j.remote, j.correlation_id, j.body
      FROM unnest(j_append, j_id, j_received_at, j_platform, j_interface, j_application_no, j_aggregate, j_outcome, j_code, j_message,
                  j_diagnosis, j_marks, j_body_sm3, j_duration_us, j_remote, j_correlation, j_body)
           AS j (append, id, received_at, platform, interface, application_no, aggregate_id, outcome, code, message, diagnosis, marks,
                 body_sm3, duration_us, remote, correlation_id, body)
     WHERE j.append = 0 OR verdicts[j.append] = 0;
  END IF;
END $$;
