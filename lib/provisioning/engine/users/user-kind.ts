import { storedName } from '@/lib/core/fold-name';
import { linkStatesThat, listed } from '@/lib/core/states';
import type { Ask } from '@/lib/db/direct-transaction';
import { toJsonRows } from '@/lib/db/statement';
import { maxAttempts, tellPools } from '@/lib/queue/enqueue';
import { readPath, type ScimResource } from '@/lib/scim/path';
import { priorities } from '../../internal/priorities';
import type { Kind } from '../link';
import type { SettledUser } from './user-work';

/** The links of people. */
export const userKind: Kind<SettledUser> = {
  table: 'user_links',
  owner: 'user_id',
  operations: 'user_link_id',
  order: 'l.priority, l.due_at, l.id',
  lanes: { changes: `l.priority < ${priorities.cycle}`, urgent: `l.priority = ${priorities.deprovision}` },
  columns: { account_name: 'text', last_read: 'jsonb', drift: 'jsonb' },
  own: (entry) => ({
    account_name: accountName(entry),
    last_read: entry.lastRead ?? null,
    drift: entry.drift === undefined ? entry.link.drift : entry.drift,
  }),
  follow: followUsers,
  asDuplicate(entry) {
    const message = `The application answered with the id ${entry.remoteId}, which is the account of somebody else.`;
    const lastError = { code: 'DuplicateSourceEntries', message, hint: 'Look at both accounts in the application.' };
    return { ...entry, remoteId: null, lastSent: null, state: 'conflict', lastError, nextInMs: null };
  },
};

/** The account's userName as it was last sent or read, as names are compared; null where there is none. */
export function accountName(link: { remoteId: string | null; lastSent: unknown; lastRead: unknown }): string | null {
  // Values that were sent are kept by target path: the names of plain attributes are read like those of a resource.
  const nameIn = (values: unknown) => values && readPath(values as ScimResource, 'userName');
  const name = nameIn(link.lastSent) || nameIn(link.lastRead);
  return link.remoteId && typeof name === 'string' ? storedName(name) : null;
}

async function followUsers(ask: Ask, applicationId: string, settled: readonly SettledUser[]): Promise<void> {
  const others = settled.filter((entry) => entry.link.remoteId && entry.remoteId !== entry.link.remoteId);
  // The same account under another id, which some servers give with each change, or another account.
  const renamedThere = others.filter((entry) => entry.remoteId && entry.link.state !== 'deleted');
  const renewed = others.filter((entry) => !renamedThere.includes(entry));
  if (renamedThere.length > 0) {
    await ask(moveMemberships, [renamedThere.map(({ link }) => link.id), renamedThere.map(({ remoteId }) => remoteId)]);
  }
  // With the account its memberships are gone over there; there is nothing to take out any more.
  const deleted = settled.filter((entry) => entry.state === 'deleted');
  const gone = [...renewed, ...deleted].map((entry) => entry.link.id);
  if (gone.length > 0) await ask(forgetMemberships, [gone]);
  // Nor is the account any more that a cycle may have read just before: it is nobody's match.
  const remoteIds = [...deleted, ...renamedThere].flatMap(({ link }) => link.remoteId ?? []);
  if (remoteIds.length > 0) await ask(forgetAccounts, [applicationId, remoteIds]);
  const tasks = settled.flatMap(({ link, tasks = [] }) => tasks.map((taskId) => ({ userId: link.userId, taskId })));
  if (tasks.length > 0) await ask(insertTasks, [applicationId, toJsonRows(tasks)]);
  const moved = settled.filter((entry) => entry.remoteId !== entry.link.remoteId || entry.state !== entry.link.state);
  if (moved.length > 0) {
    // People who are settled together and belong to a cycle belong to the same one: there is one at a time.
    const cycleId = moved.find(({ link }) => link.cycleId)?.link.cycleId ?? null;
    const userIds = moved.map(({ link }) => link.userId);
    const groups = await ask<{ id: string }>(markGroups, [applicationId, userIds, cycleId]);
    if (groups.length > 0) await ask(markMembers, [groups.map(({ id }) => id), userIds]);
  }
  // Tasks of the queue are locked last.
  const givenUp = settled.filter(
    ({ link, ...entry }) => link.accountName && (entry.state === 'deleted' || accountName(entry) !== link.accountName),
  );
  if (givenUp.length > 0) await ask(lookAtConflicts, [applicationId, givenUp.map(({ link }) => link.userId)]);
  const renamed = settled.filter((entry) => entry.remoteId !== entry.link.remoteId);
  if (renamed.length > 0) await ask(lookAtReports, [applicationId, renamed.map(({ link }) => link.userId)]);
}

