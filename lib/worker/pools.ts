import { EventEmitter } from 'node:events';
import { type Runner, run, type TaskList, type WorkerEvents, type WorkerPool } from 'graphile-worker';
import { lanesToPassOver } from '@/lib/queue/leases';
import type { TaskName } from '@/lib/queue/tasks';
import { logger } from './logger';
import { lookForDue } from './look-for-due';
import { queueConnections } from './queue-connections';
import { taskNames } from './task-list';

interface Slots {
  slots: number;
  tasks: readonly TaskName[];
}

/** Whatever has no slots of its own. */
const otherSlots = 6;
/** Tasks that have slots of their own, so that they never wait for others. */
const apart: readonly Slots[] = [
  /** Changes that are turned into what they touch: they never wait for an application that is slow to answer. */
  { slots: 3, tasks: ['directory-changed', 'application-changed', 'follow-accounts'] },
  /** Whoever is to lose their accounts: never behind changes, nor behind applications that only have others to wait for. */
  { slots: 8, tasks: ['person-shut-out', 'provision-urgent'] },
  /** Applications whose changes are sent at once: most of the time each of them waits for answers. */
  { slots: 16, tasks: ['provision'] },
  /** Full cycles, dry runs and imports that are worked on at once: a change elsewhere never waits for one. */
  {
    slots: 6,
    tasks: [
      'cycle',
      'provision-cycle',
      'dry-run',
      'import-fetch',
      'import-run',
      'import-groups',
      'import-activations',
      'user-batch',
      'retention',
    ],
  },
  /** Webhooks that are served at once: a receiver that hangs holds up nobody's provisioning. */
  { slots: 4, tasks: ['deliver-webhook'] },
];

export const allSlots = apart.reduce((sum, { slots }) => sum + slots, otherSlots);

/** Of one application only one of the two is at work, each in slots of its own. */
const inTurns: { readonly [name: string]: TaskName | undefined } = {
  provision: 'provision-cycle',
  'provision-cycle': 'provision',
};

const toNobody = JSON.stringify({ count: 0 });

/** What a notification says by `tellPools` (lib/queue/enqueue.ts); nothing where it is the queue's own, which says of no task. */
function toldOf(payload = ''): { task?: string; of?: number } {
  return payload === '' ? {} : (JSON.parse(payload) as { task?: string; of?: number });
}

/** Each slot looks by itself as well, but so many times less often than it is looked for all of them. */
const ownLooks = 60;

interface Pools {
  connectionString: string;
  tasks: (names: readonly TaskName[]) => TaskList;
  /** Called with the id of each pool, in the name of which jobs are locked. */
  adopt: (poolId: string) => void;
  /** What is to be found by polling is found within so many milliseconds. */
  pollInterval?: number;
  crontab?: string;
}

/** Starts the pools of the queue. Jobs of lanes that somebody works in wait in the queue, where those of one key stay one. */
export async function startPools({
  connectionString,
  adopt,
  tasks,
  crontab,
  pollInterval = 1_000,
}: Pools): Promise<Runner[]> {
  const pgPool = queueConnections(connectionString, apart.length + 1);
  const poolOf = new Map<string, WorkerPool>();
  const stopLooking = lookForDue(pollInterval, (task, count) => poolOf.get(task)?.nudge(count));
  const start = ({ slots, tasks: names }: Slots, more: { crontab?: string } = {}) => {
    const events: WorkerEvents = new EventEmitter();
    events.on('pool:create', ({ workerPool }) => {
      adopt(workerPool.id);
      for (const name of names) poolOf.set(name, workerPool);
    });
    events.on('pool:gracefulShutdown', () => {
      for (const name of names) poolOf.delete(name);
      if (poolOf.size === 0) stopLooking();
    });
    events.on('pool:listen:notification', ({ workerPool, message }) => {
      if (message.channel !== 'jobs:insert') return;
      const { task, of = 0 } = toldOf(message.payload);
      // The pool's own answer to it would be to look, whatever the task.
      message.payload = toNobody;
      if (names.some((name) => name === task)) workerPool.nudge(of);
    });
    // Whoever waits for a lane in the same slots looks by itself.
    events.on('job:complete', ({ job }) => {
      poolOf.get(inTurns[job.task_identifier] ?? '')?.nudge(1);
    });
    return run({
      pgPool,
      ...more,
      concurrency: slots,
      noHandleSignals: true,
      pollInterval: pollInterval * ownLooks,
      logger,
      events,
      forbiddenFlags: lanesToPassOver,
      taskList: tasks(names),
    });
  };
  const named = new Set(apart.flatMap((one) => one.tasks));
  const others = taskNames.filter((name) => !named.has(name));
  const runners = await Promise.all([
    start({ slots: otherSlots, tasks: others }, crontab ? { crontab } : {}),
    ...apart.map((one) => start(one)),
  ]);
  void Promise.allSettled(runners.map(({ promise }) => promise)).then(() => pgPool.end());
  return runners;
}
