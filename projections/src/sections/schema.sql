-- Which issued guarantee stands on which tender section, once the section's number is known. What platforms say of
-- sections stands in the log's database.
CREATE TABLE {table} (
    guarantee      ID NOT NULL PRIMARY KEY,
    platform       TEXT NOT NULL,
    section_no     TEXT NOT NULL,
    section_name   TEXT,
    application_no TEXT NOT NULL,
    guarantee_no   TEXT NOT NULL,
    -- The opening, if the number came sealed: nobody without the right sees it before.
    hidden_until   BIGINT
);
CREATE INDEX {name}_by_number ON {table} (platform, section_no, guarantee);
