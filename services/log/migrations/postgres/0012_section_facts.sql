-- What platforms said of tender sections, and how far each was asked. Rows are only added; the newest of a section holds.
CREATE TABLE section_facts (
  fact       bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  platform   text COLLATE "C" NOT NULL,
  section_no text COLLATE "C" NOT NULL,
  status     text        NOT NULL,
  content    text        NOT NULL,
  told_at    timestamptz NOT NULL
);

CREATE INDEX section_facts_by_section ON section_facts (platform, section_no, fact);

CREATE TABLE section_watermarks (
  platform  text COLLATE "C" NOT NULL PRIMARY KEY,
  watermark text NOT NULL
);

-- Keeps facts in order, but what repeats the newest of its section, and the watermark. A platform's lock keeps two pollers apart.
CREATE FUNCTION baohan_record_sections(
  of_platform text, sections text[], statuses text[], contents text[], told timestamptz[], mark text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  added bigint := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('baohan sections ' || of_platform, 0));
  FOR i IN 1 .. cardinality(sections) LOOP
    INSERT INTO section_facts (platform, section_no, status, content, told_at)
    SELECT of_platform, sections[i], statuses[i], contents[i], told[i]
     WHERE NOT EXISTS (
       SELECT FROM (SELECT status, content FROM section_facts WHERE platform = of_platform AND section_no = sections[i]
                     ORDER BY fact DESC LIMIT 1) AS newest
        WHERE newest.status = statuses[i] AND newest.content = contents[i]);
    IF FOUND THEN
      added := added + 1;
    END IF;
  END LOOP;
  IF mark IS NOT NULL THEN
    INSERT INTO section_watermarks (platform, watermark) VALUES (of_platform, mark)
    ON CONFLICT (platform) DO UPDATE SET watermark = excluded.watermark;
  END IF;
  RETURN added;
END $$;
