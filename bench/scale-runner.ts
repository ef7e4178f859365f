/**
 * The process that measures an installation of many applications, by the installation of its environment. @param argv origin
 * of the target, then the options as JSON
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { db } from '@/lib/db/client';
import { migrate } from '@/lib/db/migrations';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor } from '@/lib/events/actor';
import { personShutOut } from '@/lib/provisioning/directory-changed';
import { startMeasuredWorker } from './measured-worker';
import type { RunnerMessage } from './on-target';
import { activate, addGroup, addPeople, changeFirstname, personId } from './provisioning-data';
import type { ScaleFigures, ScaleOptions } from './scale';
import { addApplications, applicationsOf, tenantOf } from './scale-data';
import type { TenantReport } from './scim-target-report';

const [target = '', optionsText = '{}'] = process.argv.slice(2);
const options = JSON.parse(optionsText) as ScaleOptions;
const databaseUrl = process.env.DATABASE_URL ?? '';
/** Of the cycles that run meanwhile: with these a first cycle of each lasts. */
const inCycles = Math.min(5_000, Math.floor(options.people / 2));
const groups = { cycles: 1, storm: 2 };
const stormApplications = 5;
const stormMs = 10_000;
/** What has not arrived by then counts as this. */
const longestMs = 30_000;
const settleLimitMs = 15 * 60_000;

const tell = (message: RunnerMessage<ScaleFigures>) => process.send?.(message);
const say = (line: string) => tell({ say: `scale: ${line}` });
const ask = (method: string, path: string) => fetch(`${target}/_bench${path}`, { method });
const reportOf = async (tenant: string) => (await (await ask('GET', `/${tenant}`)).json()) as TenantReport;

async function measure(): Promise<ScaleFigures> {
  await migrate(databaseUrl);
  say(`making ${options.people} people and ${options.applications} applications …`);
  await addPeople(databaseUrl, options.people);
  // Whoever is suspended comes first; the cycles are of those who come last, so that these have just three accounts.
  const last = await lastPeople(groups.cycles, inCycles);
  await addApplications(target, options.applications, options.people);
  const suspension = await countOne();
  const worker = startMeasuredWorker();
  try {
    await ask('POST', '?latencyMs=20');
    say(`${options.cycles} first cycles of ${inCycles} people, and ${options.suspensions} suspensions …`);
    const cycles: string[] = [];
    for (let index = 1; index <= options.cycles; index += 1) {
      cycles.push((await activate(target, `cycle-${index}`, [last], false)).applicationId);
    }
    await sleep(1_000);
    const firstRequest = await suspendSome(2, options.suspensions);
    const cyclesAtEnd = await db.cycle.count({ where: { applicationId: { in: cycles }, finishedAt: null } });
    await db.integration.updateMany({ where: { applicationId: { in: cycles } }, data: { status: 'paused' } });
    await untilIdle();
    const storm = await measureStorm(2 + options.suspensions);
    return { suspension, firstRequest: { ...firstRequest, cyclesAtEnd }, storm };
  } finally {
    await worker.stop();
  }
}

/** A group of the people with the highest numbers. */
async function lastPeople(number: number, count: number): Promise<string> {
  const group = await addGroup(databaseUrl, number, 0);
  const first = options.people - count + 1;
  const members = Array.from({ length: count }, (_, index) => ({ groupId: group, userId: personId(first + index) }));
  await db.groupMember.createMany({ data: members });
  return group;
}

/** What one suspension asks for and touches, while nobody works it off. With one of the applications its own task goes on. */
async function countOne(): Promise<ScaleFigures['suspension']> {
  await addAccountsOf(1);
  await suspendUser(systemActor, { id: personId(1) });
  const goesOn = await personShutOut(personId(1));
  const [row] = await db.$queryRaw<{ tasks: number; links: number }[]>`
    SELECT (SELECT count(*)::int FROM graphile_worker.jobs WHERE task_identifier IN ('provision', 'provision-urgent')) AS tasks,
      (SELECT count(*)::int FROM user_links WHERE due_at IS NOT NULL) AS links`;
  const { tasks = 0, links = 0 } = row ?? {};
  return { tasks: tasks + (goesOn ? 1 : 0), links };
}

/** The accounts that the links of a person name are there. */
async function addAccountsOf(person: number): Promise<void> {
  const most = Math.ceil((options.people * 3) / options.applications) + 3;
  for (const number of applicationsOf(person, options.applications)) {
    await ask('DELETE', `/${tenantOf(number)}`);
    await ask('PUT', `/${tenantOf(number)}?accounts=${most}`);
  }
}

