-- Who an outcome of a cycle is about is said by its row: a search of them looks the person or group up at once, and not the link before.
ALTER TABLE "cycle_outcomes" ADD COLUMN "subject_id" UUID;
-- Nothing is counted anew.
ALTER TABLE cycle_outcomes DISABLE TRIGGER USER;
UPDATE cycle_outcomes o SET subject_id = coalesce(
  (SELECT l.user_id FROM user_links l WHERE l.id = o.user_link_id), (SELECT l.group_id FROM group_links l WHERE l.id = o.group_link_id));
ALTER TABLE cycle_outcomes ENABLE TRIGGER USER;
ALTER TABLE "cycle_outcomes" ALTER COLUMN "subject_id" SET NOT NULL;

-- As in migration 0050, with whom it is about.
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
  INSERT INTO cycle_outcomes AS kept (cycle_id, link_id, user_link_id, group_link_id, outcome, action, error, operation_id, at, name_key, subject_id)
  SELECT DISTINCT ON (o.cycle_id, coalesce(o.user_link_id, o.group_link_id))
    o.cycle_id, coalesce(o.user_link_id, o.group_link_id), o.user_link_id, o.group_link_id,
    CASE o.state WHEN 'succeeded' THEN CASE o.action WHEN 'create' THEN 'create' WHEN 'deactivate' THEN 'deactivate' WHEN 'delete' THEN 'deactivate' ELSE 'update' END
      WHEN 'intent' THEN 'running' WHEN 'failed' THEN 'error' WHEN 'unknown' THEN 'error' ELSE 'skip' END,
    o.action, o.error, o.id, o.created_at, left(lower(coalesce(u.lastname || ' ' || u.firstname || ' ' || u.display_name, g.name, '')), 200),
    coalesce(ul.user_id, gl.group_id)
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

CREATE OR REPLACE FUNCTION links_in_cycles() RETURNS trigger LANGUAGE plpgsql AS $$
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
  INSERT INTO cycle_outcomes AS kept (cycle_id, link_id, user_link_id, group_link_id, outcome, error, at, name_key, subject_id)
  SELECT p.cycle_id, p.id, w.user_link, w.group_link, CASE p.state WHEN 'skipped' THEN 'skip' ELSE 'error' END, p.last_error,
    clock_timestamp(), cycle_name_key(w.user_link, w.group_link),
    coalesce((SELECT l.user_id FROM user_links l WHERE l.id = w.user_link), (SELECT l.group_id FROM group_links l WHERE l.id = w.group_link))
  FROM put p CROSS JOIN LATERAL (SELECT CASE TG_TABLE_NAME WHEN 'user_links' THEN p.id END AS user_link, CASE TG_TABLE_NAME WHEN 'group_links' THEN p.id END AS group_link) w
  WHERE p.cycle_id = ANY (at_work) AND p.lease_token IS NULL AND NOT (p.due_at IS NOT NULL AND p.attempts = 0) AND p.last_error IS NOT NULL
  ON CONFLICT (cycle_id, link_id) DO UPDATE SET outcome = excluded.outcome, error = excluded.error, at = excluded.at, name_key = excluded.name_key
  WHERE kept.operation_id IS NULL;
  RETURN NULL;
END $$;

-- How many people are in a department: of an expression, the planner takes half a percent for granted, and read all of them to count the first
-- of those who are in a group as well. The expression is as in lib/directory/person-sql.ts.
CREATE STATISTICS users_departments ON (lower(coalesce(department, '')) COLLATE "C") FROM users;
ANALYZE users;
