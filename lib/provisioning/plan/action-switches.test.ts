import { describe, expect, test } from 'vitest';
import { settingsOf } from '@/lib/core/setting';
import { type ActionSettings, actionSettings } from '../settings';
import { switchedGroup, switchedOff, switchedUser } from './action-switches';
import { type DesiredUser, type LinkedUser, planUser, type SkipReason } from './plan-user';

const allOn = settingsOf(actionSettings, { settings: {} });
const values = { userName: 'ana', 'name.givenName': 'Ana', active: true };
const present: DesiredUser = { kind: 'present', create: values, update: values, blocked: {} };
const account = (over: Partial<Extract<LinkedUser, { kind: 'account' }>> = {}): LinkedUser => ({
  kind: 'account',
  deactivated: false,
  sent: values,
  current: null,
  settled: null,
  ...over,
});
const left = (reason: 'out_of_scope' | 'suspended' | 'deleted'): DesiredUser => ({ kind: 'inactive', reason });
const plan = (desired: DesiredUser, linked: LinkedUser, actions: Partial<ActionSettings> = {}) =>
  switchedUser({ ...allOn, ...actions }, desired, planUser(desired, linked));
const skip = (reason: SkipReason) => ({ action: 'skip', reason });
const renamed = account({ sent: { ...values, 'name.givenName': 'Anna' } });
const back = account({ deactivated: true, sent: { ...values, active: false } });
const none: LinkedUser = { kind: 'none' };

describe('what an administrator has switched off is left out, with the switch as the reason', () => {
  test.each([
    ['creating', plan(present, none, { createUsers: false }), switchedOff.createUsers],
    ['a changed attribute', plan(present, renamed, { updateUsers: false }), switchedOff.updateUsers],
    ['reactivating', plan(present, back, { updateUsers: false }), switchedOff.updateUsers],
    [
      'deactivating who left',
      plan(left('out_of_scope'), account(), { deactivateUsers: false }),
      switchedOff.deactivateUsers,
    ],
    [
      'deactivating who was suspended',
      plan(left('suspended'), account(), { deactivateUsers: false }),
      switchedOff.deactivateUsers,
    ],
    [
      'deleting who is gone for good',
      plan({ kind: 'gone' }, account(), { deleteUsers: false }),
      switchedOff.deleteUsers,
    ],
    [
      'deleting who left',
      plan(left('deleted'), account(), { deprovisionAction: 'delete', deleteUsers: false }),
      switchedOff.deleteUsers,
    ],
  ])('%s', (_name, planned, reason) => {
    expect(planned).toEqual(skip(reason));
  });

  test('and what is not there to be done is no reason for anything', () => {
    const off = { createUsers: false, updateUsers: false, deactivateUsers: false, deleteUsers: false };
    expect(plan(present, account(), off)).toEqual({ action: 'none' });
    expect(plan(left('out_of_scope'), none, off)).toEqual({ action: 'none' });
    expect(switchedGroup({ ...allOn, pushGroups: false }, { action: 'none' })).toEqual({ action: 'none' });
  });

  test('a group is pushed, or not at all', () => {
    const create = { action: 'create' as const, changes: {}, add: ['1'] };
    expect(switchedGroup(allOn, create)).toBe(create);
    expect(switchedGroup({ ...allOn, pushGroups: false }, create)).toEqual(skip(switchedOff.pushGroups));
    expect(switchedGroup({ ...allOn, pushGroups: false }, { action: 'delete' })).toEqual(skip(switchedOff.pushGroups));
  });
});

describe('when somebody leaves', () => {
  test.each(['out_of_scope', 'deleted'] as const)(
    '%s: the account is deactivated, deleted or left as it is',
    (reason) => {
      expect(plan(left(reason), account()).action).toBe('deactivate');
      expect(plan(left(reason), account(), { deprovisionAction: 'delete' })).toEqual({ action: 'delete', changes: {} });
      expect(plan(left(reason), account(), { deprovisionAction: 'nothing' })).toEqual(
        skip(switchedOff.deprovisionAction),
      );
    },
  );

  test.each(['deactivate', 'delete', 'nothing'] as const)(
    '%s: whoever is suspended is deactivated',
    (deprovisionAction) => {
      expect(plan(left('suspended'), account(), { deprovisionAction }).action).toBe('deactivate');
    },
  );

  test('an account that is inactive already is not deleted for it', () => {
    expect(plan(left('out_of_scope'), back, { deprovisionAction: 'delete' })).toEqual({ action: 'none' });
  });
});

describe('whoever is mapped to be inactive', () => {
  const mapped = { ...values, active: false };
  const desired: DesiredUser = { kind: 'present', create: mapped, update: mapped, blocked: {} };

  test('is deactivated, with whatever else has changed', () => {
    expect(plan(desired, renamed)).toMatchObject({
      action: 'deactivate',
      changes: { active: { to: false }, 'name.givenName': { to: 'Ana' } },
    });
    expect(plan(desired, account({ deactivated: true, sent: mapped }))).toEqual({ action: 'none' });
  });

  test('keeps the account where deactivating is switched off, and has the rest sent; and the other way round', () => {
    expect(plan(desired, account(), { deactivateUsers: false })).toEqual(skip(switchedOff.deactivateUsers));
    expect(plan(desired, renamed, { deactivateUsers: false })).toEqual({
      action: 'update',
      changes: { 'name.givenName': { from: 'Anna', to: 'Ana' } },
      leftOut: switchedOff.deactivateUsers,
    });
    expect(plan(desired, renamed, { updateUsers: false })).toMatchObject({
      action: 'deactivate',
      changes: { active: { from: true, to: false } },
      leftOut: switchedOff.updateUsers,
    });
  });
});
