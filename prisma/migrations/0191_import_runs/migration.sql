-- What ran of an import, each time with its own start, who, and result: as the settings have it, as somebody confirmed it, and each retry of what failed.
CREATE TYPE import_run_kind AS ENUM ('settings', 'confirmed', 'retry', 'by_hand');
CREATE TABLE import_runs (
  id uuid PRIMARY KEY,
  import_id uuid NOT NULL REFERENCES imports (id) ON DELETE CASCADE ON UPDATE CASCADE,
  kind import_run_kind NOT NULL,
  started_at timestamptz(3) NOT NULL,
  started_by_id uuid,
  started_by_name text NOT NULL,
  -- The token that it was asked for by, whose standing is asked again when the rows are run.
  started_by_token_id uuid,
  -- Accounts that it began with, and what became of them once it is over.
  rows integer NOT NULL,
  done integer,
  failed integer,
  finished_at timestamptz(3)
);
CREATE INDEX import_runs_import_id_started_at_idx ON import_runs (import_id, started_at);
-- One at a time.
CREATE UNIQUE INDEX import_runs_open ON import_runs (import_id) WHERE finished_at IS NULL;

-- Of imports before, what is known: how it stands after all tries.
INSERT INTO import_runs (id, import_id, kind, started_at, started_by_id, started_by_name, started_by_token_id, rows, done, failed, finished_at)
SELECT gen_random_uuid(), i.id, (CASE WHEN i.confirmed_at IS NULL THEN 'settings' ELSE 'confirmed' END)::import_run_kind, coalesce(i.confirmed_at, i.started_at),
  i.confirmed_by_id, coalesce(i.confirmed_by_name, i.started_by_name), i.confirmed_by_token_id, c.rows,
  CASE WHEN i.state = 'finished' THEN c.done END, CASE WHEN i.state = 'finished' THEN c.failed END, CASE WHEN i.state = 'finished' THEN i.finished_at END
FROM imports i CROSS JOIN LATERAL (
  SELECT coalesce(sum(rows) FILTER (WHERE state <> 'listed'), 0)::int AS rows, coalesce(sum(rows) FILTER (WHERE state = 'done'), 0)::int AS done,
    coalesce(sum(rows) FILTER (WHERE state = 'failed'), 0)::int AS failed
  FROM import_row_counts k WHERE k.import_id = i.id) c
WHERE i.takes_people AND c.rows > 0 AND (i.state = 'running' OR (i.state = 'finished' AND i.confirmed_at IS NOT NULL));

-- How often it was tried again is in its runs.
ALTER TABLE imports DROP COLUMN retries;
