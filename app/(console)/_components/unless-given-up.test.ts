import { expect, test } from 'vitest';
import { AppError } from '@/lib/core/errors';
import { unlessGivenUp } from './unless-given-up';

test('a search that was given up stands in the place of its list; whatever else fails is the page’s error', async () => {
  const page = { items: [] };
  expect(await unlessGivenUp(Promise.resolve(page))).toBe(page);
  const slow = new AppError('search_too_slow', 'The search takes too long.', { hint: 'Use other words.' });
  expect(await unlessGivenUp(Promise.reject(slow))).toBe(slow);
  const gone = new AppError('not_found', 'It is gone.');
  await expect(unlessGivenUp(Promise.reject(gone))).rejects.toBe(gone);
});
