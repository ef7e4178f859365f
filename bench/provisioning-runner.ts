/**
 * The process that measures provisioning, by the installation of its environment (a process has one database): it makes the
 * data, starts the worker, and is the bare client beside it. @param argv origin of the target, then the options as JSON
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { db } from '@/lib/db/client';
import { migrate } from '@/lib/db/migrations';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { type MeasuredWorker, startMeasuredWorker } from './measured-worker';
import type { RunnerMessage } from './on-target';
import type { Figures, Memory, Rates, RunOptions } from './provisioning';
import {
  type Activated,
  activate,
  addGroup,
  addPeople,
  changeFirstname,
  personId,
  userNameOf,
} from './provisioning-data';
import type { TenantReport } from './scim-target-report';
import { sendBare } from './wire-limit';

const [target = '', optionsText = '{}'] = process.argv.slice(2);
const options = JSON.parse(optionsText) as RunOptions;
const databaseUrl = process.env.DATABASE_URL ?? '';
const groups = { everybody: 1, warmUp: 2, thousand: 3, team: 4, quarter: 5, all: 6 };
/** Enough people for the engine to reach the most requests that it makes at once. */
const warmUpPeople = 800;
const changes = 100;
const changePauseMs = 100;
const othersAtOnce = 3;
/** What has not arrived by then counts as this. */
const longestMs = 30_000;
const cycleLimitMs = 3_600_000;

const tell = (message: RunnerMessage<Figures>) => process.send?.(message);
const say = (line: string) => tell({ say: line });

async function measure(): Promise<Figures> {
  await migrate(databaseUrl);
  say(`provisioning: making ${options.people.toLocaleString('en-US')} people …`);
  await addPeople(databaseUrl, options.people);
  const everybody = await addGroup(databaseUrl, groups.everybody, options.people);
  const worker = startMeasuredWorker(options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : []);
  let figures: Omit<Figures, 'rss100k'>;
  try {
    const { body, atOnce } = await warmUp();
    const rates: Rates[] = [];
    for (const latencyMs of [20, 5, 0]) rates.push(await compare(worker, everybody, { latencyMs, atOnce, body }));
    const cpuMs = rates.reduce((sum, rate) => sum + rate.cpuMs, 0);
    const thousand = await countRequests();
    figures = {
      rates,
      atOnce,
      cpuMsPerPerson: cpuMs / (rates.length * options.people),
      requests: thousand.requests,
      ...(await changeTimes(thousand.application, everybody)),
    };
  } finally {
    await worker.stop();
  }
  if (!options.memory) return figures;
  // Nothing that is still due belongs to what follows.
  for (const { applicationId } of await db.integration.findMany({ where: { status: { not: 'inactive' } } })) {
    await deactivateIntegration(systemActor, { applicationId });
  }
  return { ...figures, rss100k: await measureMemory() };
}

/** What has not run yet is neither compiled nor in memory. @returns what the engine sends, and how much of it at once */
async function warmUp(): Promise<{ body: string; atOnce: number }> {
  say('provisioning: warming up …');
  await setLatency(20);
  const group = await addGroup(databaseUrl, groups.warmUp, Math.min(warmUpPeople, options.people));
  const application = await activate(target, 'warm-up', [group], false);
  await untilFinished(application);
  const { lastCreated, mostAtOnce } = await reportOf('warm-up');
  await end(application);
  if (!lastCreated.includes('person.')) throw new Error(`What the engine sends is not known: ${lastCreated}`);
  return { body: lastCreated, atOnce: mostAtOnce };
}

interface Comparing {
  latencyMs: number;
  atOnce: number;
  body: string;
}

