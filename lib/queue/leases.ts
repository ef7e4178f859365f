import { runStatement } from '@/lib/db/statement';
import { maxAttempts, tellPools } from './enqueue';

/** A job that may have to wait until somebody else is through. */
export interface LaneJob {
  key: string;
  identifier: string;
  payload: unknown;
  priority: number;
}

/** Whatever goes wrong, what was put off is looked at again after so many seconds. */
const putOffSeconds = 30;
/** A lane that another process works in is passed over for so long, in milliseconds: it tells when it is through. */
const passOverMs = 1_000;

/** Lanes by the tokens under which this process works in them, from before they are taken until after they are given back. */
const inHand = new Map<string, string>();
const elsewhere = new Set<string>();

/** Lanes whose jobs this process need not look at: it works in them itself, or somebody else does. */
export function lanesToPassOver(): string[] {
  return [...inHand.values(), ...elsewhere];
}

/**
 * Takes a lane for one task, in one statement: of several that try, in whichever process, one has it until it gives it back or its
 * worker is dead. For the others the job waits in the queue, without a slot, and is due when the lane is free.
 * @param workerId the heartbeat's id
 * @returns the token of this taking; undefined where somebody else is at work
 */
export async function takeLane(lane: string, workerId: string, job: LaneJob): Promise<string | undefined> {
  const token = crypto.randomUUID();
  inHand.set(token, lane);
  let found: { taken: boolean; workerId: string } | undefined;
  try {
    const { key, identifier, payload, priority } = job;
    const values = [lane, token, workerId, key, identifier, JSON.stringify(payload), priority];
    [found] = await runStatement<{ taken: boolean; workerId: string }>(take, values);
  } finally {
    if (!found?.taken) inHand.delete(token);
  }
  if (found?.taken) return token;
  if (found?.workerId !== workerId) passOver(lane);
  return undefined;
}

/** Gives a lane back; who waits for it is due. @throws where the database is away: the next heartbeat frees it ({@link freeLanes}) */
export async function giveBack(token: string): Promise<void> {
  try {
    await free([token]);
  } finally {
    inHand.delete(token);
  }
}

/**
 * Frees the lanes of workers that are dead, and those that this one has not in hand any more because they could not be given back.
 * @param workerId the heartbeat's id
 * @param timeoutSeconds after which a worker that was not seen is taken for dead
 */
export async function freeLanes(workerId: string, timeoutSeconds: number): Promise<void> {
  const rows = await runStatement<{ token: string }>(toLookAt, [workerId, timeoutSeconds]);
  const left = rows.map(({ token }) => token).filter((token) => !inHand.has(token));
  if (left.length > 0) await free(left);
}

async function free(tokens: readonly string[]): Promise<void> {
  const rows = await runStatement<{ waiting: string[] }>(release, [tokens]);
  const keys = rows.flatMap(({ waiting }) => waiting);
  // A statement of its own: the one before may have waited for who put a job off, and does not see that job.
  if (keys.length > 0) await runStatement(bringForward, [keys]);
}

function passOver(lane: string): void {
  elsewhere.add(lane);
  setTimeout(() => elsewhere.delete(lane), passOverMs).unref();
}

/**
 * $1 lane, $2 token, $3 worker, $4 key, $5 task, $6 payload, $7 priority. Lease and job are locked together, in this order: whoever
 * gives the lane back sees that somebody waits, or has given it back before.
 */
const take = {
  name: 'take-lane',
  text: `
    WITH lease AS (
      INSERT INTO task_leases AS l (name, token, worker_id) VALUES ($1, $2::uuid, $3::uuid)
      ON CONFLICT (name) DO UPDATE SET waiting = CASE WHEN $4::text = ANY (l.waiting) THEN l.waiting ELSE l.waiting || $4::text END
      RETURNING token = $2::uuid AS taken, worker_id)
    SELECT taken, worker_id AS "workerId", CASE WHEN NOT taken THEN (graphile_worker.add_job(
      identifier => $5, payload => $6::json, run_at => clock_timestamp() + interval '${putOffSeconds} seconds',
      max_attempts => ${maxAttempts}, job_key => $4, priority => $7::int, flags => ARRAY[$1])).id END AS put_off
    FROM lease`,
};

/** $1 tokens. */
const release = {
  name: 'release-lanes',
  text: 'DELETE FROM task_leases WHERE token = ANY ($1::uuid[]) RETURNING waiting',
};

/** $1 keys of jobs. Pools are told of them as of new ones. */
const bringForward = {
  name: 'bring-forward',
  text: `
    WITH due AS (
      UPDATE graphile_worker._private_jobs SET run_at = clock_timestamp()
      WHERE key = ANY ($1::text[]) AND locked_at IS NULL AND run_at > clock_timestamp() RETURNING task_id)
    SELECT ${tellPools('t.identifier', 'count(*)')}
    FROM due JOIN graphile_worker._private_tasks t ON t.id = due.task_id GROUP BY t.identifier`,
};

/** $1 worker, $2 seconds: lanes of dead workers, and all of this one. */
const toLookAt = {
  name: 'lanes-to-look-at',
  text: `
    SELECT token FROM task_leases l
    WHERE l.worker_id = $1::uuid OR NOT EXISTS (SELECT FROM worker_heartbeats w
      WHERE w.id = l.worker_id AND w.last_seen_at > clock_timestamp() - make_interval(secs => $2::int))`,
};
