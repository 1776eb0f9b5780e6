-- Gives the store a new incarnation: all heads wait for it, so each event is before it or after it. With `of_server`, only where the store
-- was last opened under another server, which is remembered; the first server of all is no change.
CREATE FUNCTION baohan_renew(renewed uuid, of_server text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  known text;
  kept  uuid;
BEGIN
  PERFORM FROM (SELECT shard FROM heads ORDER BY shard FOR NO KEY UPDATE) AS h;
  SELECT server INTO known FROM baohan_ledger FOR UPDATE;
  IF of_server IS NOT NULL THEN
    IF known IS DISTINCT FROM of_server THEN
      UPDATE baohan_ledger SET server = of_server;
    END IF;
    IF known IS NULL OR known = of_server THEN
      SELECT incarnation INTO kept FROM heads WHERE shard = 0;
      RETURN kept;
    END IF;
  END IF;
  UPDATE heads SET incarnation = renewed;
  RETURN renewed;
END $$;

-- The server that answers: its system identifier and its timeline, which another one, or one that was promoted, does not have.
CREATE FUNCTION baohan_server() RETURNS text LANGUAGE sql AS $$
  SELECT system_identifier || '/' || CASE WHEN pg_is_in_recovery() THEN NULL ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END
    FROM pg_control_system()
$$;
