-- From which stores the records were moved here, with those stores' heads: what was sealed there is tied to what stands here. A row is
-- written with the records that it is about, and is never changed.
CREATE TABLE origins (
  number      bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text        NOT NULL,
  incarnation uuid        NOT NULL,
  heads       text        NOT NULL, -- JSON list: shard, position, leaf_hash
  content_sm3 text        NOT NULL,
  exported_at timestamptz NOT NULL,
  imported_at timestamptz NOT NULL
);

CREATE TRIGGER origins_stay BEFORE UPDATE OR DELETE ON origins FOR EACH ROW EXECUTE FUNCTION baohan_stays('origins');
CREATE TRIGGER origins_remain BEFORE TRUNCATE ON origins FOR EACH STATEMENT EXECUTE FUNCTION baohan_stays('origins');
