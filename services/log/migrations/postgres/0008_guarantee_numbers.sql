-- Which guarantee has which number: a number is given once, whoever gave it.
CREATE TABLE guarantee_numbers (
  number       text COLLATE "C" NOT NULL PRIMARY KEY,
  aggregate_id uuid NOT NULL
);
