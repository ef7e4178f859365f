-- The next row that is to be run is the first of those: by the key of all rows, whoever takes it walked over each that is done, so that
-- the work grew with the square of an import. Nobody asks for other states by the index that had all of them.
CREATE INDEX import_rows_queued ON import_rows (import_id, remote_id) WHERE state = 'queued';
DROP INDEX import_rows_import_id_state_idx;
