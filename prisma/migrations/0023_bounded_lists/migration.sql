-- What words are searched in is kept beside the person, not put together again for every row that a search looks at. The first
-- is everything, the second the names alone: who has a department of that name is not looked for among accounts.
ALTER TABLE users
  ADD COLUMN names text GENERATED ALWAYS AS
    (lower(display_name || ' ' || firstname || ' ' || lastname || ' ' || username || ' ' || email)) STORED,
  ADD COLUMN words text GENERATED ALWAYS AS
    (lower(display_name || ' ' || firstname || ' ' || lastname || ' ' || username || ' ' || email || ' ' || coalesce(employee_identifier, '')
      || ' ' || coalesce(department, '') || ' ' || coalesce(job_title, ''))) STORED;
-- The planner compares a word with a sample of these: of a hundred, it took one that a few dozen people have for one of a thousand,
-- and read everybody in order.
ALTER TABLE users ALTER COLUMN names SET STATISTICS 1000, ALTER COLUMN words SET STATISTICS 1000;
DROP INDEX users_by_words;
CREATE INDEX users_by_words ON users USING gin (words gin_trgm_ops);
CREATE INDEX users_by_names ON users USING gin (names gin_trgm_ops);

-- How many accounts of a state there are, and whose they are, is answered from the index alone.
CREATE INDEX "user_links_application_id_state_user_id_idx" ON "user_links" ("application_id", "state", "user_id");
DROP INDEX "user_links_application_id_state_idx";

-- Names that several people have by a naming: one row for each, so that nobody's names are grouped to find them.
CREATE TABLE "shared_names" (
    "naming_id" UUID NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "shared_names_pkey" PRIMARY KEY ("naming_id","name")
);
INSERT INTO shared_names (naming_id, name)
SELECT naming_id, name FROM computed_names WHERE name <> '' GROUP BY naming_id, name HAVING count(*) > 1;

-- One at a time, to the end of the transaction: of two who write one name at once, the second has to see the first. It is taken
-- after the names are written, and everything after it sees what was committed before.
CREATE FUNCTION keep_shared_names(naming_ids uuid[], names text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('latchkey.shared-names'));
  WITH changed AS (
    SELECT DISTINCT naming_id, name FROM unnest(naming_ids, names) AS pair(naming_id, name) WHERE name <> ''
  ), looked AS (
    -- The second of a name, found by index: how many more there are says nothing.
    SELECT naming_id, name, (SELECT true FROM computed_names c
      WHERE c.naming_id = changed.naming_id AND c.name = changed.name LIMIT 1 OFFSET 1) IS NOT NULL AS shared
    FROM changed
  ), gone AS (
    DELETE FROM shared_names s USING looked
    WHERE NOT looked.shared AND s.naming_id = looked.naming_id AND s.name = looked.name
  )
  INSERT INTO shared_names (naming_id, name) SELECT naming_id, name FROM looked WHERE shared ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION computed_names_shared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM keep_shared_names(array_agg(naming_id), array_agg(name)) FROM put;
  ELSIF TG_OP = 'UPDATE' THEN
    PERFORM keep_shared_names(array_agg(naming_id), array_agg(name))
    FROM (SELECT naming_id, name FROM put UNION SELECT naming_id, name FROM taken) AS changed;
  ELSE
    PERFORM keep_shared_names(array_agg(naming_id), array_agg(name)) FROM taken;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER computed_names_put AFTER INSERT ON computed_names REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION computed_names_shared();
CREATE TRIGGER computed_names_changed AFTER UPDATE ON computed_names REFERENCING NEW TABLE AS put OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION computed_names_shared();
CREATE TRIGGER computed_names_taken AFTER DELETE ON computed_names REFERENCING OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION computed_names_shared();
CREATE FUNCTION computed_names_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM shared_names;
  RETURN NULL;
END $$;
CREATE TRIGGER computed_names_emptied AFTER TRUNCATE ON computed_names
  FOR EACH STATEMENT EXECUTE FUNCTION computed_names_emptied();

