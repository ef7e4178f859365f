-- What a cycle did with whom: a row for each person and group that it came to an end with, written with what settles their link,
-- so that nobody puts it together from operations, links and events again, and a cycle that is over stays as it was.
CREATE TABLE "cycle_counts" (
    "cycle_id" UUID NOT NULL,
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "deactivated" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "running" INTEGER NOT NULL DEFAULT 0,
    "changes" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "done_users" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "cycle_counts_pkey" PRIMARY KEY ("cycle_id")
);
CREATE TABLE "cycle_outcomes" (
    "cycle_id" UUID NOT NULL,
    "link_id" UUID NOT NULL,
    "user_link_id" UUID,
    "group_link_id" UUID,
    "outcome" TEXT NOT NULL,
    "action" TEXT,
    "error" JSONB,
    "operation_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "name_key" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "cycle_outcomes_pkey" PRIMARY KEY ("cycle_id","link_id")
);
-- Counts go before what they count when a cycle is deleted: then nothing is counted down row by row.
ALTER TABLE "cycle_counts" ADD CONSTRAINT "cycle_counts_cycle_id_fkey" FOREIGN KEY ("cycle_id") REFERENCES "cycles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The cycle by which a person was looked at last: everybody's turn comes once in a cycle, however often they are looked at.
ALTER TABLE "user_links" ADD COLUMN "looked_at_by" UUID;

-- Those that there are, from what told it until now.
INSERT INTO cycle_outcomes (cycle_id, link_id, user_link_id, group_link_id, outcome, action, error, operation_id, at, name_key)
SELECT DISTINCT ON (every.cycle_id, every.link_id) every.cycle_id, every.link_id, ul.id, gl.id, every.outcome, every.action, every.error,
  every.operation_id, coalesce(every.at, c.started_at),
  left(lower(coalesce(u.lastname || ' ' || u.firstname || ' ' || u.display_name, g.name)), 200)
FROM (
  SELECT o.cycle_id, coalesce(o.user_link_id, o.group_link_id) AS link_id, o.id AS operation_id, o.error, o.created_at AS at, 0 AS rank,
    CASE o.state WHEN 'succeeded' THEN CASE o.action WHEN 'create' THEN 'create' WHEN 'deactivate' THEN 'deactivate' WHEN 'delete' THEN 'deactivate' ELSE 'update' END
      WHEN 'intent' THEN 'running' ELSE 'error' END AS outcome, o.action::text AS action
  FROM operations o JOIN cycles c ON c.id = o.cycle_id WHERE c.finished_at IS NULL OR o.created_at <= c.finished_at
  UNION ALL
  SELECT l.cycle_id, l.id, NULL, l.last_error, NULL, 1, CASE l.state WHEN 'skipped' THEN 'skip' ELSE 'error' END, NULL
  FROM (SELECT cycle_id, id, last_error, state FROM user_links UNION ALL SELECT cycle_id, id, last_error, state FROM group_links) l
  WHERE l.cycle_id IS NOT NULL AND l.last_error IS NOT NULL AND l.state IN ('skipped', 'conflict', 'error', 'outcome_unknown')
  UNION ALL
  SELECT e.cycle_id, l.id, NULL, jsonb_build_object('code', e.code, 'message', e.message), e.at, 2,
    CASE e.name WHEN 'user_lookup_provision' THEN 'error' ELSE 'skip' END, NULL
  FROM events e JOIN cycles c ON c.id = e.cycle_id AND c.application_id = e.application_id
  JOIN user_links l ON l.application_id = e.application_id AND l.user_id::text = e.target_id
  WHERE e.outcome = 'error' AND e.operation_id IS NULL AND e.target_type = 'user'
) every
JOIN cycles c ON c.id = every.cycle_id
LEFT JOIN user_links ul ON ul.id = every.link_id LEFT JOIN users u ON u.id = ul.user_id
LEFT JOIN group_links gl ON gl.id = every.link_id LEFT JOIN groups g ON g.id = gl.group_id
ORDER BY every.cycle_id, every.link_id, every.rank, every.at DESC;
-- Whoever has nothing more to wait for has had their turn.
UPDATE user_links l SET looked_at_by = l.cycle_id FROM cycles c
WHERE c.id = l.cycle_id AND c.finished_at IS NULL AND NOT (l.due_at IS NOT NULL AND l.attempts = 0);
INSERT INTO cycle_counts (cycle_id, created, updated, deactivated, skipped, failed, running, changes, failures, done_users)
SELECT c.id, o.created, o.updated, o.deactivated, o.skipped, o.failed, o.running, r.changes, r.failures,
  (SELECT count(*) FROM user_links l WHERE l.cycle_id = c.id AND l.looked_at_by = c.id)
