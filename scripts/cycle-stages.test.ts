import { expect, test } from 'vitest';

/** The source of everything that runs, by its path. */
const sources = import.meta.glob<string>('/{lib,app}/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });

/** The table of transitions; what tests and machines wrote. */
const left = /(^\/lib\/provisioning\/cycles\/stages\.ts|\/generated\/|\/testing\/|\.test\.tsx?$)/;

const writes = /\.cycle\s*\.(?:create|update|upsert)\w*\(|(?:INSERT INTO|UPDATE) cycles\b/g;
const within = 300;

/** What is said of a stage where a cycle's row is written. */
function stagesWritten(source: string): string[] {
  return [...source.matchAll(writes)]
    .map(({ index }) => source.slice(index, index + within).split(';')[0] ?? '')
    .filter((text) => /\bcreate|INSERT|\b(?:stage|step|finishedAt|finished_at)\b/.test(text));
}

test('a cycle begins, and its stage is written, in the table of transitions alone', () => {
  const files = Object.entries(sources).filter(([file]) => !left.test(file));
  expect(files.length).toBeGreaterThan(500);
  expect(files.flatMap(([file, source]) => stagesWritten(source).map((text) => `${file}: ${text}`))).toEqual([]);
});

test.each([
  ["tx.cycle.updateMany({ where: { id }, data: { stage: 'stopped', finishedAt: now() } });", 1],
  ['tx.cycle.create({ data: { applicationId } });', 1],
  ["UPDATE cycles SET stage = 'failed' WHERE id = $1", 1],
  ['tx.cycle.update({ where: { id }, data: { totalUsers } });', 0],
])('%s is found to be %i such place', (source, count) => {
  expect(stagesWritten(source)).toHaveLength(count);
});
