-- Which guarantee has which number: a number is given once, whoever gave it.
CREATE TABLE guarantee_numbers (
  number       TEXT NOT NULL PRIMARY KEY,
  aggregate_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
