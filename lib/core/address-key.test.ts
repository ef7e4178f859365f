import { expect, test } from 'vitest';
import { addressKey } from './address-key';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, expected) => {
  expect(addressKey(address)).toBe(expected);
});

test('what is no address counts for itself, and is not kept whole', () => {
  expect(addressKey(null)).toBe('unknown');
  expect(addressKey('x'.repeat(1_000))).toHaveLength(64);
  expect(addressKey(':'.repeat(1_000)).length).toBeLessThan(80);
});
