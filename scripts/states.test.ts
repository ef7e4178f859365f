import { expect, test } from 'vitest';
import * as states from '@/lib/core/states';
import {
  BatchRowState,
  BatchState,
  CycleStage,
  CycleStep,
  DryRunStage,
  ImportRowState,
  ImportState,
  IntegrationStatus,
  LinkState,
  MoveStage,
  OperationState,
} from '@/lib/db/generated/enums';

/** The source of everything that runs, by its path. */
const sources = import.meta.glob<string>('/{lib,app,components}/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Where states are said, and what stands there was written by machines. */
const left = /(^\/lib\/core\/states\.ts|\/generated\/|\/testing\/|\.test\.tsx?$)/;

const sets: Readonly<Record<string, readonly string[]>> = {
  integrationStatuses: states.integrationStatuses,
  linkStates: states.linkStates,
  operationStates: states.operationStates,
  cycleStages: states.cycleStages,
  cycleSteps: states.cycleSteps,
  dryRunStages: states.dryRunStages,
  importStates: states.importStates,
  importRowStates: states.importRowStates,
  moveStages: states.moveStages,
  batchStates: states.batchStates,
  batchRowStates: states.batchRowStates,
  deliveryStates: states.deliveryStates,
  mailStates: states.mailStates,
};

/** Quoted words one after the other, as in a list, in SQL's IN or in a type; and a comparison with one or another. */
const lists = /'\w+'(?: as const)?(?:\s*[,|]\s*'\w+'(?: as const)?)+/g;
const comparisons = /(?:===|!==) '\w+'(?: (?:\|\||&&) [\w.?]+ (?:===|!==) '\w+')+/g;

function statesIn(source: string): string[] {
  const found = [...source.matchAll(lists), ...source.matchAll(comparisons)].map(([text]) => text);
  return found.filter((text) => {
    const words = new Set([...text.matchAll(/'(\w+)'/g)].map(([, word = '']) => word));
    return words.size > 1 && Object.values(sets).some((set) => [...words].every((word) => set.includes(word)));
  });
}

test('what states there are, and which of them mean what, is said in one file', () => {
  const files = Object.entries(sources).filter(([file]) => !left.test(file));
  expect(files.length).toBeGreaterThan(500);
  expect(files.flatMap(([file, source]) => statesIn(source).map((text) => `${file}: ${text}`))).toEqual([]);
});

test.each([
  ["state IN ('error', 'conflict')", 1],
  ["stage: 'reading' | 'users'", 1],
  ["link.state === 'deactivated' || link.state === 'deleted'", 1],
  ["state: z.enum(['ok', 'failed', 'skipped', 'warning'])", 0],
  ["state === 'failed'", 0],
])('%s is found to be %i such list', (source, count) => {
  expect(statesIn(source)).toHaveLength(count);
});

test.each([
  ['LinkState', LinkState, states.linkStates],
  ['OperationState', OperationState, states.operationStates],
  ['CycleStage', CycleStage, states.cycleStages],
  ['CycleStep', CycleStep, states.cycleSteps],
  ['DryRunStage', DryRunStage, states.dryRunStages],
  ['ImportState', ImportState, states.importStates],
  ['ImportRowState', ImportRowState, states.importRowStates],
  ['BatchState', BatchState, states.batchStates],
  ['BatchRowState', BatchRowState, states.batchRowStates],
  ['IntegrationStatus', IntegrationStatus, states.integrationStatuses],
  ['a migration', MoveStage, states.moveStages],
] as const)('the database knows the same states of %s', (_name, stored, said) => {
  expect(Object.values(stored).sort()).toEqual([...said].sort());
});
