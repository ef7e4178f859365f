import { expect, test } from 'vitest';
import { type OperationStateName, operationStates } from '@/lib/core/states';
import { decide } from './hold';

const id = 'operation';
const held = (state: OperationStateName) => ({ id, action: 'deactivate' as const, state });

test.each<[OperationStateName, ReturnType<typeof decide>]>([
  ['held', { kind: 'stay' }],
  ['rejected', { kind: 'stay' }],
  ['allowed', { kind: 'send', id }],
  ['withdrawn', { kind: 'hold' }],
  ['intent', { kind: 'send' }],
  ['failed', { kind: 'send' }],
  ['unknown', { kind: 'send' }],
  ['succeeded', { kind: 'send' }],
])('of what is planned again, %s decides, whatever the setting says by now', (state, decision) => {
  expect(decide('deactivate', held(state), true)).toEqual(decision);
  if (state !== 'withdrawn') expect(decide('deactivate', held(state), false)).toEqual(decision);
});

test.each(operationStates)('a decision (%s) is about what was planned, and nothing else', (state) => {
  expect(decide('delete', held(state), true)).toEqual({ kind: 'hold' });
  expect(decide('delete', held(state), false)).toEqual({ kind: 'send' });
});

test('where nothing was held, the setting decides', () => {
  expect([decide('deactivate', null, true), decide('deactivate', undefined, false)]).toEqual([
    { kind: 'hold' },
    { kind: 'send' },
  ]);
});

test.each(operationStates)('what never waits is sent, whatever was decided (%s) about leaving', (state) => {
  expect(decide('deactivate', held(state), 'never')).toMatchObject({ kind: 'send' });
});
