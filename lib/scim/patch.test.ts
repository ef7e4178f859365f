import { describe, expect, test } from 'vitest';
import { eqFilter } from '@/lib/scim/filter';
import { applyChanges, memberOperations, patchFromChanges, splitMemberChanges } from '@/lib/scim/patch';

const egnyte = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';
const work = 'emails[type eq "work"].value';

describe('changes become operations on exactly those attributes', () => {
  test('simple attributes are replaced, emptied ones removed, unset ones left alone', () => {
    expect(
      patchFromChanges({
        active: { from: true, to: false },
        'name.givenName': { from: undefined, to: 'Kim' },
        title: { from: 'Lead', to: null },
        nickName: { from: null, to: '' },
        [`${egnyte}:authType`]: { from: 'sso', to: 'ad' },
      }),
    ).toEqual([
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', path: 'name.givenName', value: 'Kim' },
      { op: 'remove', path: 'title' },
      { op: 'replace', path: `${egnyte}:authType`, value: 'ad' },
    ]);
  });

  test('an e-mail that is there is replaced by its path', () => {
    const changes = { [work]: { from: 'a@x.test', to: 'b@x.test' } };
    const operation = { op: 'replace', path: work, value: 'b@x.test' };
    expect(patchFromChanges(changes)).toEqual([operation]);
    const current = {
      emails: [
        { type: 'Work', value: 'a@x.test' },
        { type: 'home', value: 'h@x.test' },
      ],
    };
    expect(patchFromChanges(changes, { current })).toEqual([operation]);
  });

  test('an e-mail that is missing is added: replacing by a filter without a match would be an error', () => {
    const changes = { [work]: { from: null, to: 'b@x.test' }, 'emails.value': { from: null, to: 'b@x.test' } };
    expect(patchFromChanges(changes)).toEqual([
      { op: 'add', path: 'emails', value: [{ type: 'work', primary: true, value: 'b@x.test' }] },
    ]);
  });

  test('an emptied e-mail goes with its element', () => {
    expect(patchFromChanges({ [work]: { from: 'a@x.test', to: null } })).toEqual([
      { op: 'remove', path: 'emails[type eq "work"]' },
    ]);
  });

  test('where the server dropped "primary", the list is replaced, with what others wrote in it', () => {
    const current = { emails: [{ value: 'a@x.test', display: 'A' }] };
    expect(patchFromChanges({ 'emails.value': { from: 'a@x.test', to: 'b@x.test' } }, { current })).toEqual([
      { op: 'replace', path: 'emails', value: [{ value: 'b@x.test', display: 'A', primary: true }] },
    ]);
  });

  test('without path filters one operation replaces the list, others kept', () => {
    const current = {
      Emails: [
        { type: 'work', value: 'a@x.test' },
        { type: 'home', value: 'h@x.test' },
      ],
    };
    const options = { pathFilters: false, current };
    expect(patchFromChanges({ [work]: { from: 'a@x.test', to: 'b@x.test' } }, options)).toEqual([
      {
        op: 'replace',
        path: 'emails',
        value: [
          { type: 'work', value: 'b@x.test' },
          { type: 'home', value: 'h@x.test' },
        ],
      },
    ]);
    const only = { pathFilters: false, current: { emails: [{ type: 'work', value: 'a@x.test' }] } };
    expect(patchFromChanges({ [work]: { from: 'a@x.test', to: null } }, only)).toEqual([
      { op: 'remove', path: 'emails' },
    ]);
    const value = [{ type: 'work', value: 'b@x.test' }];
    const absent = { pathFilters: false, addAbsent: true, current: { userName: 'kim' } };
    expect(patchFromChanges({ [work]: { from: null, to: 'b@x.test' } }, absent)).toEqual([
      { op: 'add', path: 'emails', value },
    ]);
  });
});

test('a PUT carries over what is not ours, without what is read-only', () => {
  const current = {
    id: '1',
    meta: { version: 'x' },
    groups: [],
    userName: 'kim',
    nickName: 'K',
    name: { middleName: 'M' },
  };
  expect(applyChanges(current, { 'name.givenName': { from: null, to: 'Kim' } })).toEqual({
    id: '1',
    userName: 'kim',
    nickName: 'K',
    name: { middleName: 'M', givenName: 'Kim' },
  });
});

describe('members', () => {
  test('only who comes and who goes is sent', () => {
    expect(memberOperations({ add: ['1', '2'], remove: ['a"b'] })).toEqual([
      { op: 'remove', path: 'members[value eq "a\\"b"]' },
      { op: 'add', path: 'members', value: [{ value: '1' }, { value: '2' }] },
    ]);
    expect(memberOperations({ add: [], remove: ['3'] }, { pathFilters: false })).toEqual([
      { op: 'remove', path: 'members', value: [{ value: '3' }] },
    ]);
    expect(memberOperations({ add: [], remove: [] })).toEqual([]);
  });

  test('a limit per request splits them without losing or repeating anybody', () => {
    const add = Array.from({ length: 7 }, (_, index) => `a${index}`);
    const remove = ['r0', 'r1', 'r2'];
    const batches = splitMemberChanges({ add, remove }, 4);
    expect(batches.map((batch) => batch.add.length + batch.remove.length)).toEqual([4, 4, 2]);
    expect(batches.flatMap((batch) => batch.add)).toEqual(add);
    expect(batches.flatMap((batch) => batch.remove)).toEqual(remove);
    expect(splitMemberChanges({ add: ['1'], remove: [] }, 0)).toEqual([{ add: ['1'], remove: [] }]);
  });
});

test.each([
  ['userName', 'kim', 'userName eq "kim"'],
  ['userName', 'a" or userName pr or userName eq "', 'userName eq "a\\" or userName pr or userName eq \\""'],
  ['userName', 'back\\slash\n', 'userName eq "back\\\\slash\\n"'],
  ['active', true, 'active eq true'],
  ['emails[type eq "work"].value', 'a@x.test', 'emails.value eq "a@x.test"'],
  ['emails: value', 'a@x.test', 'emails.value eq "a@x.test"'],
  [`${egnyte}:idpUserId`, 'kim', `${egnyte}:idpUserId eq "kim"`],
])('searching %s for %j', (path, value, filter) => {
  expect(eqFilter(path, value)).toBe(filter);
});
