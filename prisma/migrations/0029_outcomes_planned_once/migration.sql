-- Both are called for everybody who is settled: of a function in PL/pgSQL the plan is kept, of one in SQL it is made at every call
-- before PostgreSQL 18.
CREATE OR REPLACE FUNCTION count_cycle(counted uuid, outcome text, by int, changes int, failures int, done int) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  UPDATE cycle_counts SET created = created + CASE WHEN $2 = 'create' THEN $3 ELSE 0 END, updated = updated + CASE WHEN $2 = 'update' THEN $3 ELSE 0 END,
    deactivated = deactivated + CASE WHEN $2 = 'deactivate' THEN $3 ELSE 0 END, skipped = skipped + CASE WHEN $2 = 'skip' THEN $3 ELSE 0 END,
    failed = failed + CASE WHEN $2 = 'error' THEN $3 ELSE 0 END, running = running + CASE WHEN $2 = 'running' THEN $3 ELSE 0 END,
    changes = changes + $4, failures = failures + $5, done_users = done_users + $6
  WHERE cycle_id = $1;
  IF FOUND THEN RETURN; END IF;
  INSERT INTO cycle_counts AS kept (cycle_id, created, updated, deactivated, skipped, failed, running, changes, failures, done_users)
  SELECT $1, coalesce(($2 = 'create')::int * $3, 0), coalesce(($2 = 'update')::int * $3, 0),
    coalesce(($2 = 'deactivate')::int * $3, 0), coalesce(($2 = 'skip')::int * $3, 0),
    coalesce(($2 = 'error')::int * $3, 0), coalesce(($2 = 'running')::int * $3, 0), $4, $5, $6
  ON CONFLICT (cycle_id) DO UPDATE SET created = kept.created + excluded.created, updated = kept.updated + excluded.updated,
    deactivated = kept.deactivated + excluded.deactivated, skipped = kept.skipped + excluded.skipped,
    failed = kept.failed + excluded.failed, running = kept.running + excluded.running,
    changes = kept.changes + excluded.changes, failures = kept.failures + excluded.failures, done_users = kept.done_users + excluded.done_users;
END $$;

CREATE OR REPLACE FUNCTION cycle_name_key(user_link uuid, group_link uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN left(lower(coalesce(
    (SELECT u.lastname || ' ' || u.firstname || ' ' || u.display_name FROM user_links l JOIN users u ON u.id = l.user_id WHERE l.id = user_link),
    (SELECT g.name FROM group_links l JOIN groups g ON g.id = l.group_id WHERE l.id = group_link), '')), 200);
END $$;
