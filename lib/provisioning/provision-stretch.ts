import { now, toRealTime } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import { enqueue } from '@/lib/queue/enqueue';
import { findConnection } from './connection';
import { blameOf } from './internal/blame';
import { claimGroupLinks, claimUserLinks, type Lane } from './internal/claim';
import { processGroups } from './internal/process-groups';
import { processUsers } from './internal/process-users';
import { engineQueue, wakeEngine } from './mark-due';
import { connectionWorks, handleVerdict } from './quarantine';
import { advanceCycle } from './run-cycle';

const usersAtOnce = 50;
const groupsAtOnce = 5;
/** A task is short and asks for another: a shutdown waits no longer than this, a worker's death costs no more. */
const stretchMs = 15_000;

/**
 * Works off what is due in one application: people first, the most urgent of them first, then groups, then the cycle's
 * next stage. Reads the connection anew for every batch, so that pausing or deactivating takes effect at once. What belongs
 * to a cycle is handed to a task of its own: there are slots that no cycle ever takes, for changes elsewhere.
 * @param workerId the heartbeat's id, under which rows are leased
 */
export async function provisionStretch(
  applicationId: string,
  lane: Lane,
  workerId: string,
  signal?: AbortSignal,
): Promise<void> {
  const end = Date.now() + stretchMs;
  while (Date.now() < end && !signal?.aborted) {
    const connection = await findConnection(applicationId);
    if (connection?.integration.status !== 'active') return;
    const { notBefore } = connection.integration;
    if (notBefore && notBefore > now()) return wakeEngine(db, applicationId, toRealTime(notBefore));
    const users = await claimUserLinks({ applicationId, workerId, lane, limit: usersAtOnce });
    const groups =
      users.length > 0 ? [] : await claimGroupLinks({ applicationId, workerId, lane, limit: groupsAtOnce });
    if (users.length + groups.length === 0) {
      if (lane === 'changes') return (await hasCycle(applicationId)) ? goOn(applicationId) : wakeWhenDue(applicationId);
      if (await advanceCycle(applicationId)) continue;
      return wakeWhenDue(applicationId);
    }
    const { successes } = blameOf(applicationId);
    const verdict = users.length > 0 ? await processUsers(connection, users) : await processGroups(connection, groups);
    if (verdict) return handleVerdict(connection, verdict);
    const works = blameOf(applicationId).successes > successes;
    if (works && connection.integration.failures > 0) await connectionWorks(applicationId);
  }
  return lane === 'changes' ? wakeEngine(db, applicationId) : goOn(applicationId);
}

/** Whether there is something for the other lane: people whom a cycle has made due, or a cycle to be moved on. */
async function hasCycle(applicationId: string): Promise<boolean> {
  const [row] = await db.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM cycles WHERE application_id = ${applicationId}::uuid AND finished_at IS NULL AND stage <> 'reading')
      OR EXISTS (SELECT FROM user_links WHERE application_id = ${applicationId}::uuid AND due_at <= clock_timestamp()) AS found`;
  return row?.found ?? false;
}

/** Goes on with what belongs to a cycle; one task at a time for an application, whichever of the two. */
function goOn(applicationId: string): Promise<void> {
  const jobKey = `provision-cycle:${applicationId}`;
  return enqueue(db, 'provision-cycle', { applicationId }, { jobKey, queueName: engineQueue(applicationId) });
}

/** Somebody waits for a later try, or for another worker's lease: come back then. */
async function wakeWhenDue(applicationId: string): Promise<void> {
  const [row] = await db.$queryRaw<{ due: Date | null }[]>`
    SELECT min(due_at) AS due FROM (
      SELECT min(due_at) AS due_at FROM user_links WHERE application_id = ${applicationId}::uuid AND due_at IS NOT NULL
      UNION ALL
      SELECT min(due_at) FROM group_links WHERE application_id = ${applicationId}::uuid AND due_at IS NOT NULL) AS waiting`;
  if (!row?.due) return;
  const soonest = Date.now() + 2_000;
  await wakeEngine(db, applicationId, new Date(Math.max(soonest, row.due.getTime())));
}
