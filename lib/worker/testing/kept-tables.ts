import { computeName, type Naming } from '@/lib/applications/naming';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';

const sql = Prisma.sql;

/** Who is a member, from memberships and nestings alone. */
const computedMembers = sql`
  WITH RECURSIVE closure(root, id) AS (
    SELECT id, id FROM groups WHERE deleted_at IS NULL
    UNION SELECT c.root, n.child_id FROM closure c JOIN group_nestings n ON n.parent_id = c.id
      JOIN groups g ON g.id = n.child_id AND g.deleted_at IS NULL),
  pairs AS (SELECT c.root AS group_id, m.user_id, bool_or(c.root = c.id) AS direct
    FROM closure c JOIN group_members m ON m.group_id = c.id GROUP BY 1, 2)`;

/** Operations as they were when they went: what is kept of them stays. Filled by a trigger of {@link rememberOperations}. */
const operationsEver = sql`
  (SELECT id, cycle_id, user_link_id, group_link_id, action::text, state::text, created_at FROM operations UNION ALL SELECT * FROM testing_operations)`;

/**
 * Each kept table beside what it is kept from: a query for rows that differ. Each is one statement and so one snapshot: it holds
 * at any moment, also while others write.
 */
const differences: Record<string, Prisma.Sql> = {
  names_of_members: sql`
    SELECT e.* FROM effective_members e JOIN users u ON u.id = e.user_id WHERE e.name_key <> person_name_key(u.lastname, u.firstname, u.display_name)`,
  names_of_assigned: sql`
    SELECT a.* FROM application_users a JOIN users u ON u.id = a.user_id WHERE a.name_key <> person_name_key(u.lastname, u.firstname, u.display_name)`,
  effective_members: sql`
    ${computedMembers} SELECT * FROM pairs p FULL JOIN (SELECT group_id, user_id, direct AS kept FROM effective_members) k
      USING (group_id, user_id) WHERE p.direct IS DISTINCT FROM k.kept`,
  group_counts: sql`
    ${computedMembers}
    SELECT * FROM (
      SELECT coalesce(g.id, k.group_id) AS id, coalesce(k.direct, 0) AS kept_direct, coalesce(k.effective, 0) AS kept_effective,
        (SELECT count(*) FROM group_members m JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL WHERE m.group_id = g.id)::int AS direct,
        (SELECT count(*) FROM pairs m JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL WHERE m.group_id = g.id)::int AS effective
      FROM groups g FULL JOIN group_counts k ON k.group_id = g.id) counted
    WHERE kept_direct <> direct OR kept_effective <> effective`,
  nestings_in_a_circle: sql`
    WITH RECURSIVE below(root, id) AS (
      SELECT id, id FROM groups WHERE deleted_at IS NULL
      UNION SELECT b.root, n.child_id FROM below b JOIN group_nestings n ON n.parent_id = b.id
        JOIN groups g ON g.id = n.child_id AND g.deleted_at IS NULL)
    SELECT n.* FROM below b JOIN group_nestings n ON n.parent_id = b.id AND n.child_id = b.root`,
  managers_in_a_circle: sql`
    WITH RECURSIVE above(root, id) AS (
      SELECT id, manager_id FROM users WHERE manager_id IS NOT NULL
      UNION SELECT a.root, u.manager_id FROM above a JOIN users u ON u.id = a.id WHERE u.manager_id IS NOT NULL)
    SELECT * FROM above WHERE root = id`,
  taken_names: sql`
    SELECT * FROM (SELECT username_folded AS name, id AS user_id FROM users WHERE deleted_at IS NULL
      UNION SELECT email_folded, id FROM users WHERE deleted_at IS NULL) claimed
    FULL JOIN (SELECT name, user_id, true AS kept FROM taken_names WHERE NOT contested) k USING (name, user_id)
    WHERE k.kept IS NULL OR NOT EXISTS (SELECT FROM users WHERE id = user_id AND deleted_at IS NULL AND name IN (username_folded, email_folded))`,
  shared_names: sql`
    SELECT * FROM (SELECT naming_id, name FROM computed_names WHERE name <> '' GROUP BY 1, 2 HAVING count(*) > 1) computed
    FULL JOIN (SELECT naming_id, name, true AS kept FROM shared_names) k USING (naming_id, name)
    WHERE k.kept IS NULL OR NOT EXISTS (SELECT FROM computed_names c WHERE c.naming_id = k.naming_id AND c.name = k.name)`,
  group_link_counts: sql`
    SELECT l.id, k.members AS kept, (SELECT count(*) FROM group_link_members m WHERE m.group_link_id = l.id) AS members
    FROM group_links l LEFT JOIN group_link_counts k ON k.group_link_id = l.id
    WHERE coalesce(k.members, 0) <> (SELECT count(*) FROM group_link_members m WHERE m.group_link_id = l.id)`,
  import_row_counts: sql`
    SELECT * FROM (SELECT import_id, match, coalesce(decision::text, '') AS decision, coalesce(choice_reason::text, '') AS choice_reason, state,
        active, count(*) AS rows FROM import_rows GROUP BY 1, 2, 3, 4, 5, 6) counted
    FULL JOIN (SELECT *, rows AS kept FROM import_row_counts) k USING (import_id, match, decision, choice_reason, state, active)
    WHERE coalesce(kept, 0) <> coalesce(counted.rows, 0)`,
  cycle_counts: sql`
    SELECT * FROM (
      SELECT c.id, c.finished_at IS NOT NULL AS over, array[o.created, o.updated, o.deactivated, o.skipped, o.failed, o.running, r.changes, r.failures, o.held]::int[] AS counted,
        array[coalesce(k.created, 0), coalesce(k.updated, 0), coalesce(k.deactivated, 0), coalesce(k.skipped, 0), coalesce(k.failed, 0),
          coalesce(k.running, 0), coalesce(k.changes, 0), coalesce(k.failures, 0), coalesce(k.held, 0)] AS kept
      FROM cycles c LEFT JOIN cycle_counts k ON k.cycle_id = c.id
      CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE outcome = 'create') AS created, count(*) FILTER (WHERE outcome = 'update') AS updated,
          count(*) FILTER (WHERE outcome = 'deactivate') AS deactivated, count(*) FILTER (WHERE outcome = 'skip') AS skipped,
          count(*) FILTER (WHERE outcome = 'error') AS failed, count(*) FILTER (WHERE outcome = 'running') AS running,
          count(*) FILTER (WHERE outcome = 'held') AS held
        FROM cycle_outcomes WHERE cycle_id = c.id) o
      CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state = 'succeeded') AS changes, count(*) FILTER (WHERE state IN ('failed', 'unknown')) AS failures
        FROM ${operationsEver} operations WHERE cycle_id = c.id) r) compared
    -- Of one that is over they are those of its end: rows may have gone since, and answers been found that nobody had given.
    WHERE CASE WHEN over THEN kept[6] <> counted[6] OR kept[7] + kept[8] <> counted[7] + counted[8]
      OR EXISTS (SELECT FROM generate_series(1, 5) AS i WHERE kept[i] < counted[i])
      ELSE kept <> counted END`,
  // Of whom operations have gone, the last attempt may be one of those.
  cycle_outcomes: sql`
    SELECT last.*, kept.outcome AS kept, kept.operation_id FROM (
      SELECT DISTINCT ON (o.cycle_id, link_id) o.cycle_id, coalesce(o.user_link_id, o.group_link_id) AS link_id, o.user_link_id, o.id,
        CASE o.state WHEN 'succeeded' THEN CASE o.action WHEN 'create' THEN 'create' WHEN 'deactivate' THEN 'deactivate' WHEN 'delete' THEN 'deactivate' ELSE 'update' END
          WHEN 'intent' THEN 'running' WHEN 'failed' THEN 'error' WHEN 'unknown' THEN 'error'
          WHEN 'held' THEN 'held' WHEN 'allowed' THEN 'held' ELSE 'skip' END AS outcome, c.finished_at IS NOT NULL AS over
      FROM ${operationsEver} o JOIN cycles c ON c.id = o.cycle_id
      ORDER BY o.cycle_id, link_id, o.created_at DESC) last
    LEFT JOIN cycle_outcomes kept ON kept.cycle_id = last.cycle_id AND kept.link_id = last.link_id
    WHERE kept.outcome IS DISTINCT FROM last.outcome
      -- What is found out later about an attempt that nobody answered is not the cycle's doing any more.
      AND NOT (last.over AND kept.outcome = 'error' AND last.outcome <> 'running')
      -- What one cycle held and another sends, or none, is the other's operation: that this one held it last stays true of it.
      AND NOT (kept.outcome = 'held' AND EXISTS (SELECT FROM operations o WHERE o.id = kept.operation_id AND o.cycle_id IS DISTINCT FROM kept.cycle_id))
      -- Outcomes go with a link, and with somebody who is deleted for good: what is done for them later begins anew.
      AND (EXISTS (SELECT FROM user_links l JOIN users u ON u.id = l.user_id WHERE l.id = last.link_id AND u.purged_at IS NULL)
        OR EXISTS (SELECT FROM group_links l WHERE l.id = last.link_id))
      AND NOT EXISTS (SELECT FROM testing_operations gone WHERE gone.cycle_id = last.cycle_id AND coalesce(gone.user_link_id, gone.group_link_id) = last.link_id)`,
  subjects_of_outcomes: sql`
    SELECT o.* FROM cycle_outcomes o LEFT JOIN user_links ul ON ul.id = o.user_link_id LEFT JOIN group_links gl ON gl.id = o.group_link_id
    WHERE o.subject_id IS DISTINCT FROM coalesce(ul.user_id, gl.group_id)`,
  names_left_by_purged_people: sql`
    SELECT o.* FROM cycle_outcomes o JOIN user_links l ON l.id = o.user_link_id JOIN users u ON u.id = l.user_id
    WHERE u.purged_at IS NOT NULL AND o.name_key NOT LIKE '%deleted person'`,
  people_looked_at: sql`
    SELECT c.id, k.done_users, looked.people FROM cycles c LEFT JOIN cycle_counts k ON k.cycle_id = c.id
    CROSS JOIN LATERAL (SELECT count(*) AS people FROM user_links l WHERE l.cycle_id = c.id AND l.looked_at_by = c.id) looked
    WHERE c.finished_at IS NULL AND looked.people > coalesce(k.done_users, 0)`,
  event_words: sql`
    SELECT e.id, w.word FROM events e, string_to_table(lower(concat_ws(' ', e.name, e.actor_name, e.target_name, e.application_label, e.code, e.message)), ' ') AS w(word)
    WHERE w.word <> '' AND NOT EXISTS (SELECT FROM event_words k WHERE k.word = w.word AND k.until > e.at)`,
  attribute_definitions: sql`
    SELECT DISTINCT used.key FROM users CROSS JOIN LATERAL jsonb_object_keys(custom_attributes) AS used(key)
    WHERE NOT EXISTS (SELECT FROM attribute_definitions d WHERE d.key = used.key)`,
  open_activation_links: sql`
    SELECT l.* FROM activation_links l JOIN users u ON u.id = l.user_id
    WHERE l.used_at IS NULL AND l.ended_at IS NULL AND (u.status = 'suspended' OR u.deleted_at IS NOT NULL)`,
};

