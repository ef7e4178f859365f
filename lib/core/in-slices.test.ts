import { expect, test } from 'vitest';
import { mapInSlices } from './in-slices';

test('many are mapped in their order, and others have their turn between them', async () => {
  const seen: (number | string)[] = [];
  const items = Array.from({ length: 100 }, (_, index) => index);
  const mapping = mapInSlices(items, (item) => seen.push(item) && item * 2);
  await new Promise((resolve) => setImmediate(resolve));
  seen.push('another');
  expect(await mapping).toEqual(items.map((item) => item * 2));
  expect(seen.filter((one) => one !== 'another')).toEqual(items);
  expect(seen.indexOf('another')).toBeLessThan(50);
});