FROM cycles c
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE outcome = 'create') AS created, count(*) FILTER (WHERE outcome = 'update') AS updated,
    count(*) FILTER (WHERE outcome = 'deactivate') AS deactivated, count(*) FILTER (WHERE outcome = 'skip') AS skipped,
    count(*) FILTER (WHERE outcome = 'error') AS failed, count(*) FILTER (WHERE outcome = 'running') AS running
  FROM cycle_outcomes WHERE cycle_id = c.id) o
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state = 'succeeded') AS changes, count(*) FILTER (WHERE state IN ('failed', 'unknown')) AS failures
  FROM operations WHERE cycle_id = c.id) r;

CREATE INDEX "cycle_outcomes_cycle_id_name_key_link_id_idx" ON "cycle_outcomes"("cycle_id", "name_key", "link_id");
CREATE INDEX "cycle_outcomes_cycle_id_outcome_name_key_link_id_idx" ON "cycle_outcomes"("cycle_id", "outcome", "name_key", "link_id");
CREATE INDEX "cycle_outcomes_user_link_id_idx" ON "cycle_outcomes"("user_link_id");
CREATE INDEX "cycle_outcomes_group_link_id_idx" ON "cycle_outcomes"("group_link_id");
ALTER TABLE "cycle_outcomes" ADD CONSTRAINT "cycle_outcomes_cycle_id_fkey" FOREIGN KEY ("cycle_id") REFERENCES "cycles"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "cycle_outcomes" ADD CONSTRAINT "cycle_outcomes_user_link_id_fkey" FOREIGN KEY ("user_link_id") REFERENCES "user_links"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "cycle_outcomes" ADD CONSTRAINT "cycle_outcomes_group_link_id_fkey" FOREIGN KEY ("group_link_id") REFERENCES "group_links"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Everything below runs when a transaction commits: the one row with the counts of a cycle is locked after every other, so that
-- nobody who holds it waits for anybody.
CREATE FUNCTION count_cycle(counted uuid, outcome text, by int, changes int, failures int, done int) RETURNS void LANGUAGE sql AS $$
  INSERT INTO cycle_counts AS kept (cycle_id, created, updated, deactivated, skipped, failed, running, changes, failures, done_users)
  SELECT counted, coalesce((outcome = 'create')::int * by, 0), coalesce((outcome = 'update')::int * by, 0),
    coalesce((outcome = 'deactivate')::int * by, 0), coalesce((outcome = 'skip')::int * by, 0),
    coalesce((outcome = 'error')::int * by, 0), coalesce((outcome = 'running')::int * by, 0), changes, failures, done
  ON CONFLICT (cycle_id) DO UPDATE SET created = kept.created + excluded.created, updated = kept.updated + excluded.updated,
    deactivated = kept.deactivated + excluded.deactivated, skipped = kept.skipped + excluded.skipped,
    failed = kept.failed + excluded.failed, running = kept.running + excluded.running,
    changes = kept.changes + excluded.changes, failures = kept.failures + excluded.failures, done_users = kept.done_users + excluded.done_users
$$;

CREATE FUNCTION cycle_outcome_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.outcome = NEW.outcome THEN RETURN NULL; END IF;
  IF TG_OP <> 'INSERT' THEN
    -- What goes with its cycle, or with its application, has nothing left to be counted in.
    IF NOT EXISTS (SELECT FROM cycles c JOIN applications a ON a.id = c.application_id WHERE c.id = OLD.cycle_id) THEN RETURN NULL; END IF;
    PERFORM count_cycle(OLD.cycle_id, OLD.outcome, -1, 0, 0, 0);
  END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM count_cycle(NEW.cycle_id, NEW.outcome, 1, 0, 0, 0); END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cycle_outcome_counted AFTER INSERT OR UPDATE OR DELETE ON cycle_outcomes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cycle_outcome_counted();

CREATE FUNCTION cycle_name_key(user_link uuid, group_link uuid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT left(lower(coalesce(
    (SELECT u.lastname || ' ' || u.firstname || ' ' || u.display_name FROM user_links l JOIN users u ON u.id = l.user_id WHERE l.id = user_link),
    (SELECT g.name FROM group_links l JOIN groups g ON g.id = l.group_id WHERE l.id = group_link), '')), 200)
$$;

-- The last attempt counts, so that a retry that succeeded is no error. An attempt of after the end is not the cycle's doing.
CREATE FUNCTION operation_in_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before operations;
  succeeded int;
  failed int;
BEGIN
  IF TG_OP = 'UPDATE' THEN before := OLD; END IF;
  IF NOT EXISTS (SELECT FROM operations WHERE id = NEW.id)
    OR NOT EXISTS (SELECT FROM cycles WHERE id = NEW.cycle_id AND (finished_at IS NULL OR NEW.created_at <= finished_at)) THEN RETURN NULL; END IF;
  INSERT INTO cycle_outcomes AS kept (cycle_id, link_id, user_link_id, group_link_id, outcome, action, error, operation_id, at, name_key)
  VALUES (NEW.cycle_id, coalesce(NEW.user_link_id, NEW.group_link_id), NEW.user_link_id, NEW.group_link_id,
    CASE NEW.state WHEN 'succeeded' THEN CASE NEW.action WHEN 'create' THEN 'create' WHEN 'deactivate' THEN 'deactivate' WHEN 'delete' THEN 'deactivate' ELSE 'update' END
      WHEN 'intent' THEN 'running' ELSE 'error' END,
    NEW.action, NEW.error, NEW.id, NEW.created_at, cycle_name_key(NEW.user_link_id, NEW.group_link_id))
  ON CONFLICT (cycle_id, link_id) DO UPDATE SET outcome = excluded.outcome, action = excluded.action, error = excluded.error,
    operation_id = excluded.operation_id, at = excluded.at, name_key = excluded.name_key
  WHERE kept.operation_id IS NULL OR kept.at <= excluded.at;
  succeeded := (NEW.state = 'succeeded')::int - coalesce((before.state = 'succeeded')::int, 0);
  failed := (NEW.state IN ('failed', 'unknown'))::int - coalesce((before.state IN ('failed', 'unknown'))::int, 0);
  IF succeeded <> 0 OR failed <> 0 THEN PERFORM count_cycle(NEW.cycle_id, NULL, 0, succeeded, failed, 0); END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER operation_in_cycle AFTER INSERT ON operations DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.cycle_id IS NOT NULL) EXECUTE FUNCTION operation_in_cycle();
