import { expect, test } from 'vitest';
import { networkList, networkOf } from './network-list';

test.each([
  ['192.0.2.0/24', '192.0.2.255', true],
  ['192.0.2.0/24', '192.0.3.0', false],
  ['192.0.2.7/24', '192.0.2.1', true],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['0.0.0.0/0', '203.0.113.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['2001:DB8::1', '2001:db8:0:0::1', true],
  ['::/0', '2001:db8::1', true],
  ['::/0', '192.0.2.1', false],
  ['::ffff:0:0/96', '192.0.2.1', false],
  ['192.0.2.0/24', 'unknown', false],
  ['192.0.2.0/24', '', false],
])('%s and %s: %s', (network, address, isIn) => {
  expect(networkList([network])(address)).toBe(isIn);
  expect(networkList(['198.51.100.0/30', network])(address), 'beside another').toBe(isIn);
});

test('the network of an address is the address itself, or the /64 in which devices change theirs', () => {
  expect(['192.0.2.7', '2001:db8:1:2:3:4:5:6', '2001:db8::5', '::1', '2001:db8::', 'unknown'].map(networkOf)).toEqual([
    ...['192.0.2.7/32', '2001:db8:1:2::/64', '2001:db8::/64', '::/64', '2001:db8::/64', undefined],
  ]);
});
