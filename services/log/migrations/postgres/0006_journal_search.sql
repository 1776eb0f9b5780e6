-- What the journal is searched by. Each index costs every call, so only the application number has one for all entries; the accepted
-- ones, which are most, need none for their outcome, and an entry's aggregate is found by its application number wherever it has one.
CREATE INDEX journal_by_application ON journal (application_no, number) WHERE application_no IS NOT NULL;
CREATE INDEX journal_by_outcome ON journal (outcome, number) WHERE outcome <> 'accepted';
CREATE INDEX journal_by_aggregate ON journal (aggregate_id) WHERE aggregate_id IS NOT NULL AND application_no IS NULL;
