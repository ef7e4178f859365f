import { accessLost } from '@/lib/applications/scope-change';
import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { type Tx, transaction } from '@/lib/db/client';
import { type Import, Prisma } from '@/lib/db/generated/client';
import { markGroupsGone } from '@/lib/directory/application-groups';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { notify } from '@/lib/provisioning/notify';
import { lockImport } from '../internal/lock-import';
import { inOneLine } from '../names-in-line';
import type { Schedule } from '../schedule-settings';
import { recallGroupChoices } from './choices';
import { enqueueGroups } from './enqueue-groups';

const timeoutMs = 120_000;
const namedAtMost = 10;

/**
 * Says of every group of an import what it is here: kept as a group of the application, linked to one of the directory, the namesake of one,
 * or new; and of those that are kept, who came and went over there. Those are then followed at once, unless more people would lose access
 * than the safeguard lets. In sets, however many groups and members. Repeatable: what was carried out meanwhile stays.
 */
export async function matchGroups(importId: string, schedule: Schedule): Promise<void> {
  await transaction(
    async (tx) => {
      const found = await lockImport(tx, importId);
      if (found.state !== 'fetching' || !found.takesGroups) return;
      await classify(tx, found);
      await recallGroupChoices(tx, importId, found.applicationId);
      await countPeople(tx, found);
      const { application } = found;
      const isHeld = await holdBack(tx, found, schedule);
      // Those in whom nothing has changed are done; of the others, those that are held wait for somebody.
      await tx.$executeRaw`
        UPDATE import_groups r SET decision = 'keep', state = (CASE WHEN NOT ${differs} AND NOT r.gone THEN 'done'
          WHEN ${isHeld} AND r.leaves > 0 THEN 'listed' ELSE 'queued' END)::import_row_state
        WHERE r.import_id = ${importId}::uuid AND r.match = 'kept' AND r.state = 'listed' AND NOT r.gone`;
      const gone = await tx.importGroup.findMany({ where: { importId, gone: true }, select: { groupId: true } });
      const groupIds = gone.flatMap(({ groupId }) => groupId ?? []);
      if (groupIds.length > 0) await markGroupsGone(tx, systemActor, application, groupIds, now());
      await tx.importGroup.updateMany({ where: { importId, gone: true }, data: { state: 'done', decision: 'keep' } });
      if ((await tx.importGroup.count({ where: { importId, state: 'queued' } })) > 0) await enqueueGroups(tx, importId);
    },
    { timeoutMs },
  );
}

/** By what is here: one statement. */
async function classify(tx: Tx, { id: importId, applicationId }: Import): Promise<void> {
  await tx.$executeRaw`
    UPDATE import_groups r SET match = c.match, group_id = c.group_id,
      decision = (CASE WHEN c.match IN ('linked', 'kept') THEN NULL WHEN c.match = 'none' THEN 'keep' END)::import_group_decision
    FROM (
      SELECT r.remote_id, (CASE WHEN k.id IS NOT NULL THEN 'kept' WHEN l.id IS NOT NULL THEN 'linked' WHEN n.id IS NOT NULL THEN 'name'
          ELSE 'none' END)::import_group_match AS match, coalesce(k.id, l.id, n.id) AS group_id
      FROM import_groups r
      -- One that came over from another instance has no id here yet (lib/moves): it is known by its name.
      LEFT JOIN LATERAL (SELECT g.id FROM groups g WHERE g.imported_from_id = ${applicationId}::uuid AND g.deleted_at IS NULL
        AND (g.remote_id = r.remote_id OR g.remote_id IS NULL AND g.name_folded = r.name_folded)
        ORDER BY g.remote_id NULLS LAST, g.id LIMIT 1) k ON true
      LEFT JOIN LATERAL (SELECT g.id FROM group_links t JOIN groups g ON g.id = t.group_id AND g.deleted_at IS NULL
        WHERE t.application_id = ${applicationId}::uuid AND t.remote_id = r.remote_id AND t.state <> 'deleted') l ON true
      LEFT JOIN groups n ON n.name_folded = r.name_folded AND n.imported_from_id IS NULL AND n.deleted_at IS NULL AND NOT n.name_contested
      WHERE r.import_id = ${importId}::uuid) c
    WHERE r.import_id = ${importId}::uuid AND r.remote_id = c.remote_id AND r.state = 'listed'`;
}

/** SQL over `import_groups r`: what is kept here of the group is not what was read. */
const differs = Prisma.sql`(r.joins > 0 OR r.leaves > 0
  OR EXISTS (SELECT FROM groups g WHERE g.id = r.group_id AND (g.name <> r.name OR g.remote_id IS NULL OR g.gone_at IS NOT NULL OR g.members_told <> r.told))
  OR r.told AND (r.members <> (SELECT count(*) FROM application_group_members m WHERE m.group_id = r.group_id)
    OR EXISTS (SELECT FROM unnest(r.member_ids) AS one(id) WHERE NOT EXISTS (
      SELECT FROM application_group_members m WHERE m.group_id = r.group_id AND m.remote_id = one.id))))`;

