-- Each aggregate's own key, wrapped under the master key; destroying it erases the aggregate's personal data everywhere. It stands
-- under the place of the aggregate's first event: a key is read with the events, and needs no second search by a random id. A destroyed
-- key lies in a dead row until the table is vacuumed, so one dead row is enough for that.
CREATE TABLE keys (
  shard        smallint NOT NULL,
  position     bigint   NOT NULL,
  wrapped      bytea,
  destroyed_at timestamptz,
  PRIMARY KEY (shard, position),
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
) WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

CREATE FUNCTION baohan_key_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a key can only be destroyed, and once' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER keys_stay BEFORE UPDATE ON keys FOR EACH ROW
WHEN ((NEW.shard, NEW.position) IS DISTINCT FROM (OLD.shard, OLD.position) OR OLD.wrapped IS NULL OR NEW.wrapped IS NOT NULL)
EXECUTE FUNCTION baohan_key_stays();
CREATE TRIGGER keys_remain BEFORE DELETE ON keys FOR EACH ROW EXECUTE FUNCTION baohan_stays('the rows of keys');
CREATE TRIGGER keys_are_kept BEFORE TRUNCATE ON keys FOR EACH STATEMENT EXECUTE FUNCTION baohan_stays('the rows of keys');