CREATE CONSTRAINT TRIGGER operation_in_cycle_ended AFTER UPDATE ON operations DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.cycle_id IS NOT NULL AND NEW.state <> OLD.state) EXECUTE FUNCTION operation_in_cycle();

-- Whoever gives back a lease has looked at the link, unless it waits as before.
CREATE FUNCTION user_link_looked_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.looked_at_by := NEW.cycle_id;
  RETURN NEW;
END $$;
CREATE TRIGGER user_link_looked_at BEFORE UPDATE ON user_links
  FOR EACH ROW WHEN (NEW.cycle_id = OLD.cycle_id AND OLD.lease_token IS NOT NULL AND NEW.lease_token IS NULL
    AND NOT (NEW.due_at IS NOT NULL AND NEW.attempts = 0)) EXECUTE FUNCTION user_link_looked_at();

-- Left out without an attempt: the link says why. Where it does no more, nothing was left out.
CREATE FUNCTION link_in_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  user_link uuid := CASE TG_TABLE_NAME WHEN 'user_links' THEN NEW.id END;
  group_link uuid := CASE TG_TABLE_NAME WHEN 'group_links' THEN NEW.id END;
BEGIN
  IF NOT EXISTS (SELECT FROM cycles WHERE id = NEW.cycle_id AND finished_at IS NULL) THEN RETURN NULL; END IF;
  IF TG_TABLE_NAME = 'user_links' THEN
    IF NEW.looked_at_by IS DISTINCT FROM OLD.looked_at_by THEN PERFORM count_cycle(NEW.cycle_id, NULL, 0, 0, 0, 1); END IF;
    -- Gone already within the same transaction.
    IF NOT EXISTS (SELECT FROM user_links WHERE id = NEW.id) THEN RETURN NULL; END IF;
  ELSIF NOT EXISTS (SELECT FROM group_links WHERE id = NEW.id) THEN RETURN NULL;
  END IF;
  IF NEW.last_error IS NULL THEN
    DELETE FROM cycle_outcomes WHERE cycle_id = NEW.cycle_id AND link_id = NEW.id AND operation_id IS NULL;
    RETURN NULL;
  END IF;
  INSERT INTO cycle_outcomes AS kept (cycle_id, link_id, user_link_id, group_link_id, outcome, error, at, name_key)
  VALUES (NEW.cycle_id, NEW.id, user_link, group_link, CASE NEW.state WHEN 'skipped' THEN 'skip' ELSE 'error' END, NEW.last_error,
    clock_timestamp(), cycle_name_key(user_link, group_link))
  ON CONFLICT (cycle_id, link_id) DO UPDATE SET outcome = excluded.outcome, error = excluded.error, at = excluded.at, name_key = excluded.name_key
  WHERE kept.operation_id IS NULL;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER user_link_in_cycle AFTER UPDATE ON user_links DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.cycle_id = OLD.cycle_id AND OLD.lease_token IS NOT NULL AND NEW.lease_token IS NULL) EXECUTE FUNCTION link_in_cycle();
CREATE CONSTRAINT TRIGGER group_link_in_cycle AFTER UPDATE ON group_links DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.cycle_id = OLD.cycle_id AND OLD.lease_token IS NOT NULL AND NEW.lease_token IS NULL) EXECUTE FUNCTION link_in_cycle();

-- Who is deleted for good leaves no name behind, also while the link waits for the account to go.
CREATE FUNCTION purged_in_cycles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM cycle_outcomes WHERE user_link_id IN (SELECT id FROM user_links WHERE user_id = NEW.id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER purged_in_cycles AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.purged_at IS NOT NULL AND OLD.purged_at IS NULL) EXECUTE FUNCTION purged_in_cycles();

ANALYZE cycle_outcomes, cycle_counts;
