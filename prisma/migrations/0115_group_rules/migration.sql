-- Dynamic groups: who is a direct member follows from a rule over attributes, by the clauses of scoping filters.
ALTER TABLE "groups" ADD COLUMN "dynamic" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "groups_dynamic" ON "groups" ("id") WHERE "dynamic" AND "deleted_at" IS NULL;

CREATE TABLE "group_rule_clauses" (
    "group_id" UUID NOT NULL,
    "group_no" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "attribute" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "operator" TEXT NOT NULL,
    "value" TEXT NOT NULL DEFAULT '',
    "operand" TEXT NOT NULL DEFAULT '',
    "operands" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "case_sensitive" BOOLEAN NOT NULL,
    "member_of_id" UUID,

    CONSTRAINT "group_rule_clauses_pkey" PRIMARY KEY ("group_id", "group_no", "position")
);
ALTER TABLE "group_rule_clauses" ADD CONSTRAINT "group_rule_clauses_group_id_fkey"
  FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;
-- A rule that asked for memberships would have to be asked again whenever one changes; groups are nested instead.
ALTER TABLE "group_rule_clauses" ADD CONSTRAINT "group_rule_clauses_of_attributes" CHECK ("operator" <> 'IsMemberOf' AND "member_of_id" IS NULL);
CREATE INDEX "group_rule_clauses_source_idx" ON "group_rule_clauses" ("source");

-- Whether a person falls under the rule of a group. Word by word what lib/filters/sql.ts says of stored clauses: a test compares them.
CREATE FUNCTION follows_rule(u users, rule_of uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT coalesce((SELECT bool_or(one.every) FROM (
      SELECT bool_and(coalesce(CASE c.operator
    WHEN 'EQUALS' THEN CASE WHEN c.case_sensitive THEN c.found = c.operand ELSE lower(c.found COLLATE letters) COLLATE "C" = lower(c.operand COLLATE letters) COLLATE "C" END
    WHEN 'NOT EQUALS' THEN NOT (CASE WHEN c.case_sensitive THEN c.found = c.operand ELSE lower(c.found COLLATE letters) COLLATE "C" = lower(c.operand COLLATE letters) COLLATE "C" END)
    WHEN 'IsMemberOf' THEN ((SELECT true FROM effective_members e WHERE e.user_id = u.id AND e.group_id = c.member_of_id) IS NOT NULL)
    WHEN 'IS NULL' THEN c.found IS NULL
    WHEN 'IS NOT NULL' THEN c.found IS NOT NULL
    WHEN 'IS TRUE' THEN lower(c.found) = 'true'
    WHEN 'IS FALSE' THEN lower(c.found) = 'false'
    WHEN 'INCLUDES' THEN CASE WHEN c.case_sensitive THEN strpos(c.found, c.operand) > 0 ELSE strpos(lower(c.found COLLATE letters) COLLATE "C", lower(c.operand COLLATE letters) COLLATE "C") > 0 END
    WHEN 'IN' THEN CASE WHEN c.case_sensitive THEN c.found = ANY (c.operands) ELSE lower(c.found COLLATE letters) COLLATE "C" = ANY (ARRAY(SELECT lower(one COLLATE letters) COLLATE "C" FROM unnest(c.operands) one)) END
    WHEN 'REGEX MATCH' THEN CASE WHEN c.case_sensitive THEN left(c.found, 1000) ~ c.operand ELSE left(c.found, 1000) COLLATE letters ~* c.operand END
    WHEN 'NOT REGEX MATCH' THEN NOT (CASE WHEN c.case_sensitive THEN left(c.found, 1000) ~ c.operand ELSE left(c.found, 1000) COLLATE letters ~* c.operand END)
    WHEN 'GREATER_THAN' THEN CASE
      WHEN c.operand ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}($|T)' THEN CASE WHEN c.found ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}($|T)' THEN left(c.found, 10) COLLATE "C" > c.operand END
      WHEN c.operand ~ '^-?[0-9]{1,15}(\.[0-9]{1,15})?$' AND c.found ~ '^-?[0-9]{1,15}(\.[0-9]{1,15})?$' THEN (c.found)::numeric > c.operand::numeric END
  END, false)) AS every FROM (SELECT c.*, nullif(CASE c.source
    WHEN 'username' THEN u.username
    WHEN 'email' THEN u.email
    WHEN 'firstname' THEN u.firstname
    WHEN 'lastname' THEN u.lastname
    WHEN 'fullName' THEN btrim(u.firstname || ' ' || u.lastname)
    WHEN 'displayName' THEN u.display_name
    WHEN 'employeeIdentifier' THEN u.employee_identifier
    WHEN 'jobTitle' THEN u.job_title
    WHEN 'department' THEN u.department
    WHEN 'company' THEN u.company
    WHEN 'costCenter' THEN u.cost_center
    WHEN 'location' THEN u.location
    WHEN 'phone' THEN u.phone
    WHEN 'manager' THEN u.manager_id::text
    WHEN 'active' THEN CASE WHEN u.status = 'active' AND u.deleted_at IS NULL THEN 'true' ELSE 'false' END
    WHEN 'IsSoftDeleted' THEN CASE WHEN u.status = 'active' AND u.deleted_at IS NULL THEN 'false' ELSE 'true' END
    WHEN 'id' THEN u.id::text
    WHEN 'userPrincipalName' THEN CASE WHEN u.username LIKE '%@%' OR u.email = '' THEN u.username ELSE u.email END
    WHEN 'mailNickname' THEN split_part(u.email, '@', 1)
    ELSE u.custom_attributes ->> substr(c.source, 18) END, '') AS found FROM group_rule_clauses c WHERE c.group_id = rule_of) c GROUP BY c.group_no) one), true)
