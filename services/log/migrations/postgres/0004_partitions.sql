-- Makes each shard's partitions up to `ahead` positions after its head. It runs apart from appends and does not stop them: a table is made
-- and filled with its indexes alone, and attached by a lock that inserts do not mind. The owner's rights, so that the application's role
-- needs none to make tables.
-- Within a partition the index of aggregates is unique too; over partitions (aggregate_id, sequence) is, since whoever appends checks it
-- under the head's lock.
CREATE FUNCTION baohan_make_partitions(ahead bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  ledger baohan_ledger%ROWTYPE;
  head   record;
  parent text;
  leaf   text;
  nth    bigint;
  made   integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('baohan partitions', 0));
  SELECT * INTO STRICT ledger FROM baohan_ledger;
  FOR head IN SELECT shard, position FROM heads ORDER BY shard LOOP
    parent := format('events_%s', head.shard);
    IF to_regclass(quote_ident(parent)) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (position)', parent);
      EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES IN (%s)', parent, head.shard);
    END IF;
    FOR nth IN head.position / ledger.partition_size .. (head.position + ahead) / ledger.partition_size LOOP
      leaf := format('events_%s_%s', head.shard, nth);
      CONTINUE WHEN to_regclass(quote_ident(leaf)) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', leaf);
      EXECUTE format('CREATE UNIQUE INDEX %I ON %I (aggregate_id, sequence)', leaf || '_by_aggregate', leaf);
      EXECUTE format('CREATE TRIGGER events_remain BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION baohan_stays(''events'')', leaf);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                     parent, leaf, nth * ledger.partition_size, (nth + 1) * ledger.partition_size);
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

SELECT baohan_make_partitions(0);