-- How many members we put into a group of an application. Apart from group_links: whoever works on a link holds its row, and a
-- person who goes for good does not wait for that.
CREATE TABLE "group_link_counts" (
    "group_link_id" UUID NOT NULL,
    "members" INTEGER NOT NULL,

    CONSTRAINT "group_link_counts_pkey" PRIMARY KEY ("group_link_id")
);
ALTER TABLE "group_link_counts" ADD CONSTRAINT "group_link_counts_group_link_id_fkey" FOREIGN KEY ("group_link_id") REFERENCES "group_links"("id") ON DELETE CASCADE ON UPDATE CASCADE;
INSERT INTO group_link_counts (group_link_id, members) SELECT group_link_id, count(*) FROM group_link_members GROUP BY 1;

-- In one order, so that two never wait for each other. Members that go with their link have nothing left to be counted in. What a
-- member is, is never turned into another: only its remote id is.
CREATE FUNCTION group_link_members_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO group_link_counts AS kept (group_link_id, members)
    SELECT group_link_id, count(*) FROM put GROUP BY 1 ORDER BY 1
    ON CONFLICT (group_link_id) DO UPDATE SET members = kept.members + excluded.members;
  ELSE
    PERFORM FROM group_link_counts WHERE group_link_id IN (SELECT group_link_id FROM taken) ORDER BY group_link_id FOR NO KEY UPDATE;
    UPDATE group_link_counts AS kept SET members = kept.members - gone.members
    FROM (SELECT group_link_id, count(*) AS members FROM taken GROUP BY 1) AS gone WHERE kept.group_link_id = gone.group_link_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER group_link_members_put AFTER INSERT ON group_link_members REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION group_link_members_counted();
CREATE TRIGGER group_link_members_taken AFTER DELETE ON group_link_members REFERENCING OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION group_link_members_counted();
CREATE FUNCTION group_link_members_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM group_link_counts;
  RETURN NULL;
END $$;
CREATE TRIGGER group_link_members_emptied AFTER TRUNCATE ON group_link_members
  FOR EACH STATEMENT EXECUTE FUNCTION group_link_members_emptied();
CREATE TRIGGER group_link_members_turned BEFORE UPDATE OF group_link_id, user_link_id ON group_link_members
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_turning();

-- Who is a member directly is said with the effective membership: those who are one through others alone are found without the
-- others. The two functions are those of migration 0022, which say it as well now.
ALTER TABLE "effective_members" ADD COLUMN "direct" BOOLEAN NOT NULL DEFAULT false;
UPDATE effective_members e SET direct = true FROM group_members m WHERE m.group_id = e.group_id AND m.user_id = e.user_id;
CREATE INDEX effective_members_through_others ON effective_members (group_id, user_id) WHERE NOT direct;

CREATE OR REPLACE FUNCTION group_members_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lost_groups uuid[];
  lost_users uuid[];
BEGIN
  PERFORM lock_effective_members();
  IF TG_OP = 'INSERT' THEN
    INSERT INTO effective_members (group_id, user_id, direct)
    SELECT above.id, put.user_id, bool_or(above.id = put.group_id)
    FROM put JOIN groups_above(ARRAY(SELECT DISTINCT group_id FROM put)) above ON above.root = put.group_id
    GROUP BY 1, 2
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

CREATE OR REPLACE FUNCTION group_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lost_groups uuid[];
  lost_users uuid[];
BEGIN
  PERFORM lock_effective_members();
  IF NEW.deleted_at IS NULL THEN
    INSERT INTO effective_members (group_id, user_id, direct)
    SELECT above.id, m.user_id, bool_or(above.id = below.id)
    FROM groups_above(ARRAY[NEW.id]) above CROSS JOIN groups_below(ARRAY[NEW.id]) below
    CROSS JOIN LATERAL (SELECT user_id FROM group_members WHERE group_id = below.id OFFSET 0) m
    GROUP BY 1, 2
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

-- As for people: what is searched in an import is kept with its rows.
ALTER TABLE import_rows ADD COLUMN words text GENERATED ALWAYS AS
  (lower(user_name || ' ' || coalesce(email, '') || ' ' || coalesce(display_name, '') || ' ' || coalesce(firstname, '') || ' ' || coalesce(lastname, ''))) STORED;
ALTER TABLE import_rows ALTER COLUMN words SET STATISTICS 1000;
DROP INDEX import_rows_by_words;
CREATE INDEX import_rows_by_words ON import_rows USING gin (words gin_trgm_ops);

ANALYZE users, import_rows;
