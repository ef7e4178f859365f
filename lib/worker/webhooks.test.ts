import { run } from 'graphile-worker';
import { afterAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { untilFeedHasAll } from '@/lib/events/testing/until-feed-has-all';
import { lanesToPassOver } from '@/lib/queue/leases';
import { createWebhook } from '@/lib/webhooks/create-webhook';
import { deleteWebhook } from '@/lib/webhooks/delete-webhook';
import { deliverDue } from '@/lib/webhooks/deliver';
import { fanOut } from '@/lib/webhooks/fan-out';
import { getDelivery, getWebhook, listDeliveries, listWebhooks } from '@/lib/webhooks/queries';
import { replaceWebhookSecret } from '@/lib/webhooks/replace-secret';
import { resendDelivery, resendFailed } from '@/lib/webhooks/resend';
import { maxAttempts } from '@/lib/webhooks/retry-schedule';
import { testWebhook } from '@/lib/webhooks/send-test-message';
import { type Receiver, startReceiver } from '@/lib/webhooks/testing/receiver';
import { updateWebhook } from '@/lib/webhooks/update-webhook';
import { housekeeping } from './housekeeping';
import { logger } from './logger';
import { taskList } from './task-list';
import { work } from './testing/support';

process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = '127.0.0.1';

const receivers: Receiver[] = [];
beforeEach(async () => {
  await emptyTables('webhooks', 'webhook_deliveries', 'events');
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
});
afterAll(async () => {
  for (const receiver of receivers) await receiver.close();
  await db.$disconnect();
});

/** A webhook with a receiver behind it that knows the secret. */
async function hook(more: { eventNames?: 'user_create'[]; applicationIds?: string[]; label?: string } = {}) {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const { label = 'SIEM', eventNames = [], applicationIds = [] } = more;
  const created = await createWebhook(actor, { label, url: receiver.url, eventNames, applicationIds });
  receiver.secret = created.secret;
  return { receiver, ...created };
}

const record = (...messages: string[]) =>
  recordEvents(
    db,
    messages.map((message) => ({ name: 'user_create', actor, message })),
  );

/** What the loop and the queue do in a second or so. */
async function pass(): Promise<void> {
  await untilFeedHasAll();
  await passAsItIs();
}

async function fanOutAll(): Promise<void> {
  await untilFeedHasAll();
  await fanOut();
}

/** The same, where a transaction of the test's own is open. */
async function passAsItIs(): Promise<void> {
  await fanOut();
  await work();
}

/** As if the pause before the next attempt had passed. */
async function passTime(): Promise<void> {
  await db.$executeRaw`UPDATE webhook_deliveries SET next_attempt_at = now() WHERE state = 'waiting'`;
  await db.$executeRaw`UPDATE webhooks SET rests_until = NULL`;
  await db.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now()`;
  await work();
}

const states = async (webhookId: string) =>
  (await db.webhookDelivery.findMany({ where: { webhookId }, orderBy: { createdAt: 'asc' } })).map((row) => row.state);
const deliveryEvents = () => db.event.findMany({ where: { name: 'webhook_delivery' }, orderBy: { id: 'asc' } });
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => String(from + index));

test('every event from its creation on is delivered once, in order, in messages of at most a hundred', async () => {
  await record('before');
  await untilFeedHasAll();
  const { receiver } = await hook({ eventNames: ['user_create'] });
  await record(...numbers(0, 250));
  await pass();
  await record(...numbers(250, 260));
  await pass();
  await pass();
  expect(receiver.accepted).toEqual(numbers(0, 260));
  expect(receiver.received.map(({ message }) => message.events?.length)).toEqual([100, 100, 50, 10]);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
  expect(receiver.received[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
  expect(receiver.received[0]?.message.events?.[0]).toEqual({
    id: expect.stringMatching(/^\d+$/),
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    name: 'user_create',
    outcome: 'success',
    actor: { id: null, name: 'Latchkey', tokenId: null },
    clientAddress: null,
    application: null,
    target: null,
    code: null,
    message: '0',
    changes: null,
    cycleId: null,
    count: 1,
  });
});

test('a webhook gets the events that it asked for and no others', async () => {
  const { receiver } = await hook({ eventNames: ['user_create'] });
  const everything = await hook({ label: 'All' });
  await record('wanted');
  await recordEvents(db, [{ name: 'user_update', actor, message: 'unwanted' }]);
  await pass();
  expect(receiver.accepted).toEqual(['wanted']);
  expect(everything.receiver.accepted).toEqual(expect.arrayContaining(['wanted', 'unwanted']));
});

test('large events are cut into messages by size, and none is left out', async () => {
  const { receiver } = await hook({ eventNames: ['user_create'] });
  const large = numbers(0, 12).map((name) => name.padEnd(200_000, '.'));
  await record(...large);
  await pass();
  expect(receiver.accepted).toEqual(large);
  for (const { body } of receiver.received) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(512 * 1024);
  expect(receiver.received.length).toBe(6);
});

test('what piled up is passed over in transactions that end, however much of it nobody wants', async () => {
  const { id, receiver } = await hook({ eventNames: ['user_create'] });
  await db.$executeRaw`
    INSERT INTO events (at, name, outcome, actor_name)
    SELECT now(), 'access_refused', 'error', 'script' FROM generate_series(1, 100500)`;
  await record('at last');
  // Counted, not subtracted: ids have gaps where other tests took events away.
  const ahead = async () => {
    const { position } = await db.webhook.findUniqueOrThrow({ where: { id } });
    return db.event.count({ where: { id: { gt: position } } });
  };
  const before = await ahead();
  await pass();
  expect(before - (await ahead())).toBe(100_000);
  expect(receiver.received).toEqual([]);
  await pass();
  expect(receiver.received).toHaveLength(1);
}, 90_000);

test('an event that commits late is not missed', async () => {
  const { receiver } = await hook({ eventNames: ['user_create'] });
  let finish = () => {};
  let open: Promise<void> | undefined;
  await new Promise<void>((written, failed) => {
    open = db.$transaction(async (tx) => {
      await recordEvents(tx, [{ name: 'user_create', actor, message: 'late' }]);
      written();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    open.catch(failed);
  });
  await record('after');
  await passAsItIs();
  expect(receiver.accepted).toEqual([]);
  finish();
  await open;
  await untilFeedHasAll();
  await passAsItIs();
  expect(receiver.accepted).toEqual(['late', 'after']);
});

test('several processes that fan out at once deliver everything once', async () => {
  const { receiver, id } = await hook({ eventNames: ['user_create'] });
  for (let round = 0; round < 5; round += 1) {
    await record(...numbers(round * 50, round * 50 + 50));
    await Promise.all(Array.from({ length: 6 }, () => fanOut()));
  }
  await Promise.all([work(), work()]);
  await pass();
  expect(receiver.accepted).toEqual(numbers(0, 250));
  expect((await listDeliveries(id)).total).toBe(receiver.received.length);
});

test('a receiver that is down is tried again later and later; when it is back, nothing was lost', async () => {
  const { receiver, id } = await hook({ eventNames: ['user_create'] });
  receiver.answer = () => ({ status: 503 });
  await record('first');
  await pass();
  await record('second');
  await pass();
  const [waiting] = (await listDeliveries(id, { state: 'waiting' })).items.slice(-1);
  expect(waiting).toMatchObject({
    attempts: 1,
    lastStatus: 503,
    lastError: 'The receiver answered 503 Service Unavailable.',
  });
  const pause = (waiting?.nextAttemptAt?.getTime() ?? 0) - Date.now();
  expect(pause).toBeGreaterThan(5_000);
  expect(pause).toBeLessThan(12_500);
  expect(await getWebhook(id)).toMatchObject({ state: 'failing', waiting: 2, failed: 0 });
  await passTime();
  expect((await listDeliveries(id)).items.map((row) => row.attempts)).toEqual([2, 2]);

  receiver.answer = () => ({ status: 200 });
  await record('third');
  // The new one is accepted, which calls the two others, whose time has not come yet.
  await pass();
  expect([...receiver.accepted].sort()).toEqual(['first', 'second', 'third']);
  expect(await states(id)).toEqual(['delivered', 'delivered', 'delivered']);
  expect(await getWebhook(id)).toMatchObject({ state: 'ok', waiting: 0, lastError: null });
  expect(await deliveryEvents(), 'an outage that ended by itself is no event').toEqual([]);
});

test('nothing that answers at all is tried again as well', async () => {
  const { receiver, id } = await hook({ eventNames: ['user_create'] });
  await receiver.close();
  await record('unheard');
  await pass();
  const [delivery] = (await listDeliveries(id)).items;
  expect(delivery).toMatchObject({ state: 'waiting', attempts: 1, lastStatus: null });
  expect(delivery?.lastError).toContain('connection refused');
});

test('after the last attempt it is given up, shown and told once; sent again by hand, it arrives', async () => {
  const { receiver, id } = await hook({ eventNames: ['user_create'] });
  receiver.answer = () => ({ status: 500 });
  await record('stubborn');
  await pass();
  for (let attempt = 1; attempt < maxAttempts; attempt += 1) await passTime();
  await passTime();
  expect(receiver.received).toHaveLength(maxAttempts);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  const [delivery] = (await listDeliveries(id, { state: 'failed' })).items;
  expect(delivery).toMatchObject({ attempts: maxAttempts, lastStatus: 500, nextAttemptAt: null });
  expect(await getWebhook(id)).toMatchObject({ state: 'failing', waiting: 0, failed: 1 });
  expect(await deliveryEvents()).toEqual([
    expect.objectContaining({ outcome: 'error', code: 'delivery_failed', targetId: id, actorName: 'Latchkey' }),
  ]);

  receiver.answer = () => ({ status: 204 });
  await resendDelivery(actor, { deliveryId: delivery?.id ?? '' });
  await work();
  expect(receiver.accepted).toEqual(['stubborn']);
  expect(await getDelivery(delivery?.id ?? '')).toMatchObject({
    state: 'delivered',
    attempts: 1,
    lastError: null,
    events: [{ message: 'stubborn' }],
  });
});

test('everything that was given up is sent again at once, the oldest first', async () => {
  const { receiver, id } = await hook({ eventNames: ['user_create'] });
  for (const message of ['one', 'two', 'three']) {
    await record(message);
    await fanOutAll();
  }
  await db.$executeRaw`UPDATE webhook_deliveries SET state = 'failed', finished_at = now(), attempts = 9`;
  await work();
  expect(receiver.received).toEqual([]);
  expect(await resendFailed(actor, { webhookId: id })).toMatchObject({ id, changed: 3 });
  await work();
  expect(receiver.accepted).toEqual(['one', 'two', 'three']);
  expect(await resendFailed(actor, { webhookId: id })).toMatchObject({ id, changed: 0 });
});

test('webhooks that fail do not keep themselves or each other busy', async () => {
  const one = await hook({ label: 'One' });
  const other = await hook({ label: 'Other' });
  for (const { receiver } of [one, other]) receiver.answer = () => ({ status: 500 });
  await record('cause');
  for (let round = 0; round < 4; round += 1) {
    await pass();
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) await passTime();
  }
  const before = await db.webhookDelivery.count();
  await pass();
  await passTime();
  expect(await db.webhookDelivery.count()).toBe(before);
  expect(await deliveryEvents(), 'one for each receiver that missed the cause').toHaveLength(2);
  expect(await db.webhookDelivery.count({ where: { state: 'waiting' } })).toBe(0);
});

test('that one webhook fails is told to the others, not to itself', async () => {
  const failing = await hook({ label: 'Failing' });
  const well = await hook({ label: 'Well' });
  failing.receiver.answer = () => ({ status: 500 });
  await record('cause');
  await pass();
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) await passTime();
  failing.receiver.answer = () => ({ status: 204 });
  await record('later');
  await pass();
  const heard = ({ receiver }: typeof well) =>
    receiver.received.flatMap(({ message }) => (message.events ?? []).map((event) => event.name));
  expect(heard(well).filter((name) => name === 'webhook_delivery')).toHaveLength(1);
  expect(failing.receiver.accepted).toEqual(['later']);
  expect(heard(failing)).not.toContain('webhook_delivery');
});

test('a receiver gets one message at a time, in order; one that is slow holds up no other', async () => {
  const slow = await hook({ label: 'Slow', eventNames: ['user_create'] });
  const quick = await hook({ label: 'Quick', eventNames: ['user_create'] });
  let underWay = 0;
  let most = 0;
  slow.receiver.answer = () => {
    underWay += 1;
    most = Math.max(most, underWay);
    setTimeout(() => {
      underWay -= 1;
    }, 490);
    return { status: 204, delayMs: 500 };
  };
  for (const name of numbers(0, 5)) {
    await record(name);
    await fanOutAll();
  }
  const tasks = taskList({ workerId: crypto.randomUUID(), signal: new AbortController().signal });
  const connectionString = process.env.DATABASE_URL ?? '';
  const settings = {
    concurrency: 4,
    pollInterval: 100,
    noHandleSignals: true,
    logger,
    forbiddenFlags: lanesToPassOver,
  };
  const runner = await run({ connectionString, taskList: tasks, ...settings });
  onTestFinished(() => runner.stop().catch(() => undefined));
  await expect.poll(() => quick.receiver.accepted.length, { timeout: 25_000 }).toBe(5);
  expect(slow.receiver.received.length).toBeLessThan(5);
  await expect.poll(() => slow.receiver.accepted, { timeout: 25_000 }).toEqual(numbers(0, 5));
  expect(most).toBe(1);
  expect(quick.receiver.accepted).toEqual(numbers(0, 5));
});

test('a receiver that hangs costs one time-out in a while, however much waits for it, and others get theirs meanwhile', async () => {
  const hanging = await hook({ label: 'Hanging', eventNames: ['user_create'] });
  const well = await hook({ label: 'Well', eventNames: ['user_create'] });
  hanging.receiver.answer = () => ({ status: 503, delayMs: 700 });
  for (const name of numbers(0, 4)) {
    await record(name);
    await fanOutAll();
  }
  const hang = () => deliverDue(hanging.id, undefined, 250);
  const restSeconds = async () => {
    const { restsUntil } = await getWebhook(hanging.id);
    return restsUntil && Math.round((restsUntil.getTime() - Date.now()) / 1_000);
  };
  await hang();
  await hang();
  expect(hanging.receiver.received).toHaveLength(1);
  expect(await restSeconds()).toBeOneOf([9, 10]);
  await work();
  expect(well.receiver.accepted).toEqual(numbers(0, 4));
  await db.$executeRaw`UPDATE webhooks SET rests_until = NULL`;
  await hang();
  expect(hanging.receiver.received).toHaveLength(2);
  expect(await restSeconds()).toBeOneOf([29, 30]);
  expect(
    (await listDeliveries(hanging.id)).items.every(({ nextAttemptAt }) => Number(nextAttemptAt) > Date.now()),
  ).toBe(true);

  hanging.receiver.answer = () => ({ status: 204 });
  await passTime();
  expect([...hanging.receiver.accepted].sort()).toEqual(numbers(0, 4));
  expect(await restSeconds()).toBeNull();
});

test('410 Gone disables the webhook, once told; enabled again, it goes on where it stopped', async () => {
  const { receiver, id } = await hook({ eventNames: ['user_create'] });
  receiver.answer = () => ({ status: 410 });
  await record('gone');
  await pass();
  const disabled = await getWebhook(id);
  expect(disabled).toMatchObject({ state: 'disabled', waiting: 1, lastError: { status: 410 } });
  expect((await deliveryEvents()).map((event) => event.message)).toEqual([
    'The receiver answered 410 Gone: the webhook was disabled.',
  ]);
  await record('meanwhile');
  await pass();
  await passTime();
  expect(receiver.received).toHaveLength(1);
  const delivery = (await listDeliveries(id)).items[0]?.id ?? '';
  await expect(resendDelivery(actor, { deliveryId: delivery })).rejects.toMatchObject({ code: 'not_active' });

  receiver.answer = () => ({ status: 204 });
  const { label, url, version } = disabled;
  await updateWebhook(actor, {
    id,
    label,
    url,
    version,
    eventNames: ['user_create'],
    applicationIds: [],
    enabled: true,
  });
  await pass();
  expect(receiver.accepted).toEqual(['gone', 'meanwhile']);
});

test('Retry-After is honored, within bounds', async () => {
  const { receiver, id } = await hook({ eventNames: ['user_create'] });
  receiver.answer = () => ({ status: 429, headers: { 'retry-after': '120' } });
  await record('patience');
  await pass();
  const [delivery] = (await listDeliveries(id)).items;
  const pause = (delivery?.nextAttemptAt?.getTime() ?? 0) - Date.now();
  expect(pause).toBeGreaterThan(115_000);
  expect(pause).toBeLessThan(121_000);
});

test('a redirect is not followed, and a private address is refused where it is typed and where it is sent to', async () => {
  const target = await startReceiver();
  receivers.push(target);
  const { receiver, id, version } = await hook({ eventNames: ['user_create'] });
  receiver.answer = () => ({ status: 307, headers: { location: `${target.url}?token=hush` } });
  await record('astray');
  await pass();
  expect(target.received).toEqual([]);
  const [delivery] = (await listDeliveries(id)).items;
  expect(delivery).toMatchObject({ state: 'waiting', lastStatus: 307 });
  expect(delivery?.lastError).toContain(`redirects to ${new URL(target.url).origin}/…; redirects are not followed`);

  const values = { id, version, label: 'SIEM', eventNames: [], applicationIds: [], enabled: true };
  for (const url of ['http://10.0.0.1/in', 'https://169.254.169.254/latest', 'http://[::1]:1/']) {
    const refusal = expect.objectContaining({ code: 'target_not_allowed', field: 'url' });
    await expect(updateWebhook(actor, { ...values, url }), url).rejects.toEqual(refusal);
    await expect(createWebhook(actor, { ...values, url }), url).rejects.toEqual(refusal);
  }
  // A name that leads there is only known when it is resolved; a row could also have been put there by hand.
  await db.webhook.update({ where: { id }, data: { url: 'https://10.0.0.1/in' } });
  await passTime();
  const refused = (await listDeliveries(id)).items[0];
  expect(refused?.lastStatus).toBeNull();
  expect(refused?.lastError).toContain('requests into private networks are refused');
});

test('an answer that goes on for too long still counts by its status', async () => {
  const { receiver, id } = await hook({ eventNames: ['user_create'] });
  receiver.answer = () => ({ status: 200, body: '.'.repeat(200_000) });
  await record('wordy');
  await pass();
  expect(receiver.received).toHaveLength(1);
  expect(await states(id)).toEqual(['delivered']);
});

test('a test is sent at once, signed, and its refusal says what to do', async () => {
  const { receiver, id } = await hook();
  expect(await testWebhook(actor, { id })).toEqual({ id, version: 1, status: 204, durationMs: expect.any(Number) });
  expect(receiver.received.map(({ body }) => body)).toEqual(['{"type":"test"}']);
  receiver.answer = () => ({ status: 404 });
  await expect(testWebhook(actor, { id })).rejects.toMatchObject({
    code: 'delivery_failed',
    message: 'The receiver answered 404 Not Found.',
    hint: expect.stringContaining('POST'),
  });
  expect((await deliveryEvents()).map((event) => event.outcome)).toEqual(['success', 'error']);
});

test('a replaced secret signs everything from then on, also what was waiting', async () => {
  const { receiver, id, version, secret } = await hook({ eventNames: ['user_create'] });
  const replaced = await replaceWebhookSecret(actor, { id, version });
  expect(replaced.secret).not.toBe(secret);
  await expect(replaceWebhookSecret(actor, { id, version })).rejects.toMatchObject({ code: 'stale_version' });
  await record('signed anew');
  await pass();
  expect(receiver.received, 'the receiver still verifies with the old one').toEqual([]);
  receiver.secret = replaced.secret;
  await passTime();
  expect(receiver.accepted).toEqual(['signed anew']);
});

test('the secret is nowhere but sealed: not in rows, events, jobs, errors or what queries return', async () => {
  const { receiver, id, version, secret } = await hook();
  receiver.answer = () => ({ status: 500, body: secret });
  await record('quiet');
  await pass();
  await testWebhook(actor, { id }).catch((error: unknown) => expect(String(error)).not.toContain(secret.slice(6)));
  const replaced = await replaceWebhookSecret(actor, { id, version });
  const rows = await Promise.all([
    db.webhook.findMany(),
    db.webhookDelivery.findMany(),
    db.event.findMany(),
    db.$queryRaw`SELECT payload::text, last_error FROM graphile_worker._private_jobs`,
    listWebhooks(),
    listDeliveries(id),
  ]);
  const text = JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
  expect(text, 'the search must be able to find something').toContain('webhook_create');
  for (const key of [secret.slice(6), replaced.secret.slice(6)]) expect(text).not.toContain(key);
  expect(JSON.stringify(rows.slice(4))).not.toContain('ealed');
});

test('an address is told in events without path and query, also where nothing else of it changes', async () => {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const { id, version } = await createWebhook(actor, {
    label: 'Q',
    url: `${receiver.url}?token=hush`,
    eventNames: [],
    applicationIds: [],
  });
  const values = { label: 'Q', eventNames: [], applicationIds: [], enabled: true };
  await updateWebhook(actor, { id, version, ...values, url: `${receiver.url}/quiet` });
  const text = JSON.stringify(await db.event.findMany(), (_key, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const told = `${new URL(receiver.url).origin}/…`;
  expect(await db.event.findFirst({ where: { name: 'webhook_update' } })).toMatchObject({
    changes: { url: { from: told, to: told } },
  });
  expect(text).not.toMatch(/hush|quiet/);
});

test('two who save at once: the second is told what the first one stored', async () => {
  const { receiver, id, version } = await hook();
  const values = { id, version, label: 'Mine', url: receiver.url, eventNames: [], applicationIds: [], enabled: true };
  await updateWebhook(actor, values);
  const refusal = await updateWebhook(actor, { ...values, label: 'Theirs' }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(AppError);
  expect(refusal).toMatchObject({ code: 'stale_version', details: { version: 2, values: { label: 'Mine' } } });
  await expect(
    updateWebhook(actor, { ...values, version: 2, applicationIds: [crypto.randomUUID()] }),
  ).rejects.toMatchObject({ code: 'invalid_input', field: 'applicationIds' });
});

test('a webhook that is deleted takes its deliveries with it, and is sent nothing any more', async () => {
  const { receiver, id } = await hook();
  await record('too late');
  await fanOutAll();
  await deleteWebhook(actor, { id });
  await pass();
  expect(receiver.received).toEqual([]);
  expect(await db.webhookDelivery.count()).toBe(0);
  await expect(deleteWebhook(actor, { id })).rejects.toMatchObject({ code: 'not_found' });
});

test('deliveries are listed by page, newest first, each once', async () => {
  const { id } = await hook({ eventNames: ['user_create'] });
  const at = new Date();
  await db.webhookDelivery.createMany({
    data: numbers(0, 25).map((name) => ({
      webhookId: id,
      eventIds: [BigInt(name)],
      state: Number(name) % 5 === 0 ? ('failed' as const) : ('delivered' as const),
      // Several of one moment: the id decides.
      createdAt: new Date(at.getTime() + Math.floor(Number(name) / 4)),
    })),
  });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listDeliveries(id, { cursor }, 7);
    expect(page.total).toBe(25);
    seen.push(...page.items.map((row) => row.id));
    cursor = page.nextCursor;
  } while (cursor);
  expect(new Set(seen).size).toBe(25);
  expect((await listDeliveries(id, { state: 'failed' })).items).toHaveLength(5);
  expect((await listDeliveries(id, { cursor: 'nonsense' })).items).toHaveLength(25);
});

test('finished deliveries go after thirty days; a delivery without a job gets one again', async () => {
  const { receiver, id } = await hook({ eventNames: ['user_create'] });
  const day = 24 * 60 * 60_000;
  await db.webhookDelivery.createMany({
    data: [31, 29].map((days) => ({
      webhookId: id,
      eventIds: [],
      state: 'failed' as const,
      finishedAt: new Date(Date.now() - days * day),
    })),
  });
  await record('lost job');
  await fanOutAll();
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await db.$executeRaw`UPDATE webhook_deliveries SET next_attempt_at = now() - interval '1 hour' WHERE state = 'waiting'`;
  await housekeeping();
  await work();
  expect(receiver.accepted).toEqual(['lost job']);
  expect((await states(id)).sort()).toEqual(['delivered', 'failed']);
});
