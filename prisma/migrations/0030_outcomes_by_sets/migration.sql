-- Outcomes of cycles were written row by row at the end of a transaction, and the one row with a cycle's counts was changed for every row of
-- them: four times for each person, each time through all its versions of before. They are written by statement now, and counted once.

-- What the statements of a transaction add to a cycle's counts; a row is gone when its transaction commits. Unlogged: none outlives it.
-- Without an index, so that the room of those that are gone is free for the next ones at once.
CREATE UNLOGGED TABLE "cycle_count_changes" (
  "cycle_id" UUID NOT NULL,
  "created" INTEGER NOT NULL DEFAULT 0,
  "updated" INTEGER NOT NULL DEFAULT 0,
  "deactivated" INTEGER NOT NULL DEFAULT 0,
  "skipped" INTEGER NOT NULL DEFAULT 0,
  "failed" INTEGER NOT NULL DEFAULT 0,
  "running" INTEGER NOT NULL DEFAULT 0,
  "changes" INTEGER NOT NULL DEFAULT 0,
  "failures" INTEGER NOT NULL DEFAULT 0
);

-- As before, the one row with the counts of a cycle is locked after every other, so that nobody who holds it waits for anybody.
CREATE FUNCTION cycle_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The first of a transaction's rows takes them all; the others find nothing left.
  WITH taken AS (DELETE FROM cycle_count_changes WHERE cycle_id = NEW.cycle_id RETURNING *),
  total AS (
    SELECT cycle_id, sum(created)::int AS created, sum(updated)::int AS updated, sum(deactivated)::int AS deactivated, sum(skipped)::int AS skipped,
      sum(failed)::int AS failed, sum(running)::int AS running, sum(changes)::int AS changes, sum(failures)::int AS failures
    FROM taken GROUP BY cycle_id)
  INSERT INTO cycle_counts AS kept (cycle_id, created, updated, deactivated, skipped, failed, running, changes, failures)
  SELECT t.* FROM total t
  -- What goes with its cycle, or with its application, has nothing left to be counted in.
  WHERE EXISTS (SELECT FROM cycles c JOIN applications a ON a.id = c.application_id WHERE c.id = t.cycle_id)
  ON CONFLICT (cycle_id) DO UPDATE SET created = kept.created + excluded.created, updated = kept.updated + excluded.updated,
    deactivated = kept.deactivated + excluded.deactivated, skipped = kept.skipped + excluded.skipped,
    failed = kept.failed + excluded.failed, running = kept.running + excluded.running,
    changes = kept.changes + excluded.changes, failures = kept.failures + excluded.failures;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cycle_count_changed AFTER INSERT ON cycle_count_changes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cycle_count_changed();

DROP TRIGGER cycle_outcome_counted ON cycle_outcomes;
DROP FUNCTION cycle_outcome_counted();
CREATE FUNCTION cycle_outcomes_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO cycle_count_changes (cycle_id, created, updated, deactivated, skipped, failed, running)
    SELECT cycle_id, count(*) FILTER (WHERE outcome = 'create'), count(*) FILTER (WHERE outcome = 'update'), count(*) FILTER (WHERE outcome = 'deactivate'),
      count(*) FILTER (WHERE outcome = 'skip'), count(*) FILTER (WHERE outcome = 'error'), count(*) FILTER (WHERE outcome = 'running')
    FROM put GROUP BY cycle_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO cycle_count_changes (cycle_id, created, updated, deactivated, skipped, failed, running)
    SELECT cycle_id, -count(*) FILTER (WHERE outcome = 'create'), -count(*) FILTER (WHERE outcome = 'update'), -count(*) FILTER (WHERE outcome = 'deactivate'),
      -count(*) FILTER (WHERE outcome = 'skip'), -count(*) FILTER (WHERE outcome = 'error'), -count(*) FILTER (WHERE outcome = 'running')
    FROM taken GROUP BY cycle_id;
  ELSE
    INSERT INTO cycle_count_changes (cycle_id, created, updated, deactivated, skipped, failed, running)
    SELECT cycle_id, sum(by) FILTER (WHERE outcome = 'create'), sum(by) FILTER (WHERE outcome = 'update'), sum(by) FILTER (WHERE outcome = 'deactivate'),
      sum(by) FILTER (WHERE outcome = 'skip'), sum(by) FILTER (WHERE outcome = 'error'), sum(by) FILTER (WHERE outcome = 'running')
    FROM (SELECT cycle_id, outcome, 1 AS by FROM put UNION ALL SELECT cycle_id, outcome, -1 FROM taken
      -- So that every sum is of something.
      UNION ALL SELECT c.cycle_id, o.outcome, 0 FROM (SELECT DISTINCT cycle_id FROM put) c,
        unnest(ARRAY['create', 'update', 'deactivate', 'skip', 'error', 'running']) AS o(outcome)) AS every
    GROUP BY cycle_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER cycle_outcomes_put AFTER INSERT ON cycle_outcomes REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION cycle_outcomes_counted();
