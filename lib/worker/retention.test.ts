import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { setClockOffset } from '@/lib/core/clock';
import { valuesOf } from '@/lib/core/setting';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { assertNotOvertaken, feedEnd, readFeed } from '@/lib/events/feed';
import { recordEvents } from '@/lib/events/record';
import { untilFeedHasAll } from '@/lib/events/testing/until-feed-has-all';
import { ages, deleteDue, previewRetention } from '@/lib/installation/retention';
import { updateSettings } from '@/lib/installation/update-settings';
import { integratedApplication, linkedPerson } from '@/lib/provisioning/testing/integration';
import { installationSettings, updateSettingsSchema } from '@/lib/settings/schema';
import { forgetSettings, readSettings } from '@/lib/settings/settings';
import { createToken } from '@/lib/tokens/create-token';
import { createTokenSchema } from '@/lib/tokens/schema';
import { deliverDue } from '@/lib/webhooks/deliver';
import { getWebhook } from '@/lib/webhooks/queries';
import { housekeeping } from './housekeeping';
import { retentionStretch } from './retention';

const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);
const run = (signal = new AbortController().signal) => retentionStretch(signal);
const defaults = valuesOf(installationSettings);

let applicationId = '';

beforeEach(async () => {
  await emptyTables(
    'users',
    'groups',
    'applications',
    'events',
    'mails',
    'webhooks',
    'api_tokens',
    'graphile_worker._private_jobs',
  );
  await db.setting.deleteMany();
  forgetSettings();
  applicationId = await integratedApplication();
});
afterEach(() => setClockOffset(0));

/** Tables that do not grow by themselves, each with its reason. */
const kept: Record<string, string> = {
  _prisma_migrations: 'one for each migration',
  settings: 'a handful of keys',
  task_leases: 'one for a task that is under way; those of dead processes go with the next heartbeat',
  worker_heartbeats: 'those of dead processes go after an hour, by the next heartbeat',
  applications: 'people make and delete them',
  application_groups: 'people make and delete them',
  application_users: 'people make and delete them',
  application_moves: 'people begin them: one for an instance that is replaced',
  attribute_definitions: 'one for a custom attribute, however many people have it',
  attribute_mappings: 'people make and delete them',
  import_row_counts: 'one for a state that rows of an import are in; they go with it',
  import_comments: '200 of an import at most; they go with it',
  import_runs: 'one each time that somebody confirms an import or retries some of it; they go with it',
  import_keys: 'what accounts are matched by, while they are; emptied at the end, and gone with the import',
  import_group_choices: 'one for a group that somebody chose for, and an application',
  import_choices: 'one for an account that somebody chose for, and an application',
  import_settings: 'one for an application',
  target_attributes: 'those of a template, of a server up to a bound, and what people add',
  integrations: 'one for an application',
  authorizations: 'three for an application at most',
  sso_settings: 'one for an application',
  sp_metadata_sources: 'one for an application',
  idp_keys: 'people make and delete them',
  sp_certificates: 'people make and delete them',
  application_group_members: 'one for a member of a group of an application, as the last import read it',
  import_groups: 'go with their import',
  group_members: 'people make and delete them',
  group_nestings: 'people make and delete them',
  group_rule_clauses: 'people make and delete them; they go with their group',
  effective_members: 'one for a group and a person in it, and goes with that',
  group_counts: 'one for a group',
  taken_names: 'two for a person',
  namings: 'one for a way in which people are named in applications',
  computed_names: 'one for a person and a naming',
  throttles: 'those that have decayed go with housekeeping, and 200,000 are kept at most',
  stale_names: 'one for a person whose names are to be made anew',
  user_links: 'one for a person and an application',
  group_links: 'one for a group and an application',
  group_link_members: 'one for a member of a group link',
  group_link_counts: 'one for a group link',
  group_link_marks: 'a thousand for a group link at most, and gone when it was worked on',
  scope_clauses: 'people make and delete them, up to a bound for an application',
  mapping_revisions: 'fifty for a table of mappings, which goes on without the oldest',
  cycle_outcomes: 'go with their cycle',
  cycle_counts: 'one for a cycle',
  dry_run_rows: 'go with their dry run',
  manual_tasks: 'one for a person, an application and a task of its template',
  missing_links: 'one for a link that a reading did not show; goes with the answer',
  held_decisions: 'one for an application, and gone when it was carried out',
  cycle_count_changes: 'gone when their transaction commits',
  user_batch_rows: 'go with what was done to many people',
  shared_names: 'one for a name of several people, and goes with it',
  saml_sessions: 'go with their session',
  logouts: 'go with their session',
  api_tokens: 'people make and revoke them',
  sources: 'people make them; deleted ones stay as a row',
  source_tokens: 'people make and revoke them, up to a bound for a source',
  source_refusals: 'two hundred for a source, which goes on without the oldest',
  webhooks: 'people make and delete them',
  'graphile_worker._private_job_queues': 'no task is in one',
  'graphile_worker._private_tasks': 'one for each kind of task',
  'graphile_worker._private_known_crontabs': 'one for each entry of the schedule',
  'graphile_worker.migrations': 'one for each migration of the queue',
};

