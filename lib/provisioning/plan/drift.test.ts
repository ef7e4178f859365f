import { describe, expect, test } from 'vitest';
import { valuesOf } from '@/lib/core/setting';
import type { Drift } from '../schema';
import { type DriftSettings, driftSettings } from '../settings';
import { correctsDrift, deletedThere, keptDrift, leaveDrift } from './drift';
import { type DesiredUser, type LinkedUser, planUser } from './plan-user';

const ours = { userName: 'ana', title: 'Lead', active: true };
const present = (values = ours): DesiredUser => ({ kind: 'present', create: values, update: values, blocked: {} });
const account = (more: Partial<Extract<LinkedUser, { kind: 'account' }>> = {}): LinkedUser => ({
  ...{ kind: 'account', deactivated: false, sent: ours, current: null, settled: ours },
  ...more,
});
const plan = (desired: DesiredUser, linked: LinkedUser, settings: Partial<DriftSettings> = {}) =>
  leaveDrift({ ...valuesOf(driftSettings), ...settings }, desired, linked, planUser(desired, linked));

const theirs = { ...ours, title: 'Chief' };
const drift: Drift = {
  kind: 'changed',
  attributes: { title: { ours: 'Lead', theirs: 'Chief' } },
  noticedAt: '2026-11-02T09:00:00.000Z',
  message: '',
};

describe('an attribute that was changed over there', () => {
  test('is corrected, and named as drift', () => {
    const found = plan(present(), account({ current: theirs }));
    expect(found).toEqual({ action: 'update', changes: { title: { from: 'Chief', to: 'Lead', drift: true } } });
    expect(correctsDrift(found)).toBe(true);
  });

  test('is no drift where the directory changed it, too', () => {
    const found = plan(present({ ...ours, title: 'Head' }), account({ current: theirs }), { driftAction: 'show' });
    expect(found).toEqual({ action: 'update', changes: { title: { from: 'Chief', to: 'Head' } } });
  });

  test('is left where it is only shown, also when nothing is read, and while something else is sent', () => {
    const left = { kind: 'changed', attributes: drift.attributes };
    const show = { driftAction: 'show' } as const;
    expect(plan(present(), account({ current: theirs }), show)).toEqual({ action: 'none', drift: left });
    expect(plan(present(), account({ current: null, drift }), show)).toEqual({ action: 'none', drift: left });
    // What an answer of the server has shown since is no news.
    expect(plan(present(), account({ current: theirs, settled: theirs, drift }), show)).toEqual({
      action: 'none',
      drift: left,
    });
    expect(plan(present({ ...ours, userName: 'ana.b' }), account({ current: theirs }), show)).toEqual({
      action: 'update',
      changes: { userName: { from: 'ana', to: 'ana.b' } },
      drift: left,
    });
    expect(plan(present(), account({ current: ours, drift }), show)).toEqual({ action: 'none' });
  });

  test('is corrected once somebody has asked for it, and once it is to be corrected', () => {
    const corrected = { action: 'update', changes: { title: { from: 'Chief', to: 'Lead', drift: true } } };
    expect(plan(present(), account({ drift: { ...drift, correct: true } }), { driftAction: 'show' })).toEqual(
      corrected,
    );
    expect(plan(present(), account({ drift }))).toEqual(corrected);
  });
});

describe('an account that was made active over there', () => {
  const inactive = { ...ours, active: false };
  const made = account({ deactivated: true, sent: inactive, settled: inactive, current: ours });
  const out = (reason: Extract<DesiredUser, { kind: 'inactive' }>['reason']): DesiredUser => ({
    kind: 'inactive',
    reason,
  });
  const left = { kind: 'reactivated', attributes: { active: { ours: false, theirs: true } } };

  test.each(['suspended', 'deleted'] as const)('is deactivated again where the person was %s', (reason) => {
    const again = { action: 'deactivate', changes: { active: { from: true, to: false, drift: true } } };
    expect(plan(out(reason), made)).toMatchObject(again);
    expect(plan(out(reason), made, { reactivatedSuspended: 'show' })).toEqual({ action: 'none', drift: left });
  });

  test.each(['out_of_scope', 'filtered_out'] as const)('stays, and is shown, where the person is %s', (reason) => {
    expect(plan(out(reason), made)).toEqual({ action: 'none', drift: left });
    expect(plan(out(reason), made, { reactivatedLeft: 'deactivate' })).toMatchObject({ action: 'deactivate' });
  });

  test('is not told from a server that never makes one inactive', () => {
    expect(plan(out('suspended'), account({ deactivated: true, settled: ours, current: ours }))).toEqual({
      action: 'none',
    });
  });
});

describe('an account that was deleted over there', () => {
  const gone: LinkedUser = { kind: 'none', drift: { ...drift, ...deletedThere } };

  test('is created again, which is said, or left', () => {
    expect(plan(present(), gone)).toMatchObject({ action: 'create', recreates: true });
    expect(plan(present(), { kind: 'none' })).not.toHaveProperty('recreates');
    expect(plan(present(), gone, { deletedOverThere: 'leave' })).toEqual({ action: 'none', drift: deletedThere });
  });
});

test('what is found again as it was keeps the time at which it was noticed', () => {
  const later = new Date('2026-11-03T09:00:00.000Z');
  expect(keptDrift({ kind: 'changed', attributes: drift.attributes }, drift, later)).toBe(drift);
  expect(keptDrift({ kind: 'changed', attributes: {} }, drift, later)?.noticedAt).toBe(later.toISOString());
  expect(keptDrift(undefined, drift, later)).toBeNull();
});