/** Of links, the task that follows every change of a person says it anew: once there is no task left. */
const namesOfLinks = sql`
  SELECT l.* FROM user_links l JOIN users u ON u.id = l.user_id WHERE l.name_key <> person_name_key(u.lastname, u.firstname, u.display_name)`;

/** Once, before anything is deleted: what is kept of operations outlives them. */
export async function rememberOperations(): Promise<void> {
  await db.$executeRaw`
    CREATE UNLOGGED TABLE testing_operations AS
    SELECT id, cycle_id, user_link_id, group_link_id, action::text, state::text, created_at FROM operations LIMIT 0`;
  await db.$executeRaw`
    CREATE FUNCTION testing_remember() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO testing_operations SELECT id, cycle_id, user_link_id, group_link_id, action::text, state::text, created_at
      FROM gone WHERE cycle_id IS NOT NULL;
      RETURN NULL;
    END $$`;
  await db.$executeRaw`
    CREATE TRIGGER testing_remember AFTER DELETE ON operations REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION testing_remember()`;
}

/** @returns what is kept and is not as it is computed from its sources, each with a few of the rows; nothing: all is right */
export async function differingTables(): Promise<string[]> {
  const found: string[] = [];
  for (const [name, query] of Object.entries(differences)) {
    const rows = await db.$queryRaw<unknown[]>`${query} LIMIT 5`;
    if (rows.length > 0)
      found.push(`${name}: ${JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value))}`);
  }
  return found;
}

/** The same for names that follow by tasks: once every task is done, every name is settled and nobody changes anything. */
export async function differingNames(): Promise<string[]> {
  const links = await db.$queryRaw<unknown[]>`${namesOfLinks} LIMIT 5`;
  if (links.length > 0) return [`names_of_links: ${JSON.stringify(links)}`];
  const namings = (await db.naming.findMany({ where: { complete: true } })) as unknown as Naming[];
  const users = await db.user.findMany({
    where: { purgedAt: null },
    include: { computedNames: true, assignments: true },
  });
  return namings.flatMap((naming) =>
    users.flatMap((user) => {
      const typed =
        user.assignments.find((one) => one.applicationId === naming.applicationId)?.applicationUsername ?? null;
      const name = computeName(naming, user, typed, new Date());
      const kept = user.computedNames.find((one) => one.namingId === naming.id)?.name;
      return kept === name ? [] : [`${naming.id} ${user.id}: ${kept} is kept, ${name} computed`];
    }),
  );
}
