import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '@/lib/http/client';
import { attributesUpdate } from '@/lib/scim/attributes-update';
import { createScimClient } from '@/lib/scim/client';
import { deactivate } from '@/lib/scim/deactivate';
import type { Changes } from '@/lib/scim/patch';
import type { ServerProfile } from '@/lib/scim/profile';
import { bearer, type Received, type ScimAnswer, scimError, startScim } from '@/lib/scim/testing/scim-server';
import { updateResource } from '@/lib/scim/update-resource';
import { deleteResource } from '@/lib/scim/with-version';

const email = 'emails[type eq "work"].value';
const kim = { id: 'kim', userName: 'kim', active: true, title: 'Old', emails: [{ type: 'work', value: 'old@x' }] };
const several: Changes = {
  title: { from: 'Old', to: 'New' },
  nickName: { from: null, to: 'K' },
  [email]: { from: 'old@x', to: 'new@x' },
};

let close = async () => {};
afterEach(() => close());

/** A server with Kim's account, and a client that keeps what it is taught. */
async function served(bend: (request: Received) => ScimAnswer | undefined) {
  const server = await startScim(bend);
  close = server.close;
  server.users.set('kim', structuredClone(kim));
  const taught: Partial<ServerProfile>[] = [];
  const client = createScimClient({
    baseUrl: server.url,
    http: createHttpClient({ allowPrivateTargets: ['127.0.0.1'] }),
    authenticator: bearer(),
    learned: async (one) => void taught.push(one),
  });
  const known = { collection: 'Users' as const, id: 'kim', current: kim };
  const change = (changes: Changes = several) => updateResource(client, attributesUpdate(known, changes));
  const sent = () => server.received.splice(0).map(({ method }) => method);
  return { server, client, taught, known, change, sent };
}

const operations = ({ body }: Received) => (body.Operations ?? []) as { op: string; path: string }[];
const titleOnly: Changes = { title: { from: 'Old', to: 'New' } };

test('PATCH that is refused with 405 or 501 goes on by PUT in the same attempt, and is not tried again', async () => {
  for (const status of [405, 501]) {
    const { change, sent, taught } = await served(({ method }) =>
      method === 'PATCH' ? scimError(status, 'No') : undefined,
    );
    expect(await change()).toMatchObject({ ok: true, value: { title: 'New', userName: 'kim' } });
    expect(sent()).toEqual(['PATCH', 'GET', 'PUT']);
    expect(await change()).toMatchObject({ ok: true });
    expect(sent()).toEqual(['GET', 'PUT']);
    expect(taught).toEqual([{ patch: false }]);
    await close();
  }
});

test.each<[string, object, (request: Received) => boolean, string[], string[]]>([
  [
    'takes no filter in a path',
    { pathFilters: false },
    (one) => operations(one).some(({ path }) => path.includes('[')),
    ['PATCH', 'PATCH'],
    ['PATCH'],
  ],
  [
    'replaces nothing that is not there',
    { addAbsent: true },
    (one) => operations(one).some(({ op, path }) => op === 'replace' && path === 'nickName'),
    ['PATCH', 'PATCH', 'PATCH'],
    ['PATCH'],
  ],
  [
    'takes one operation a PATCH',
    { oneOperation: true },
    (one) => operations(one).length > 1,
    ['PATCH', 'PATCH', 'PATCH', 'PATCH', 'PATCH', 'PATCH'],
    ['PATCH', 'PATCH', 'PATCH'],
  ],
])(
  'of a server that %s that is learned by one change, whether it says 400 or 500',
  async (_, habit, isRefused, first, then) => {
    for (const status of [400, 500]) {
      const { change, sent, taught, server } = await served((one) =>
        one.method === 'PATCH' && isRefused(one) ? scimError(status, 'No') : undefined,
      );
      expect(await change()).toMatchObject({ ok: true });
      expect(server.users.get('kim')).toMatchObject({ title: 'New', nickName: 'K' });
      expect(sent()).toEqual(first);
      expect(taught).toEqual([habit]);
      await change();
      expect(sent()).toEqual(then);
      await close();
    }
  },
);

test('a whole list of an account that is not known is read before it is sent: what others have in it is kept', async () => {
  const { server, client, known, sent } = await served(() => undefined);
  const others = { type: 'home', value: 'home@x' };
  server.users.set('kim', { ...kim, emails: [...kim.emails, others] });
  await client.learn({ pathFilters: false }, { status: 400, text: 'No' });
  const change = { [email]: { from: 'old@x', to: 'new@x' } };
  expect(await updateResource(client, attributesUpdate({ ...known, current: null }, change))).toMatchObject({
    ok: true,
  });
  expect(sent()).toEqual(['GET', 'PATCH']);
  expect(server.users.get('kim')?.emails).toEqual([{ type: 'work', value: 'new@x' }, others]);
  expect(await updateResource(client, attributesUpdate({ ...known, current: null }, change))).toMatchObject({
    ok: true,
  });
  // It holds by now.
  expect(sent()).toEqual(['GET']);
});

test('a value that is refused is sent in no other form once the server was seen to take this one', async () => {
  const { change, sent, taught } = await served((one) =>
    one.rawBody.includes('forbidden') ? scimError(400, 'Not this') : undefined,
  );
  await change();
  sent();
  const refused = { ...several, title: { from: 'New', to: 'forbidden' } };
  expect(await change(refused)).toMatchObject({ ok: false, failure: { detail: 'Not this' } });
  expect(sent()).toEqual(['PATCH']);
  expect(taught).toEqual([]);
});

test('a refusal that no other form gets past is told as it was at first, and teaches nothing', async () => {
  let count = 0;
  const { change, taught } = await served(() => {
    count += 1;
    return scimError(400, `Refused ${count}`);
  });
  expect(await change()).toMatchObject({ ok: false, failure: { detail: 'Refused 1' } });
  expect(taught).toEqual([]);
});

