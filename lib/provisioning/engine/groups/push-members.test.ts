import { afterEach, expect, test } from 'vitest';
import { createHttpClient } from '@/lib/http/client';
import { createScimClient } from '@/lib/scim/client';
import type { Lesson } from '@/lib/scim/lesson';
import type { ServerProfile } from '@/lib/scim/profile';
import { bearer, type Received, type ScimAnswer, scimError, startScim } from '@/lib/scim/testing/scim-server';
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
