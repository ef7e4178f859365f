-- People of a group and people of an application are listed by name. The name by which they are in order is kept where they are found,
-- so that a page is read from one index: however many others there are in the directory, none of them is looked at.
CREATE FUNCTION person_name_key(lastname text, firstname text, display_name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT left(lower(lastname || ' ' || firstname || ' ' || display_name), 200)
$$;

ALTER TABLE "effective_members" ADD COLUMN "name_key" TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE "user_links" ADD COLUMN "name_key" TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE "application_users" ADD COLUMN "name_key" TEXT COLLATE "C" NOT NULL DEFAULT '';

DROP INDEX effective_members_through_others;
DROP INDEX "user_links_application_id_state_user_id_idx";
DROP INDEX "user_links_cycle_id_idx";
UPDATE effective_members e SET name_key = person_name_key(u.lastname, u.firstname, u.display_name) FROM users u WHERE u.id = e.user_id;
UPDATE user_links l SET name_key = person_name_key(u.lastname, u.firstname, u.display_name) FROM users u WHERE u.id = l.user_id;
UPDATE application_users a SET name_key = person_name_key(u.lastname, u.firstname, u.display_name) FROM users u WHERE u.id = a.user_id;

-- Direct members and those through others apart: whoever lists both reads two beginnings.
CREATE INDEX "effective_members_group_id_direct_name_key_user_id_idx" ON "effective_members"("group_id", "direct", "name_key", "user_id");
-- All links of an application are those of each state, put together.
CREATE INDEX "user_links_application_id_state_name_key_user_id_idx" ON "user_links"("application_id", "state", "name_key", "user_id");
CREATE INDEX "user_links_cycle_id_state_name_key_user_id_idx" ON "user_links"("cycle_id", "state", "name_key", "user_id");
CREATE INDEX application_users_assigned_by_name ON application_users (application_id, name_key, user_id) WHERE assigned;

-- The three below are those of migrations 0022 and 0023, which write the name besides. They hold the lock of effective members, as
-- does whoever is renamed: of a membership and a new name at the same moment, the second sees the first.
CREATE OR REPLACE FUNCTION group_members_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lost_groups uuid[];
  lost_users uuid[];
BEGIN
  PERFORM lock_effective_members();
  IF TG_OP = 'INSERT' THEN
    INSERT INTO effective_members (group_id, user_id, direct, name_key)
    SELECT way.group_id, way.user_id, way.direct,
      (SELECT person_name_key(u.lastname, u.firstname, u.display_name) FROM users u WHERE u.id = way.user_id)
    FROM (SELECT above.id AS group_id, put.user_id, bool_or(above.id = put.group_id) AS direct
      FROM put JOIN groups_above(ARRAY(SELECT DISTINCT group_id FROM put)) above ON above.root = put.group_id
      GROUP BY 1, 2) way
    ON CONFLICT (group_id, user_id) DO UPDATE SET direct = true WHERE excluded.direct AND NOT effective_members.direct;
    INSERT INTO group_counts AS kept (group_id, direct)
    SELECT put.group_id, count(*) FROM put
    WHERE (SELECT u.deleted_at IS NULL FROM users u WHERE u.id = put.user_id) GROUP BY 1
    ON CONFLICT (group_id) DO UPDATE SET direct = kept.direct + excluded.direct;
  ELSE
    SELECT array_agg(above.id), array_agg(taken.user_id) INTO lost_groups, lost_users
    FROM taken JOIN groups_above(ARRAY(SELECT DISTINCT group_id FROM taken)) above ON above.root = taken.group_id;
    PERFORM end_effective_members(lost_groups, lost_users);
    -- Those who are left are members through nesting alone.
    UPDATE effective_members e SET direct = false FROM taken
    WHERE e.group_id = taken.group_id AND e.user_id = taken.user_id AND e.direct;
    UPDATE group_counts kept SET direct = kept.direct - gone.people
    FROM (SELECT taken.group_id, count(*) AS people FROM taken
      WHERE (SELECT u.deleted_at IS NULL FROM users u WHERE u.id = taken.user_id) GROUP BY 1) gone
    WHERE kept.group_id = gone.group_id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION group_nestings_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lost_groups uuid[];
  lost_users uuid[];
BEGIN
  PERFORM lock_effective_members();
  IF TG_OP = 'INSERT' THEN
    INSERT INTO effective_members (group_id, user_id, name_key)
    SELECT way.group_id, way.user_id, (SELECT person_name_key(u.lastname, u.firstname, u.display_name) FROM users u WHERE u.id = way.user_id)
    FROM (SELECT DISTINCT above.id AS group_id, m.user_id FROM put
      JOIN groups_above(ARRAY(SELECT DISTINCT parent_id FROM put)) above ON above.root = put.parent_id
      JOIN groups_below(ARRAY(SELECT DISTINCT child_id FROM put)) below ON below.root = put.child_id
      CROSS JOIN LATERAL (SELECT user_id FROM group_members WHERE group_id = below.id OFFSET 0) m) way
    ON CONFLICT DO NOTHING;
  ELSE
    -- Where a way ran over several nestings that end together, the uppermost of them is found here: the rows of its child are as
    -- they were before, and what is above its parent is still there.
    SELECT array_agg(lost.group_id), array_agg(lost.user_id) INTO lost_groups, lost_users
    FROM (SELECT DISTINCT above.id AS group_id, e.user_id FROM taken
      JOIN groups_above(ARRAY(SELECT DISTINCT parent_id FROM taken)) above ON above.root = taken.parent_id
      JOIN effective_members e ON e.group_id = taken.child_id) lost;
    PERFORM end_effective_members(lost_groups, lost_users);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION group_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lost_groups uuid[];
  lost_users uuid[];
BEGIN
  PERFORM lock_effective_members();
  IF NEW.deleted_at IS NULL THEN
    INSERT INTO effective_members (group_id, user_id, direct, name_key)
    SELECT way.group_id, way.user_id, way.direct,
      (SELECT person_name_key(u.lastname, u.firstname, u.display_name) FROM users u WHERE u.id = way.user_id)
    FROM (SELECT above.id AS group_id, m.user_id, bool_or(above.id = below.id) AS direct
      FROM groups_above(ARRAY[NEW.id]) above CROSS JOIN groups_below(ARRAY[NEW.id]) below
      CROSS JOIN LATERAL (SELECT user_id FROM group_members WHERE group_id = below.id OFFSET 0) m
      GROUP BY 1, 2) way
    -- Of several groups that come back at once, one may have come to its members through another.
    ON CONFLICT (group_id, user_id) DO UPDATE SET direct = true WHERE excluded.direct AND NOT effective_members.direct;
  ELSE
    SELECT array_agg(lost.group_id), array_agg(lost.user_id) INTO lost_groups, lost_users
    FROM (SELECT DISTINCT above.id AS group_id, e.user_id
      FROM groups_above(ARRAY(SELECT parent_id FROM group_nestings WHERE child_id = NEW.id)) above, effective_members e
      WHERE e.group_id = NEW.id) lost;
    DELETE FROM effective_members WHERE group_id = NEW.id;
    PERFORM end_effective_members(lost_groups, lost_users);
  END IF;
  RETURN NULL;
END $$;

-- Who assigns somebody or types a username for them waits for a change of that person, and the other way round.
CREATE FUNCTION application_user_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT person_name_key(u.lastname, u.firstname, u.display_name) INTO NEW.name_key FROM users u WHERE u.id = NEW.user_id FOR SHARE;
  NEW.name_key := coalesce(NEW.name_key, '');
  RETURN NEW;
END $$;
CREATE TRIGGER application_user_named BEFORE INSERT ON application_users FOR EACH ROW EXECUTE FUNCTION application_user_named();

-- Links are made by the thousand, and nobody waits for a person there: whoever makes many says the names, and the task that follows
-- every change of a person says them anew.
CREATE FUNCTION user_link_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT person_name_key(u.lastname, u.firstname, u.display_name) INTO NEW.name_key FROM users u WHERE u.id = NEW.user_id;
  NEW.name_key := coalesce(NEW.name_key, '');
  RETURN NEW;
END $$;
CREATE TRIGGER user_link_named BEFORE INSERT ON user_links FOR EACH ROW WHEN (NEW.name_key = '') EXECUTE FUNCTION user_link_named();

-- At the end of the transaction, when it has every other row that it wants. Links in the order in which everybody locks them, before the
-- lock of effective members: who has that may be waiting for a link.
CREATE FUNCTION person_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  -- As it is now: in one transaction, somebody may be renamed twice.
  name_now text := (SELECT person_name_key(u.lastname, u.firstname, u.display_name) FROM users u WHERE u.id = NEW.id);
BEGIN
  IF name_now IS NULL THEN RETURN NULL; END IF;
  UPDATE user_links l SET name_key = name_now
  FROM (SELECT id FROM user_links WHERE user_id = NEW.id AND name_key <> name_now ORDER BY application_id FOR NO KEY UPDATE) locked
  WHERE l.id = locked.id;
  UPDATE application_users SET name_key = name_now WHERE user_id = NEW.id AND name_key <> name_now;
  PERFORM lock_effective_members();
  UPDATE effective_members SET name_key = name_now WHERE user_id = NEW.id AND name_key <> name_now;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER person_renamed AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (person_name_key(OLD.lastname, OLD.firstname, OLD.display_name) <> person_name_key(NEW.lastname, NEW.firstname, NEW.display_name))
  EXECUTE FUNCTION person_renamed();

ANALYZE effective_members, user_links, application_users;
