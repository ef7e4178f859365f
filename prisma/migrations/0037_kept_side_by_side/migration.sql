-- What is kept stays right, and nobody waits in a circle, whoever changes it beside whom.

-- Names are taken and given up in one order, whichever of a person's two they are: two who exchange names, or take the same two at
-- once, follow each other.
CREATE FUNCTION give_up_name(person uuid, given_up text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  waited boolean;
BEGIN
  DELETE FROM taken_names WHERE user_id = person AND name = given_up RETURNING contested INTO waited;
  IF waited THEN RETURN; END IF;
  -- Whoever has waited longest gets it. Somebody who gives up waiting at the same moment is waited for, and is gone then.
  PERFORM FROM taken_names WHERE name = given_up ORDER BY user_id FOR NO KEY UPDATE;
  UPDATE taken_names t SET contested = false
  FROM (SELECT w.user_id FROM taken_names w JOIN users u ON u.id = w.user_id
    WHERE w.name = given_up ORDER BY u.created_at, u.id LIMIT 1) AS next
  WHERE t.name = given_up AND t.user_id = next.user_id;
END $$;

CREATE OR REPLACE FUNCTION users_take_names() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  person uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
  wanted text[] := '{}';
  one record;
BEGIN
  -- Most of all people are made, or changed in something else: no more is done for them than has to be.
  IF TG_OP = 'INSERT' THEN
    IF NEW.deleted_at IS NULL THEN
      INSERT INTO taken_names (name, user_id) VALUES (least(NEW.username_folded COLLATE "C", NEW.email_folded COLLATE "C"), NEW.id);
      IF NEW.email_folded <> NEW.username_folded THEN
        INSERT INTO taken_names (name, user_id) VALUES (greatest(NEW.username_folded COLLATE "C", NEW.email_folded COLLATE "C"), NEW.id);
      END IF;
    END IF;
    RETURN NEW;
  ELSIF TG_OP = 'UPDATE' THEN
    IF (NEW.username_folded, NEW.email_folded, NEW.deleted_at) IS NOT DISTINCT FROM (OLD.username_folded, OLD.email_folded, OLD.deleted_at) THEN
      RETURN NEW;
    END IF;
    IF NEW.deleted_at IS NULL THEN
      wanted := ARRAY[NEW.username_folded, NEW.email_folded];
    END IF;
  END IF;
  FOR one IN
    SELECT name, bool_or(mine) AS mine FROM (
      SELECT name, true AS mine FROM taken_names WHERE user_id = person
      UNION ALL SELECT w.name, false FROM unnest(wanted) AS w(name)) AS names
    GROUP BY name ORDER BY name COLLATE "C"
  LOOP
    IF NOT one.name = ANY (wanted) THEN
      PERFORM give_up_name(person, one.name);
    ELSIF NOT one.mine THEN
      INSERT INTO taken_names (name, user_id) VALUES (one.name, person);
    END IF;
  END LOOP;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

-- Triggers of a row go by their names. The lock of effective members comes after names are taken: whoever is restored waited with it for
-- a name, of somebody who waited for that lock at the end of their own transaction.
ALTER TRIGGER users_group_counts ON users RENAME TO users_then_group_counts;

-- Memberships and nestings that go with somebody or with a group are all held before the first of them goes, and with it the lock of
-- effective members is taken: whoever holds one of them may wait for that lock. So groups go one at a time (lib/installation/retention.ts).
CREATE OR REPLACE FUNCTION leave_groups() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'users' THEN
    DELETE FROM group_members WHERE user_id = OLD.id;
  ELSE
    PERFORM FROM group_members WHERE group_id = OLD.id ORDER BY user_id FOR UPDATE;
    PERFORM FROM group_nestings WHERE parent_id = OLD.id OR child_id = OLD.id ORDER BY parent_id, child_id FOR UPDATE;
    DELETE FROM group_nestings WHERE parent_id = OLD.id OR child_id = OLD.id;
    DELETE FROM group_members WHERE group_id = OLD.id;
    DELETE FROM group_counts WHERE group_id = OLD.id;
  END IF;
  RETURN OLD;
END $$;

-- The same for groups that wait for a name.
CREATE OR REPLACE FUNCTION groups_give_up_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM groups WHERE name_contested AND name_folded = OLD.name_folded AND deleted_at IS NULL) THEN
    RETURN NULL;
  END IF;
  PERFORM FROM groups WHERE name_contested AND name_folded = OLD.name_folded AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE;
  UPDATE groups SET name_contested = false WHERE id = (
    SELECT id FROM groups WHERE name_contested AND name_folded = OLD.name_folded AND deleted_at IS NULL
    ORDER BY created_at, id LIMIT 1)
  AND NOT EXISTS (
    SELECT 1 FROM groups WHERE name_folded = OLD.name_folded AND NOT name_contested
      AND deleted_at IS NULL AND imported_from_id IS NULL);
  RETURN NULL;
END $$;

-- All that a transaction has counted, in the order of cycles: two who delete people for good, of whom several cycles tell, follow each
-- other. Nobody sees the rows of another transaction: they are gone when it commits.
CREATE OR REPLACE FUNCTION cycle_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The first of a transaction's rows takes them all; the others find nothing left.
  WITH taken AS (DELETE FROM cycle_count_changes RETURNING *),
  total AS (
    SELECT cycle_id, sum(created)::int AS created, sum(updated)::int AS updated, sum(deactivated)::int AS deactivated, sum(skipped)::int AS skipped,
      sum(failed)::int AS failed, sum(running)::int AS running, sum(changes)::int AS changes, sum(failures)::int AS failures
    FROM taken GROUP BY cycle_id)
  INSERT INTO cycle_counts AS kept (cycle_id, created, updated, deactivated, skipped, failed, running, changes, failures)
  SELECT t.* FROM total t
  -- What goes with its cycle, or with its application, has nothing left to be counted in.
  WHERE EXISTS (SELECT FROM cycles c JOIN applications a ON a.id = c.application_id WHERE c.id = t.cycle_id)
  ORDER BY t.cycle_id
  ON CONFLICT (cycle_id) DO UPDATE SET created = kept.created + excluded.created, updated = kept.updated + excluded.updated,
    deactivated = kept.deactivated + excluded.deactivated, skipped = kept.skipped + excluded.skipped,
    failed = kept.failed + excluded.failed, running = kept.running + excluded.running,
    changes = kept.changes + excluded.changes, failures = kept.failures + excluded.failures;
  RETURN NULL;
END $$;
