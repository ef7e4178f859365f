import { describe, expect, test } from 'vitest';
import { type DesiredGroup, type GroupRules, type LinkedGroup, planGroup as planBy } from './plan-group';

const rules: GroupRules = { takeOverGroups: 'always', exactMembership: false, createGroups: true };
const planGroup = (desired: DesiredGroup, linked: LinkedGroup, other: Partial<GroupRules> = {}) =>
  planBy(desired, linked, { ...rules, ...other });

const present = (members: string[], keep: string[] = [], name = 'Engineering'): DesiredGroup => ({
  kind: 'present',
  create: { displayName: name, externalId: 'x' },
  update: { displayName: name },
  members: new Set(members),
  keep: new Set(keep),
});
const linked = (members: string[], name = 'Engineering'): LinkedGroup => ({
  kind: 'group',
  sent: { displayName: name },
  current: null,
  members: new Set(members),
});

describe('the plan for one group', () => {
  test('an empty group is not created', () => {
    expect(planGroup(present([]), { kind: 'none' })).toMatchObject({ action: 'skip', reason: { code: 'EmptyGroup' } });
  });

  test('a group with members is created with them', () => {
    expect(planGroup(present(['1', '2']), { kind: 'none' })).toMatchObject({ action: 'create', add: ['1', '2'] });
  });

  test('one member more is one member sent', () => {
    expect(planGroup(present(['1', '2', '3']), linked(['1', '2']))).toEqual({
      action: 'update',
      changes: {},
      add: ['3'],
      remove: [],
    });
  });

  test('members that we did not put there stay when a group is taken over', () => {
    const taken: LinkedGroup = {
      kind: 'group',
      sent: null,
      current: { displayName: 'Engineering' },
      members: new Set(),
    };
    expect(planGroup(present(['1']), taken)).toEqual({ action: 'update', changes: {}, add: ['1'], remove: [] });
  });

  test('a suspended member neither leaves nor enters', () => {
    expect(planGroup(present(['1'], ['2', '3']), linked(['1', '2']))).toEqual({ action: 'none' });
  });

  test('a group that lost its last member stays, empty', () => {
    expect(planGroup(present([]), linked(['1']))).toMatchObject({ action: 'update', remove: ['1'] });
  });

  test('renaming sends the name alone', () => {
    expect(planGroup(present(['1'], [], 'Platform'), linked(['1']))).toEqual({
      action: 'update',
      changes: { displayName: { from: 'Engineering', to: 'Platform' } },
      add: [],
      remove: [],
    });
  });

  test('a disassociated group is left as it is; a deleted one is deleted', () => {
    expect(planGroup({ kind: 'released' }, linked(['1']))).toEqual({ action: 'none' });
    expect(planGroup({ kind: 'gone' }, linked(['1']))).toEqual({ action: 'delete' });
    expect(planGroup({ kind: 'gone' }, { kind: 'none' })).toEqual({ action: 'none' });
  });

  const found = (foreign: string[], members: string[] = []): LinkedGroup => ({
    kind: 'group',
    sent: null,
    current: { displayName: 'Engineering' },
    members: new Set(members),
    foreign: new Set(foreign),
    candidate: { remoteId: 'g1', name: 'Engineering', foreignMembers: foreign.length },
  });

  test.each([
    ['always', ['9'], 'update'],
    ['unlessForeign', ['9'], 'skip'],
    ['unlessForeign', [], 'update'],
    ['never', [], 'skip'],
  ] as const)('one found by name, taken over %s, with members of others %j: %s', (takeOverGroups, foreign, action) => {
    const plan = planGroup(present(['1']), found([...foreign]), { takeOverGroups });
    expect(plan.action).toBe(action);
    if (plan.action !== 'skip') return;
    expect(plan.reason).toMatchObject({ code: 'GroupNeedsConsent', candidate: { remoteId: 'g1' } });
  });

  test('whom nobody here has put there leaves where membership is exact, and a suspended member stays', () => {
    const there = found(['7', '8', '9'], ['1']);
    expect(planGroup(present(['1'], ['9']), there)).toEqual({ action: 'none' });
    expect(planGroup(present(['1'], ['9']), there, { exactMembership: true })).toEqual({
      action: 'update',
      changes: {},
      add: [],
      remove: ['7', '8'],
      unmanaged: 2,
    });
  });

  test('one that cannot be created is skipped, and one that is there has its members', () => {
    expect(planGroup(present(['1']), { kind: 'none' }, { createGroups: false })).toMatchObject({
      action: 'skip',
      reason: { code: 'GroupNotThere' },
    });
    expect(planGroup(present(['1']), found([]), { createGroups: false })).toMatchObject({
      action: 'update',
      add: ['1'],
    });
  });
});
