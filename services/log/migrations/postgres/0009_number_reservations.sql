-- Numbers of our own are reserved before the guarantee's document is rendered with them: each aggregate gets one, for ever, so that a
-- second try makes the same document. The day's row is the lock under which serials are counted.
CREATE TABLE number_reservations (
  aggregate_id uuid   NOT NULL PRIMARY KEY,
  date         date   NOT NULL, -- UTC+8
  serial       bigint NOT NULL CHECK (serial > 0),
  UNIQUE (date, serial)
);

CREATE TABLE number_days (
  date   date   NOT NULL PRIMARY KEY,
  serial bigint NOT NULL
) WITH (fillfactor = 10);

CREATE FUNCTION baohan_reserve_number(wanted uuid, day date) RETURNS number_reservations LANGUAGE plpgsql AS $$
DECLARE
  kept number_reservations;
  next bigint;
BEGIN
  SELECT * INTO kept FROM number_reservations WHERE aggregate_id = wanted;
  IF FOUND THEN
    RETURN kept;
  END IF;
  INSERT INTO number_days AS d (date, serial) VALUES (day, 1)
  ON CONFLICT (date) DO UPDATE SET serial = d.serial + 1 RETURNING serial INTO next;
  INSERT INTO number_reservations (aggregate_id, date, serial) VALUES (wanted, day, next)
  ON CONFLICT (aggregate_id) DO NOTHING RETURNING * INTO kept;
  IF NOT FOUND THEN
    -- The same aggregate was given one at this moment, perhaps on another day. The serial goes back, and the other's is asked for.
    RAISE EXCEPTION 'reserved at this moment' USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN kept;
END $$;
