-- What was found to differ over there although the directory did not change (lib/provisioning/plan/drift.ts): of an account as long as it is
-- left so, of an operation that corrects it, and of a cycle that found it.
ALTER TABLE "user_links" ADD COLUMN "drift" JSONB;
CREATE INDEX "user_links_drift" ON "user_links" ("application_id", "state", "name_key", "user_id") WHERE drift IS NOT NULL;
ALTER TABLE "operations" ADD COLUMN "drift" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "cycle_outcomes" ADD COLUMN "drift" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "cycle_outcomes_drift" ON "cycle_outcomes" ("cycle_id", "name_key", "link_id") WHERE drift;
ALTER TABLE "cycle_counts" ADD COLUMN "drifted" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "cycle_count_changes" ADD COLUMN "drifted" INTEGER NOT NULL DEFAULT 0;

-- As in migration 0050, with those.
CREATE OR REPLACE FUNCTION cycle_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The first of a transaction's rows takes them all; the others find nothing left.
  WITH taken AS (DELETE FROM cycle_count_changes RETURNING *),
  total AS (
    SELECT cycle_id, sum(created)::int AS created, sum(updated)::int AS updated, sum(deactivated)::int AS deactivated, sum(skipped)::int AS skipped,
      sum(failed)::int AS failed, sum(running)::int AS running, sum(changes)::int AS changes, sum(failures)::int AS failures,
      sum(done_users)::int AS done_users, sum(drifted)::int AS drifted
    FROM taken GROUP BY cycle_id)
  INSERT INTO cycle_counts AS kept (cycle_id, created, updated, deactivated, skipped, failed, running, changes, failures, done_users, drifted)
  SELECT t.* FROM total t
  -- What goes with its cycle, or with its application, has nothing left to be counted in.
  WHERE EXISTS (SELECT FROM cycles c JOIN applications a ON a.id = c.application_id WHERE c.id = t.cycle_id)
  ORDER BY t.cycle_id
  ON CONFLICT (cycle_id) DO UPDATE SET created = kept.created + excluded.created, updated = kept.updated + excluded.updated,
    deactivated = kept.deactivated + excluded.deactivated, skipped = kept.skipped + excluded.skipped,
    failed = kept.failed + excluded.failed, running = kept.running + excluded.running,
    changes = kept.changes + excluded.changes, failures = kept.failures + excluded.failures, done_users = kept.done_users + excluded.done_users,
    drifted = kept.drifted + excluded.drifted;
  RETURN NULL;
END $$;

-- Triggers of one event fire in the order of their names: each of these after the one that writes the outcome.

CREATE FUNCTION drift_in_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM put WHERE drift) THEN RETURN NULL; END IF;
  UPDATE cycle_outcomes o SET drift = true FROM put p
  WHERE p.drift AND o.cycle_id = p.cycle_id AND o.link_id = p.user_link_id AND NOT o.drift;
  RETURN NULL;
END $$;
CREATE TRIGGER operations_with_drift AFTER INSERT ON operations REFERENCING NEW TABLE AS put FOR EACH STATEMENT EXECUTE FUNCTION drift_in_cycle();

-- What is left as it is has no attempt. Where there is an outcome already, because something else was sent or stands in the way, only that it
-- drifted is added.
CREATE FUNCTION left_drift_in_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM put WHERE drift IS NOT NULL) THEN RETURN NULL; END IF;
  INSERT INTO cycle_outcomes AS kept (cycle_id, link_id, user_link_id, outcome, error, at, name_key, subject_id, drift)
  SELECT p.cycle_id, p.id, p.id, 'skip', jsonb_build_object('code', 'Drift', 'message', p.drift ->> 'message'), clock_timestamp(),
    cycle_name_key(p.id, NULL), p.user_id, true
  FROM put p JOIN cycles c ON c.id = p.cycle_id AND c.finished_at IS NULL
  WHERE p.drift IS NOT NULL AND p.lease_token IS NULL AND p.due_at IS NULL
  ON CONFLICT (cycle_id, link_id) DO UPDATE SET drift = true WHERE NOT kept.drift;
  RETURN NULL;
END $$;
CREATE TRIGGER user_links_with_drift AFTER UPDATE ON user_links REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION left_drift_in_cycle();

CREATE FUNCTION drift_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO cycle_count_changes (cycle_id, drifted) SELECT cycle_id, count(*) FROM put WHERE drift GROUP BY cycle_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO cycle_count_changes (cycle_id, drifted)
    SELECT t.cycle_id, -count(*) FROM taken t JOIN cycles c ON c.id = t.cycle_id WHERE t.drift AND c.finished_at IS NULL GROUP BY t.cycle_id;
  ELSE
    INSERT INTO cycle_count_changes (cycle_id, drifted)
    SELECT cycle_id, sum(by) FROM (SELECT cycle_id, 1 AS by FROM put WHERE drift UNION ALL SELECT cycle_id, -1 FROM taken WHERE drift) AS every
    GROUP BY cycle_id HAVING sum(by) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER cycle_outcomes_put_drift AFTER INSERT ON cycle_outcomes REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION drift_counted();
CREATE TRIGGER cycle_outcomes_changed_drift AFTER UPDATE ON cycle_outcomes REFERENCING OLD TABLE AS taken NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION drift_counted();
CREATE TRIGGER cycle_outcomes_taken_drift AFTER DELETE ON cycle_outcomes REFERENCING OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION drift_counted();