/** Suspends people one after another. @returns how long it took until the first request of each */
async function suspendSome(first: number, count: number): Promise<{ p95Ms: number; arrived: number; sent: number }> {
  const times: number[] = [];
  for (let person = first; person < first + count; person += 1) {
    await addAccountsOf(person);
    await suspendUser(systemActor, { id: personId(person) });
    const at = Date.now();
    let arrival: number | undefined;
    while (arrival === undefined && Date.now() < at + longestMs) {
      const reports = await Promise.all(
        applicationsOf(person, options.applications).map((one) => reportOf(tenantOf(one))),
      );
      const arrivals = reports.flatMap((report) => report.arrivals.map((one) => one.at));
      if (arrivals.length > 0) arrival = Math.min(...arrivals);
      else await sleep(20);
    }
    times.push(arrival === undefined ? longestMs : Math.max(0, arrival - at));
    await sleep(200);
  }
  times.sort((one, other) => one - other);
  const p95Ms = times[Math.ceil(times.length * 0.95) - 1] ?? Number.NaN;
  return { p95Ms, arrived: times.filter((time) => time < longestMs).length, sent: count };
}

/** Changes of as many people during first cycles of applications that they are in, and suspensions elsewhere meanwhile. */
async function measureStorm(firstSuspended: number): Promise<ScaleFigures['storm']> {
  const { changes, people } = options;
  say(
    `${changes} changes within ${stormMs / 1_000} s during first cycles of ${stormApplications} applications at 300 ms …`,
  );
  const group = await lastPeople(groups.storm, changes);
  await ask('POST', '?latencyMs=300');
  const before = await database();
  const startedAt = new Date();
  const applicationIds: string[] = [];
  for (let index = 1; index <= stormApplications; index += 1) {
    applicationIds.push((await activate(target, `storm-${index}`, [group], false)).applicationId);
  }
  await sleep(1_000);
  const begun = performance.now();
  const changed = changeAll(people - changes + 1, changes).then(() => performance.now() - begun);
  const [elsewhere, tookMs] = await Promise.all([suspendSome(firstSuspended, 10), changed]);
  say('waiting for everything to arrive …');
  await untilIdle();
  const after = await database();
  const [{ arrived } = { arrived: 0 }] = await db.$queryRaw<{ arrived: number }[]>`
    SELECT count(*)::int AS arrived FROM user_links
    WHERE application_id = ANY (${applicationIds}::uuid[]) AND last_sent ->> 'name.givenName' = 'Changed'`;
  const startedOver = await db.event.count({
    where: { at: { gte: startedAt }, name: 'provisioning_cycle', message: { startsWith: 'Cycle started over' } },
  });
  return {
    ...{ changes, arrived, tookMs, startedOver, elsewhere },
    deadlocks: after.deadlocks - before.deadlocks,
    failedTasks: after.failedTasks - before.failedTasks,
  };
}

/** Evenly over the time, however long each takes. */
async function changeAll(first: number, count: number): Promise<void> {
  const begun = performance.now();
  const one = async (index: number) => {
    await sleep(Math.max(0, begun + (index * stormMs) / count - performance.now()));
    await changeFirstname(first + index, 'Changed');
  };
  await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
}

/** Tasks that failed keep why, also while they wait for another try; those that succeeded in the end are told by deadlocks. */
async function database(): Promise<{ deadlocks: number; failedTasks: number }> {
  const [row] = await db.$queryRaw<{ deadlocks: number; failedTasks: number }[]>`
    SELECT (SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()) AS deadlocks,
      (SELECT count(*)::int FROM graphile_worker.jobs WHERE last_error IS NOT NULL) AS "failedTasks"`;
  return row ?? { deadlocks: 0, failedTasks: 0 };
}

/** Waits until nothing that is active is due or under way. */
async function untilIdle(): Promise<void> {
  const until = Date.now() + settleLimitMs;
  for (let quiet = 0; quiet < 5; await sleep(500)) {
    const [row] = await db.$queryRaw<{ busy: boolean }[]>`
      SELECT EXISTS (SELECT FROM user_links l JOIN integrations i USING (application_id) WHERE l.due_at IS NOT NULL AND i.status = 'active')
        OR EXISTS (SELECT FROM cycles c JOIN integrations i USING (application_id) WHERE c.finished_at IS NULL AND i.status = 'active') AS busy`;
    quiet = row?.busy ? 0 : quiet + 1;
    if (Date.now() > until) throw new Error('It does not come to rest.');
  }
}

// It ends with whoever asked, however that ends; its worker ends with it.
process.once('disconnect', () => process.exit(0));
try {
  tell({ figures: await measure() });
} catch (error) {
  tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
await db.$disconnect();
process.disconnect?.();
