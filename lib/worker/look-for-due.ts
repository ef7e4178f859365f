import { runStatement } from '@/lib/db/statement';
import { lanesToPassOver } from '@/lib/queue/leases';

/** Of a backlog, those that are next are told: the slots go on with the rest by themselves. */
const toldAtMost = 200;

/** $1 lanes that are passed over. */
const dueTasks = {
  name: 'due-tasks',
  text: `
    SELECT t.identifier AS task, count(*)::int AS count
    FROM (
      SELECT task_id FROM graphile_worker._private_jobs
      WHERE is_available AND run_at <= clock_timestamp() AND (flags ?| $1::text[]) IS NOT TRUE
      ORDER BY priority, run_at LIMIT ${toldAtMost}) due
    JOIN graphile_worker._private_tasks t ON t.id = due.task_id GROUP BY t.identifier`,
};

/**
 * Looks every so many milliseconds for what has become due without a notification, by one statement for all slots: each of them looking by
 * itself was most of what an idle worker asked of the database.
 * @param found told for each task that waits, and how many of it do @returns what ends it
 */
export function lookForDue(everyMs: number, found: (task: string, count: number) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const look = async () => {
    // Where the database is away, the next look is soon enough.
    const rows = await runStatement<{ task: string; count: number }>(dueTasks, [lanesToPassOver()]).catch(() => []);
    if (ended) return;
    for (const { task, count } of rows) found(task, count);
    wait();
  };
  const wait = () => {
    timer = setTimeout(() => void look(), everyMs);
  };
  wait();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
