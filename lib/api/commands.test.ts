import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allows, permissions, roles } from '@/lib/auth/permissions';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { commandOperations } from './commands';
import { findApplicationId } from './internal/find-application-id';
import { cases } from './testing/cases';
import { type Sent, World } from './testing/world';

const world = new World();
// With whatever a command sends something to.
beforeAll(async () => {
  await world.peer();
});
afterAll(() => world.close());

/** Commands that helpdesk may give, said apart from what they declare. */
const helpdeskGives: readonly string[] = [
  'runCycleNow',
  'stopCycle',
  'startDryRun',
  'cancelDryRun',
  'provisionOnDemand',
  'tickOffTasks',
  'retryLink',
  'retryFailed',
  'correctDrift',
  'retryCause',
  'startImport',
  'discardImport',
  'decideRow',
  'decideRows',
  'decideImportGroups',
  'confirmImportGroups',
  'commentOnImport',
  'confirmImport',
  'retryRows',
  'retryFailedRows',
];

test('who may give which command is what the commands declare, and nothing else', () => {
  expect(commandOperations.length).toBeGreaterThan(5);
  for (const { command, id, permission } of commandOperations) {
    expect([id, permission]).toEqual([command.id, command.permission]);
    expect(Object.keys(permissions)).toContain(permission);
    const may = roles.filter((role) => allows(role, permission));
    expect(may, id).toEqual(helpdeskGives.includes(id) ? ['administrator', 'helpdesk'] : ['administrator']);
  }
});

const sentFor = (id: string): Promise<Sent> =>
  cases[id]?.valid(world) ?? Promise.reject(new Error(`${id} has no case.`));

/** With the moment of each: a reset of the demo begins to count anew. */
async function recorded(name: string): Promise<string[]> {
  const events = await db.event.findMany({ where: { name, outcome: 'success' }, select: { id: true, at: true } });
  return events.map(({ id, at }) => `${id} at ${at.toISOString()}`);
}

describe.each(commandOperations.map((operation) => [operation.id, operation] as const))('%s', (id, operation) => {
  test('answers the resource with its version, and is recorded', async () => {
    const { params: named = {}, body = {} } = await sentFor(id);
    const { application } = named;
    const params = application ? { ...named, application: await findApplicationId(application) } : named;
    const present = await operation.present?.(params);
    const before = await recorded(operation.command.event);
    // As a PATCH fills in what is not sent.
    const sent = { ...(operation.method === 'PATCH' ? present?.values : {}), ...(body as object) };
    const parsed = operation.body ? (operation.body.parse(sent) as object) : {};
    const input = operation.inputOf({ params, body: parsed, version: present?.version ?? 0 });
    const answer = await operation.command(systemActor, input);
    expect(answer).toMatchObject({ id: expect.any(String), version: expect.any(Number) });
    // Of a command over many parts; every case has some that it changes.
    expect(answer.changed ?? 1).toBeGreaterThan(0);
    const after = await recorded(operation.command.event);
    expect(after.filter((event) => !before.includes(event))).toHaveLength(1);
  });
});
