-- As in migration 0075, with what is held (migration 0074).
CREATE OR REPLACE FUNCTION cycle_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The first of a transaction's rows takes them all; the others find nothing left.
  WITH taken AS (DELETE FROM cycle_count_changes RETURNING *),
  total AS (
    SELECT cycle_id, sum(created)::int AS created, sum(updated)::int AS updated, sum(deactivated)::int AS deactivated, sum(skipped)::int AS skipped,
      sum(failed)::int AS failed, sum(running)::int AS running, sum(changes)::int AS changes, sum(failures)::int AS failures,
      sum(done_users)::int AS done_users, sum(drifted)::int AS drifted,
      sum(held)::int AS held
    FROM taken GROUP BY cycle_id)
  INSERT INTO cycle_counts AS kept (cycle_id, created, updated, deactivated, skipped, failed, running, changes, failures, done_users, drifted, held)
  SELECT t.* FROM total t
  -- What goes with its cycle, or with its application, has nothing left to be counted in.
  WHERE EXISTS (SELECT FROM cycles c JOIN applications a ON a.id = c.application_id WHERE c.id = t.cycle_id)
  ORDER BY t.cycle_id
  ON CONFLICT (cycle_id) DO UPDATE SET created = kept.created + excluded.created, updated = kept.updated + excluded.updated,
    deactivated = kept.deactivated + excluded.deactivated, skipped = kept.skipped + excluded.skipped,
    failed = kept.failed + excluded.failed, running = kept.running + excluded.running,
    changes = kept.changes + excluded.changes, failures = kept.failures + excluded.failures, done_users = kept.done_users + excluded.done_users,
    drifted = kept.drifted + excluded.drifted,
    held = kept.held + excluded.held;
  RETURN NULL;
END $$;
