import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '@/lib/http/client';
import { defaultCapabilities } from '@/lib/scim/capabilities';
import { createScimClient } from '@/lib/scim/client';
import type { Lesson } from '@/lib/scim/lesson';
import type { MemberChanges } from '@/lib/scim/patch';
import type { ServerProfile } from '@/lib/scim/profile';
import { bearer, type Received, type ScimAnswer, scimError, startScim } from '@/lib/scim/testing/scim-server';
import { changeAttributes } from './change-group';
import { pushMembers } from './push-members';

let close = async () => {};
afterEach(() => close());

async function served(bend: (members: string[]) => ScimAnswer | undefined) {
  const sizes: number[] = [];
  const server = await startScim(({ method, body }) => {
    if (method !== 'PATCH') return undefined;
    const members = membersOf(body);
    sizes.push(members.length);
    return bend(members);
  });
  close = server.close;
  server.groups.set('crew', { id: 'crew', displayName: 'Crew' });
  const taught: [Partial<ServerProfile>, Lesson][] = [];
  const client = createScimClient({
    baseUrl: server.url,
    http: createHttpClient({ allowPrivateTargets: ['127.0.0.1'] }),
    authenticator: bearer(),
    learned: async (one, lesson) => void taught.push([one, lesson]),
  });
  const push = (add: string[]) => pushMembers(client, 'crew', { add, remove: [] }, {});
  return { push, taught, sent: () => sizes.splice(0) };
}

function membersOf(body: Received['body']): string[] {
  const operations = (body.Operations ?? []) as { value?: { value: string }[] }[];
  return operations.flatMap(({ value }) => value?.map((member) => member.value) ?? []);
}

const people = (count: number) => Array.from({ length: count }, (_, index) => `member-${index}`);
const refusal = scimError(400, 'Bad Request');

test('how many members a request may have is learned from a refusal without words, once all have arrived by smaller ones', async () => {
  const { push, taught, sent } = await served((members) => (members.length > 250 ? refusal : undefined));
  const { added, refused } = await push(people(1_000));
  expect({ added: added.length, refused }).toEqual({ added: 1_000, refused: [] });
  // Refused once, not for each five hundred.
  expect(sent()).toEqual([500, 250, 250, 250, 250]);
  expect(taught).toEqual([[{ maxMembers: 250 }, { status: 400, text: 'Bad Request' }]]);
  await push(people(500));
  expect(sent()).toEqual([250, 250]);
});

test('one bad member among many says nothing of how many a request may have', async () => {
  const { push, taught } = await served((members) => (members.includes('member-3') ? refusal : undefined));
  const { added, refused } = await push(people(20));
  expect(refused).toEqual([{ remoteId: 'member-3', detail: 'Bad Request' }]);
  expect(added).toHaveLength(19);
  expect(taught).toEqual([]);
});

test('a limit that is said is gone by at once, also for what was split by the one before', async () => {
  const tooMany = scimError(413, 'Payload too large');
  const { push, taught, sent } = await served((members) => (members.length > 250 ? tooMany : undefined));
  await push(people(1_000));
  expect(sent()).toEqual([500, 250, 250, 250, 250]);
  expect(taught).toEqual([[{ maxMembers: 250 }, { status: 413, text: 'Payload too large' }]]);
});

describe('a server without PATCH that hides members', () => {
  const ours = ['member-0', 'member-1'];
  /** A group of ours and of somebody whom it does not show either. */
  async function hiding(mayHoldOthers: boolean) {
    const puts: string[][] = [];
    const server = await startScim(({ method, body }) => {
      if (method === 'PATCH') return scimError(405, 'No');
      if (method === 'GET') return { body: { id: 'crew', displayName: 'Crew' } };
      if (method !== 'PUT') return undefined;
      puts.push(((body.members ?? []) as { value: string }[]).map(({ value }) => value).sort());
      return { status: 204 };
    });
    close = server.close;
    const client = createScimClient({
      baseUrl: server.url,
      http: createHttpClient({ allowPrivateTargets: ['127.0.0.1'] }),
      authenticator: bearer(),
      capabilities: { ...defaultCapabilities, maxMembers: 1 },
    });
    const put = new Set(ours);
    const known = {
      put: async () => put,
      changed: ({ add, remove }: MemberChanges) => {
        for (const member of add) put.add(member);
        for (const member of remove) put.delete(member);
      },
      areAll: () => false,
      mayHoldOthers,
    };
    const push = (changes: { add: string[]; remove: string[] }) => pushMembers(client, 'crew', changes, {}, known);
    const rename = () => changeAttributes(client, 'crew', { displayName: { from: 'Crew', to: 'Team' } }, {}, known);
    return { puts, push, rename };
  }

  test('loses none of those whom we have put there, by a request of many or by another name', async () => {
    const { puts, push, rename } = await hiding(false);
    expect(await push({ add: ['new-1', 'new-2'], remove: ['member-1'] })).toMatchObject({ added: ['new-1', 'new-2'] });
    expect(puts).toEqual([['member-0'], ['member-0', 'new-1'], ['member-0', 'new-1', 'new-2']]);
    expect(await rename()).toMatchObject({ ok: true });
    expect(puts.at(-1)).toEqual(['member-0', 'new-1', 'new-2']);
  });

  test('is sent nothing where others may be in the group, and that is said', async () => {
    const { puts, push, rename } = await hiding(true);
    const failure = { kind: 'withheld', detail: expect.stringContaining('does not show who is in them') };
    expect(await push({ add: ['new-1'], remove: [] })).toMatchObject({ added: [], failure });
    expect(await rename()).toMatchObject({ ok: false, failure });
    expect(puts).toEqual([]);
  });
});
