import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inProcesses, longFiles, oneAtATime, readOperations, readSources } from '@/vitest.config';

test('every file that is to be started first, or to have a process of its own, is there', () => {
  const named = [...longFiles, ...inProcesses, ...oneAtATime, ...readOperations, ...readSources];
  expect(named.filter((path) => !path.includes('*') && !existsSync(path))).toEqual([]);
});