$$;

-- Puts these people into the dynamic groups whose rule they fall under, and takes them out of the others; nobody else is looked at. Writes the
-- events and announces the change, as a command does that changes members. Deleted people stay where they were until they are restored.
CREATE FUNCTION follow_group_rules(people uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  put_groups uuid[];
  put_users uuid[];
  lost_groups uuid[];
  lost_users uuid[];
  changed uuid[];
  -- What lib/core/clock.ts calls the product's calendar.
  at timestamptz;
BEGIN
  -- Whoever saves a rule has this alone: without it, neither would see what the other has not committed yet.
  PERFORM pg_advisory_xact_lock_shared(hashtext('latchkey.group-rules'));
  IF NOT EXISTS (SELECT FROM groups g WHERE g.dynamic AND g.deleted_at IS NULL) THEN RETURN; END IF;
  SELECT array_agg(d.group_id) FILTER (WHERE NOT d.was), array_agg(d.user_id) FILTER (WHERE NOT d.was),
    array_agg(d.group_id) FILTER (WHERE d.was), array_agg(d.user_id) FILTER (WHERE d.was)
  INTO put_groups, put_users, lost_groups, lost_users
  FROM (
    SELECT asked.group_id, asked.user_id, asked.was FROM (
      SELECT g.id AS group_id, one.id AS user_id, follows_rule(one.person, g.id) AS will,
        (SELECT true FROM group_members m WHERE m.group_id = g.id AND m.user_id = one.id) IS NOT NULL AS was
      FROM (SELECT DISTINCT id FROM unnest(people) AS those(id)) those
      CROSS JOIN LATERAL (SELECT u.id, u AS person FROM users u WHERE u.id = those.id AND u.deleted_at IS NULL OFFSET 0) one
      CROSS JOIN groups g WHERE g.dynamic AND g.deleted_at IS NULL) asked
    WHERE asked.will <> asked.was ORDER BY asked.group_id, asked.user_id) d;
  IF put_users IS NULL AND lost_users IS NULL THEN RETURN; END IF;

  -- All of them before the first change: after it, everybody who changes members waits for this transaction.
  IF lost_users IS NOT NULL THEN
    PERFORM 1 FROM group_members m JOIN unnest(lost_groups, lost_users) AS lost(group_id, user_id) USING (group_id, user_id)
    ORDER BY m.group_id, m.user_id FOR UPDATE OF m;
  END IF;
  IF put_users IS NOT NULL THEN
    INSERT INTO group_members (group_id, user_id)
    SELECT group_id, user_id FROM unnest(put_groups, put_users) AS put(group_id, user_id) ON CONFLICT DO NOTHING;
  END IF;
  IF lost_users IS NOT NULL THEN
    DELETE FROM group_members m USING unnest(lost_groups, lost_users) AS lost(group_id, user_id)
    WHERE m.group_id = lost.group_id AND m.user_id = lost.user_id;
  END IF;

  at := clock_timestamp() + coalesce((SELECT (value #>> '{}')::bigint FROM settings WHERE key = 'clock_offset_ms'), 0) * interval '1 millisecond';
  INSERT INTO events (at, name, outcome, actor_name, target_type, target_id, target_name, message, changes)
  SELECT at, 'group_members_update', 'success', 'Latchkey', 'group', g.id, g.name,
    cardinality(put.names) || ' added, ' || cardinality(lost.names) || ' removed, by the rule of the group.',
    CASE WHEN put.names = '{}' THEN '{}' ELSE jsonb_build_object('added', jsonb_build_object('from', NULL, 'to', put.names[1:50])) END
      || CASE WHEN lost.names = '{}' THEN '{}' ELSE jsonb_build_object('removed', jsonb_build_object('from', lost.names[1:50], 'to', NULL)) END
  FROM groups g
  CROSS JOIN LATERAL (SELECT ARRAY(SELECT u.username FROM unnest(put_groups, put_users) AS p(group_id, user_id)
    JOIN users u ON u.id = p.user_id WHERE p.group_id = g.id ORDER BY u.username) AS names) put
  CROSS JOIN LATERAL (SELECT ARRAY(SELECT u.username FROM unnest(lost_groups, lost_users) AS p(group_id, user_id)
    JOIN users u ON u.id = p.user_id WHERE p.group_id = g.id ORDER BY u.username) AS names) lost
  WHERE g.id = ANY (put_groups || lost_groups);

  -- As announceChange does (lib/directory/internal/announce.ts): the groups with what they are nested in, 10,000 people in a task.
  changed := ARRAY(SELECT DISTINCT above.id FROM groups_above(put_groups || lost_groups) above);
  PERFORM graphile_worker.add_job(identifier => 'directory-changed', max_attempts => 25, priority => 0, payload => json_build_object(
      'userIds', part.ids, 'groupIds', CASE WHEN part.no = 0 THEN to_json(changed) ELSE '[]' END)),
    -- lib/queue/enqueue.ts, tellPools
    pg_notify('jobs:insert', json_build_object('r', random(), 'count', 0, 'task', 'directory-changed', 'of', 1)::text)
  FROM (SELECT numbered.no, json_agg(numbered.id) AS ids
    FROM (SELECT (row_number() OVER () - 1) / 10000 AS no, moved.id
      FROM (SELECT DISTINCT unnest(put_users || lost_users) AS id) moved) numbered GROUP BY numbered.no) part;
END $$;

CREATE FUNCTION people_follow_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM follow_group_rules(ARRAY(SELECT id FROM put));
  RETURN NULL;
END $$;
CREATE TRIGGER users_follow_rules AFTER INSERT ON users REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION people_follow_rules();

-- At the end of the transaction, when it has every other row that it wants: see person_renamed (migration 0031).
CREATE FUNCTION person_follows_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM follow_group_rules(ARRAY[NEW.id]);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER users_follow_rules_again AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.deleted_at IS NULL AND (OLD.deleted_at IS NOT NULL
    OR (OLD.username, OLD.email, OLD.firstname, OLD.lastname, OLD.display_name, OLD.employee_identifier, OLD.job_title, OLD.department,
        OLD.company, OLD.cost_center, OLD.location, OLD.phone, OLD.manager_id, OLD.status, OLD.custom_attributes)
      IS DISTINCT FROM (NEW.username, NEW.email, NEW.firstname, NEW.lastname, NEW.display_name, NEW.employee_identifier, NEW.job_title,
        NEW.department, NEW.company, NEW.cost_center, NEW.location, NEW.phone, NEW.manager_id, NEW.status, NEW.custom_attributes)))
  EXECUTE FUNCTION person_follows_rules();
