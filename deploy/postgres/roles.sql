-- The two roles of a ledger on PostgreSQL, and what each may do. To be run by a superuser in the ledger's database, before the tables are
-- made and again after they were migrated; running it twice changes nothing:
--
--   psql --dbname=ledger --file=deploy/postgres/roles.sql
--
-- baohan_owner owns the tables: `baohan doctor --prepare` under it makes and migrates them. baohan_app is for daily work: it may
-- read all, add to all, and change only what must change. Give both a password (\password) or a certificate.

DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['baohan_owner', 'baohan_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', role);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
  END LOOP;
END $$;

-- The projections are made from the log and can be made again: they are the daily role's own.
CREATE SCHEMA IF NOT EXISTS projections AUTHORIZATION baohan_app;

GRANT USAGE, CREATE ON SCHEMA public TO baohan_owner;
GRANT USAGE ON SCHEMA public TO baohan_app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

DO $$
BEGIN
  IF to_regclass('public.baohan_ledger') IS NULL THEN
    RAISE NOTICE 'there are no tables yet: call baohan doctor --prepare as baohan_owner, then run this again';
    RETURN;
  END IF;

  -- What is only added to.
  GRANT SELECT, INSERT ON events, event_ids, journal, keys, guarantee_numbers, number_reservations, idempotency, attempts,
    section_facts, readings TO baohan_app;

  -- What moves: heads and the server that was seen last, counters, consumers, turns and deliveries.
  GRANT SELECT ON baohan_ledger, heads TO baohan_app;
  GRANT UPDATE (position, recorded_at, incarnation) ON heads TO baohan_app;
  GRANT UPDATE (server) ON baohan_ledger TO baohan_app;
  GRANT SELECT, INSERT, UPDATE ON number_days, section_watermarks, checkpoints, turns, deliveries TO baohan_app;

  -- Erasure: the body of a call, the bytes of a key. Triggers let each be done once.
  GRANT UPDATE (body) ON journal TO baohan_app;
  GRANT UPDATE (wrapped, destroyed_at) ON keys TO baohan_app;

  -- The next partitions are made with the owner's rights, by this function alone.
  REVOKE EXECUTE ON FUNCTION baohan_make_partitions(bigint) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION baohan_make_partitions(bigint) TO baohan_app;

  -- Of a ledger that was moved here: where it came from.
  IF to_regclass('public.origins') IS NOT NULL THEN
    GRANT SELECT, INSERT ON origins TO baohan_app;
  END IF;

  -- The seal: the ledger's own id, the checkpoints that were signed over it, and what witnesses signed of them.
  IF to_regclass('public.kept_checkpoints') IS NOT NULL THEN
    GRANT SELECT ON identity TO baohan_app;
    GRANT SELECT, INSERT ON kept_checkpoints, kept_cosignatures TO baohan_app;
  END IF;
END $$;
