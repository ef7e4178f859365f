import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { hashToken, randomToken } from '@/lib/crypto/tokens';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { aPerson, tester } from '@/lib/directory/testing/people';
import { recordEvents } from '@/lib/events/record';
import { authenticateToken } from './authenticate-token';
import { createToken } from './create-token';
import { presetToken } from './preset-token';
import { listTokens } from './queries';
import { revokeToken } from './revoke-token';
import { createTokenSchema, tokenFilterSchema } from './schema';

const hour = 3_600_000;
const chosen = 'chosen-by-the-operator-0123456789abcdef';

beforeEach(async () => {
  await emptyTables('users', 'events', 'api_tokens');
});
afterEach(() => {
  delete process.env.LATCHKEY_API_TOKEN;
});
afterAll(() => db.$disconnect());

function make(values: { label?: string; role?: 'administrator' | 'helpdesk'; expiresAt?: Date } = {}, actor = tester) {
  return createToken(actor, createTokenSchema.parse({ label: 'deploy', role: 'administrator', ...values }));
}

const use = (token: string, address = '192.0.2.7') => authenticateToken(`Bearer ${token}`, address);

const eventsNamed = (name: string) => db.event.findMany({ where: { name }, orderBy: { id: 'asc' } });

/** Every row of every table, queue included, as text. */
async function everythingStored(): Promise<string> {
  const tables = await db.$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'graphile_worker')`;
  const texts = await Promise.all(
    tables.map(({ name }) => db.$queryRawUnsafe<{ row: string }[]>(`SELECT t::text AS row FROM ${name} t`)),
  );
  return texts.flatMap((rows) => rows.map(({ row }) => row)).join('\n');
}

test('a token has 256 random bits behind a mark that scanners know, and no two are the same', async () => {
  const [one, other] = [await make(), await make()];
  expect(one.token).toMatch(/^lk_[\w-]{43}$/);
  expect(one.token).not.toBe(other.token);
  expect(one.prefix).toBe(one.token.slice(0, 10));
});

test('only the hash of a token is stored: it stands in no row and in no event, used, refused or revoked', async () => {
  const { id, token } = await make();
  const session = await use(token);
  await recordEvents(db, [{ name: 'access_refused', actor: session.actor, outcome: 'error' }]);
  await revokeToken(session.actor, { id });
  await expect(use(token)).rejects.toThrow();
  process.env.LATCHKEY_API_TOKEN = chosen;
  await presetToken();

  const stored = await everythingStored();
  expect(stored).toContain(hashToken(token));
  expect(stored).toContain(hashToken(chosen));
  expect(stored).not.toContain(token.slice(12));
  expect(stored).not.toContain(chosen.slice(0, 10));
});

test('the list holds neither tokens nor their hashes, and those that work come first', async () => {
  const first = await make({ label: 'oldest' });
  const revoked = await make({ label: 'revoked' });
  await revokeToken(tester, { id: revoked.id });
  const { items: rows } = await listTokens();
  expect(rows.map(({ label, state }) => [label, state])).toEqual([
    ['oldest', 'active'],
    ['revoked', 'revoked'],
  ]);
  expect(JSON.stringify(rows)).not.toContain(hashToken(first.token));
});

test('a token that works is listed however many were revoked after it', async () => {
  await make({ label: 'the one' });
  const at = new Date();
  await db.apiToken.createMany({
    data: Array.from({ length: 501 }, (_, index) => ({
      ...{ label: `revoked ${index}`, prefix: '', tokenHash: String(index), role: 'helpdesk' as const },
      ...{ createdByName: 'tester', revokedAt: at, createdAt: new Date(at.getTime() + hour) },
    })),
  });
  const { items, total, nextCursor } = await listTokens();
  expect(items[0]?.label).toBe('the one');
  expect(total).toBe(502);
  const next = await listTokens({ cursor: nextCursor }, 500);
  expect(new Set([...items, ...next.items].map(({ id }) => id)).size).toBe(502);
});

test('the list is narrowed to a state and to words, and sorted, by what the address says', async () => {
  const lasting = await make({ label: 'nightly import', expiresAt: new Date(Date.now() + hour) });
  const ended = await make({ label: 'old_script' });
  await db.apiToken.update({ where: { id: ended.id }, data: { expiresAt: new Date() } });
  const gone = await make({ label: 'Build' });
  await revokeToken(tester, { id: gone.id });
  await use(lasting.token);
  const labels = async (query: Record<string, unknown>) =>
    (await listTokens(tokenFilterSchema.parse(query))).items.map(({ label }) => label);
  const lastingForever = await make({ label: 'without an end' });
  expect(await labels({ state: 'active' })).toEqual(['without an end', 'nightly import']);
  await db.apiToken.delete({ where: { id: lastingForever.id } });
  expect(await labels({ state: 'expired' })).toEqual(['old_script']);
  expect(await labels({ state: 'revoked' })).toEqual(['Build']);
  expect(await labels({ q: 'IMPORT night' })).toEqual(['nightly import']);
  expect(await labels({ q: lasting.prefix })).toEqual(['nightly import']);
  // Not a wildcard.
  expect(await labels({ q: 'n_ghtly' })).toEqual([]);
  expect(await labels({ sort: '-created' })).toEqual(['Build', 'old_script', 'nightly import']);
  expect(await labels({ sort: '-used' })).toEqual(expect.objectContaining({ 0: 'nightly import' }));
  expect(await labels({ sort: 'expires' })).toEqual(['old_script', 'nightly import', 'Build']);
  expect(await labels({ sort: 'nonsense', state: 'nonsense', q: ['a'] })).toHaveLength(3);
});

test('a token acts with its role and under its label, and what it does is recorded with its id', async () => {
  const { id, token } = await make({ label: 'nightly', role: 'helpdesk' });
  const session = await use(token, '198.51.100.4');
  expect(session).toMatchObject({ tokenId: id, role: 'helpdesk', requestsPerMinute: 3000 });
  const other = await make({ label: 'made by a token', role: 'helpdesk' }, session.actor);
  const [, event] = await eventsNamed('api_token_create');
  expect(event).toMatchObject({
    ...{ actorId: null, actorName: 'nightly', tokenId: id, clientAddress: '198.51.100.4' },
    ...{ targetType: 'token', targetId: other.id, targetName: 'made by a token', outcome: 'success' },
  });
  expect(await db.apiToken.findUnique({ where: { id: other.id } })).toMatchObject({ createdByName: 'nightly' });
});

test('a token tells who created it after that person is gone', async () => {
  const person = await aPerson({ username: 'kim', role: 'administrator' });
  const { id } = await make({}, { id: person.id, name: person.username, clientAddress: null });
  await db.user.delete({ where: { id: person.id } });
  expect((await listTokens()).items.find((row) => row.id === id)).toMatchObject({
    ...{ createdByName: 'kim', state: 'not_accepted', owner: 'person', ownerName: null },
  });
});

test.each([
  ['nothing', null],
  ['an empty header', ''],
  ['another scheme', 'Basic YWxhZGRpbjpvcGVuc2VzYW1l'],
  ['no token behind Bearer', 'Bearer '],
  ['a token that nobody made', `Bearer lk_${'x'.repeat(43)}`],
  ['a token with something after it', 'Bearer aaaaaaaaaaaaaaaaaaaa bbbb'],
  ['a header without an end', `Bearer ${'x'.repeat(100_000)}`],
])('%s is refused as unauthenticated', async (_, header) => {
  await make();
  await expect(authenticateToken(header, null)).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('the hash itself is no token', async () => {
  const { token } = await make();
  await expect(use(hashToken(token))).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('a revoked token is refused from the next request on, and says so; revoking twice keeps the first moment', async () => {
  const { id, token } = await make();
  await use(token);
  await revokeToken(tester, { id });
  const { revokedAt } = await db.apiToken.findUniqueOrThrow({ where: { id } });
  await expect(use(token)).rejects.toMatchObject({ code: 'unauthenticated', message: 'This token is revoked.' });
  await revokeToken(tester, { id });
  expect((await db.apiToken.findUniqueOrThrow({ where: { id } })).revokedAt).toEqual(revokedAt);
  expect(await eventsNamed('api_token_revoke')).toMatchObject([{ targetId: id }, { targetId: id }]);
});

test('revoking what does not exist is refused, and the attempt is recorded', async () => {
  const id = '00000000-0000-7000-8000-000000000000';
  await expect(revokeToken(tester, { id })).rejects.toMatchObject({ code: 'not_found' });
  expect(await eventsNamed('api_token_revoke')).toMatchObject([{ outcome: 'error', code: 'not_found' }]);
});

test('an expired token is refused at the moment it expires', async () => {
  const { id, token } = await make({ expiresAt: new Date(Date.now() + hour) });
  await use(token);
  await db.apiToken.update({ where: { id }, data: { expiresAt: new Date() } });
  await expect(use(token)).rejects.toMatchObject({ code: 'unauthenticated', message: 'This token is expired.' });
  expect((await listTokens()).items[0]?.state).toBe('expired');
});

test('a token cannot be made that has expired already; nothing is stored but the attempt', async () => {
  const late = make({ expiresAt: new Date(Date.now() - 1) });
  await expect(late).rejects.toMatchObject({ code: 'invalid_input', field: 'expiresAt' });
  expect(await db.apiToken.count()).toBe(0);
  expect(await eventsNamed('api_token_create')).toMatchObject([{ outcome: 'error', code: 'invalid_input' }]);
});

test('the last use is written with its address, at most once a minute', async () => {
  const { id, token } = await make();
  const read = () => db.apiToken.findUniqueOrThrow({ where: { id } });
  await use(token, '192.0.2.1');
  const first = await read();
  expect(first).toMatchObject({ lastUsedAddress: '192.0.2.1' });

  await Promise.all(['192.0.2.2', '192.0.2.3'].map((address) => use(token, address)));
  expect(await read()).toEqual(first);

  const before = new Date(Date.now() - 61_000);
  await db.apiToken.update({ where: { id }, data: { lastUsedAt: before } });
  await use(token, '192.0.2.4');
  const again = await read();
  expect(again.lastUsedAddress).toBe('192.0.2.4');
  expect(again.lastUsedAt?.getTime()).toBeGreaterThan(before.getTime());
});

test('a refused token does not count as used', async () => {
  const { id, token } = await make();
  await revokeToken(tester, { id });
  await expect(use(token)).rejects.toThrow();
  expect(await db.apiToken.findUniqueOrThrow({ where: { id } })).toMatchObject({ lastUsedAt: null });
});

test("the operator's token is made once, with the administrator's role, and works", async () => {
  expect(await presetToken()).toBe(false);
  process.env.LATCHKEY_API_TOKEN = chosen;
  expect(await presetToken()).toBe(true);
  expect(await presetToken()).toBe(false);
  expect(await use(chosen)).toMatchObject({ role: 'administrator' });
  // Of a token that somebody chose not even the beginning is kept.
  expect((await listTokens()).items).toMatchObject([{ label: 'LATCHKEY_API_TOKEN', prefix: '', expiresAt: null }]);
});

test("the operator's token stays revoked when the product starts again", async () => {
  process.env.LATCHKEY_API_TOKEN = chosen;
  await presetToken();
  const {
    items: [row],
  } = await listTokens();
  await revokeToken(tester, { id: row?.id ?? '' });
  expect(await presetToken()).toBe(false);
  await expect(use(chosen)).rejects.toMatchObject({ message: 'This token is revoked.' });
});

test('another value is another token; the one before goes on until it is revoked', async () => {
  process.env.LATCHKEY_API_TOKEN = chosen;
  await presetToken();
  process.env.LATCHKEY_API_TOKEN = `${chosen}-next`;
  expect(await presetToken()).toBe(true);
  await use(chosen);
  await use(`${chosen}-next`);
});

test("many starts at once make one of the operator's token", async () => {
  process.env.LATCHKEY_API_TOKEN = chosen;
  const made = await Promise.all(Array.from({ length: 8 }, () => presetToken()));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await db.apiToken.count()).toBe(1);
  expect(await eventsNamed('api_token_create')).toHaveLength(1);
});

test.each([
  ['label', { label: '  ' }],
  ['label', { label: 'a\nb' }],
  ['label', { label: 'x'.repeat(101) }],
  ['role', { role: 'user' }],
  ['requestsPerMinute', { requestsPerMinute: 0 }],
  ['requestsPerMinute', { requestsPerMinute: 1.5 }],
  ['expiresAt', { expiresAt: 'soon' }],
])('a wrong %s is told at that field: %j', (field, values) => {
  const parsed = createTokenSchema.safeParse({ label: 'ok', role: 'helpdesk', ...values });
  expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
});

test('a token that ends makes none that outlives it; one without an end makes any', async () => {
  const end = new Date(Date.now() + hour);
  const { actor } = await use((await make({ expiresAt: end })).token);
  const later = new Date(end.getTime() + 1);
  const refusal = { code: 'invalid_input', field: 'expiresAt' };
  await expect(make({}, actor)).rejects.toMatchObject(refusal);
  await expect(make({ expiresAt: later }, actor)).rejects.toMatchObject(refusal);
  expect((await use((await make({ expiresAt: end }, actor)).token)).role).toBe('administrator');
  const { actor: endless } = await use((await make()).token);
  expect((await use((await make({ expiresAt: later }, endless)).token)).role).toBe('administrator');
});

test('who tries tokens that nobody has is told to slow down, at that address; a token that works goes on working there', async () => {
  const { token } = await make();
  const guess = (address: string) => use(`lk_${randomToken()}`, address);
  for (let tried = 0; tried < 60; tried += 1) {
    await expect(guess('192.0.2.66')).rejects.toMatchObject({ code: 'unauthenticated' });
  }
  await expect(guess('192.0.2.66')).rejects.toMatchObject({
    code: 'rate_limited',
    details: { retryAfterSeconds: expect.any(Number) },
  });
  expect(await use(token, '192.0.2.66')).toMatchObject({ role: 'administrator' });
  await expect(guess('192.0.2.67')).rejects.toMatchObject({ code: 'unauthenticated' });
});
