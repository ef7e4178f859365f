-- What a cycle that reads is at is a column of its own: lib/provisioning/cycles/stages.ts goes by it.
CREATE TYPE "cycle_step" AS ENUM ('accounts', 'missing_accounts', 'groups', 'missing_groups');
ALTER TABLE "cycles" ADD COLUMN "step" "cycle_step" NOT NULL DEFAULT 'accounts';
UPDATE cycles SET
  step = (CASE WHEN reading ->> 'asking' = 'true' THEN 'missing_' ELSE '' END || CASE reading ->> 'collection' WHEN 'Groups' THEN 'groups' ELSE 'accounts' END)::cycle_step,
  reading = reading - 'asking' - 'collection'
WHERE reading ? 'collection';

-- A cycle has an end if and only if its stage is final.
UPDATE cycles SET stage = 'stopped' WHERE finished_at IS NOT NULL AND stage NOT IN ('finished', 'stopped', 'failed');
UPDATE cycles SET finished_at = now() WHERE finished_at IS NULL AND stage IN ('finished', 'stopped', 'failed');
ALTER TABLE cycles ADD CONSTRAINT cycles_end CHECK ((finished_at IS NOT NULL) = (stage IN ('finished', 'stopped', 'failed')));

-- How many came to which end is said once, in the row of counts that goes with a cycle, and not a second time when it is over.
INSERT INTO cycle_counts (cycle_id, created, updated, deactivated, skipped, failed, changes, failures)
SELECT id, (counts ->> 'create')::int, (counts ->> 'update')::int, (counts ->> 'deactivate')::int, (counts ->> 'skip')::int, (counts ->> 'error')::int,
  (counts ->> 'changes')::int, (counts ->> 'failures')::int
FROM cycles WHERE counts ? 'changes'
ON CONFLICT (cycle_id) DO UPDATE SET created = excluded.created, updated = excluded.updated, deactivated = excluded.deactivated,
  skipped = excluded.skipped, failed = excluded.failed, changes = excluded.changes, failures = excluded.failures;
ALTER TABLE "cycles" DROP COLUMN "counts";

-- People who were looked at are counted with the rest, once for a transaction, instead of one after the other.
ALTER TABLE "cycle_count_changes" ADD COLUMN "done_users" INTEGER NOT NULL DEFAULT 0;
CREATE OR REPLACE FUNCTION cycle_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The first of a transaction's rows takes them all; the others find nothing left.
  WITH taken AS (DELETE FROM cycle_count_changes RETURNING *),
  total AS (
    SELECT cycle_id, sum(created)::int AS created, sum(updated)::int AS updated, sum(deactivated)::int AS deactivated, sum(skipped)::int AS skipped,
      sum(failed)::int AS failed, sum(running)::int AS running, sum(changes)::int AS changes, sum(failures)::int AS failures,
      sum(done_users)::int AS done_users
    FROM taken GROUP BY cycle_id)
  INSERT INTO cycle_counts AS kept (cycle_id, created, updated, deactivated, skipped, failed, running, changes, failures, done_users)
  SELECT t.* FROM total t
  -- What goes with its cycle, or with its application, has nothing left to be counted in.
  WHERE EXISTS (SELECT FROM cycles c JOIN applications a ON a.id = c.application_id WHERE c.id = t.cycle_id)
  ORDER BY t.cycle_id
  ON CONFLICT (cycle_id) DO UPDATE SET created = kept.created + excluded.created, updated = kept.updated + excluded.updated,
    deactivated = kept.deactivated + excluded.deactivated, skipped = kept.skipped + excluded.skipped,
    failed = kept.failed + excluded.failed, running = kept.running + excluded.running,
    changes = kept.changes + excluded.changes, failures = kept.failures + excluded.failures, done_users = kept.done_users + excluded.done_users;
  RETURN NULL;
END $$;

-- The counts of a cycle that is over are those of its end: only what was in hand then still comes to its own. Rows that go later, with
-- somebody who is deleted for good or with a link, take nothing of it away.
CREATE OR REPLACE FUNCTION cycle_outcomes_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO cycle_count_changes (cycle_id, created, updated, deactivated, skipped, failed, running)
    SELECT cycle_id, count(*) FILTER (WHERE outcome = 'create'), count(*) FILTER (WHERE outcome = 'update'), count(*) FILTER (WHERE outcome = 'deactivate'),
      count(*) FILTER (WHERE outcome = 'skip'), count(*) FILTER (WHERE outcome = 'error'), count(*) FILTER (WHERE outcome = 'running')
    FROM put GROUP BY cycle_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO cycle_count_changes (cycle_id, created, updated, deactivated, skipped, failed, running)
    SELECT t.cycle_id, -count(*) FILTER (WHERE outcome = 'create'), -count(*) FILTER (WHERE outcome = 'update'), -count(*) FILTER (WHERE outcome = 'deactivate'),
      -count(*) FILTER (WHERE outcome = 'skip'), -count(*) FILTER (WHERE outcome = 'error'), -count(*) FILTER (WHERE outcome = 'running')
    FROM taken t JOIN cycles c ON c.id = t.cycle_id WHERE c.finished_at IS NULL OR t.outcome = 'running' GROUP BY t.cycle_id;
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