/** A first cycle of everybody, between two halves of the same people on the bare wire. */
async function compare(worker: MeasuredWorker, group: string, comparing: Comparing): Promise<Rates> {
  const { latencyMs, atOnce, body } = comparing;
  const { people } = options;
  say(`provisioning: first cycle of ${people.toLocaleString('en-US')} people at ${latencyMs} ms …`);
  await setLatency(latencyMs);
  const named = /person\.\d+/g;
  const bodies = Array.from({ length: people }, (_, index) => body.replace(named, userNameOf(index + 1)));
  const tenant = `wire-${latencyMs}`;
  const bare = (some: string[]) => sendBare({ target, tenant, bodies: some, atOnce });
  const half = Math.ceil(people / 2);
  const before = await bare(bodies.slice(0, half));
  const usedBefore = await worker.usage();
  const application = await activate(target, `ours-${latencyMs}`, [group], false);
  const oursMs = await untilFinished(application);
  const usedAfter = await worker.usage();
  const { busyMs } = await reportOf(application.tenant);
  const after = await bare(bodies.slice(half));
  await end(application);
  await forget(tenant);
  const perSecond = people / (oursMs / 1_000);
  const limitPerSecond = people / ((before + after) / 1_000);
  return {
    ...{ latencyMs, perSecond, limitPerSecond, ratio: perSecond / limitPerSecond, wireBusy: busyMs / oursMs },
    cpuMs: usedAfter.cpuMs - usedBefore.cpuMs,
  };
}

/** How many requests each kind of work costs, in an application of 1,000 people that manages groups. */
async function countRequests(): Promise<{ application: Activated; requests: Figures['requests'] }> {
  const people = Math.min(1_000, options.people);
  say('provisioning: counting requests …');
  await setLatency(5);
  const group = await addGroup(databaseUrl, groups.thousand, people);
  const team = await addGroup(databaseUrl, groups.team, 10);
  const application = await activate(target, 'thousand', [group, team], true);
  const counted = async () => {
    await untilIdle(application);
    return (await reportOf('thousand')).requests;
  };
  await untilFinished(application);
  const first = await counted();
  await runCycleNow(systemActor, { applicationId: application.applicationId });
  await untilFinished(application);
  const noChange = await counted();
  await changeFirstname(people, 'Another');
  const attribute = await counted();
  await updateGroupMembers(systemActor, { groupId: team, add: [personId(people)], remove: [] });
  const member = await counted();
  const ofPeople = Object.entries(first).filter(([kind]) => kind.endsWith('/Users') || kind.endsWith('/Users/id'));
  return {
    application,
    requests: {
      create: total(Object.fromEntries(ofPeople)) / people,
      noChange: total(noChange) * (1_000 / people),
      attribute: total(attribute),
      member: total(member),
    },
  };
}

/** From the commit of a change of one person to its arrival, while other applications run first cycles of everybody. */
async function changeTimes(changed: Activated, everybody: string): Promise<Pick<Figures, 'changeP95Ms' | 'changes'>> {
  say(`provisioning: ${changes} changes during first cycles of ${othersAtOnce} other applications …`);
  await setLatency(20);
  const others: Activated[] = [];
  for (let index = 1; index <= othersAtOnce; index += 1) {
    others.push(await activate(target, `other-${index}`, [everybody], false));
  }
  await sleep(1_000);
  const committed = new Map<string, number>();
  for (let number = 1; number <= changes; number += 1) {
    const next = Date.now() + changePauseMs;
    await changeFirstname(number, 'Changed');
    committed.set(userNameOf(number), Date.now());
    await sleep(Math.max(0, next - Date.now()));
  }
  const ids = others.map(({ applicationId }) => applicationId);
  const stillRunning = await db.cycle.count({ where: { applicationId: { in: ids }, finishedAt: null } });
  const arrived = await untilArrived(changed.tenant, changes);
  const times = [...committed].map(([name, at]) => Math.max(0, (arrived.get(name) ?? at + longestMs) - at));
  times.sort((one, other) => one - other);
  return {
    changeP95Ms: times[Math.ceil(times.length * 0.95) - 1] ?? Number.NaN,
    changes: { sent: changes, arrived: arrived.size, stillRunning, others: othersAtOnce },
  };
}