test('every table takes a side: it has an age, or a reason why it does not grow by itself', async () => {
  const tables = await db.$queryRaw<{ name: string }[]>`
    SELECT CASE table_schema WHEN 'public' THEN table_name ELSE table_schema || '.' || table_name END AS name
    FROM information_schema.tables WHERE table_schema IN ('public', 'graphile_worker') AND table_type = 'BASE TABLE'`;
  expect(tables.map(({ name }) => name).sort()).toEqual([...Object.keys(kept), ...Object.keys(ages)].sort());
});

test('the column by which a table ages has an index, where it is looked for by that alone', async () => {
  const indexes = await db.$queryRaw<{ column: string }[]>`
    SELECT t.relname || '.' || a.attname AS column FROM pg_index i
    JOIN pg_class t ON t.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]`;
  const indexed = indexes.map(({ column }) => column);
  const wanted = Object.entries(ages).flatMap(([table, age]) =>
    'from' in age ? [] : [age.since.sql.replace(/^t\./, `${table}.`)],
  );
  // Few rows, whatever happens: addresses that asked for a link, people who were purged, groups that were deleted, jobs.
  const small = [
    'password_link_limits.since',
    'users.purged_at',
    'groups.deleted_at',
    'graphile_worker._private_jobs.updated_at',
  ];
  expect(wanted.filter((column) => !indexed.includes(column) && !small.includes(column))).toEqual([]);
});

