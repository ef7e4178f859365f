-- Who is a member of a group, directly or through nesting, is kept, not computed: one row for a group that is not deleted and a
-- person, whatever the person's state is. How many people who are not deleted a group has is counted with it.
CREATE TABLE "effective_members" (
    "group_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "effective_members_pkey" PRIMARY KEY ("group_id","user_id")
);

CREATE INDEX "effective_members_user_id_group_id_idx" ON "effective_members"("user_id", "group_id");

-- Apart from groups: whoever edits a group holds its row, and a change of members further down does not wait for that.
CREATE TABLE "group_counts" (
    "group_id" UUID NOT NULL,
    "direct" INTEGER NOT NULL DEFAULT 0,
    "effective" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "group_counts_pkey" PRIMARY KEY ("group_id")
);

-- No foreign keys: they would be checked row by row, and what goes with a group or a person is taken away below.

-- Each of these groups (root) with what it is nested in, itself included. A deleted group hands nothing on.
CREATE FUNCTION groups_above(group_ids uuid[]) RETURNS TABLE (root uuid, id uuid) LANGUAGE sql STABLE AS $$
  WITH RECURSIVE above(root, id) AS (
    SELECT g.id, g.id FROM groups g WHERE g.id = ANY(group_ids) AND g.deleted_at IS NULL
    UNION SELECT a.root, n.parent_id FROM above a
      JOIN group_nestings n ON n.child_id = a.id
      JOIN groups g ON g.id = n.parent_id AND g.deleted_at IS NULL)
  SELECT above.root, above.id FROM above
$$;

-- Each of these groups (root) with what is nested in it, itself included.
CREATE FUNCTION groups_below(group_ids uuid[]) RETURNS TABLE (root uuid, id uuid) LANGUAGE sql STABLE AS $$
  WITH RECURSIVE below(root, id) AS (
    SELECT g.id, g.id FROM groups g WHERE g.id = ANY(group_ids) AND g.deleted_at IS NULL
    UNION SELECT b.root, n.child_id FROM below b
      JOIN group_nestings n ON n.parent_id = b.id
      JOIN groups g ON g.id = n.child_id AND g.deleted_at IS NULL)
  SELECT below.root, below.id FROM below
$$;

-- Plans of triggers are made once for a session, by the size of the first change. So people are looked up by person (as values)
-- and by group (OFFSET 0) below, never joined: a plan for ten thousand would read everybody for one.

-- One at a time, to the end of the transaction: what a change means depends on changes that it cannot see while they are not
-- committed (who joins a group while it is being nested; the second of two memberships that both end). A trigger takes this
-- after its statement has written and been checked, and every statement after it sees what was committed before, so whoever is
-- second works with what the first left. It is taken after the rows of groups and people, never before them.
CREATE FUNCTION lock_effective_members() RETURNS void LANGUAGE sql VOLATILE AS $$
  SELECT pg_advisory_xact_lock(hashtext('latchkey.effective-members'))
$$;

-- Of these pairs, one group and one person at each place, takes away those that no way leads to any more.
CREATE FUNCTION end_effective_members(group_ids uuid[], user_ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM effective_members e
  USING (
    SELECT pair.group_id, pair.user_id FROM unnest(group_ids, user_ids) AS pair(group_id, user_id)
    EXCEPT
    SELECT below.root, m.user_id
    FROM (SELECT DISTINCT user_id FROM unnest(user_ids) AS one(user_id)) people
    JOIN group_members m ON m.user_id = people.user_id
    JOIN groups_below(ARRAY(SELECT DISTINCT unnest(group_ids))) below ON below.id = m.group_id
  ) ended
  WHERE e.group_id = ended.group_id AND e.user_id = ended.user_id;
END $$;

CREATE FUNCTION group_members_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lost_groups uuid[];
  lost_users uuid[];
BEGIN
  PERFORM lock_effective_members();
  IF TG_OP = 'INSERT' THEN
    INSERT INTO effective_members (group_id, user_id)
    SELECT DISTINCT above.id, put.user_id
    FROM put JOIN groups_above(ARRAY(SELECT DISTINCT group_id FROM put)) above ON above.root = put.group_id
    ON CONFLICT DO NOTHING;
    INSERT INTO group_counts AS kept (group_id, direct)
    SELECT put.group_id, count(*) FROM put
    WHERE (SELECT u.deleted_at IS NULL FROM users u WHERE u.id = put.user_id) GROUP BY 1
    ON CONFLICT (group_id) DO UPDATE SET direct = kept.direct + excluded.direct;
  ELSE
    SELECT array_agg(above.id), array_agg(taken.user_id) INTO lost_groups, lost_users
    FROM taken JOIN groups_above(ARRAY(SELECT DISTINCT group_id FROM taken)) above ON above.root = taken.group_id;
    PERFORM end_effective_members(lost_groups, lost_users);
    UPDATE group_counts kept SET direct = kept.direct - gone.people
    FROM (SELECT taken.group_id, count(*) AS people FROM taken
      WHERE (SELECT u.deleted_at IS NULL FROM users u WHERE u.id = taken.user_id) GROUP BY 1) gone
    WHERE kept.group_id = gone.group_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER group_members_put AFTER INSERT ON group_members REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION group_members_changed();
CREATE TRIGGER group_members_taken AFTER DELETE ON group_members REFERENCING OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION group_members_changed();

CREATE FUNCTION group_nestings_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lost_groups uuid[];
  lost_users uuid[];
BEGIN
  PERFORM lock_effective_members();
  IF TG_OP = 'INSERT' THEN
    INSERT INTO effective_members (group_id, user_id)
    SELECT DISTINCT above.id, m.user_id FROM put
    JOIN groups_above(ARRAY(SELECT DISTINCT parent_id FROM put)) above ON above.root = put.parent_id
    JOIN groups_below(ARRAY(SELECT DISTINCT child_id FROM put)) below ON below.root = put.child_id
    CROSS JOIN LATERAL (SELECT user_id FROM group_members WHERE group_id = below.id OFFSET 0) m
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
CREATE TRIGGER group_nestings_put AFTER INSERT ON group_nestings REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION group_nestings_changed();
CREATE TRIGGER group_nestings_taken AFTER DELETE ON group_nestings REFERENCING OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION group_nestings_changed();

-- A group that is deleted softly has no effective members, and hands none on; one that comes back has them again.
CREATE FUNCTION group_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lost_groups uuid[];
  lost_users uuid[];
BEGIN
  PERFORM lock_effective_members();
  IF NEW.deleted_at IS NULL THEN
    INSERT INTO effective_members (group_id, user_id)
    SELECT DISTINCT above.id, m.user_id
    FROM groups_above(ARRAY[NEW.id]) above CROSS JOIN groups_below(ARRAY[NEW.id]) below
    CROSS JOIN LATERAL (SELECT user_id FROM group_members WHERE group_id = below.id OFFSET 0) m
    ON CONFLICT DO NOTHING;
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
CREATE TRIGGER groups_deleted AFTER UPDATE OF deleted_at ON groups
  FOR EACH ROW WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)) EXECUTE FUNCTION group_deleted();

