import { assertVersion, lockApplication } from '@/lib/applications/lock-application';
import { assertProvisions } from '@/lib/applications/mapping-queries';
import { readFilter } from '@/lib/applications/scope-filters';
import { now } from '@/lib/core/clock';
import { operationStatesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import { preparedFilter, readGroupNames } from '@/lib/directory/prepared-filter';
import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { filterWords } from '@/lib/filters/schema';
import { enqueue } from '@/lib/queue/enqueue';
import { askedOf } from './internal/filter-changes';
import { priorities } from './internal/priorities';
import { markGroupsDue, markUsersDue, wakeEngines } from './mark-due';
import { updateScopeFilterSchema } from './schema';

/**
 * Saves a scoping filter as a whole, of people or of groups; whom it changes something for is looked at at once. With *release*,
 * the accounts of all whom it newly leaves out are managed no longer, and stay as they are. Answers the application.
 * @throws AppError `not_found`, `conflict` where nothing is provisioned, `stale_version` with the filter as it is now, `invalid_input` at
 * `groups.<group>.<clause>.<field>` with every problem in `details`
 */
export const updateScopeFilter = defineCommand(
  {
    id: 'updateScopeFilter',
    permission: 'applications.write',
    input: updateScopeFilterSchema,
    event: 'application_scope_update',
  },
  async (tx, draft, { applicationId, version, objectType, groups, fallingOut }) => {
    const application = await lockApplication(tx, applicationId);
    draft.application = { id: applicationId, displayLabel: application.displayLabel };
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    const before = await readFilter(tx, applicationId, objectType);
    assertVersion(application, version, { groups: before });
    assertProvisions(application.templateId);
    const clauses = await preparedFilter(tx, objectType, groups);
    const names = await readGroupNames(tx, [...before, ...groups]);
    const label = objectType === 'user' ? 'scopingFilter' : 'groupFilter';
    draft.changes = changesBetween({ [label]: filterWords(before, names) }, { [label]: filterWords(groups, names) });

    const changed = await tx.$queryRaw<{ id: string; released: boolean }[]>`
      SELECT r.id, r.was AND r.managed AS released FROM (${askedOf(applicationId, objectType, clauses)}) r WHERE r.was <> r.will`;
    const ids = changed.map(({ id }) => id);
    await tx.scopeClause.deleteMany({ where: { applicationId, objectType } });
    await tx.scopeClause.createMany({ data: clauses.map((clause) => ({ ...clause, applicationId, objectType })) });
    const saved = await tx.application.update({ where: { id: applicationId }, data: { version: { increment: 1 } } });

    if (objectType === 'group') {
      // What falls out is looked at once more, and from then on left as it is; its people stay.
      const marked = ids.length > 0 ? await markGroupsDue(tx, { applicationId, groupIds: ids, userIds: [] }) : [];
      await wakeEngines(tx, marked);
      return { ...saved, changed: ids.length };
    }
    if (fallingOut === 'release') {
      const released = await release(
        tx,
        applicationId,
        changed.flatMap((one) => (one.released ? [one.id] : [])),
      );
      draft.message = `${released.toLocaleString('en')} ${released === 1 ? 'account was' : 'accounts were'} released.`;
    }
    if (ids.length > 0) {
      // However many they are, by one statement: the guard counts all of them before the first is sent, and nobody else is looked at.
      const marked = await markUsersDue(tx, { applicationId, userIds: ids }, { priority: priorities.change });
      await enqueue(tx, 'application-changed', { applicationId, userIds: [] });
      await wakeEngines(
        tx,
        marked.filter(({ isUrgent }) => isUrgent),
      );
    }
    return { ...saved, changed: ids.length };
  },
);

/** By sets what release-link.ts does for one. Locked in the order in which everybody locks them. @returns how many were */
async function release(tx: Tx, applicationId: string, userIds: readonly string[]): Promise<number> {
  if (userIds.length === 0) return 0;
  const rows = await tx.$queryRaw<{ holdId: string | null }[]>`
    UPDATE user_links l SET state = 'released', due_at = NULL, hold_id = NULL
    FROM (SELECT id, hold_id FROM user_links WHERE application_id = ${applicationId}::uuid AND user_id = ANY (${[...userIds]}::uuid[])
      ORDER BY application_id, user_id FOR NO KEY UPDATE) locked
    WHERE l.id = locked.id RETURNING locked.hold_id AS "holdId"`;
  const held = rows.flatMap(({ holdId }) => holdId ?? []);
  if (held.length > 0)
    await tx.$executeRaw(Prisma.sql`
      UPDATE operations SET state = 'withdrawn', finished_at = ${now()}
      WHERE id = ANY (${held}::uuid[]) AND state IN ${inStates(operationStatesThat.wait)}`);
  return rows.length;
}
