-- What somebody chose for a group of an application, beyond the import in which it was chosen, as import_choices is of accounts.
CREATE TABLE import_group_choices (
  application_id uuid NOT NULL REFERENCES applications (id) ON DELETE CASCADE ON UPDATE CASCADE,
  remote_id text NOT NULL,
  name_folded text NOT NULL,
  decision import_group_decision NOT NULL,
  group_id uuid,
  decided_at timestamptz(3) NOT NULL,
  decided_by_id uuid,
  decided_by_name text,
  decided_by_token_id uuid,
  CONSTRAINT import_group_choices_pkey PRIMARY KEY (application_id, remote_id)
);
-- What was left out in the latest import that has a group stays left out, and what is chosen in one that is open is kept.
INSERT INTO import_group_choices
SELECT application_id, remote_id, name_folded, decision, group_id, at, decided_by_id, decided_by_name, decided_by_token_id FROM (
  SELECT DISTINCT ON (i.application_id, g.remote_id) i.application_id, g.remote_id, g.name_folded, g.decision, g.group_id,
    coalesce(g.decided_at, i.started_at) AS at, g.decided_at, g.decided_by_id, g.decided_by_name, g.decided_by_token_id, g.state, i.finished_at
  FROM import_groups g JOIN imports i ON i.id = g.import_id ORDER BY i.application_id, g.remote_id, i.started_at DESC, i.id DESC) latest
WHERE decision = 'ignore' OR (decided_at IS NOT NULL AND decision IS NOT NULL AND state IN ('listed', 'failed') AND finished_at IS NULL);
