import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyTimeout, tries } from '@/lib/core/testing/property';
import { attributesUpdate } from '@/lib/scim/attributes-update';
import { createScimClient } from '@/lib/scim/client';
import type { ScimResource } from '@/lib/scim/path';
import { type IndependentServer, independentServer, type Refusals } from '@/lib/scim/testing/independent-server';
import { bearer } from '@/lib/scim/testing/scim-server';
import { updateResource } from '@/lib/scim/update-resource';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const egnyte = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';

/** What is mapped of an account, by target; absent: no value. */
type Account = Partial<Record<keyof typeof places, unknown>>;

/** Where each target is in a resource: said once more, by hand. */
const places = {
  userName: put((resource, value) => Object.assign(resource, { userName: value })),
  title: put((resource, value) => Object.assign(resource, { title: value })),
  active: put((resource, value) => Object.assign(resource, { active: value })),
  'name.givenName': put((resource, value) => within(resource, 'name', { givenName: value })),
  'name.familyName': put((resource, value) => within(resource, 'name', { familyName: value })),
  'emails[type eq "work"].value': element('emails', 'work'),
  'emails[type eq "home"].value': element('emails', 'home'),
  'emails.value': put((resource, value) => {
    resource.emails = [...((resource.emails as object[]) ?? []), { type: 'work', primary: true, value }];
  }),
  'phoneNumbers[type eq "mobile"].value': element('phoneNumbers', 'mobile'),
  roles: put((resource, value) => Object.assign(resource, { roles: value })),
  [`${enterprise}:department`]: put((resource, value) => within(resource, enterprise, { department: value })),
  [`${enterprise}:manager`]: put((resource, value) => within(resource, enterprise, { manager: { value } })),
  [`${egnyte}:authType`]: put((resource, value) => within(resource, egnyte, { authType: value })),
};
type Put = (resource: ScimResource, value: unknown) => void;

function put(how: Put): Put {
  return how;
}
function within(resource: ScimResource, key: string, more: object): void {
  resource[key] = { ...(resource[key] as object), ...more };
}
function element(list: string, type: string): Put {
  return (resource, value) => {
    resource[list] = [...((resource[list] as object[]) ?? []), { type, value }];
  };
}

/** What others wrote there, which nobody here maps. */
interface Foreign {
  nickName?: string;
  name?: { middleName: string };
  emails?: { type: string; value: string; display: string }[];
  [enterprise]?: { division: string };
}

function resourceOf(account: Account, foreign: Foreign): ScimResource {
  const resource: ScimResource = structuredClone({ ...foreign });
  for (const [target, value] of Object.entries(account)) places[target as keyof typeof places](resource, value);
  return resource;
}

/** Without what is unassigned (RFC 7643 §2.5), lists of elements in one order, without id and version. */
function compared({ id: _id, meta: _meta, ...resource }: ScimResource): unknown {
  return JSON.parse(
    JSON.stringify(resource, (_key, value) => {
      if (Array.isArray(value)) {
        return value.length === 0 ? undefined : value.map((one) => JSON.stringify(sorted(one))).sort();
      }
      return typeof value === 'object' && value !== null ? sorted(value) : value;
    }),
  );
}
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(
    ([, inner]) => Object.keys(Object(inner)).length > 0 || Object(inner) !== inner,
  );
  return entries.length === 0
    ? undefined
    : Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom('O"Hara', 'a\\b', 'Zoë', '[x]', 'a.b', 'work', '5', 'eq', '\n', '😀'),
);
const roles = fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((values) => values.map((value) => ({ value })));
const account: fc.Arbitrary<Account> = fc.record(
  {
    ...Object.fromEntries(
      Object.keys(places)
        .filter((target) => target !== 'emails.value')
        .map((target) => [target, text]),
    ),
    active: fc.boolean(),
    roles,
  },
  { requiredKeys: [] },
);
/** One is mapped by types, or as the primary one: two accounts of one application. */
const accounts = fc.oneof(
  fc.tuple(account, account),
  fc.tuple(account, account).map(([one, other]) => [withPrimary(one), withPrimary(other)] as const),
);
function withPrimary({
  'emails[type eq "work"].value': work,
  'emails[type eq "home"].value': _home,
  ...rest
}: Account): Account {
  return work === undefined ? rest : { ...rest, 'emails.value': work };
}
/** Said to be not the primary one: the only e-mail that says nothing is taken for it, because many servers drop what they are sent. */
const foreignEmail = fc.record({ type: fc.constant('other'), value: text, display: text, primary: fc.constant(false) });
const foreign: fc.Arbitrary<Foreign> = fc.record(
  {
    nickName: text,
    name: fc.record({ middleName: text }),
    emails: fc.array(foreignEmail, { minLength: 1, maxLength: 2 }),
    [enterprise]: fc.record({ division: text }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Foreign>;
const refusals: fc.Arbitrary<Refusals> = fc.record(
  {
    patch: fc.boolean(),
    several: fc.boolean(),
    pathFilters: fc.boolean(),
    replacingAbsent: fc.boolean(),
    withoutVersion: fc.boolean(),
  },
  { requiredKeys: [] },
);

function difference(before: Account, after: Account) {
  const targets = Object.keys(places) as (keyof typeof places)[];
  const differing = targets.filter((target) => JSON.stringify(before[target]) !== JSON.stringify(after[target]));
  return Object.fromEntries(
    differing.map((target) => [target, { from: before[target] ?? null, to: after[target] ?? null }]),
  );
}

const clientOf = ({ http }: IndependentServer) =>
  createScimClient({ baseUrl: 'https://scim.example.com', http, authenticator: bearer() });

test(
  'the difference of two accounts makes of the one the other, on another implementation, whatever form its server takes',
  async () => {
    await fc.assert(
      fc.asyncProperty(accounts, foreign, refusals, fc.boolean(), async ([before, after], others, refuses, isKnown) => {
        const server = independentServer(refuses);
        server.users.set('kim', { ...resourceOf(before, others), id: 'kim', meta: { version: 'W/"0"' } });
        const client = clientOf(server);
        const changes = difference(before, after);
        fc.pre(Object.keys(changes).length > 0);
        const current = isKnown ? (server.users.get('kim') ?? null) : null;
        const result = await updateResource(
          client,
          attributesUpdate({ collection: 'Users', id: 'kim', current }, changes),
        );
        expect(result).toMatchObject({ ok: true });
        const there = server.users.get('kim') ?? {};
        expect(compared(there)).toEqual(compared(resourceOf(after, others)));
      }),
      tries(50),
    );
  },
  propertyTimeout,
);
