import { expect, test } from 'vitest';
import { type OperationStateName, operationStates } from '@/lib/core/states';
import { decide } from './hold';

const id = 'operation';
const held = (state: OperationStateName) => ({ id, action: 'deactivate' as const, state });

test.each<[OperationStateName, ReturnType<typeof decide>]>([
  ['held', { kind: 'stay' }],
  ['rejected', { kind: 'stay' }],
  ['allowed', { kind: 'send', id }],
  ['withdrawn', { kind: 'hold', by: 'setting' }],
  ['intent', { kind: 'send' }],
  ['failed', { kind: 'send' }],
  ['unknown', { kind: 'send' }],
  ['succeeded', { kind: 'send' }],
])('of what is planned again, %s decides, whatever the setting says by now', (state, decision) => {
  expect(decide('deactivate', held(state), 'setting')).toEqual(decision);
  if (state !== 'withdrawn') expect(decide('deactivate', held(state), null)).toEqual(decision);
  if (state !== 'withdrawn') expect(decide('deactivate', held(state), 'counting')).toEqual(decision);
});

test.each(operationStates)('a decision (%s) is about what was planned, and nothing else', (state) => {
  expect(decide('delete', held(state), 'setting')).toEqual({ kind: 'hold', by: 'setting' });
  expect(decide('delete', held(state), null)).toEqual({ kind: 'send' });
});

test('where nothing was held, what has it wait decides', () => {
  expect([decide('deactivate', null, 'counting'), decide('deactivate', undefined, null)]).toEqual([
    { kind: 'hold', by: 'counting' },
    { kind: 'send' },
  ]);
});

test.each(operationStates)('what never waits is sent, whatever was decided (%s) about leaving', (state) => {
  expect(decide('deactivate', held(state), 'never')).toMatchObject({ kind: 'send' });
});
