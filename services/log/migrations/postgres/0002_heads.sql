-- One row a shard: its newest position, under which all appends go, so that positions have no gaps and time never goes back. The row is
-- written by every append, so its page keeps room for its next versions. The incarnation is renewed when the store goes on from a backup.
CREATE TABLE heads (
  shard       smallint    NOT NULL PRIMARY KEY CHECK (shard >= 0),
  position    bigint      NOT NULL CHECK (position >= 0),
  recorded_at timestamptz NOT NULL,
  incarnation uuid        NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0);

INSERT INTO heads (shard, position, recorded_at, incarnation)
SELECT generate_series(0, l.shards - 1), 0, 'epoch', i.incarnation
  FROM baohan_ledger AS l, (SELECT gen_random_uuid() AS incarnation) AS i;

CREATE FUNCTION baohan_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a head only moves on' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER heads_move_on BEFORE UPDATE ON heads FOR EACH ROW
WHEN (NEW.shard <> OLD.shard OR NEW.position < OLD.position OR NEW.recorded_at < OLD.recorded_at)
EXECUTE FUNCTION baohan_head_moves_on();

CREATE TRIGGER heads_remain BEFORE DELETE ON heads FOR EACH ROW EXECUTE FUNCTION baohan_head_moves_on();
