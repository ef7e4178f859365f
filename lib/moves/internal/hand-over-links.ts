import { linkStatesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { inStates } from '@/lib/db/states';
import { comparedLinks, leadToOneServer } from './compared';

interface HandOver {
  oldId: string;
  newId: string;
  importId: string;
}

/**
 * Links people to the accounts that are theirs in the new instance, in the state in which the old one knows them: an account that is left as it
 * is, because it was released or never managed, is left so, and so is one of whom something waits for somebody. Nothing was sent to an account
 * of another server by us: what was read is all that is known of it. Links of the old instance stay until that is retired.
 * @returns how many people are linked in the new instance by it
 */
export async function handOverLinks(tx: Tx, { oldId, newId, importId }: HandOver): Promise<number> {
  const isSameServer = await leadToOneServer(tx, oldId, newId);
  const links = await tx.$executeRaw`
    INSERT INTO user_links AS kept (id, application_id, user_id, remote_id, account_name, state, last_sent, last_read, taken_over, name_key, last_change_at)
    SELECT gen_random_uuid(), ${newId}::uuid, l.user_id, l.found, nullif(a.user_name_folded, ''),
      CASE WHEN l.state = 'released' THEN 'released'::link_state
        WHEN l.state IN ${inStates(linkStatesThat.wereNeverManaged)} OR l.hold_id IS NOT NULL THEN 'imported'
        WHEN l.state = 'deactivated' AND NOT a.active THEN 'deactivated'
        ELSE 'provisioned' END,
      CASE WHEN ${isSameServer} THEN l.last_sent END, a.resource, l.taken_over OR NOT ${isSameServer}, l.name_key, l.last_change_at
    FROM (${comparedLinks({ oldId, newId, importId, isSameServer })}) l
    JOIN remote_accounts a ON a.application_id = ${newId}::uuid AND a.remote_id = l.found
    WHERE NOT l.is_linked ORDER BY l.user_id
    ON CONFLICT (application_id, user_id) DO UPDATE SET remote_id = excluded.remote_id, account_name = excluded.account_name,
      state = excluded.state, last_sent = excluded.last_sent, last_read = excluded.last_read, taken_over = excluded.taken_over,
      last_error = NULL, due_at = NULL, drift = NULL`;
  if (isSameServer) await handOverGroups(tx, oldId, newId);
  // What was imported as groups of the application is never pushed back to it, whichever instance it is reached by.
  await handOverImported(tx, oldId, newId, isSameServer);
  return links;
}

/**
 * Groups that were imported become the other instance's, but for those that it has imported itself. On another server each has another id:
 * the next import finds it by its name.
 */
export async function handOverImported(tx: Tx, fromId: string, toId: string, isSameServer: boolean): Promise<void> {
  await tx.$executeRaw`
    UPDATE groups g SET imported_from_id = ${toId}::uuid, remote_id = CASE WHEN ${isSameServer} THEN g.remote_id END
    WHERE g.imported_from_id = ${fromId}::uuid AND NOT EXISTS (SELECT FROM groups o WHERE o.imported_from_id = ${toId}::uuid
      AND o.remote_id = g.remote_id AND o.deleted_at IS NULL AND g.deleted_at IS NULL)`;
}

/** Groups of the same server, with whom we have put there. On another server they are found by their names. */
async function handOverGroups(tx: Tx, oldId: string, newId: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO group_links AS kept (id, application_id, group_id, remote_id, state, last_sent, taken_over, foreign_members, unlinked, members_lost)
    SELECT gen_random_uuid(), ${newId}::uuid, group_id, remote_id, state, last_sent, taken_over, foreign_members, unlinked, members_lost
    FROM group_links WHERE application_id = ${oldId}::uuid AND remote_id IS NOT NULL AND state <> 'deleted' ORDER BY group_id
    ON CONFLICT (application_id, group_id) DO NOTHING`;
  await tx.$executeRaw`
    INSERT INTO group_link_members (group_link_id, user_link_id, remote_id)
    SELECT ng.id, nl.id, m.remote_id FROM group_links og
    JOIN group_links ng ON ng.application_id = ${newId}::uuid AND ng.group_id = og.group_id AND ng.remote_id = og.remote_id
    JOIN group_link_members m ON m.group_link_id = og.id JOIN user_links ol ON ol.id = m.user_link_id
    JOIN user_links nl ON nl.application_id = ${newId}::uuid AND nl.user_id = ol.user_id AND nl.remote_id = m.remote_id
    WHERE og.application_id = ${oldId}::uuid ORDER BY 1, 2 ON CONFLICT DO NOTHING`;
}