CREATE TRIGGER cycle_outcomes_changed AFTER UPDATE ON cycle_outcomes REFERENCING OLD TABLE AS taken NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION cycle_outcomes_counted();
CREATE TRIGGER cycle_outcomes_taken AFTER DELETE ON cycle_outcomes REFERENCING OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION cycle_outcomes_counted();

DROP TRIGGER operation_in_cycle ON operations;
DROP TRIGGER operation_in_cycle_ended ON operations;
DROP FUNCTION operation_in_cycle();
-- The last attempt counts, so that a retry that succeeded is no error. An attempt of after the end is not the cycle's doing.
CREATE FUNCTION operations_in_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_cycle operations[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    of_cycle := ARRAY(SELECT p FROM put p WHERE p.cycle_id IS NOT NULL);
  ELSE
    of_cycle := ARRAY(SELECT p FROM put p JOIN taken t USING (id) WHERE p.cycle_id IS NOT NULL AND p.state <> t.state);
  END IF;
  IF cardinality(of_cycle) = 0 THEN RETURN NULL; END IF;
  of_cycle := ARRAY(SELECT o FROM unnest(of_cycle) o JOIN cycles c ON c.id = o.cycle_id WHERE c.finished_at IS NULL OR o.created_at <= c.finished_at);
  INSERT INTO cycle_outcomes AS kept (cycle_id, link_id, user_link_id, group_link_id, outcome, action, error, operation_id, at, name_key)
  SELECT DISTINCT ON (o.cycle_id, coalesce(o.user_link_id, o.group_link_id))
    o.cycle_id, coalesce(o.user_link_id, o.group_link_id), o.user_link_id, o.group_link_id,
    CASE o.state WHEN 'succeeded' THEN CASE o.action WHEN 'create' THEN 'create' WHEN 'deactivate' THEN 'deactivate' WHEN 'delete' THEN 'deactivate' ELSE 'update' END
      WHEN 'intent' THEN 'running' ELSE 'error' END,
    o.action, o.error, o.id, o.created_at, left(lower(coalesce(u.lastname || ' ' || u.firstname || ' ' || u.display_name, g.name, '')), 200)
  FROM unnest(of_cycle) o
  LEFT JOIN user_links ul ON ul.id = o.user_link_id LEFT JOIN users u ON u.id = ul.user_id
  LEFT JOIN group_links gl ON gl.id = o.group_link_id LEFT JOIN groups g ON g.id = gl.group_id
  ORDER BY o.cycle_id, coalesce(o.user_link_id, o.group_link_id), o.created_at DESC, o.id DESC
  ON CONFLICT (cycle_id, link_id) DO UPDATE SET outcome = excluded.outcome, action = excluded.action, error = excluded.error,
    operation_id = excluded.operation_id, at = excluded.at, name_key = excluded.name_key
  WHERE kept.operation_id IS NULL OR kept.at <= excluded.at;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO cycle_count_changes (cycle_id, changes, failures)
    SELECT cycle_id, count(*) FILTER (WHERE state = 'succeeded'), count(*) FILTER (WHERE state IN ('failed', 'unknown'))
    FROM unnest(of_cycle) GROUP BY cycle_id HAVING count(*) FILTER (WHERE state <> 'intent') > 0;
  ELSE
    INSERT INTO cycle_count_changes (cycle_id, changes, failures)
    SELECT o.cycle_id, sum((o.state = 'succeeded')::int - (t.state = 'succeeded')::int),
      sum((o.state IN ('failed', 'unknown'))::int - (t.state IN ('failed', 'unknown'))::int)
    FROM unnest(of_cycle) o JOIN taken t USING (id) GROUP BY o.cycle_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER operations_put_in_cycle AFTER INSERT ON operations REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION operations_in_cycle();
CREATE TRIGGER operations_changed_in_cycle AFTER UPDATE ON operations REFERENCING OLD TABLE AS taken NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION operations_in_cycle();
