import { deflateRawSync, deflateSync } from 'node:zlib';
import { SAML } from '@node-saml/node-saml';
import { describe, expect, test } from 'vitest';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { receiveRedirect } from './receive-redirect';
import { authnRequestXml, redirectQuery, signQuery, signWithNodeSaml } from './testing/support';

const now = new Date('2026-05-01T12:00:00Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const destination = 'https://latchkey.example/saml2/netskope';
const sp = await createSelfSigned({ commonName: 'sp', notBefore: now, years: 1 });
const next = await createSelfSigned({ commonName: 'sp, next', notBefore: now, years: 1 });

const honest = (changes: Parameters<typeof authnRequestXml>[0] = {}) =>
  authnRequestXml({ issueInstant: now, destination, ...changes });
const relayState = 'https://app.example/deep?x=1&y=ü z+%2B#top';
const signed = redirectQuery({ xml: honest(), relayState, privateKey: sp.privateKey });
const part = (name: string, query = signed) => query.split('&').find((pair) => pair.startsWith(`${name}=`)) ?? '';

function receive(rawQuery: string, changes: Partial<Parameters<typeof receiveRedirect>[0]> = {}) {
  return receiveRedirect({
    rawQuery,
    destination,
    certificates: [sp.certificate],
    requireSigned: true,
    now,
    ...changes,
  });
}
const receiveUnsigned = (rawQuery: string) => receive(rawQuery, { requireSigned: false, certificates: [] });
const refused = (code: string) => expect.objectContaining({ name: 'SamlError', code });

describe('a signed query', () => {
  test.each(['rsa-sha256', 'rsa-sha384', 'rsa-sha512'] as const)(
    'with %s is read, RelayState unchanged',
    (algorithm) => {
      const query = redirectQuery({ xml: honest(), relayState, privateKey: sp.privateKey, algorithm });
      expect(receive(query)).toMatchObject({ signed: true, relayState, warnings: [], request: { id: '_r1' } });
      expect(receive(`?${query}`).signed).toBe(true);
    },
  );

  test('without RelayState is read, and has none', () => {
    const received = receive(redirectQuery({ xml: honest(), privateKey: sp.privateKey }));
    expect(received.signed).toBe(true);
    expect(received).not.toHaveProperty('relayState');
  });

  test('is verified with any of several certificates, so that an SP can roll over', () => {
    const query = redirectQuery({ xml: honest(), privateKey: next.privateKey });
    expect(receive(query, { certificates: ['not a certificate', sp.certificate, next.certificate] }).signed).toBe(true);
    expect(() => receive(query)).toThrow(refused('signature_invalid'));
  });

  test('is verified over the octets that came: lower-case escapes and a bare slash are the SP’s own business', () => {
    const own = signed
      .replace(/&Signature=.*/, '')
      .replaceAll(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase())
      .replaceAll('%2f', '/');
    expect(receive(signQuery(own, sp.privateKey))).toMatchObject({ signed: true, relayState });
  });

  test('whose parameters stand in another order is read, for what was signed has a fixed order', () => {
    const shuffled = ['Signature', 'RelayState', 'SigAlg', 'SAMLRequest'].map((name) => part(name)).join('&');
    expect(receive(`utm=1&${shuffled}`)).toMatchObject({ signed: true, relayState });
  });

  test('counts as unsigned, with a warning, while no SP certificate is configured', () => {
    const received = receiveUnsigned(signed);
    expect(received.signed).toBe(false);
    expect(received.warnings).toEqual([expect.stringContaining('no SP certificate')]);
  });

  test('is refused where signing is required and the certificate is missing', () => {
    expect(() => receive(signed, { certificates: [] })).toThrow(refused('certificate_missing'));
  });

  const other = redirectQuery({ xml: honest({ id: '_evil' }) });
  test.each([
    [
      'signed in another order than the binding’s',
      signQuery([part('RelayState'), part('SAMLRequest'), part('SigAlg')].join('&'), sp.privateKey),
    ],
    ['percent-encoded differently afterwards', signed.replace(/%3D/i, (octet) => octet.toLowerCase())],
    ['with the RelayState taken away', signed.replace(`${part('RelayState')}&`, '')],
    ['with another RelayState', signed.replace(part('RelayState'), 'RelayState=evil')],
    [
      'with an empty RelayState added',
      redirectQuery({ xml: honest(), privateKey: sp.privateKey }).replace('&SigAlg', '&RelayState=&SigAlg'),
    ],
    ['with another request', signed.replace(part('SAMLRequest'), other)],
    ['with another SigAlg', signed.replace('rsa-sha256', 'rsa-sha512')],
    ['by another key', redirectQuery({ xml: honest(), privateKey: next.privateKey })],
  ])('%s is refused, even where signing is optional', (_how, query) => {
    expect(query).not.toBe(signed);
    expect(() => receive(query)).toThrow(refused('signature_invalid'));
    expect(() => receive(query, { requireSigned: false })).toThrow(refused('signature_invalid'));
  });

  test.each([
    ['SHA-1', redirectQuery({ xml: honest(), privateKey: sp.privateKey, algorithm: 'rsa-sha1' })],
    ['HMAC', signed.replace('rsa-sha256', 'hmac-sha256')],
    ['an unknown algorithm', signed.replace('rsa-sha256', 'none')],
    ['an empty SigAlg', signed.replace(part('SigAlg'), 'SigAlg=')],
  ])('with %s is refused', (_what, query) => {
    expect(() => receive(query)).toThrow(refused('algorithm_not_allowed'));
  });

  test.each([
    ['Signature without SigAlg', signed.replace(`&${part('SigAlg')}`, '')],
    ['SigAlg without Signature', signed.replace(`&${part('Signature')}`, '')],
  ])('%s is refused, whatever is configured', (_what, query) => {
    expect(() => receive(query)).toThrow(refused('signature_malformed'));
    expect(() => receiveUnsigned(query)).toThrow(refused('signature_malformed'));
  });
});

test.each([true, false])('what node-saml itself sends is read (signed: %s)', async (signs) => {
  const client = new SAML({
    issuer: 'https://sp.example.com',
    callbackUrl: 'https://sp.example.com/acs?x=1&y=2',
    entryPoint: destination,
    idpCert: sp.certificate,
    forceAuthn: true,
    ...(signs && { privateKey: sp.privateKey, signatureAlgorithm: 'sha256' as const }),
  });
  // Without a blank: node-saml signs `%20` and sends `+`, so no IdP that follows the binding can verify such a query.
  const plain = relayState.replace(' ', '');
  const url = await client.getAuthorizeUrlAsync(plain, undefined, {});
  const received = receive(url.slice(url.indexOf('?') + 1), { requireSigned: signs, now: new Date() });
  expect(received).toMatchObject({ signed: signs, relayState: plain });
  expect(received.request).toMatchObject({
    acsUrl: 'https://sp.example.com/acs?x=1&y=2',
    forceAuthn: true,
    destination,
  });
});

describe('a query that two readers could read differently is refused', () => {
  test.each([
    ['two SAMLRequest', `${redirectQuery({ xml: honest({ id: '_evil' }) })}&${signed}`],
    ['SAMLRequest again at the end', `${signed}&${redirectQuery({ xml: honest({ id: '_evil' }) })}`],
    ['two RelayState', `${signed}&RelayState=evil`],
    ['two SigAlg', `${signed}&${part('SigAlg')}`],
    ['two Signature', `${signed}&${part('Signature')}`],
    ['a disguised SAMLRequest', `${signed}&%53AMLRequest=abc`],
    ['a disguised RelayState', `${signed}&Relay%53tate=abc`],
    ['a disguised RelayState alone', `${redirectQuery({ xml: honest(), privateKey: sp.privateKey })}&Relay%53tate=abc`],
  ])('%s', (_what, query) => {
    expect(() => receive(query)).toThrow(refused('parameter_repeated'));
    expect(() => receiveUnsigned(query)).toThrow(refused('parameter_repeated'));
  });

  test('an XML signature inside, where the query is the place for it', () => {
    const query = redirectQuery({ xml: signWithNodeSaml(honest(), sp) });
    expect(() => receive(query, { requireSigned: false })).toThrow(refused('signature_malformed'));
  });
});

describe('encodings', () => {
  const encoded = (bytes: Buffer) => `SAMLRequest=${encodeURIComponent(bytes.toString('base64'))}`;

  test.each([
    ['no SAMLRequest', 'RelayState=x', 'parameter_missing'],
    ['an empty one', 'SAMLRequest=', 'malformed_encoding'],
    ['broken percent-encoding', 'SAMLRequest=%E0%A4%A', 'malformed_encoding'],
    ['text that is not base64', 'SAMLRequest=%3Csamlp%3E', 'malformed_encoding'],
    ['base64 without DEFLATE', encoded(Buffer.from(honest())), 'malformed_encoding'],
    ['zlib instead of raw DEFLATE', encoded(deflateSync(honest())), 'malformed_encoding'],
    ['a cut stream', encoded(deflateRawSync(honest()).subarray(0, 60)), 'malformed_encoding'],
    ['invalid UTF-8', encoded(deflateRawSync(Buffer.from([0x3c, 0x61, 0xff, 0x3e]))), 'malformed_encoding'],
    ['another SAMLEncoding', `${redirectQuery({ xml: honest() })}&SAMLEncoding=urn%3Ax`, 'malformed_encoding'],
    [
      'a RelayState beyond the bound',
      `${redirectQuery({ xml: honest() })}&RelayState=${'a'.repeat(4097)}`,
      'too_large',
    ],
    ['a query beyond the bound', `${redirectQuery({ xml: honest() })}&x=${'a'.repeat(131_072)}`, 'too_large'],
  ])('%s is refused', (_what, query, code) => {
    expect(() => receiveUnsigned(query)).toThrow(refused(code));
  });

  test('a bomb is refused at the bound: what would be 40 MB never is', () => {
    // Not UTF-8, which would be noticed first if all of it were inflated.
    const bomb = encoded(deflateRawSync(Buffer.alloc(40_000_000, 0xff)));
    expect(() => receiveUnsigned(bomb)).toThrow(refused('too_large'));
  });
});

describe('who, when and where to', () => {
  const unsigned = (changes: Parameters<typeof authnRequestXml>[0]) => () =>
    receiveUnsigned(redirectQuery({ xml: honest(changes) }));

  test.each([
    [-5, true],
    [5, true],
    [-5.1, false],
    [5.1, false],
  ])('a request from %d minutes away: accepted %s', (away, accepted) => {
    const action = unsigned({ issueInstant: minutes(away) });
    if (accepted) expect(action().request.issueInstant).toEqual(minutes(away));
    else expect(action).toThrow(refused(away < 0 ? 'request_expired' : 'request_from_future'));
  });

  test.each([
    `${destination}/`,
    `${destination}?x=1`,
    destination.toUpperCase(),
    'https://evil.example/saml2/netskope',
    '',
  ])('a Destination of "%s" is refused', (wrong) => {
    expect(unsigned({ destination: wrong })).toThrow(refused('destination_mismatch'));
  });

  test('a Destination may be absent from an unsigned request, and never from a signed one', () => {
    expect(unsigned({ destination: undefined })().request).not.toHaveProperty('destination');
    const query = redirectQuery({ xml: honest({ destination: undefined }), privateKey: sp.privateKey });
    expect(() => receive(query)).toThrow(refused('destination_missing'));
  });
});