-- Before a row goes for good, what hangs on it is taken away while it can still be read; the cascades find nothing then.
CREATE FUNCTION leave_groups() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'users' THEN
    DELETE FROM group_members WHERE user_id = OLD.id;
  ELSE
    DELETE FROM group_nestings WHERE parent_id = OLD.id OR child_id = OLD.id;
    DELETE FROM group_members WHERE group_id = OLD.id;
    DELETE FROM group_counts WHERE group_id = OLD.id;
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER users_leave_groups BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION leave_groups();
CREATE TRIGGER groups_leave_groups BEFORE DELETE ON groups FOR EACH ROW EXECUTE FUNCTION leave_groups();

-- TRUNCATE of people or groups takes the memberships along.
CREATE FUNCTION group_members_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM effective_members;
  DELETE FROM group_counts;
  RETURN NULL;
END $$;
CREATE TRIGGER group_members_emptied AFTER TRUNCATE ON group_members
  FOR EACH STATEMENT EXECUTE FUNCTION group_members_emptied();

-- A membership is made and ended, never turned into another.
CREATE FUNCTION refuse_turning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A row of % is deleted and made anew, never turned into another.', TG_TABLE_NAME;
END $$;
CREATE TRIGGER group_members_turned BEFORE UPDATE OF group_id, user_id ON group_members
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_turning();
CREATE TRIGGER group_nestings_turned BEFORE UPDATE OF parent_id, child_id ON group_nestings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_turning();

CREATE FUNCTION effective_members_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO group_counts AS kept (group_id, effective)
    SELECT put.group_id, count(*) FROM put
    WHERE (SELECT u.deleted_at IS NULL FROM users u WHERE u.id = put.user_id) GROUP BY 1
    ON CONFLICT (group_id) DO UPDATE SET effective = kept.effective + excluded.effective;
  ELSE
    UPDATE group_counts kept SET effective = kept.effective - gone.people
    FROM (SELECT taken.group_id, count(*) AS people FROM taken
      WHERE (SELECT u.deleted_at IS NULL FROM users u WHERE u.id = taken.user_id) GROUP BY 1) gone
    WHERE kept.group_id = gone.group_id;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION group_counts_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  step integer := CASE WHEN NEW.deleted_at IS NULL THEN 1 ELSE -1 END;
BEGIN
  PERFORM lock_effective_members();
  INSERT INTO group_counts AS kept (group_id, direct, effective)
  SELECT group_id, sum(direct), sum(effective)
  FROM (SELECT group_id, step AS direct, 0 AS effective FROM group_members WHERE user_id = NEW.id
    UNION ALL SELECT group_id, 0, step FROM effective_members WHERE user_id = NEW.id) changed
  GROUP BY group_id
  ON CONFLICT (group_id) DO UPDATE SET direct = kept.direct + excluded.direct, effective = kept.effective + excluded.effective;
  RETURN NULL;
END $$;
CREATE TRIGGER users_group_counts AFTER UPDATE OF deleted_at ON users
  FOR EACH ROW WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)) EXECUTE FUNCTION group_counts_of_person();

-- What is there already.
INSERT INTO effective_members (group_id, user_id)
SELECT DISTINCT below.root, m.user_id
FROM groups_below(ARRAY(SELECT id FROM groups)) below JOIN group_members m ON m.group_id = below.id;

INSERT INTO group_counts (group_id, direct, effective)
SELECT group_id, sum(direct), sum(effective)
FROM (SELECT group_id, user_id, 1 AS direct, 0 AS effective FROM group_members
  UNION ALL SELECT group_id, user_id, 0, 1 FROM effective_members) pairs
JOIN users u ON u.id = pairs.user_id AND u.deleted_at IS NULL
GROUP BY group_id;

CREATE TRIGGER effective_members_put AFTER INSERT ON effective_members REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION effective_members_counted();
CREATE TRIGGER effective_members_taken AFTER DELETE ON effective_members REFERENCING OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION effective_members_counted();