-- The last attempt counts, so that a retry that succeeded is no error. Of a cycle that is over, only attempts that were under way at its
-- end: what is found out later about one that nobody answered is not its doing.
CREATE OR REPLACE FUNCTION operations_in_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_cycle operations[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    of_cycle := ARRAY(SELECT p FROM put p JOIN cycles c ON c.id = p.cycle_id WHERE c.finished_at IS NULL OR p.created_at <= c.finished_at);
  ELSE
    of_cycle := ARRAY(SELECT p FROM put p JOIN taken t USING (id) JOIN cycles c ON c.id = p.cycle_id
      WHERE p.state <> t.state AND (c.finished_at IS NULL OR t.state = 'intent'));
  END IF;
  IF cardinality(of_cycle) = 0 THEN RETURN NULL; END IF;
  INSERT INTO cycle_outcomes AS kept (cycle_id, link_id, user_link_id, group_link_id, outcome, action, error, operation_id, at, name_key)
  SELECT DISTINCT ON (o.cycle_id, coalesce(o.user_link_id, o.group_link_id))
    o.cycle_id, coalesce(o.user_link_id, o.group_link_id), o.user_link_id, o.group_link_id,
    CASE o.state WHEN 'succeeded' THEN CASE o.action WHEN 'create' THEN 'create' WHEN 'deactivate' THEN 'deactivate' WHEN 'delete' THEN 'deactivate' ELSE 'update' END
      WHEN 'intent' THEN 'running' WHEN 'failed' THEN 'error' WHEN 'unknown' THEN 'error' ELSE 'skip' END,
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
    FROM unnest(of_cycle) GROUP BY cycle_id HAVING count(*) FILTER (WHERE state IN ('succeeded', 'failed', 'unknown')) > 0;
  ELSE
    INSERT INTO cycle_count_changes (cycle_id, changes, failures)
    SELECT o.cycle_id, sum((o.state = 'succeeded')::int - (t.state = 'succeeded')::int),
      sum((o.state IN ('failed', 'unknown'))::int - (t.state IN ('failed', 'unknown'))::int)
    FROM unnest(of_cycle) o JOIN taken t USING (id) GROUP BY o.cycle_id;
  END IF;
  RETURN NULL;
END $$;

-- An intent of which nothing left is taken back: nobody of it is under way any more.
CREATE FUNCTION intents_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM cycle_outcomes o USING taken t
  WHERE t.state = 'intent' AND o.cycle_id = t.cycle_id AND o.link_id = coalesce(t.user_link_id, t.group_link_id) AND o.operation_id = t.id;
  RETURN NULL;
END $$;
CREATE TRIGGER intents_taken_back AFTER DELETE ON operations REFERENCING OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION intents_taken_back();

-- Left out without an attempt: the link says why. Where it does no more, nothing was left out. By statements, as operations are, and of those
-- alone whom somebody has looked at: who gives a lease back as it was, or takes one, has not.
DROP TRIGGER user_link_in_cycle ON user_links;
DROP TRIGGER group_link_in_cycle ON group_links;
DROP FUNCTION link_in_cycle();
DROP FUNCTION count_cycle(uuid, text, int, int, int, int);
CREATE FUNCTION links_in_cycles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  at_work uuid[];
BEGIN
  IF TG_TABLE_NAME = 'user_links' THEN
    -- Who is to be looked at once more, by a cycle that starts over, is counted once more.
    INSERT INTO cycle_count_changes (cycle_id, done_users)
    SELECT c.id, sum(looked.people) FROM (
      SELECT cycle_id, count(*) AS people FROM put WHERE looked_at_by = cycle_id GROUP BY cycle_id
      UNION ALL SELECT cycle_id, -count(*) FROM taken WHERE looked_at_by = cycle_id GROUP BY cycle_id) looked
    JOIN cycles c ON c.id = looked.cycle_id AND c.finished_at IS NULL
    GROUP BY c.id HAVING sum(looked.people) <> 0;
  END IF;
  at_work := ARRAY(SELECT c.id FROM cycles c WHERE c.finished_at IS NULL
    AND c.id IN (SELECT cycle_id FROM put WHERE lease_token IS NULL AND NOT (due_at IS NOT NULL AND attempts = 0)));
  IF cardinality(at_work) = 0 THEN RETURN NULL; END IF;
  DELETE FROM cycle_outcomes o USING put p
  WHERE p.cycle_id = ANY (at_work) AND p.lease_token IS NULL AND NOT (p.due_at IS NOT NULL AND p.attempts = 0) AND p.last_error IS NULL
    AND o.cycle_id = p.cycle_id AND o.link_id = p.id AND o.operation_id IS NULL;
  INSERT INTO cycle_outcomes AS kept (cycle_id, link_id, user_link_id, group_link_id, outcome, error, at, name_key)
  SELECT p.cycle_id, p.id, w.user_link, w.group_link, CASE p.state WHEN 'skipped' THEN 'skip' ELSE 'error' END, p.last_error,
    clock_timestamp(), cycle_name_key(w.user_link, w.group_link)
  FROM put p CROSS JOIN LATERAL (SELECT CASE TG_TABLE_NAME WHEN 'user_links' THEN p.id END AS user_link, CASE TG_TABLE_NAME WHEN 'group_links' THEN p.id END AS group_link) w
  WHERE p.cycle_id = ANY (at_work) AND p.lease_token IS NULL AND NOT (p.due_at IS NOT NULL AND p.attempts = 0) AND p.last_error IS NOT NULL
  ON CONFLICT (cycle_id, link_id) DO UPDATE SET outcome = excluded.outcome, error = excluded.error, at = excluded.at, name_key = excluded.name_key
  WHERE kept.operation_id IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER user_links_in_cycles AFTER UPDATE ON user_links REFERENCING OLD TABLE AS taken NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION links_in_cycles();
CREATE TRIGGER group_links_in_cycles AFTER UPDATE ON group_links REFERENCING OLD TABLE AS taken NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION links_in_cycles();
