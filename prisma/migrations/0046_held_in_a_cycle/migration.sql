-- What waits for somebody, the latest last, by application.
CREATE INDEX "operations_held" ON "operations" ("application_id", "created_at", "id") WHERE state = 'held';

-- What a cycle has held is nothing that it has done, and nothing that has failed. Otherwise as in migration 0030.
CREATE OR REPLACE FUNCTION operations_in_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
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
