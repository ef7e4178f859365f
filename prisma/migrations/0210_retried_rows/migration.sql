-- By which retry a row was queued: once that is over, whom it has imported is looked at, and not everybody whom the import ever has.
ALTER TABLE import_rows ADD COLUMN retried_by_id uuid;
-- Of rows that were never tried again, which are nearly all, it holds nothing.
CREATE INDEX import_rows_retried ON import_rows (retried_by_id) WHERE retried_by_id IS NOT NULL;
-- Of a retry that is under way, it is not known which rows are done by it.
UPDATE import_rows r SET retried_by_id = run.id FROM import_runs run
WHERE run.kind = 'retry' AND run.finished_at IS NULL AND r.import_id = run.import_id AND r.state IN ('queued', 'done');
