import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { longFiles } from '@/vitest.config';

test('every file that is to be started first is there', () => {
  expect(longFiles.filter((path) => !existsSync(path))).toEqual([]);
});
