import { describe, expect, test } from 'vitest';
import { defaultCapabilities, parseCapabilities, readCapabilities } from '@/lib/scim/capabilities';

describe('a ServiceProviderConfig', () => {
  test('is read in full', () => {
    const config = {
      patch: { supported: false },
      filter: { supported: true, maxResults: 200 },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1048576 },
      etag: { supported: true },
      sort: { supported: true },
      changePassword: { supported: true },
    };
    expect(readCapabilities(config)).toEqual({
      patch: false,
      patchGroups: false,
      filter: true,
      filterMaxResults: 200,
      bulk: { supported: true, maxOperations: 1000, maxPayload: 1048576 },
      etag: true,
      sort: true,
      changePassword: true,
      source: 'server',
      pathFilters: true,
    });
  });

  test.each([
    [{}],
    [null],
    ['text'],
    [[]],
    [{ patch: null, filter: { maxResults: -1 } }],
    [{ patch: { supported: 'maybe' } }],
  ])('that says nothing (%j) disables neither PATCH nor filters', (config) => {
    expect(readCapabilities(config)).toEqual(defaultCapabilities);
  });

  test('that mentions only filters leaves PATCH on', () => {
    expect(readCapabilities({ filter: { supported: false } })).toMatchObject({
      patch: true,
      filter: false,
      source: 'server',
    });
  });

  test('may write booleans and numbers as strings, in any case, or without the object', () => {
    const odd = { Patch: { Supported: 'False' }, filter: 'true', bulk: { supported: 'TRUE', maxOperations: '50' } };
    expect(readCapabilities(odd)).toMatchObject({
      patch: false,
      filter: true,
      bulk: { supported: true, maxOperations: 50 },
    });
  });
});

test('what was stored is read back, and an older or empty version gets the defaults', () => {
  const learned = {
    ...readCapabilities({ patch: { supported: false } }),
    pathFilters: false,
    pageSize: 50,
    maxMembers: 10,
  };
  expect(parseCapabilities(JSON.parse(JSON.stringify(learned)))).toEqual(learned);
  expect(parseCapabilities({})).toEqual(defaultCapabilities);
  expect(parseCapabilities(null)).toEqual(defaultCapabilities);
});
