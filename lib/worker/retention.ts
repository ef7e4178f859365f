import { setTimeout as sleep } from 'node:timers/promises';
import { db, transaction } from '@/lib/db/client';
import { type AgingTable, ages, cutoff, deleteDue } from '@/lib/installation/retention';
import { enqueue } from '@/lib/queue/enqueue';
import type { Settings } from '@/lib/settings/schema';
import { readSettings } from '@/lib/settings/settings';
import { deleteDueEventsWithNotice } from '@/lib/webhooks/delete-due-events';

/** A stretch ends after this long and asks for another one, in milliseconds. */
const stretchMs = 10_000;
/** Between two statements, so that other work has its turn. */
const restMs = 20;
const nextStretchMs = 2_000;

/** One statement of deletion; tells whether there may be more. */
type Step = (settings: Settings) => Promise<boolean>;

const deleteFrom =
  (table: AgingTable): Step =>
  async (settings) =>
    (await transaction((tx) => deleteDue(tx, table, settings))).more;

const { events, import_rows: _rows, imports: _imports, ...others } = ages;

const steps: readonly Step[] = [
  async (settings) => {
    const before = cutoff(events, settings);
    return (await transaction((tx) => deleteDueEventsWithNotice(tx, before))) > 0;
  },
  // An import goes once its rows are gone.
  async (settings) => (await deleteFrom('import_rows')(settings)) || deleteFrom('imports')(settings),
  ...(Object.keys(others) as AgingTable[]).map(deleteFrom),
];

/**
 * Deletes what has reached its age, a few hundred rows at a time, each in a transaction of its own. What is left after some
 * seconds is for another stretch: a process that is killed in between has lost nothing, and nobody else has waited.
 * @param signal aborted when the process is asked to stop
 */
export async function retentionStretch(signal: AbortSignal): Promise<void> {
  const { settings } = await readSettings();
  const until = performance.now() + stretchMs;
  let open = steps;
  while (open.length > 0) {
    const left: Step[] = [];
    for (const step of open) {
      if (signal.aborted || performance.now() > until) return enqueueRetention(new Date(Date.now() + nextStretchMs));
      if (!(await step(settings))) continue;
      left.push(step);
      await sleep(restMs);
    }
    open = left;
  }
}

/** After everything else that waits. */
export async function enqueueRetention(runAt?: Date): Promise<void> {
  await enqueue(db, 'retention', {}, { jobKey: 'retention', priority: 10, ...(runAt ? { runAt } : {}) });
}
