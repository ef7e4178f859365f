import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyText, mistyped } from '@/lib/core/testing/any-text';
import { propertyTimeout, tries } from '@/lib/core/testing/property';
import { eqFilter } from '@/lib/scim/filter';
import { patchFromChanges } from '@/lib/scim/patch';
import { formatScimPath, parseScimPath, readPath, type ScimPath, ScimPathError, writePath } from '@/lib/scim/path';
import { isReadInFilter, patched } from '@/lib/scim/testing/independent-server';

const written = fc.constantFrom(
  'userName',
  'emails[type eq "work"].value',
  "phoneNumbers[type eq 'mobile'].value",
  'emails: value',
  'addresses.country',
  'roles[primary eq true]',
  'name.givenName',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
  'urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "a]b"].value',
  'photos[type eq 5.5].$ref',
);
const pieces = fc.constantFrom('[', ']', '.', ':', '"', "'", '\\', ' eq ', ' ', '$ref', 'urn:', 'User:', '__proto__');
const anyPath = fc.oneof(written, mistyped(written, pieces), anyText);

/** Undefined where the text is none, which has to be told with its place. */
function pathOf(text: string): ScimPath | undefined {
  try {
    return parseScimPath(text);
  } catch (error) {
    if (!(error instanceof ScimPathError)) throw error;
    expect(error.position).toBeGreaterThanOrEqual(0);
    expect(error.position).toBeLessThanOrEqual(text.length);
    return undefined;
  }
}

test(
  'any text is an attribute path that is the same when it is written out, or an error with its place',
  () => {
    let paths = 0;
    fc.assert(
      fc.property(anyPath, (text) => {
        const path = pathOf(text);
        if (!path) return;
        paths += 1;
        const { defaults: _defaults, ...plain } = path;
        expect(parseScimPath(formatScimPath(path))).toEqual(plain);
      }),
      tries(150),
    );
    expect(paths).toBeGreaterThan(10);
  },
  propertyTimeout,
);

test(
  'of any resource any path reads what was written there, and nothing else is changed by it',
  () => {
    const resource = fc.dictionary(
      fc.constantFrom('userName', 'emails', 'name', 'roles', 'photos', 'addresses', 'Emails', '__proto__'),
      fc.jsonValue({ maxDepth: 2 }),
    ) as fc.Arbitrary<Record<string, unknown>>;
    fc.assert(
      fc.property(anyPath, resource, anyText, (text, holder, value) => {
        const path = pathOf(text);
        if (!path) return;
        const before = structuredClone(holder);
        readPath(holder, path);
        writePath(holder, path, null);
        const after = writePath(holder, path, value);
        expect(holder).toEqual(before);
        if (value === '' || /^(true|false)$/i.test(value)) return;
        const read = readPath(after, path);
        if (path.subAttribute || !path.filter) expect(read).toEqual(value);
      }),
      tries(150),
    );
  },
  propertyTimeout,
);

test(
  'no value leaves its quotes in a search or in the path of an operation',
  () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ minLength: 1 }), (type, value) => {
        const [name, ...rest] = eqFilter('userName', value).split(' eq ');
        expect([name, JSON.parse(rest.join(' eq '))]).toEqual(['userName', value]);
        const filter = { attribute: 'type', value: type };
        const target = formatScimPath({ attribute: 'emails', filter, subAttribute: 'value' });
        expect(parseScimPath(target)).toMatchObject({ filter, subAttribute: 'value' });
        if (!isReadInFilter(type)) return;
        const other = { type: `${type}x`, value: 'stays' };
        const operations = patchFromChanges({ [target]: { from: 'old', to: value } });
        const there = patched({ emails: [{ type, value: 'old' }, other] }, operations);
        expect(there.emails).toEqual([{ type, value }, other]);
      }),
      tries(60),
    );
  },
  propertyTimeout,
);
