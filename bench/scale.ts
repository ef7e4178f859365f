import { parseArgs } from 'node:util';
import { onTarget } from './on-target';

const usage = `npm run scale -- [--people 100000] [--applications 1000] [--suspensions 20] [--cycles 20] [--changes 1000] [--json]

An installation of so many applications and people, each with an account in three of them. What suspending one person touches; how soon its
first request leaves while cycles of --cycles others run; and --changes changes of as many people within 10 s while five applications, at
300 ms, run their first cycles. Small ones for a try: --people 2000 --applications 50 --cycles 4 --changes 100.
With --json, only that goes to standard output.`;

export interface ScaleOptions {
  people: number;
  applications: number;
  suspensions: number;
  cycles: number;
  changes: number;
}

export interface ScaleFigures {
  /** Of one suspension: tasks of the engine that it enqueues, links that become due, rows of the applications looked at. */
  suspension: { tasks: number; links: number };
  /** From the commit of a suspension until its first request arrives, 95 of 100, in milliseconds; how many cycles ran until the last. */
  firstRequest: { p95Ms: number; arrived: number; sent: number; cyclesAtEnd: number };
  storm: {
    changes: number;
    /** Accounts, of changes times five, that have what was changed. */
    arrived: number;
    /** Milliseconds that it took to make the changes: 10,000 unless the database could not follow. */
    tookMs: number;
    deadlocks: number;
    failedTasks: number;
    startedOver: number;
    /** Suspensions elsewhere meanwhile, as above. */
    elsewhere: { p95Ms: number; arrived: number; sent: number };
  };
}

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    applications: { type: 'string', default: '1000' },
    suspensions: { type: 'string', default: '20' },
    cycles: { type: 'string', default: '20' },
    changes: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const options: ScaleOptions = {
  people: Number(values.people),
  applications: Number(values.applications),
  suspensions: Number(values.suspensions),
  cycles: Number(values.cycles),
  changes: Number(values.changes),
};
const mostMs = 1_000;
const { people, suspensions, changes } = options;
const enough = Object.values(options).every((value) => Number.isInteger(value) && value >= 1);
if (values.help || !enough || options.applications < 3 || people < 2 * (suspensions + changes + 20)) {
  console.error(usage);
  if (!values.help)
    console.error('\nPeople have to be twice as many as suspensions and changes; applications three or more.');
  process.exit(values.help ? 0 : 1);
}

const figures = await onTarget<ScaleFigures>('scale-runner', options, (line) => console.error(line));
const verdicts = judged(figures);
if (values.json) {
  console.log(JSON.stringify({ ...options, ...figures, holds: verdicts.every(({ holds }) => holds) }, null, 2));
} else {
  console.log(`\n${options.applications} applications, ${people} people, each with three accounts`);
  for (const { says, holds } of verdicts) console.log(`  ${says}: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
}
if (!verdicts.every(({ holds }) => holds)) process.exitCode = 1;

function judged({ suspension, firstRequest, storm }: ScaleFigures): { says: string; holds: boolean }[] {
  const soon = ({ p95Ms, arrived, sent }: { p95Ms: number; arrived: number; sent: number }) => ({
    says: `${arrived} of ${sent} arrived, the first request after ${p95Ms.toFixed(0)} ms, 95 of 100; at most ${mostMs} ms`,
    holds: arrived === sent && p95Ms <= mostMs,
  });
  const first = soon(firstRequest);
  const elsewhere = soon(storm.elsewhere);
  return [
    {
      says: `suspending one person enqueues ${suspension.tasks} tasks of the engine and touches ${suspension.links} links, of 3 accounts`,
      holds: suspension.tasks === 3 && suspension.links === 3,
    },
    {
      says: `while ${firstRequest.cyclesAtEnd} cycles of others ran until the last one, ${first.says}`,
      holds: first.holds,
    },
    {
      says: `${storm.changes} changes within ${(storm.tookMs / 1_000).toFixed(1)} s: ${storm.arrived} of ${storm.changes * 5} accounts have them`,
      holds: storm.arrived === storm.changes * 5,
    },
    {
      says: `${storm.deadlocks} deadlocks, ${storm.failedTasks} failed tasks, ${storm.startedOver} cycles started over`,
      holds: storm.deadlocks + storm.failedTasks + storm.startedOver === 0,
    },
    { says: `suspensions elsewhere meanwhile: ${elsewhere.says}`, holds: elsewhere.holds },
  ];
}
