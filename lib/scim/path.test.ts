import { describe, expect, test } from 'vitest';
import { formatScimPath, parseScimPath, readPath, ScimPathError, sameScimValue, writePath } from '@/lib/scim/path';

const egnyte = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';

describe('parsing', () => {
  test.each([
    ['userName', 'userName'],
    [' name.givenName ', 'name.givenName'],
    ['emails[type eq "work"].value', 'emails[type eq "work"].value'],
    ['emails[type  EQ  "work"].value', 'emails[type eq "work"].value'],
    ['emails[primary eq true].value', 'emails[primary eq true].value'],
    ['roles[primary eq "True"].value', 'roles[primary eq true].value'],
    ['emails.value', 'emails[primary eq true].value'],
    ['emails: value', 'emails[primary eq true].value'],
    ['name: givenName', 'name.givenName'],
    ['emails:value', 'emails[primary eq true].value'],
    ['addresses[type eq "a\\"b"].streetAddress', 'addresses[type eq "a\\"b"].streetAddress'],
    [`${egnyte}:authType`, `${egnyte}:authType`],
    [`${egnyte}:things[type eq "a:b"].value`, `${egnyte}:things[type eq "a:b"].value`],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName', 'userName'],
    [
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value',
    ],
    ['manager', 'manager'],
    ['members[value eq "2819c223"]', 'members[value eq "2819c223"]'],
  ])('%s is understood as %s', (text, canonical) => {
    const path = parseScimPath(text);
    expect(formatScimPath(path)).toBe(canonical);
    expect(formatScimPath(parseScimPath(canonical))).toBe(canonical);
  });

  test.each([
    '',
    '   ',
    '[',
    'emails[',
    'emails[type]',
    'emails[type co "work"].value',
    'emails[type eq work].value',
    'emails[type eq "a" or type eq "b"].value',
    'name..givenName',
    'name.',
    '.value',
    '__proto__',
    '__proto__.polluted',
    'a b',
    'urn:',
    'urn:x',
    egnyte,
    'a'.repeat(600),
    `emails[type eq "${'\\'.repeat(400)}`,
  ])('%s is refused', (text) => {
    expect(() => parseScimPath(text)).toThrow(ScimPathError);
  });

  test('a refusal says where the text stops making sense', () => {
    const error = (() => {
      try {
        return parseScimPath('name.given name');
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({ position: 10 });
  });
});

describe('reading', () => {
  const resource = {
    UserName: 'kim',
    name: { GivenName: 'Kim' },
    active: 'True',
    emails: [
      { value: 'old@x.test', type: 'home' },
      { value: 'kim@x.test', type: 'Work', primary: 'true' },
    ],
    [egnyte]: { authtype: 'sso' },
    [`${egnyte}:idpUserId`]: 'flat',
    members: [{ value: '1' }, { value: '2' }],
  };

  test.each([
    ['userName', 'kim'],
    ['name.givenName', 'Kim'],
    ['active', true],
    ['emails[type eq "work"].value', 'kim@x.test'],
    ['emails[primary eq true].value', 'kim@x.test'],
    ['emails.value', 'kim@x.test'],
    ['emails: value', 'kim@x.test'],
    [`${egnyte}:authType`, 'sso'],
    [`${egnyte}:idpUserId`, 'flat'],
    ['members.value', ['1', '2']],
    ['members[value eq "2"]', { value: '2' }],
    ['members[value eq "3"]', undefined],
    ['title', undefined],
    ['title.value', undefined],
    ['constructor', undefined],
    ['toString.value', undefined],
  ])('%s is found whatever case and nesting the server uses', (path, value) => {
    expect(readPath(resource, path)).toEqual(value);
  });

  test.each([
    [{ emails: 'kim@x.test' }],
    [{ emails: ['kim@x.test'] }],
    [{ emails: { value: 'kim@x.test' } }],
    [{ emails: [{ value: 'kim@x.test', type: 'work' }] }],
  ])('the one e-mail of %j is the primary one', (odd) => {
    expect(readPath(odd, 'emails.value')).toBe('kim@x.test');
  });

  test('an e-mail that says it is not primary is not taken for it', () => {
    expect(readPath({ emails: [{ value: 'a@x.test', primary: false }] }, 'emails.value')).toBeUndefined();
  });
});

describe('writing', () => {
  test('the seeds’ e-mail notation makes a single primary work e-mail', () => {
    expect(writePath({}, 'emails: value', 'kim@x.test')).toEqual({
      emails: [{ type: 'work', primary: true, value: 'kim@x.test' }],
    });
  });

  test.each([
    [['emails[type eq "work"].value', 'emails[primary eq true].value']],
    [['emails[primary eq true].value', 'emails[type eq "work"].value']],
  ])('one address as work and as primary is one element: %j', (paths) => {
    const body = paths.reduce((resource, path) => writePath(resource, path, 'kim@x.test'), {});
    expect(body).toEqual({ emails: [{ type: 'work', primary: true, value: 'kim@x.test' }] });
  });

  test('two different addresses stay two elements', () => {
    const one = writePath({}, 'emails[primary eq true].value', 'home@x.test');
    expect(writePath(one, 'emails[type eq "home"].value', 'other@x.test')).toEqual({
      emails: [
        { primary: true, value: 'home@x.test' },
        { type: 'home', value: 'other@x.test' },
      ],
    });
  });

  test('extension attributes land under the key of their schema, beside those that are there', () => {
    const once = writePath({ userName: 'kim' }, `${egnyte}:authType`, 'sso');
    expect(writePath(once, `${egnyte}:sendInvite`, false)).toEqual({
      userName: 'kim',
      [egnyte]: { authType: 'sso', sendInvite: false },
    });
  });

  test('what is not ours in the resource is carried over, and the original stays as it was', () => {
    const original = { emails: [{ value: 'a', type: 'work', display: 'A' }], name: { middleName: 'M' } };
    const before = structuredClone(original);
    const written = writePath(writePath(original, 'emails[type eq "work"].value', 'b'), 'name.givenName', 'Kim');
    expect(written).toEqual({
      emails: [{ value: 'b', type: 'work', display: 'A' }],
      name: { middleName: 'M', givenName: 'Kim' },
    });
    expect(original).toEqual(before);
  });

  test('null removes the value and leaves no empty object behind', () => {
    expect(writePath({ name: { givenName: 'Kim' }, title: 'Lead' }, 'name.givenName', null)).toEqual({ title: 'Lead' });
    expect(writePath({ emails: [{ type: 'work', value: 'a' }] }, 'emails[type eq "work"].value', null)).toEqual({});
    expect(writePath({ [egnyte]: { authType: 'sso' } }, `${egnyte}:authType`, undefined)).toEqual({});
  });

  test('every path that can be written reads back what was written', () => {
    const paths = ['userName', 'name.givenName', 'emails.value', 'roles[primary eq true].value', `${egnyte}:a.b`];
    for (const path of paths) expect(readPath(writePath({}, path, 'x'), path)).toBe('x');
  });
});

test('booleans as strings and empty values do not count as differences', () => {
  expect(sameScimValue('True', true)).toBe(true);
  expect(sameScimValue('', undefined)).toBe(true);
  expect(sameScimValue([], null)).toBe(true);
  expect(sameScimValue({ a: '5' }, { a: 5 })).toBe(true);
  expect(sameScimValue('False', true)).toBe(false);
  expect(sameScimValue(['a'], ['a', 'b'])).toBe(false);
});
