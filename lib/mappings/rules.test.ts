import { describe, expect, test } from 'vitest';
import { checkRules, enforceRules, type RuleContext } from '@/lib/mappings/rules';
import { type ApplicationRule, applicationRuleSchema, targetAttributeSchema } from '@/lib/mappings/schema';
import type { Value } from '@/lib/mappings/value';

const egnyte = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';
const text = { message: 'This is "{value}".', fix: 'Change {value}.' };
const rules: ApplicationRule[] = [
  { kind: 'one_of', target: 'userType', values: ['admin', 'power', 'standard'], ...text },
  { kind: 'one_of', target: `${egnyte}:authType`, values: ['sso', 'ad', 'egnyte'], ...text },
  { kind: 'not_email', target: 'userName', ...text },
  { kind: 'pattern', target: 'userName', pattern: "[A-Za-z0-9._'-]+|x", ...text },
  { kind: 'immutable_under_sso', target: 'userName', ...text },
  {
    kind: 'implies',
    if: { target: `${egnyte}:isServiceAccount`, equals: true },
    // biome-ignore lint/suspicious/noThenProperty: a rule's data
    then: { target: `${egnyte}:sendInvite`, equals: false },
    ...text,
  },
  {
    kind: 'implies',
    if: { target: `${egnyte}:isServiceAccount`, equals: true },
    // biome-ignore lint/suspicious/noThenProperty: a rule's data
    then: { target: 'password', minLength: 12 },
    ...text,
  },
  { kind: 'advise', if: { target: `${egnyte}:twoFactor`, equals: true }, ...text },
].map((rule) => applicationRuleSchema.parse(rule));

const broken = (values: Record<string, Value>, context: Partial<RuleContext> = {}) =>
  checkRules(rules, values, { ssoActive: true, ...context }).map(({ rule, target }) => `${rule} ${target}`);

const service = { [`${egnyte}:isServiceAccount`]: true };

describe("Egnyte's rules", () => {
  test.each<[string, Record<string, Value>, string[]]>([
    ['a value of the list', { userType: 'power' }, []],
    ['the list is case-sensitive', { userType: 'Power' }, ['one_of userType']],
    ['what is not sent breaks nothing', {}, []],
    ['a null breaks nothing', { userType: null }, []],
    ['a proper username', { userName: 'ana.lima' }, []],
    ['an e-mail address as username', { userName: 'ana@acme.example' }, ['not_email userName', 'pattern userName']],
    ['the whole value has to follow the pattern', { userName: 'ana lima' }, ['pattern userName']],
    ['the writing of the target does not matter', { UserName: 'a b' }, ['pattern userName']],
    [
      'a service account with invitation',
      { ...service, [`${egnyte}:sendInvite`]: true, password: 'x'.repeat(12) },
      [`implies ${egnyte}:sendInvite`],
    ],
    ['a service account without saying so', { ...service, password: 'x'.repeat(12) }, [`implies ${egnyte}:sendInvite`]],
    [
      'a service account with a short password',
      { ...service, [`${egnyte}:sendInvite`]: false, password: 'short' },
      ['implies password'],
    ],
    ['a service account in order', { ...service, [`${egnyte}:sendInvite`]: false, password: 'x'.repeat(12) }, []],
    ['two-factor authentication', { [`${egnyte}:twoFactor`]: true }, [`advise ${egnyte}:twoFactor`]],
  ])('%s', (_, values, expected) => {
    expect(broken(values)).toEqual(expected);
  });

  test('an update of a service account need not send the invitation flag again', () => {
    expect(broken(service, { linked: { userName: 'svc' } })).toEqual([]);
  });

  test('a username cannot change under SSO, and can without', () => {
    const linked = { userName: 'ana' };
    expect(broken({ userName: 'lima' }, { linked })).toEqual(['immutable_under_sso userName']);
    expect(broken({ userName: 'ana' }, { linked })).toEqual([]);
    expect(broken({ userName: 'lima' }, { linked, ssoActive: false })).toEqual([]);
  });
});

test('a violation says which rule, which value and the fix', () => {
  expect(checkRules(rules, { userType: '$&' }, { ssoActive: false })).toEqual([
    { rule: 'one_of', target: 'userType', message: 'This is "$&".', fix: 'Change $&.', severity: 'error' },
  ]);
});

test('canonical values of an attribute are rules where no rule says it better', () => {
  const attributes = [
    { path: 'userType', type: 'string', canonicalValues: ['a'] },
    { path: 'division', type: 'string', caseSensitive: true, canonicalValues: ['East', 'West'] },
  ].map((attribute) => targetAttributeSchema.parse(attribute));
  const found = checkRules(rules, { userType: 'power', division: 'east' }, { ssoActive: false, attributes });
  expect(found.map(({ message }) => message)).toEqual([
    'division takes one of East, West, in exactly this case; this is "east".',
  ]);
});

describe('rules that are enforced', () => {
  const enforced = rules.map((rule) => (rule.kind === 'implies' ? { ...rule, enforce: true } : rule));
  const enforce = (values: Record<string, Value>, length = 16) =>
    enforceRules(enforced, values, { length, now: new Date(0) });

  test('a service account gets no invitation, whatever is mapped, and a password that differs each time', () => {
    const mapped = { ...service, [`${egnyte}:sendInvite`]: true };
    const { values, generated } = enforce(mapped);
    expect(values).toEqual({ ...mapped, [`${egnyte}:sendInvite`]: false, password: expect.stringMatching(/^.{16}$/) });
    expect(generated).toEqual(['password']);
    expect(enforce(mapped).values.password).not.toBe(values.password);
    expect(checkRules(enforced, values, { ssoActive: true })).toEqual([]);
  });

  test('never shorter than the rule asks for; what is mapped and long enough stays', () => {
    expect(String(enforce(service, 4).values.password)).toHaveLength(12);
    const mapped = { ...service, PASSWORD: 'a mapped password' };
    expect(enforce(mapped)).toEqual({ values: { ...mapped, [`${egnyte}:sendInvite`]: false }, generated: [] });
    expect(enforce({ ...service, PASSWORD: 'short' }).generated).toEqual(['PASSWORD']);
  });

  test('nobody else gets anything', () => {
    const values = { userName: 'ana', [`${egnyte}:isServiceAccount`]: false };
    expect(enforce(values)).toEqual({ values, generated: [] });
  });
});
