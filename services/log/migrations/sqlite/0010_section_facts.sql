-- What platforms said of tender sections, and how far each was asked. Rows are only added; the newest of a section holds.
CREATE TABLE section_facts (
  fact       INTEGER NOT NULL PRIMARY KEY,
  platform   TEXT    NOT NULL,
  section_no TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  content    TEXT    NOT NULL,
  told_at    INTEGER NOT NULL -- microseconds since 1970, UTC
) STRICT;

CREATE INDEX section_facts_by_section ON section_facts (platform, section_no);

CREATE TABLE section_watermarks (
  platform  TEXT NOT NULL PRIMARY KEY,
  watermark TEXT NOT NULL
) STRICT, WITHOUT ROWID;
