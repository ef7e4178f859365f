-- What was chosen for groups of an import is carried out in runs as well, beside those of accounts: one of each at a time.
ALTER TABLE import_runs ADD COLUMN of_groups boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX import_runs_open_of_each ON import_runs (import_id, of_groups) WHERE finished_at IS NULL;
DROP INDEX import_runs_open;
