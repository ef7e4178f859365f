import { describe, expect, test } from 'vitest';
import { targetKey } from '@/lib/mappings/target';
import { type DesiredUser, type LinkedUser, planUser } from './plan-user';

const present: DesiredUser = {
  kind: 'present',
  create: { userName: 'ana', 'name.givenName': 'Ana', userType: 'power', active: true },
  update: { userName: 'ana', 'name.givenName': 'Ana', active: true },
  blocked: {},
};
const account = (over: Partial<Extract<LinkedUser, { kind: 'account' }>> = {}): LinkedUser => ({
  kind: 'account',
  deactivated: false,
  sent: { userName: 'ana', 'name.givenName': 'Ana', active: true },
  current: null,
  settled: null,
  ...over,
});

describe('the plan for one person', () => {
  test('a person in scope without an account gets one, with the values that apply on creation', () => {
    const plan = planUser(present, { kind: 'none' });
    expect(plan.action).toBe('create');
    expect(plan.action === 'create' && plan.changes.userType).toEqual({ from: null, to: 'power' });
  });

  test('nothing changed means no request at all', () => {
    expect(planUser(present, account())).toEqual({ action: 'none' });
  });

  test('one changed attribute is one attribute sent', () => {
    const plan = planUser(present, account({ sent: { userName: 'ana', 'name.givenName': 'Anna', active: true } }));
    expect(plan).toEqual({ action: 'update', changes: { 'name.givenName': { from: 'Anna', to: 'Ana' } } });
  });

  test('an account taken over gets only what differs, and never what applies on creation', () => {
    const current = { userName: 'ana', 'name.givenName': 'A.', userType: 'standard', active: 'True' };
    const plan = planUser(present, account({ sent: null, current }));
    expect(plan).toEqual({ action: 'update', changes: { 'name.givenName': { from: 'A.', to: 'Ana' } } });
  });

  test('drift is corrected, but a server that stores its own form of our value is left in peace', () => {
    const drifted = account({ current: { userName: 'ana', 'name.givenName': 'Other', active: true }, settled: null });
    expect(planUser(present, drifted)).toEqual({
      action: 'update',
      changes: { 'name.givenName': { from: 'Other', to: 'Ana', drift: true } },
    });
    const stored = { userName: 'ANA', 'name.givenName': 'Ana', active: true };
    expect(planUser(present, account({ current: stored, settled: stored }))).toEqual({ action: 'none' });
  });

  test('where a server keeps values in another form, that alone is never corrected; another value is, and so is our change', () => {
    const normalised = new Set(['name.givenName', 'phoneNumbers.value'].map(targetKey));
    const desired = (over: object): DesiredUser => ({ ...present, update: { ...present.update, ...over } });
    const there = (current: object, sent: object | null = {}) =>
      account({
        current: { userName: 'ana', active: true, ...current },
        settled: sent && { userName: 'ana', 'name.givenName': 'ana', active: true },
        sent: sent && { userName: 'ana', 'name.givenName': 'Ana', active: true, ...sent },
        normalised,
      });
    expect(planUser(present, there({ 'name.givenName': 'ANA ' }))).toEqual({ action: 'none' });
    expect(planUser(present, there({ 'name.givenName': 'ana' }, null))).toEqual({ action: 'none' });
    const phone = { 'phoneNumbers.value': '+41 (79) 123-45' };
    const called = there({ 'name.givenName': 'ana', 'phoneNumbers.value': '417912345' }, phone);
    expect(planUser(desired(phone), called)).toEqual({ action: 'none' });
    expect(planUser(present, there({ 'name.givenName': 'anna' }))).toMatchObject({ action: 'update' });
    expect(planUser(present, there({ userName: 'ANA', 'name.givenName': 'Ana' }))).toMatchObject({
      changes: { userName: { from: 'ANA', to: 'ana' } },
    });
    expect(planUser(desired({ 'name.givenName': 'ANA' }), there({ 'name.givenName': 'ana' }))).toMatchObject({
      changes: { 'name.givenName': { from: 'Ana', to: 'ANA' } },
    });
  });

  test('a form that a server makes of what it was sent and did not answer is no drift when it is read for the first time', () => {
    const current = { userName: 'ANA', 'name.givenName': 'ana', active: true };
    expect(planUser(present, account({ current, settled: null }))).toEqual({ action: 'none' });
    const before = { ...current, userName: 'ana' };
    expect(planUser(present, account({ current, settled: before }))).toMatchObject({
      changes: { userName: { from: 'ANA', to: 'ana', drift: true } },
    });
  });

  test.each(['out_of_scope', 'suspended', 'deleted'] as const)('%s deactivates, once', (reason) => {
    expect(planUser({ kind: 'inactive', reason }, account()).action).toBe('deactivate');
    expect(planUser({ kind: 'inactive', reason }, account({ deactivated: true }))).toEqual({ action: 'none' });
    expect(planUser({ kind: 'inactive', reason }, { kind: 'none' })).toEqual({ action: 'none' });
  });

  test('an account that we deactivated and somebody reactivated over there is deactivated again, which is named as drift', () => {
    const byHand = account({ deactivated: true, current: { userName: 'ana', active: true } });
    expect(planUser({ kind: 'inactive', reason: 'suspended' }, byHand)).toMatchObject({
      action: 'deactivate',
      changes: { active: { from: true, to: false, drift: true } },
    });
  });

  test('an account that is mapped to be inactive is so once, and then left in peace', () => {
    const inactive: DesiredUser = { ...present, update: { ...present.update, active: false } };
    const change = {
      action: 'deactivate',
      changes: { active: { from: true, to: false } },
      reason: 'is mapped to be inactive',
    };
    expect(planUser(inactive, account())).toEqual(change);
    const sent = { userName: 'ana', 'name.givenName': 'Ana', active: false };
    expect(planUser(inactive, account({ deactivated: true, sent }))).toEqual({ action: 'none' });
    expect(planUser(inactive, account({ deactivated: true, sent: { ...sent, 'name.givenName': 'Anna' } }))).toEqual({
      action: 'update',
      changes: { 'name.givenName': { from: 'Anna', to: 'Ana' } },
    });
  });

  test('coming back reactivates and sends what changed meanwhile', () => {
    const plan = planUser(
      present,
      account({ deactivated: true, sent: { userName: 'ana', 'name.givenName': 'Anna', active: false } }),
    );
    expect(plan).toEqual({
      action: 'reactivate',
      changes: { 'name.givenName': { from: 'Anna', to: 'Ana' }, active: { from: false, to: true } },
    });
  });

  test('permanent deletion deletes, and deletes nothing that was never there', () => {
    expect(planUser({ kind: 'gone' }, account()).action).toBe('delete');
    expect(planUser({ kind: 'gone' }, { kind: 'none' })).toEqual({ action: 'none' });
  });

  test('a released account is skipped whatever happens', () => {
    for (const desired of [present, { kind: 'gone' }, { kind: 'inactive', reason: 'deleted' }] as DesiredUser[]) {
      expect(planUser(desired, account({ released: true })).action).toBe('skip');
    }
  });

  test('an imported account is left alone until its person is in scope, and then only differences are sent', () => {
    const imported = account({
      imported: true,
      sent: null,
      current: { userName: 'ana', 'name.givenName': 'Anna', active: true },
    });
    for (const reason of ['out_of_scope', 'suspended', 'deleted'] as const) {
      expect(planUser({ kind: 'inactive', reason }, imported)).toEqual({ action: 'none' });
    }
    expect(planUser({ kind: 'gone' }, imported)).toEqual({ action: 'none' });
    expect(planUser(present, imported)).toEqual({
      action: 'update',
      changes: { 'name.givenName': { from: 'Anna', to: 'Ana' } },
    });
  });

  test('a broken rule and an ambiguous match stop before anything is sent, and say why', () => {
    const blocked = { code: 'RuleBroken', message: 'userType must be admin, power or standard.' };
    expect(planUser({ ...present, blocked: { create: blocked } }, { kind: 'none' })).toEqual({
      action: 'skip',
      reason: blocked,
    });
    expect(planUser({ ...present, blocked: { update: blocked } }, account())).toEqual({
      action: 'skip',
      reason: blocked,
    });
    expect(planUser({ ...present, blocked: { create: blocked } }, account())).toEqual({ action: 'none' });
    const reason = { code: 'DuplicateTargetEntries', message: 'Two accounts match.' };
    expect(planUser(present, { kind: 'ambiguous', reason })).toEqual({ action: 'skip', reason });
  });

  test('a broken rule does not keep somebody who left from being deactivated', () => {
    expect(planUser({ kind: 'inactive', reason: 'out_of_scope' }, account()).action).toBe('deactivate');
  });
});
