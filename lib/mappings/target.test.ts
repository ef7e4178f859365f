import { expect, test } from 'vitest';
import { canonicalTarget, targetKey } from '@/lib/mappings/target';

const egnyte = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const attributes = [{ path: 'userName' }, { path: `${egnyte}:authType` }, { path: 'x-Badge' }];

test.each([
  ['userName', 'userName'],
  [' username ', 'userName'],
  ['urn:ietf:params:scim:schemas:core:2.0:User:name.givenName', 'name.givenName'],
  ['URN:IETF:params:scim:schemas:CORE:2.0:user:NAME.GIVENNAME', 'name.givenName'],
  ['emails[type eq "work"].value', 'emails[type eq "work"].value'],
  ["emails[type eq 'work'].value", 'emails[type eq "work"].value'],
  ['Emails[ TYPE  eq "work" ].Value', 'emails[type eq "work"].value'],
  ['emails: value', 'emails.value'],
  ['emails.VALUE', 'emails.value'],
  ['emails[primary eq True].value', 'emails[primary eq true].value'],
  ['phoneNumbers[type eq "mobile"]', 'phoneNumbers[type eq "mobile"]'],
  [`${enterprise.toUpperCase()}:Manager`, `${enterprise}:manager`],
  [`${enterprise}:manager.value`, `${enterprise}:manager`],
  [`${enterprise}:manager.displayName`, `${enterprise}:manager.displayName`],
  [`${egnyte.toLowerCase()}:AUTHTYPE`, `${egnyte}:authType`],
  ['X-BADGE', 'x-Badge'],
  ['shoeSize', 'shoeSize'],
  ['no such path[', 'no such path['],
])('%s is stored as %s, and stays so', (typed, stored) => {
  expect(canonicalTarget(typed, attributes)).toBe(stored);
  expect(canonicalTarget(stored, attributes)).toBe(stored);
  expect(targetKey(stored), 'it is still the same place').toBe(targetKey(typed));
});

test('what a filter compares with is its own: another type is another place', () => {
  expect(targetKey('emails[type eq "work"].value')).not.toBe(targetKey('emails[type eq "home"].value'));
  expect(targetKey('emails[type eq "work"].value')).not.toBe(targetKey('emails.value'));
});
