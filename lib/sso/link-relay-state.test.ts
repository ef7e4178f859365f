import { expect, test } from 'vitest';
import { linkRelayState } from './link-relay-state';

test.each([
  ['more than 4096 bytes', `RelayState=${'x'.repeat(4097)}`, 'too_large'],
  ['two of them', 'RelayState=a&RelayState=b', 'parameter_repeated'],
  ['one disguised', 'RelayState=a&Relay%53tate=b', 'parameter_repeated'],
  ['a NUL', 'RelayState=a%00b', 'malformed_encoding'],
  ['a NUL, carried', `state=${Buffer.from('a\0').toString('base64url')}`, 'malformed_encoding'],
])('is refused with %s', async (_what, query, code) => {
  expect(() => linkRelayState(query)).toThrow(expect.objectContaining({ code }));
});
