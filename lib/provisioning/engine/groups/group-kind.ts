import type { Ask } from '@/lib/db/direct-transaction';
import type { Kind } from '../link';
import type { SettledGroup } from './group-work';
import { forgetMarks, markEverybody } from './marks';

/** The links of groups. */
export const groupKind: Kind<SettledGroup> = {
  table: 'group_links',
  owner: 'group_id',
  operations: 'group_link_id',
  order: 'l.on_demand_id IS NULL, l.due_at, l.id',
  lanes: {
    changes:
      '(l.on_demand_id IS NOT NULL OR NOT EXISTS (SELECT FROM cycles c WHERE c.id = l.cycle_id AND c.finished_at IS NULL))',
    urgent: 'l.on_demand_id IS NOT NULL',
  },
  columns: { foreign_members: 'int', members_lost: 'boolean' },
  // What was put back is lost no more.
  own: ({ link, foreignMembers, changed }) => ({
    foreign_members: foreignMembers,
    members_lost: link.membersLost && !changed,
  }),
  lockFirst: lockAccounts,
  follow: followGroups,
  asDuplicate(entry) {
    const message = `The application answered with the id ${entry.remoteId}, which is another group of ours.`;
    const lastError = { code: 'DuplicateSourceEntries', message };
    return { ...entry, remoteId: null, lastSent: null, state: 'conflict', lastError, nextInMs: null, members: 'gone' };
  },
};

/**
 * Links of people are locked before those of groups, as where people are settled: a member that is remembered refers to the
 * account's link, and would wait for it with the group's link in hand.
 */
async function lockAccounts(ask: Ask, settled: readonly SettledGroup[]): Promise<void> {
  const added = settled.flatMap(({ members }) => (members && members !== 'gone' ? members.added : []));
  if (added.length > 0) await ask(keepAccounts, [added.map(({ userLinkId }) => userLinkId)]);
}

const keepAccounts = {
  name: 'keep-accounts-of-members',
  text: 'SELECT FROM user_links WHERE id = ANY ($1::uuid[]) ORDER BY application_id, user_id FOR KEY SHARE',
};

/** Remembers the members that are there by us: those that were found there, plus added, minus removed. */
async function followGroups(ask: Ask, _applicationId: string, settled: readonly SettledGroup[]): Promise<void> {
  const gone: string[] = [];
  const added: { group_link_id: string; user_link_id: string; remote_id: string }[] = [];
  const removed: { group_link_id: string; user_link_id: string }[] = [];
  for (const { link, state, members } of settled) {
    if (members === 'gone' || state === 'deleted') gone.push(link.id);
    else if (members) {
      const row = (userLinkId: string) => ({ group_link_id: link.id, user_link_id: userLinkId });
      for (const { userLinkId, remoteId } of members.added) added.push({ ...row(userLinkId), remote_id: remoteId });
      for (const { userLinkId } of members.removed) removed.push(row(userLinkId));
    }
  }
  if (gone.length > 0) await ask(forgetMembers, [gone]);
  if (added.length > 0) await ask(addMembers, [JSON.stringify(added)]);
  if (removed.length > 0) await ask(removeMembers, [JSON.stringify(removed)]);
  const marks = settled.flatMap((entry) => entry.marks ?? []);
  if (marks.length > 0) await ask(forgetMarks, [marks]);
  const whole = settled.flatMap(({ link, leavesOthers }) => (leavesOthers ? [link.id] : []));
  if (whole.length > 0) await ask(markEverybody, [whole]);
}

const forgetMembers = {
  name: 'forget-members',
  text: 'DELETE FROM group_link_members WHERE group_link_id = ANY ($1::uuid[])',
};

const addMembers = {
  name: 'add-members',
  text: `
    INSERT INTO group_link_members (group_link_id, user_link_id, remote_id)
    SELECT group_link_id, user_link_id, remote_id FROM json_populate_recordset(NULL::group_link_members, $1::json)
    ON CONFLICT DO NOTHING`,
};

const removeMembers = {
  name: 'remove-members',
  text: `
    DELETE FROM group_link_members m USING json_populate_recordset(NULL::group_link_members, $1::json) r
    WHERE m.group_link_id = r.group_link_id AND m.user_link_id = r.user_link_id`,
};
