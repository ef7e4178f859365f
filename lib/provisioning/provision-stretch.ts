import { analyzeGrown } from '@/lib/db/analyze-grown';
import { db } from '@/lib/db/client';
import { enqueue } from '@/lib/queue/enqueue';
import { maySend } from './connection';
import { advanceCycle } from './cycles/advance-cycle';
import { currentConnection } from './engine/current-connection';
import type { Lane } from './engine/link';
import { Stretch } from './engine/stretch';
import { settleCounted } from './guard';
import { blameOf } from './internal/blame';
import type { Verdict } from './internal/verdict';
import { wakeEngine, wakeEngines } from './mark-due';
import { restOf } from './pace';
import { connectionWorks, handleVerdict } from './quarantine';

/**
 * A task is short and asks for another: a shutdown waits no longer than this, a worker's death costs no more. Shorter where only
 * changes are sent: others may wait for the slot.
 */
const stretchMs = { urgent: 2_000, changes: 2_000, everything: 15_000 } as const;
/** How often it is looked whether a cycle has made tables grow, in milliseconds. */
const growthMs = 2_000;

interface Work {
  applicationId: string;
  lane: Lane;
  signal?: AbortSignal | undefined;
}

/**
 * Works off what is due in one application: people first, the most urgent of them first, then groups, then the cycle's
 * next stage. Looks at the connection anew for every batch, so that pausing or deactivating takes effect at once. What belongs
 * to a cycle is handed to a task of its own: there are slots that no cycle ever takes, for changes elsewhere.
 * @param token of the task's lane (`lib/queue/leases.ts`), under which rows are leased: what was left by a task that is over is free
 */
export async function provisionStretch(
  applicationId: string,
  lane: Lane,
  token: string,
  signal?: AbortSignal,
): Promise<void> {
  const stretch = new Stretch({ applicationId, token, lane });
  const halt = () => stretch.halt();
  signal?.addEventListener('abort', halt);
  let why: 'inactive' | 'resting' | 'nothing due' | 'time is up' | undefined;
  let verdict: Verdict | undefined;
  try {
    why = await workOff(stretch, { applicationId, lane, signal });
  } finally {
    signal?.removeEventListener('abort', halt);
    if (why !== 'time is up') halt();
    verdict = await stretch.end();
  }
  const connection = await currentConnection(applicationId);
  if (!connection || !maySend(connection)) return;
  if (verdict) return handleVerdict(connection, verdict);
  const rest = restOf(connection.integration);
  if (why === 'resting' && rest) return wakeEngine(db, applicationId, rest);
  if (why === 'nothing due') {
    // What follows from it, and who has to be counted with others, is not urgent.
    if (lane === 'urgent') return wakeEngine(db, applicationId);
    if (await settleCounted(connection)) return;
    return lane === 'changes' && (await hasCycle(applicationId)) ? goOn(applicationId) : wakeWhenDue(applicationId);
  }
  return lane === 'everything'
    ? goOn(applicationId)
    : wakeEngines(db, [{ id: applicationId, isUrgent: lane === 'urgent' }]);
}

/** @returns why it ended */
async function workOff(stretch: Stretch, { applicationId, lane, signal }: Work) {
  const end = Date.now() + stretchMs[lane];
  let { successes } = blameOf(applicationId);
  let lookAtGrowth = Date.now() + growthMs;
  while (Date.now() < end && !signal?.aborted && !stretch.stopped) {
    await stretch.room();
    if (lane === 'everything' && Date.now() > lookAtGrowth) {
      await analyzeGrown();
      lookAtGrowth = Date.now() + growthMs;
    }
    const connection = await currentConnection(applicationId);
    if (!connection || !maySend(connection)) return 'inactive';
    if (restOf(connection.integration)) return 'resting';
    if (connection.integration.failures > 0 && blameOf(applicationId).successes > successes)
      await connectionWorks(applicationId);
    ({ successes } = blameOf(applicationId));
    if (await stretch.takeSome(connection)) continue;
    if (lane !== 'everything' || !(await advanceCycle(applicationId))) return 'nothing due';
  }
  return 'time is up';
}

/** Whether there is something for the other lane: people whom a cycle has made due, or a cycle to be moved on. */
async function hasCycle(applicationId: string): Promise<boolean> {
  const [row] = await db.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM cycles WHERE application_id = ${applicationId}::uuid AND finished_at IS NULL AND stage <> 'reading')
      OR EXISTS (SELECT FROM user_links
        -- Said twice, so that the planner looks among those that are due, not for one among everybody.
        WHERE application_id = ${applicationId}::uuid AND due_at IS NOT NULL AND due_at <= clock_timestamp()) AS found`;
  return row?.found ?? false;
}

/** Goes on with what belongs to a cycle; one task at a time for an application, whichever of the two. */
function goOn(applicationId: string): Promise<void> {
  return enqueue(db, 'provision-cycle', { applicationId }, { jobKey: `provision-cycle:${applicationId}` });
}

/** Somebody waits for a later try, or for another worker's lease: come back then. */
async function wakeWhenDue(applicationId: string): Promise<void> {
  const [row] = await db.$queryRaw<{ due: Date | null }[]>`
    SELECT min(due_at) AS due FROM (
      SELECT min(due_at) AS due_at FROM user_links WHERE application_id = ${applicationId}::uuid AND due_at IS NOT NULL
      UNION ALL
      SELECT min(due_at) FROM group_links WHERE application_id = ${applicationId}::uuid AND due_at IS NOT NULL) AS waiting`;
  if (!row?.due) return;
  const soonest = Date.now() + 1_000;
  await wakeEngine(db, applicationId, new Date(Math.max(soonest, row.due.getTime())));
}
