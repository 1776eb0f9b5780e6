-- Of a store from which records were moved here also the ledger's id: it stands in the checkpoints that were signed over them. Absent where
-- the file was written by a version that had none.
ALTER TABLE origins ADD COLUMN ledger uuid;
