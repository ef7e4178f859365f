-- What a cycle has held is a status of its own, and what went wrong is put together by its cause: its code and its message, without whom and
-- what it is about.
ALTER TABLE "cycle_counts" ADD COLUMN "held" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "cycle_count_changes" ADD COLUMN "held" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "cycle_outcomes" ADD COLUMN "cause" TEXT;

-- Code and message of what went wrong, a line each: names, addresses and ids are left out of the message. Of what is held, by what.
CREATE FUNCTION cycle_cause(outcome text, error jsonb, operation uuid, subject uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  words text := coalesce(error ->> 'message', '');
  name text;
BEGIN
  IF outcome = 'held' THEN
    RETURN 'Held' || E'\n' || coalesce((SELECT o.held_by FROM operations o WHERE o.id = operation), 'setting');
  END IF;
  IF error IS NULL OR outcome NOT IN ('error', 'skip') THEN RETURN NULL; END IF;
  FOR name IN
    SELECT n FROM (
      SELECT unnest(ARRAY[u.display_name, u.username, u.email, u.firstname, u.lastname]) AS n FROM users u WHERE u.id = subject
      UNION SELECT g.name FROM groups g WHERE g.id = subject) names
    WHERE length(n) > 2 ORDER BY length(n) DESC
  LOOP
    words := replace(words, name, '…');
  END LOOP;
  words := regexp_replace(words, '[^\s"“”<>()]+@[^\s"“”<>(),;]+', '…', 'g');
  words := regexp_replace(words, '"[^"]*"|“[^”]*”', '…', 'g');
  words := regexp_replace(words, '\m(?=[[:alnum:]_-]*\d)[[:alnum:]_-]{4,}\M', '…', 'g');
  -- Of a group, who of its members was refused.
  words := regexp_replace(words, '\d+ of \d+ (members were refused); [^:]+:', '\1:');
  RETURN coalesce(error ->> 'code', '') || E'\n' || left(regexp_replace(words, '…([\s,]*…)+', '…', 'g'), 300);
END $$;

CREATE FUNCTION cycle_outcome_cause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.cause := left(md5(cycle_cause(NEW.outcome, NEW.error, NEW.operation_id, NEW.subject_id)), 12);
  RETURN NEW;
END $$;
-- Of what went well nothing is done.
CREATE TRIGGER cycle_outcome_cause BEFORE INSERT OR UPDATE ON cycle_outcomes
  FOR EACH ROW WHEN (NEW.error IS NOT NULL OR NEW.cause IS NOT NULL OR NEW.outcome = 'held') EXECUTE FUNCTION cycle_outcome_cause();

-- Nothing is counted anew.
ALTER TABLE cycle_outcomes DISABLE TRIGGER USER;
UPDATE cycle_outcomes SET cause = left(md5(cycle_cause(outcome, error, operation_id, subject_id)), 12) WHERE outcome IN ('error', 'skip') AND error IS NOT NULL;
ALTER TABLE cycle_outcomes ENABLE TRIGGER USER;
CREATE INDEX "cycle_outcomes_causes" ON "cycle_outcomes" ("cycle_id", "cause", "name_key", "link_id") WHERE "cause" IS NOT NULL;

-- As in migration 0050, with what is held; it is added to the counts of a cycle by migration 0085.
CREATE OR REPLACE FUNCTION cycle_outcomes_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO cycle_count_changes (cycle_id, created, updated, deactivated, skipped, failed, running, held)
    SELECT cycle_id, count(*) FILTER (WHERE outcome = 'create'), count(*) FILTER (WHERE outcome = 'update'), count(*) FILTER (WHERE outcome = 'deactivate'),
      count(*) FILTER (WHERE outcome = 'skip'), count(*) FILTER (WHERE outcome = 'error'), count(*) FILTER (WHERE outcome = 'running'), count(*) FILTER (WHERE outcome = 'held')
    FROM put GROUP BY cycle_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO cycle_count_changes (cycle_id, created, updated, deactivated, skipped, failed, running, held)
    SELECT t.cycle_id, -count(*) FILTER (WHERE outcome = 'create'), -count(*) FILTER (WHERE outcome = 'update'), -count(*) FILTER (WHERE outcome = 'deactivate'),
      -count(*) FILTER (WHERE outcome = 'skip'), -count(*) FILTER (WHERE outcome = 'error'), -count(*) FILTER (WHERE outcome = 'running'), -count(*) FILTER (WHERE outcome = 'held')
    FROM taken t JOIN cycles c ON c.id = t.cycle_id WHERE c.finished_at IS NULL OR t.outcome = 'running' GROUP BY t.cycle_id;
  ELSE
    INSERT INTO cycle_count_changes (cycle_id, created, updated, deactivated, skipped, failed, running, held)
    SELECT cycle_id, sum(by) FILTER (WHERE outcome = 'create'), sum(by) FILTER (WHERE outcome = 'update'), sum(by) FILTER (WHERE outcome = 'deactivate'),
      sum(by) FILTER (WHERE outcome = 'skip'), sum(by) FILTER (WHERE outcome = 'error'), sum(by) FILTER (WHERE outcome = 'running'), sum(by) FILTER (WHERE outcome = 'held')
    FROM (SELECT cycle_id, outcome, 1 AS by FROM put UNION ALL SELECT cycle_id, outcome, -1 FROM taken
      -- So that every sum is of something.
      UNION ALL SELECT c.cycle_id, o.outcome, 0 FROM (SELECT DISTINCT cycle_id FROM put) c,
        unnest(ARRAY['create', 'update', 'deactivate', 'skip', 'error', 'running', 'held']) AS o(outcome)) AS every
    GROUP BY cycle_id;
  END IF;
  RETURN NULL;
END $$;

-- As in migration 0054.
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
      WHEN 'intent' THEN 'running' WHEN 'failed' THEN 'error' WHEN 'unknown' THEN 'error'
      WHEN 'held' THEN 'held' WHEN 'allowed' THEN 'held' ELSE 'skip' END,
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
