import { describe, expect, test } from 'vitest';
import { checkIssuer } from './check-issuer';
import { chooseAcs } from './choose-acs';
import { bindings } from './schema';

const main = { url: 'https://sp.example.com/acs?tenant=1', index: 3, isDefault: false };
const fallback = { url: 'https://eu.sp.example.com/acs', index: 1, isDefault: true };
const settings = { acsUrls: [main, fallback] };

test('an ACS is chosen by exact URL, by index, or is the default', () => {
  expect(chooseAcs({ acsUrl: main.url }, settings)).toBe(main);
  expect(chooseAcs({ acsIndex: 3 }, settings)).toBe(main);
  expect(chooseAcs({}, settings)).toBe(fallback);
  expect(chooseAcs(undefined, settings)).toBe(fallback);
  expect(chooseAcs({ protocolBinding: bindings.post }, settings)).toBe(fallback);
  expect(chooseAcs({}, { acsUrls: [main] })).toBe(main);
});

describe('an address that is nearly registered is not registered', () => {
  test.each([
    'https://evil.example/acs',
    'https://sp.example.com/acs',
    'https://sp.example.com/acs?tenant=1&x=2',
    'https://sp.example.com/acs?tenant=1#',
    'https://sp.example.com/acs/?tenant=1',
    'https://sp.example.com/ACS?tenant=1',
    'https://SP.example.com/acs?tenant=1',
    'http://sp.example.com/acs?tenant=1',
    'https://sp.example.com:443/acs?tenant=1',
    'https://sp.example.com/x/../acs?tenant=1',
    'https://sp.example.com/acs?tenant=%31',
    'https://sp.example.com@evil.example/acs?tenant=1',
    ' https://sp.example.com/acs?tenant=1',
    '',
  ])('"%s"', (acsUrl) => {
    expect(() => chooseAcs({ acsUrl }, settings)).toThrow(expect.objectContaining({ code: 'acs_not_registered' }));
  });
});

test('an index that nobody registered, and a list without entries, are refused', () => {
  expect(() => chooseAcs({ acsIndex: 0 }, settings)).toThrow(expect.objectContaining({ code: 'acs_not_registered' }));
  expect(() => chooseAcs({}, { acsUrls: [] })).toThrow(expect.objectContaining({ code: 'acs_not_registered' }));
});

test('a response over another binding is refused', () => {
  const request = { acsUrl: main.url, protocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact' };
  expect(() => chooseAcs(request, settings)).toThrow(expect.objectContaining({ code: 'binding_not_supported' }));
});

test('the request of another service provider is refused', () => {
  const agreed = { spEntityId: 'https://sp.example.com' };
  expect(() => checkIssuer({ issuer: 'https://sp.example.com' }, agreed)).not.toThrow();
  for (const issuer of ['https://sp.example.com/', 'https://SP.example.com', 'https://other.example']) {
    expect(() => checkIssuer({ issuer }, agreed)).toThrow(expect.objectContaining({ code: 'issuer_mismatch' }));
  }
});
