import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { beginAnew, inProcesses, longFiles, oneAtATime, readOperations, readSources } from '@/vitest.config';

test('every file that is to be started first, or to have a process of its own, is there', () => {
  const named = [...longFiles, ...inProcesses, ...oneAtATime, ...beginAnew, ...readOperations, ...readSources];
  expect(named.filter((path) => !path.includes('*') && !existsSync(path))).toEqual([]);
});