/** SQL (WITH): of an import, `members` (`remote_id, account, user_id`): who is in its groups, and whose accounts they are. */
const membersOf = ({ id, applicationId }: Pick<Import, 'id' | 'applicationId'>) => Prisma.sql`
  members AS MATERIALIZED (
    SELECT r.remote_id, r.group_id, r.match, one.account, l.user_id FROM import_groups r CROSS JOIN LATERAL unnest(r.member_ids) AS one(account)
    LEFT JOIN user_links l ON l.application_id = ${applicationId}::uuid AND l.remote_id = one.account AND l.state <> 'deleted'
    WHERE r.import_id = ${id}::uuid AND r.told AND r.state <> 'done')`;

/** SQL (WITH), after {@link membersOf}: who would leave the groups that are kept here. */
const leavingOf = ({ id }: Pick<Import, 'id'>) => Prisma.sql`
  leaving AS MATERIALIZED (
    SELECT m.group_id, m.user_id FROM import_groups r JOIN group_members m ON m.group_id = r.group_id
    WHERE r.import_id = ${id}::uuid AND r.match = 'kept' AND r.told AND NOT r.gone AND r.state <> 'done'
    EXCEPT SELECT group_id, user_id FROM members WHERE match = 'kept')`;

/** How many of each group are not in the directory, and how many people come and go: two statements. */
export async function countPeople(tx: Tx, of: Pick<Import, 'id' | 'applicationId'>): Promise<void> {
  await tx.$executeRaw`
    WITH ${membersOf(of)}, ${leavingOf(of)},
    foreigners AS (SELECT remote_id, count(*)::int AS people FROM members WHERE user_id IS NULL GROUP BY remote_id),
    joining AS (SELECT group_id, count(*)::int AS people FROM (
      SELECT group_id, user_id FROM members WHERE match = 'kept' AND user_id IS NOT NULL
      EXCEPT SELECT m.group_id, m.user_id FROM group_members m JOIN import_groups r ON r.group_id = m.group_id WHERE r.import_id = ${of.id}::uuid) j
      GROUP BY group_id),
    left_over AS (SELECT group_id, count(*)::int AS people FROM leaving GROUP BY group_id)
    UPDATE import_groups r SET foreign_members = coalesce(f.people, 0), joins = coalesce(j.people, 0), leaves = coalesce(l.people, 0)
    FROM import_groups own
    LEFT JOIN foreigners f ON f.remote_id = own.remote_id
    LEFT JOIN joining j ON own.match = 'kept' AND j.group_id = own.group_id
    LEFT JOIN left_over l ON own.match = 'kept' AND l.group_id = own.group_id
    WHERE own.import_id = ${of.id}::uuid AND r.import_id = own.import_id AND r.remote_id = own.remote_id AND r.state <> 'done'`;
}

type Found = Awaited<ReturnType<typeof lockImport>>;

/**
 * Whether more people would lose access to something than the safeguard lets, by leaving groups of the application; then whoever is told of it
 * gets a mail that names ten of them. @returns true: groups that somebody leaves wait
 */
async function holdBack(tx: Tx, found: Found, { safeguardPeople, safeguardPercent }: Schedule): Promise<boolean> {
  const { id, application } = found;
  if (found.heldLeaving !== null) return true;
  const [row] = await tx.$queryRaw<{ count: number; all: number; names: string[] }[]>`
    WITH ${membersOf(found)}, ${leavingOf(found)},
    above AS MATERIALIZED (SELECT up.root AS below, up.id FROM groups_above(ARRAY(SELECT DISTINCT group_id FROM leaving)) up),
    lost AS MATERIALIZED (SELECT DISTINCT user_id FROM (${accessLost(Prisma.sql`leaving`, Prisma.sql`above`)}) pairs)
    SELECT (SELECT count(*)::int FROM lost JOIN users u ON u.id = lost.user_id AND u.deleted_at IS NULL) AS count,
      (SELECT count(DISTINCT m.user_id)::int FROM group_members m JOIN groups g ON g.id = m.group_id
        WHERE g.imported_from_id = ${application.id}::uuid AND g.deleted_at IS NULL) AS all,
      ARRAY(SELECT u.display_name FROM lost JOIN users u ON u.id = lost.user_id AND u.deleted_at IS NULL
        ORDER BY u.lastname, u.firstname, u.id LIMIT ${namedAtMost}) AS names`;
  const { count = 0, all = 0, names = [] } = row ?? {};
  if (count <= Math.max(safeguardPeople, (all * safeguardPercent) / 100)) return false;
  await tx.import.update({ where: { id }, data: { heldLeaving: count } });
  const people = `${count.toLocaleString('en')} ${count === 1 ? 'person' : 'people'}`;
  const message = `${people} would lose access by leaving groups of ${application.displayLabel}, more than the safeguard lets: these groups wait for review.`;
  await recordEvents(tx, [{ name: 'import_decide', actor: systemActor, application, code: 'SafeguardHeld', message }]);
  // Who was told of so many, and has not looked yet, is not told every hour.
  const before = await tx.import.findFirst({ where: { supersededById: id }, select: { heldLeaving: true } });
  if ((before?.heldLeaving ?? 0) >= count) return true;
  await notify(tx, application, {
    subject: `groups from which ${people} would lose access wait for you`,
    text: `In ${application.displayLabel}, people have left groups that give access here: ${inOneLine(names, count)}. That is more than the safeguard of imports lets.\n\nThese groups are as they were. Confirm what is right, or mend it over there.`,
    link: { label: 'Review the groups', path: links.application(application.id).importGroups(id) },
  });
  return true;
}
