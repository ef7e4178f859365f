import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyTimeout, tries } from '@/lib/core/testing/property';
import { createScimClient } from '@/lib/scim/client';
import { independentServer, isReadInFilter, type Refusals } from '@/lib/scim/testing/independent-server';
import { bearer } from '@/lib/scim/testing/scim-server';
import { changeAttributes } from './change-group';
import { pushMembers } from './push-members';

const someId = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter(isReadInFilter);
const ids = fc.uniqueArray(fc.oneof(fc.uuid(), someId), { maxLength: 12 });
const refusals: fc.Arbitrary<Refusals> = fc.record(
  { patch: fc.boolean(), several: fc.boolean(), pathFilters: fc.boolean(), withoutVersion: fc.boolean() },
  { requiredKeys: [] },
);
const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });

test(
  'any members that come and go leave a group with whom it is to have, others kept, on another implementation',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        ids,
        fc.infiniteStream(fc.constantFrom('stays', 'goes', 'comes', 'foreign')),
        fc.integer({ min: 1, max: 5 }),
        fc.tuple(names, names),
        refusals,
        async (all, fates, maxMembers, [before, after], refuses) => {
          const fate = new Map(all.map((id) => [id, fates.next().value]));
          const of = (...kinds: string[]) => all.filter((id) => kinds.includes(fate.get(id) ?? ''));
          const server = independentServer(refuses);
          const members = of('stays', 'goes', 'foreign').map((value) => ({ value }));
          server.groups.set('crew', { id: 'crew', displayName: before, members, externalId: 'x' });
          const client = createScimClient({
            baseUrl: 'https://scim.example.com',
            http: server.http,
            authenticator: bearer(),
          });
          await client.learn({ maxMembers }, { status: 400, text: 'No' });
          const renamed = await changeAttributes(client, 'crew', { displayName: { from: before, to: after } }, {});
          expect(renamed).toMatchObject({ ok: true });
          const pushed = await pushMembers(client, 'crew', { add: of('comes'), remove: of('goes') }, {});
          expect(pushed).toMatchObject({ refused: [], added: of('comes') });
          const group = server.groups.get('crew');
          const there = ((group?.members ?? []) as { value: string }[]).map(({ value }) => value);
          expect(there.sort()).toEqual(of('stays', 'comes', 'foreign').sort());
          expect(group).toMatchObject({ displayName: after, externalId: 'x' });
        },
      ),
      tries(40),
    );
  },
  propertyTimeout,
);