/** Once for each person: what was done for an account before is due again for a new one. */
const insertTasks = {
  name: 'insert-manual-tasks',
  text: `
    INSERT INTO manual_tasks (id, application_id, user_id, task_id, created_at)
    SELECT gen_random_uuid(), $1::uuid, user_id, task_id, clock_timestamp()
    FROM json_populate_recordset(NULL::manual_tasks, $2::json)
    ON CONFLICT (application_id, user_id, task_id) DO UPDATE SET created_at = clock_timestamp(), done_at = NULL, done_by = NULL`,
};

/** $1 links of people, $2 the id of each over there by now. */
const moveMemberships = {
  name: 'move-memberships',
  text: `
    UPDATE group_link_members m SET remote_id = r.remote_id FROM unnest($1::uuid[], $2::text[]) AS r(id, remote_id)
    WHERE m.user_link_id = r.id`,
};

const forgetMemberships = {
  name: 'forget-memberships',
  text: 'DELETE FROM group_link_members WHERE user_link_id = ANY ($1::uuid[])',
};

const forgetAccounts = {
  name: 'forget-accounts',
  text: 'DELETE FROM remote_accounts WHERE application_id = $1::uuid AND remote_id = ANY ($2::text[])',
};

const toldOfLook = tellPools(`'application-changed'`, '1');

/** Has those looked at who share a name with one of these people: a task of its own, for they are locked in another order. */
const lookAtConflicts = {
  name: 'look-at-conflicts',
  text: `
    SELECT graphile_worker.add_job(
      identifier => 'application-changed',
      payload => json_build_object('applicationId', $1::uuid, 'userIds', json_agg(user_id)),
      max_attempts => ${maxAttempts}), ${toldOfLook}
    FROM user_links
    WHERE application_id = $1::uuid AND state = 'conflict' AND last_error -> 'others' ?| $2::text[]
    HAVING count(*) > 0`,
};

/**
 * Has those looked at again whose manager is one of these people, where a mapping sends the manager's account: they were planned
 * while it was not there, or was another. Those still under way as well; who was not taken yet will find it. A task for each
 * thousand, as above.
 */
const lookAtReports = {
  name: 'look-at-reports',
  text: `
    SELECT graphile_worker.add_job(
      identifier => 'application-changed',
      payload => json_build_object('applicationId', $1::uuid, 'userIds', json_agg(user_id)),
      max_attempts => ${maxAttempts}), ${toldOfLook}
    FROM (
      SELECT l.user_id, (row_number() OVER (ORDER BY l.user_id) - 1) / 1000 AS thousand
      FROM user_links l JOIN users u ON u.id = l.user_id
      WHERE l.application_id = $1::uuid AND u.manager_id = ANY ($2::uuid[])
        AND (l.remote_id IS NOT NULL OR l.lease_token IS NOT NULL)
        AND EXISTS (SELECT FROM attribute_mappings m
          WHERE m.application_id = $1::uuid AND m.object_type = 'user' AND m.source ~ '\\mmanager\\M')) reports
    GROUP BY thousand`,
};

/**
 * Marks those managed groups of the application as due that contain any of these people, directly or by nesting: as work of the
 * cycle that they were looked at by, for what follows from a cycle's people is that cycle's doing.
 */
const markGroups = {
  name: 'mark-groups-of-users',
  text: `
    UPDATE group_links l SET
      due_at = GREATEST(date_trunc('milliseconds', clock_timestamp()), COALESCE(l.due_at, 'epoch') + interval '1 millisecond'),
      cycle_id = COALESCE($3::uuid, l.cycle_id)
    FROM (SELECT g.id FROM group_links g
      WHERE g.application_id = $1::uuid AND g.state NOT IN ${listed(linkStatesThat.areOver)}
        AND EXISTS (SELECT FROM integrations i WHERE i.application_id = $1::uuid AND i.manage_groups)
        AND EXISTS (SELECT FROM effective_members e WHERE e.group_id = g.group_id AND e.user_id = ANY ($2::uuid[]))
      ORDER BY g.application_id, g.group_id FOR NO KEY UPDATE) locked
    WHERE l.id = locked.id
    RETURNING l.id`,
};

/** $1 links of groups, $2 people: has them looked at in the groups that they are in. */
const markMembers = { name: 'mark-group-members', text: 'SELECT mark_group_members($1::uuid[], $2::uuid[], true)' };