async function untilArrived(tenant: string, count: number): Promise<Map<string, number>> {
  const arrived = new Map<string, number>();
  for (const until = Date.now() + longestMs; arrived.size < count && Date.now() < until; await sleep(100)) {
    for (const { userName, at } of (await reportOf(tenant)).arrivals) {
      if (!arrived.has(userName)) arrived.set(userName, at);
    }
  }
  return arrived;
}

/** Highest memory of a worker in a first cycle and one without change, of 25,000 and of 100,000 people; a worker each. */
async function measureMemory(): Promise<Memory> {
  const peak = async (people: number, number: number) => {
    say(`provisioning: memory at ${people.toLocaleString('en-US')} people …`);
    await setLatency(0);
    await addPeople(databaseUrl, people);
    const group = await addGroup(databaseUrl, number, people);
    const worker = startMeasuredWorker(['--max-old-space-size=256']);
    try {
      const application = await activate(target, `memory-${people}`, [group], true);
      await untilFinished(application);
      await runCycleNow(systemActor, { applicationId: application.applicationId });
      await untilFinished(application);
      const { peakRssBytes } = await worker.usage();
      await end(application);
      return peakRssBytes / 2 ** 20;
    } finally {
      await worker.stop();
    }
  };
  const [mb25k, mb] = [await peak(25_000, groups.quarter), await peak(100_000, groups.all)];
  return { mb, mb25k, ratio: mb / mb25k };
}

/** Waits for the end of the application's cycle. @returns milliseconds from its start to its end, by its own row */
async function untilFinished({ applicationId, tenant }: Activated): Promise<number> {
  for (const until = Date.now() + cycleLimitMs; Date.now() < until; await sleep(200)) {
    const cycle = await db.cycle.findFirst({ where: { applicationId }, orderBy: { startedAt: 'desc' } });
    if (!cycle?.finishedAt) continue;
    if (cycle.stage !== 'finished') throw new Error(`The cycle of ${tenant} ended as ${cycle.stage}.`);
    const failed = await db.userLink.count({ where: { applicationId, state: { not: 'provisioned' } } });
    if (failed > 0) throw new Error(`${failed} people of ${tenant} are not provisioned.`);
    return cycle.finishedAt.getTime() - cycle.startedAt.getTime();
  }
  throw new Error(`The cycle of ${tenant} does not end.`);
}

/** Waits until nothing of an application is due, and no task is there that could make it so. */
async function untilIdle({ applicationId }: Activated): Promise<void> {
  for (let quiet = 0; quiet < 5; await sleep(200)) {
    const [row] = await db.$queryRaw<{ busy: boolean }[]>`
      SELECT EXISTS (SELECT FROM user_links WHERE application_id = ${applicationId}::uuid AND due_at IS NOT NULL)
        OR EXISTS (SELECT FROM group_links WHERE application_id = ${applicationId}::uuid AND due_at IS NOT NULL)
        OR EXISTS (SELECT FROM graphile_worker.jobs WHERE run_at <= clock_timestamp()) AS busy`;
    quiet = row?.busy ? 0 : quiet + 1;
  }
}

async function end({ applicationId, tenant }: Activated): Promise<void> {
  await deactivateIntegration(systemActor, { applicationId });
  await forget(tenant);
}

const total = (requests: Record<string, number>) => Object.values(requests).reduce((sum, count) => sum + count, 0);
const ask = (method: string, path: string) => fetch(`${target}/_bench${path}`, { method });
const setLatency = (latencyMs: number) => ask('POST', `?latencyMs=${latencyMs}`);
const forget = (tenant: string) => ask('DELETE', `/${tenant}`);
const reportOf = async (tenant: string) => (await (await ask('GET', `/${tenant}`)).json()) as TenantReport;

// It ends with whoever asked, however that ends; its worker ends with it.
process.once('disconnect', () => process.exit(0));
try {
  tell({ figures: await measure() });
} catch (error) {
  tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
await db.$disconnect();
process.disconnect?.();