/** One row of the table, of this age in days, by its own clock. @returns whether it is still there */
const rows: Record<string, (days: number) => Promise<() => Promise<boolean>>> = {
  events: async (days) => {
    const { id } = await db.event.create({
      data: { at: daysAgo(days), name: 'user_create', outcome: 'success', actorName: 'somebody' },
    });
    await recordEvents(db, [{ name: 'demo_reset', actor, message: 'the last one of the feed stays' }]);
    return async () => (await db.event.count({ where: { id } })) > 0;
  },
  event_words: async (days) => {
    // Kept for 90 days together: of the last of these, it is as old as asked.
    await db.$executeRaw`INSERT INTO event_words (until, word) VALUES (${daysAgo(days)}, 'aging')`;
    return async () => (await db.$queryRaw<unknown[]>`SELECT FROM event_words WHERE word = 'aging'`).length > 0;
  },
  exchanges: async (days) => {
    const { id } = await operation({ state: 'succeeded', finishedAt: new Date() });
    await db.exchange.create({ data: { operationId: id, method: 'GET', url: '', createdAt: daysAgo(days) } });
    return async () => (await db.exchange.count({ where: { operationId: id } })) > 0;
  },
  operations: async (days) => {
    const { id } = await operation({ state: 'failed', createdAt: daysAgo(days), finishedAt: daysAgo(days) });
    return async () => (await db.operation.count({ where: { id } })) > 0;
  },
  cycles: async (days) => {
    const times = { startedAt: daysAgo(days + 1), finishedAt: daysAgo(days) };
    const { id } = await db.cycle.create({ data: { applicationId, trigger: 'manual', stage: 'finished', ...times } });
    return async () => (await db.cycle.count({ where: { id } })) > 0;
  },
  mails: async (days) => {
    const { id } = await db.mail.create({
      data: { to: 'a@b.example', subject: '', textSealed: '', createdAt: daysAgo(days) },
    });
    return async () => (await db.mail.count({ where: { id } })) > 0;
  },
  imports: async (days) => {
    const id = await finishedImport(daysAgo(days), 3);
    return async () =>
      (await db.import.count({ where: { id } })) + (await db.importRow.count({ where: { importId: id } })) > 0;
  },
  webhook_deliveries: async (days) => {
    const { id: webhookId } = await webhook();
    const { id } = await db.webhookDelivery.create({
      data: { webhookId, eventIds: [], state: 'delivered', finishedAt: daysAgo(days) },
    });
    return async () => (await db.webhookDelivery.count({ where: { id } })) > 0;
  },
  sessions: async (days) => {
    const { userId } = await linkedPerson(applicationId, `person${Math.random()}`, 'provisioned');
    const at = daysAgo(days + 1);
    const times = { authenticatedAt: at, lastSeenAt: at, expiresAt: daysAgo(days) };
    const { id } = await db.session.create({ data: { userId, ...times } });
    return async () => (await db.session.count({ where: { id } })) > 0;
  },
  activation_links: async (days) => {
    const { userId } = await linkedPerson(applicationId, `person${Math.random()}`, 'provisioned');
    const { id } = await db.activationLink.create({
      data: { userId, tokenHash: String(days), expiresAt: daysAgo(days) },
    });
    return async () => (await db.activationLink.count({ where: { id } })) > 0;
  },
  idempotency_keys: async (days) => {
    const { id: tokenId } = await createToken(actor, createTokenSchema.parse({ label: 'x', role: 'helpdesk' }));
    await db.idempotencyKey.create({ data: { tokenId, key: 'k', requestHash: '', createdAt: daysAgo(days) } });
    return async () => (await db.idempotencyKey.count({ where: { tokenId } })) > 0;
  },
  groups: async (days) => {
    const { id } = await db.group.create({ data: { name: String(days), deletedAt: daysAgo(days) } });
    return async () => (await db.group.count({ where: { id } })) > 0;
  },
  'graphile_worker._private_jobs': async (days) => {
    await db.$executeRaw`SELECT graphile_worker.add_job('send-mail', '{}', max_attempts => 1, job_key => ${String(days)}::text)`;
    await db.$executeRaw`
      UPDATE graphile_worker._private_jobs SET attempts = 1, updated_at = ${daysAgo(days)} WHERE key = ${String(days)}`;
    return async () => (await jobs(String(days))) > 0;
  },
};

