import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inProcesses, longFiles } from '@/vitest.config';

test('every file that is to be started first, or to have a process of its own, is there', () => {
  const files = inProcesses.filter((path) => !path.includes('*'));
  expect([...longFiles, ...files].filter((path) => !existsSync(path))).toEqual([]);
});
