-- What has happened. The first seven columns are those of postgres-es, so that its repository reads an aggregate here; "json" keeps the
-- payload's bytes as they are. The order of the whole log is (shard, position). PostgreSQL cannot partition a table that is there already,
-- so it is by shard, then by range of position, from the first row on: each range is a table of its own with small indexes, and old ones
-- can be moved or dumped alone. Each event carries its incarnation: a record is whole without other tables.
CREATE TABLE events (
  aggregate_type text        NOT NULL CHECK (aggregate_type = 'guarantee'),
  aggregate_id   text COLLATE "C" NOT NULL,
  sequence       bigint      NOT NULL CHECK (sequence > 0),
  event_type     text        NOT NULL,
  event_version  text        NOT NULL,
  payload        json        NOT NULL,
  metadata       json        NOT NULL,
  id             uuid        NOT NULL,
  shard          smallint    NOT NULL,
  position       bigint      NOT NULL CHECK (position > 0),
  recorded_at    timestamptz NOT NULL,
  incarnation    uuid        NOT NULL,
  PRIMARY KEY (shard, position)
) PARTITION BY LIST (shard);

CREATE FUNCTION baohan_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% are never %', TG_ARGV[0], CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'deleted' END
    USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION baohan_stays('events');
CREATE TRIGGER events_remain BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION baohan_stays('events');

-- An event's id is used once in the whole ledger. No index of a partitioned table can say that, so a narrow table of its own does, and
-- leads from an id to its record.
CREATE TABLE event_ids (
  id       uuid     NOT NULL PRIMARY KEY,
  shard    smallint NOT NULL,
  position bigint   NOT NULL
);

CREATE TRIGGER event_ids_stay BEFORE UPDATE OR DELETE ON event_ids FOR EACH ROW EXECUTE FUNCTION baohan_stays('events');
CREATE TRIGGER event_ids_remain BEFORE TRUNCATE ON event_ids FOR EACH STATEMENT EXECUTE FUNCTION baohan_stays('events');