async function jobs(key: string): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM graphile_worker._private_jobs WHERE key = ${key}`;
  return row?.count ?? 0;
}

async function operation(data: {
  state: 'intent' | 'succeeded' | 'failed' | 'unknown';
  createdAt?: Date;
  finishedAt?: Date | null;
}) {
  const link = await linkedPerson(applicationId, `person${Math.random()}`, 'provisioned');
  return db.operation.create({ data: { applicationId, userLinkId: link.id, action: 'update', changes: {}, ...data } });
}

async function finishedImport(finishedAt: Date | null, count: number): Promise<string> {
  const remoteIds = Array.from({ length: count }, (_, index) => String(index));
  const { id } = await db.import.create({
    data: {
      applicationId,
      state: finishedAt ? 'finished' : 'review',
      startedByName: 'somebody',
      startedAt: daysAgo(1_000),
      finishedAt,
      rows: {
        createMany: {
          data: remoteIds.map((remoteId) => ({ remoteId, userName: '', active: true, match: 'none' as const })),
        },
      },
    },
  });
  return id;
}

const webhook = (data: { enabled?: boolean; position?: bigint; eventNames?: string[] } = {}) =>
  db.webhook.create({
    data: {
      label: 'SIEM',
      url: 'https://siem.example',
      secretSealed: '',
      secretUpdatedAt: new Date(),
      createdByName: '',
      ...data,
    },
  });

describe('each has its age', () => {
  const expected: Record<string, number> = {
    events: 400,
    exchanges: 30,
    operations: 90,
    cycles: 90,
    mails: 30,
    imports: 90,
    webhook_deliveries: 30,
    sessions: 7,
    activation_links: 30,
    idempotency_keys: 1,
    groups: 30,
    'graphile_worker._private_jobs': 30,
  };
  test.each(Object.entries(expected))('%s: %i days', async (table, days) => {
    const make = rows[table];
    if (!make) return expect.fail('has no row');
    const [young, old] = [await make(days - 0.1), await make(days + 0.1)];
    await run();
    expect([await young(), await old()]).toEqual([true, false]);
  });

  test('a shorter one takes effect with the next stretch', async () => {
    const there = await rows.mails?.(8);
    await run();
    expect(await there?.()).toBe(true);
    await updateSettings(actor, { ...defaults, mailRetentionDays: 7, version: 1 });
    await run();
    expect(await there?.()).toBe(false);
  });
});

describe('what is still needed stays, however old it is', () => {
  test('open intents and unknown outcomes, with their links; what has ended goes, and the link stays', async () => {
    const createdAt = daysAgo(5_000);
    const [intent, unknown] = [
      await operation({ state: 'intent', createdAt }),
      await operation({ state: 'unknown', createdAt }),
    ];
    const done = await operation({ state: 'succeeded', createdAt, finishedAt: createdAt });
    await run();
    const left = await db.operation.findMany({ select: { id: true } });
    expect(left.map(({ id }) => id).sort()).toEqual([intent.id, unknown.id].sort());
    expect(await db.userLink.count({ where: { id: done.userLinkId ?? '' } })).toBe(1);
  });

  test('cycles, imports and deliveries that have not ended', async () => {
    await db.cycle.create({ data: { applicationId, trigger: 'manual', startedAt: daysAgo(5_000) } });
    await finishedImport(null, 2);
    const { id: webhookId } = await webhook();
    await db.webhookDelivery.create({ data: { webhookId, eventIds: [], createdAt: daysAgo(5_000) } });
    await run();
    expect([await db.cycle.count(), await db.import.count(), await db.importRow.count()]).toEqual([1, 1, 2]);
    expect(await db.webhookDelivery.count()).toBe(1);
  });

  test('what a cycle has done, while its operations are young', async () => {
    const { id: cycleId } = await db.cycle.create({
      data: { applicationId, trigger: 'manual', stage: 'finished', finishedAt: daysAgo(100) },
    });
    const { id, userLinkId } = await operation({ state: 'succeeded', finishedAt: new Date() });
    await db.operation.update({ where: { id }, data: { cycleId } });
    await db.userLink.update({ where: { id: userLinkId ?? '' }, data: { cycleId } });
    await run();
    expect([await db.cycle.count(), await db.operation.count(), await db.userLink.count()]).toEqual([0, 1, 1]);
  });

  test('a deleted group whose group in an application is still to be deleted', async () => {
    const { id: groupId } = await db.group.create({ data: { name: 'x', deletedAt: daysAgo(100) } });
    const link = await db.groupLink.create({ data: { applicationId, groupId, state: 'provisioned' } });
    await run();
    expect(await db.group.count()).toBe(1);
    await db.groupLink.update({ where: { id: link.id }, data: { state: 'deleted' } });
    await run();
    expect(await db.group.count()).toBe(0);
  });

  test('accounts that were read, as long as the connection is not deactivated', async () => {
    const account = { applicationId, remoteId: '1', userName: '', active: true, resource: {}, readAt: daysAgo(31) };
    await db.remoteAccount.create({ data: account });
    await db.remoteGroup.create({ data: { applicationId, remoteId: '1', displayName: '', readAt: daysAgo(31) } });
    await run();
    expect([await db.remoteAccount.count(), await db.remoteGroup.count()]).toEqual([1, 1]);
    await db.integration.update({ where: { applicationId }, data: { status: 'inactive' } });
    await run();
    expect([await db.remoteAccount.count(), await db.remoteGroup.count()]).toEqual([0, 0]);
  });
});

test('each is judged by the clock that wrote it: a demo that moves forward signs nobody out and takes no mail', async () => {
  const [session, mail, link, cycle, event] = await Promise.all(
    ['sessions', 'mails', 'activation_links', 'cycles', 'events'].map((table) => rows[table]?.(-1)),
  );
  setClockOffset(500 * dayMs);
  await run();
  expect([await session?.(), await mail?.()]).toEqual([true, true]);
  expect([await link?.(), await cycle?.(), await event?.()]).toEqual([false, false, false]);
});

describe('small batches', () => {
  const oldMails = (count: number) =>
    db.mail.createMany({
      data: Array.from({ length: count }, () => ({ to: '', subject: '', textSealed: '', createdAt: daysAgo(100) })),
    });

  test('a statement deletes some hundred rows, the oldest first, and says whether there are more', async () => {
    await oldMails(1_100);
    await db.mail.create({ data: { to: 'oldest', subject: '', textSealed: '', createdAt: daysAgo(101) } });
    const batch = () => transaction((tx) => deleteDue(tx, 'mails', defaults));
    expect(await batch()).toEqual({ count: 500, more: true });
    expect(await db.mail.count({ where: { to: 'oldest' } })).toBe(0);
    expect(await batch()).toEqual({ count: 500, more: true });
    expect(await batch()).toEqual({ count: 101, more: false });
  });

  test('a stretch that is asked to stop asks for another one, which deletes the rest', async () => {
    await oldMails(1_100);
    await run(AbortSignal.abort());
    expect([await db.mail.count(), await jobs('retention')]).toEqual([1_100, 1]);
    await run();
    expect([await db.mail.count(), await jobs('retention')]).toEqual([0, 1]);
  });

  test('rows that somebody has in hand are left to the next time, and hold up nothing', async () => {
    await oldMails(3);
    const first = await db.mail.findFirstOrThrow();
    await db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM mails WHERE id = ${first.id}::uuid FOR UPDATE`;
      await run();
      expect(await db.mail.findMany({ select: { id: true } })).toEqual([{ id: first.id }]);
    });
    await run();
    expect(await db.mail.count()).toBe(0);
  });

  test('an import of many rows goes row by row before it goes itself', async () => {
    const importId = await finishedImport(daysAgo(100), 1_200);
    expect(await transaction((tx) => deleteDue(tx, 'imports', defaults))).toEqual({ count: 0, more: false });
    await run();
    expect([await db.import.count({ where: { id: importId } }), await db.importRow.count()]).toEqual([0, 0]);
  });
});