test('an answer that is lost on the way to another form is an unknown outcome, not the refusal before it', async () => {
  const { change } = await served((one) =>
    operations(one).some(({ path }) => path.includes('[')) ? scimError(400, 'No') : { reset: true },
  );
  expect(await change()).toMatchObject({ ok: false, failure: { kind: 'unknown_outcome' } });
});

test('no other form is tried of what is to come later', async () => {
  for (const answer of [scimError(503, 'Later'), { ...scimError(500, 'Later'), headers: { 'retry-after': '5' } }]) {
    const { change, sent } = await served(() => answer);
    await change();
    expect(sent()).toEqual(['PATCH']);
    await close();
  }
});

/** Versions that count up; `faster` is done by somebody else right before a change arrives. */
function versioned(faster: () => Promise<void> | void = () => {}) {
  let version = 1;
  const bend =
    (users: () => Map<string, unknown>) =>
    (request: Received): ScimAnswer | undefined => {
      const tag = () => `W/"${version}"`;
      if (request.method === 'GET') return { body: { ...(users().get('kim') as object), meta: { version: tag() } } };
      faster();
      const given = request.headers['if-match'];
      if (given === undefined) return scimError(428, 'If-Match is required');
      if (given !== tag()) return scimError(412, 'Another version');
      version += 1;
      return undefined;
    };
  const changed = () => {
    version += 1;
  };
  return { bend, changed };
}

test('a server that requires versions is read once to find out, and afterwards only where the version is not known', async () => {
  const { bend } = versioned();
  const users: { of?: Map<string, unknown> } = {};
  const { server, client, known, sent, taught } = await served(bend(() => users.of ?? new Map()));
  users.of = server.users;
  const change = (current: object | null) =>
    updateResource(client, attributesUpdate({ ...known, current: current as never }, titleOnly));
  expect(await change(kim)).toMatchObject({ ok: true });
  expect(sent()).toEqual(['PATCH', 'GET', 'PATCH']);
  expect(taught).toEqual([{ ifMatch: true }]);
  expect(await change(kim)).toMatchObject({ ok: true });
  expect(sent()).toEqual(['GET', 'PATCH']);
  expect(await change({ ...kim, meta: { version: 'W/"3"' } })).toMatchObject({ ok: true });
  expect(sent()).toEqual(['PATCH']);
  expect(await deleteResource(client, known)).toMatchObject({ ok: true });
  expect(sent()).toEqual(['GET', 'DELETE']);
});

test('where somebody else was faster, it is read and worked out again once; what holds by then is not sent', async () => {
  let isFaster = true;
  const race = versioned(() => {
    if (isFaster) race.changed();
    isFaster = false;
  });
  const users: { of?: Map<string, unknown> } = {};
  const { server, client, known, sent } = await served(race.bend(() => users.of ?? new Map()));
  users.of = server.users;
  await client.learn({ ifMatch: true }, { status: 428, text: 'If-Match is required' });
  const stale = { ...kim, meta: { version: 'W/"1"' } };
  const change = () => updateResource(client, attributesUpdate({ ...known, current: stale }, titleOnly));
  expect(await change()).toMatchObject({ ok: true });
  expect(sent()).toEqual(['PATCH', 'GET', 'PATCH']);
  expect(server.users.get('kim')).toMatchObject({ title: 'New' });
  // Stale again, and it has the new title already.
  expect(await change()).toMatchObject({ ok: true, value: { title: 'New' } });
  expect(sent()).toEqual(['PATCH', 'GET']);
});

describe('a deactivation', () => {
  const off: Changes = { active: { from: true, to: false } };
  const ignoring = (methods: string[], answer?: () => ScimAnswer) => (one: Received) => {
    if (!methods.includes(one.method)) return one.method === 'PUT' && answer ? answer() : undefined;
    return answer ? answer() : { body: kim };
  };

  test('an account that is still active after a success is deactivated by PUT, and from then on at once', async () => {
    const { client, known, sent, taught } = await served(ignoring(['PATCH']));
    const send = () =>
      deactivate(
        client,
        attributesUpdate(known, off, client.capabilities.deactivation === 'put' ? 'PUT' : undefined),
        {},
      );
    expect(await send()).toMatchObject({ ok: true, value: { active: false } });
    expect(sent()).toEqual(['PATCH', 'GET', 'PUT']);
    expect(taught).toEqual([{ deactivation: 'put' }]);
    expect(await send()).toMatchObject({ ok: true });
    expect(sent()).toEqual(['GET', 'PUT']);
  });

  test('one that stays active by PUT, too, is no success', async () => {
    const { client, known, sent, taught } = await served(ignoring(['PATCH', 'PUT']));
    expect(await deactivate(client, attributesUpdate(known, off), {})).toMatchObject({
      ok: false,
      failure: { kind: 'ignored', status: 200 },
    });
    expect(sent()).toEqual(['PATCH', 'GET', 'PUT']);
    expect(taught).toEqual([]);
  });

  test('an answer that does not tell is looked up until one was right', async () => {
    const { server, client, known, sent, taught } = await served(({ method }) => {
      if (method !== 'PATCH') return undefined;
      server.users.set('kim', { ...kim, active: false });
      return { status: 204 };
    });
    expect(await deactivate(client, attributesUpdate(known, off), {})).toMatchObject({ ok: true });
    expect(sent()).toEqual(['PATCH', 'GET']);
    expect(taught).toEqual([{ deactivation: 'works' }]);
    await deactivate(client, attributesUpdate(known, off), {});
    expect(sent()).toEqual(['PATCH']);
  });
});
