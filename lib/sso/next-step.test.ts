import { expect, it } from 'vitest';
import { nextStep, type SetUp } from './next-step';

const fresh: SetUp = {
  kind: 'saml',
  ssoStatus: 'not_configured',
  problems: [{ code: 'unresolved_placeholder', field: 'placeholders.SUBDOMAIN', message: '' }],
  groupCount: 0,
  assignedCount: 0,
  idmStatus: 'not_configured',
  scim: { requiresSso: true },
};

it('leads from the placeholder over the groups to Identity Management, and then says nothing', () => {
  expect(nextStep(fresh)).toEqual({ text: 'enter SUBDOMAIN on the SSO tab', tab: 'sso' });
  const active: SetUp = { ...fresh, ssoStatus: 'active', problems: [] };
  expect(nextStep(active)?.tab).toBe('groups');
  expect(nextStep({ ...active, groupCount: 1 })?.tab).toBe('identity-management');
  expect(nextStep({ ...active, assignedCount: 1, idmStatus: 'active' })).toBeUndefined();
});

it('does not lead to Identity Management while SSO has to come first', () => {
  expect(nextStep({ ...fresh, ssoStatus: 'inactive', groupCount: 1 })).toBeUndefined();
  expect(nextStep({ ...fresh, ssoStatus: 'inactive', groupCount: 1, scim: { requiresSso: false } })?.tab).toBe(
    'identity-management',
  );
});

it('puts a quarantined connection first, and asks a bookmark for nothing but groups', () => {
  expect(nextStep({ ...fresh, idmStatus: 'quarantined' })?.tab).toBe('identity-management');
  const bookmark: SetUp = { ...fresh, kind: 'bookmark', ssoStatus: 'active', problems: [], scim: undefined };
  expect(nextStep(bookmark)?.tab).toBe('groups');
  expect(nextStep({ ...bookmark, groupCount: 2 })).toBeUndefined();
});

it('does not send who only provisions to the SSO tab', () => {
  const provisions: SetUp = { ...fresh, idmStatus: 'active', scim: { requiresSso: false } };
  expect(nextStep(provisions)).toEqual({ text: 'select the user groups whose members get an account', tab: 'groups' });
  expect(nextStep({ ...provisions, groupCount: 1 })).toBeUndefined();
});