test('housekeeping, which the schedule calls every ten minutes, asks for a stretch', async () => {
  await housekeeping();
  expect(await jobs('retention')).toBe(1);
});

describe('readers of events are never overtaken in silence', () => {
  /** So many events that have reached their age, then as many that have not. */
  async function events(old: number, young: number): Promise<bigint[]> {
    const event = (at: Date, name: string) => ({ at, name, outcome: 'success' as const, actorName: 'somebody' });
    await db.$executeRaw`TRUNCATE events`;
    // Each in a transaction of its own, as they come.
    for (let index = 0; index < old; index += 1) await db.event.create({ data: event(daysAgo(401), 'user_create') });
    for (let index = 0; index < young; index += 1) await db.event.create({ data: event(new Date(), 'user_update') });
    return (await db.event.findMany({ orderBy: { id: 'asc' }, select: { id: true } })).map(({ id }) => id);
  }
  const told = () => db.event.count({ where: { name: 'webhook_delivery', outcome: 'error' } });
  const missed = async (id: string) => (await getWebhook(id)).missedEvents;

  test('a webhook that stands behind is told how many it missed, once by an event; one that is up to date missed nothing', async () => {
    const ids = await events(6, 2);
    const behind = await webhook({ enabled: false, position: ids[1] ?? 0n });
    const choosy = await webhook({ enabled: false, position: ids[0] ?? 0n, eventNames: ['user_update'] });
    const upToDate = await webhook({ position: ids.at(-1) ?? 0n });
    const fromTheStart = await webhook({ position: 0n });
    await run();
    expect(await Promise.all([behind, choosy, upToDate, fromTheStart].map(({ id }) => missed(id)))).toEqual([
      4, 0, 0, 6,
    ]);
    expect(await told()).toBe(2);
    await db.event.create({ data: { at: daysAgo(401), name: 'user_create', outcome: 'success', actorName: '' } });
    await recordEvents(db, [{ name: 'user_update', actor }]);
    await untilFeedHasAll();
    await db.webhook.update({ where: { id: upToDate.id }, data: { position: await feedEnd() } });
    await run();
    expect(await missed(behind.id)).toBe(5);
    expect(await told(), 'not again while it goes on').toBe(2);
  });

  test('what waits in a delivery counts, and a delivery of which nothing is left is given up instead of passing for delivered', async () => {
    const ids = await events(3, 1);
    const { id: webhookId } = await webhook({ position: ids.at(-1) ?? 0n });
    const delivery = await db.webhookDelivery.create({
      data: { webhookId, eventIds: ids.slice(0, 3), nextAttemptAt: new Date() },
    });
    await run();
    expect(await missed(webhookId)).toBe(3);
    await deliverDue(webhookId);
    expect(await db.webhookDelivery.findUnique({ where: { id: delivery.id } })).toMatchObject({
      state: 'failed',
      lastError: 'Its events are not kept any more.',
    });
  });

  test('a cursor behind which events were deleted is refused; one that has seen them all goes on', async () => {
    const ids = await events(4, 2);
    const [first = 0n, , third = 0n, fourth = 0n, fifth = 0n] = ids;
    await run();
    for (const overtaken of [first, third]) {
      await expect(assertNotOvertaken(overtaken)).rejects.toMatchObject({ code: 'cursor_expired' });
    }
    for (const fine of [0n, fourth, fifth]) await assertNotOvertaken(fine);
    await untilFeedHasAll();
    const idsAfter = async (position: bigint) => (await readFeed(position)).items.map(({ id }) => BigInt(id));
    expect(await idsAfter(fourth)).toEqual(ids.slice(4));
    expect(await idsAfter(fifth)).toEqual(ids.slice(5));
    expect(await idsAfter(0n)).toEqual(ids.slice(4));
  });

  test('a reader whose place is gone begins with the first that is kept, also where an id above it comes first in the feed', async () => {
    const ids = await events(2, 3);
    const [, second = 0n, third = 0n, fourth = 0n, fifth = 0n] = ids;
    // Written by a transaction that began early and ended late.
    await db.$executeRaw`UPDATE events SET tx = (SELECT tx FROM events WHERE id = ${fifth}) WHERE id = ${third}`;
    await run();
    await untilFeedHasAll();
    expect((await readFeed(second)).items.map(({ id }) => BigInt(id))).toEqual([fourth, third, fifth]);
    await assertNotOvertaken(second);
  });

  test('the last event stays, however old, so that who has read everything has a place to go on from', async () => {
    const ids = await events(3, 0);
    await run();
    await untilFeedHasAll();
    expect(await feedEnd()).toBe(ids.at(-1));
    await assertNotOvertaken(ids.at(-1) ?? 0n);
    await recordEvents(db, [{ name: 'user_update', actor }]);
    await untilFeedHasAll();
    expect((await readFeed(ids.at(-1) ?? 0n)).items).toMatchObject([{ name: 'user_update' }]);
  });
});

test('settings that are stored keep their age rules: none is below what a delivery needs', async () => {
  const save = async (changed: Partial<typeof defaults>) =>
    updateSettings(actor, updateSettingsSchema.parse({ ...defaults, ...changed, version: 1 }));
  await expect(save({ eventRetentionDays: 6 })).rejects.toThrow('At least 7 days');
  await expect(save({ cycleRetentionDays: 91 })).rejects.toThrow('operations');
  await expect(save({ exchangeRetentionDays: 91 })).rejects.toThrow('operations');
  expect((await readSettings()).version).toBe(1);
});

test('what a shorter age would delete is counted before, with nothing deleted', async () => {
  for (const days of [5, 20, 29]) await rows.mails?.(days);
  await finishedImport(daysAgo(50), 4);
  await run();
  expect(await previewRetention({ mailRetentionDays: 10, importRetentionDays: 40, cycleRetentionDays: 90 })).toEqual([
    { setting: 'importRetentionDays', days: 40, rows: 1 },
    { setting: 'mailRetentionDays', days: 10, rows: 2 },
  ]);
  expect([await db.mail.count(), await db.import.count()]).toEqual([3, 1]);
});
