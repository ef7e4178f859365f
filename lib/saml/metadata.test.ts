import { X509Certificate } from 'node:crypto';
import { generateServiceProviderMetadata } from '@node-saml/node-saml';
import { describe, expect, test } from 'vitest';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { readSpMetadata } from './read-sp-metadata';
import { bindings, nameIdFormats } from './schema';
import { writeIdpMetadata } from './write-idp-metadata';
import { parseXml } from './xml/parse';
import { metadataLimits } from './xml/scan';
import { descendants } from './xml/tree';

const notBefore = new Date('2026-01-01T00:00:00Z');
const [one, two, three] = await Promise.all(
  ['one', 'two', 'three'].map((commonName) => createSelfSigned({ commonName, notBefore, years: 2 })),
).then((pairs) => pairs.map((pair) => pair.certificate) as [string, string, string]);
const body = (pem: string) => new X509Certificate(pem).raw.toString('base64');
const read = (xml: string, entityId?: string) =>
  readSpMetadata(xml, { now: new Date('2026-06-01T00:00:00Z'), entityId });
const refused = (code: string) => expect.objectContaining({ name: 'SamlError', code });

describe('IdP metadata', () => {
  const xml = writeIdpMetadata({
    entityId: 'https://latchkey.example/saml2/a?b=1&c="2"',
    ssoUrl: 'https://latchkey.example/saml2/a?b=1&c=2',
    certificates: [one, two],
    nameIdFormats: [nameIdFormats.emailAddress, nameIdFormats.persistent],
    wantAuthnRequestsSigned: true,
    validUntil: new Date('2027-01-01T00:00:00Z'),
  });

  // Read with the DOM: samlify wrote it.
  test('says what it was told: both bindings, current and next certificate', () => {
    const root = parseXml(xml, metadataLimits, 'metadata');
    const all = (name: string) => descendants(root).filter((element) => element.localName === name);
    const address = 'https://latchkey.example/saml2/a?b=1&c=2';
    expect(root.getAttribute('entityID')).toBe('https://latchkey.example/saml2/a?b=1&c="2"');
    expect(all('KeyDescriptor').map((key) => key.getAttribute('use'))).toEqual(['signing', 'signing']);
    expect(all('X509Certificate').map((found) => found.textContent)).toEqual([body(one), body(two)]);
    expect(
      all('SingleSignOnService').map((found) => [found.getAttribute('Binding'), found.getAttribute('Location')]),
    ).toEqual([
      [bindings.redirect, address],
      [bindings.post, address],
    ]);
    expect(all('SingleLogoutService')).toEqual([]);
    expect(all('NameIDFormat').map((found) => found.textContent)).toEqual([
      nameIdFormats.emailAddress,
      nameIdFormats.persistent,
    ]);
    expect(all('IDPSSODescriptor')[0]?.getAttribute('WantAuthnRequestsSigned')).toBe('true');
  });

  test('announces single logout in both bindings where there is some', () => {
    const ssoUrl = 'https://latchkey.example/saml2/a';
    const logoutUrl = `${ssoUrl}/logout`;
    const written = writeIdpMetadata({
      ...{
        entityId: ssoUrl,
        ssoUrl,
        logoutUrl,
        certificates: [one],
        nameIdFormats: [],
        wantAuthnRequestsSigned: false,
      },
    });
    const services = descendants(parseXml(written, metadataLimits, 'metadata')).flatMap((element) =>
      element.localName.endsWith('Service') ? [`${element.localName} ${element.getAttribute('Location')}`] : [],
    );
    expect(services).toEqual([
      ...Array(2).fill(`SingleLogoutService ${logoutUrl}`),
      ...Array(2).fill(`SingleSignOnService ${ssoUrl}`),
    ]);
  });

  test('says until when it holds and how long it may be kept', () => {
    expect(xml).toContain('validUntil="2027-01-01T00:00:00Z"');
    expect(xml).toContain('cacheDuration="PT86400S"');
  });

  test('lets no value add markup, and refuses what XML cannot carry', () => {
    const written = (entityId: string) =>
      writeIdpMetadata({
        entityId,
        ssoUrl: 'https://latchkey.example/saml2/a',
        certificates: [one],
        nameIdFormats: [nameIdFormats.persistent],
        wantAuthnRequestsSigned: false,
      });
    expect(written(`https://a.example/"'><KeyDescriptor/>&amp;`)).toContain(
      `entityID="https://a.example/&quot;'&gt;&lt;KeyDescriptor/&gt;&amp;amp;"`.replaceAll('&gt;', '>'),
    );
    expect(() => written('https://a.example/\0')).toThrow(refused('value_not_encodable'));
  });

  test('has its parts in the order of the schema', () => {
    const parts = [...xml.matchAll(/<(KeyDescriptor|NameIDFormat|SingleSignOnService)/g)].map((match) => match[1]);
    expect(parts).toEqual([
      ...['KeyDescriptor', 'KeyDescriptor', 'NameIDFormat', 'NameIDFormat'],
      ...['SingleSignOnService', 'SingleSignOnService'],
    ]);
  });
});

const descriptor = (inner: string, attributes = '') =>
  `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example/?a=1&amp;b=2">` +
  `<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" ${attributes}>${inner}</md:SPSSODescriptor></md:EntityDescriptor>`;
const keyOf = (pem: string, use?: string) =>
  `<md:KeyDescriptor${use ? ` use="${use}"` : ''}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>` +
  `<ds:X509Certificate>\n  ${body(pem).replaceAll(/(.{64})/g, '$1\r\n')}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
const acs = (url: string, attributes: string, binding: string = bindings.post) =>
  `<md:AssertionConsumerService Binding="${binding}" Location="${url}" ${attributes}/>`;

const minimal = descriptor(acs('https://sp.example/acs', 'index="0"'));
const other = minimal.replaceAll('sp.example', 'other.example');
const manyAcs = (count: number) =>
  Array.from({ length: count }, (_, index) => acs(`https://sp.example/${index}`, `index="${index}"`)).join('');
const federation = (inside: string, attributes = '') =>
  `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ${attributes}>${inside}</md:EntitiesDescriptor>`;

describe('SP metadata of other shapes is read', () => {
  const expected = { entityId: 'https://sp.example/?a=1&b=2', acsUrls: [{ url: 'https://sp.example/acs' }] };
  const first = '<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol">';

  test.each([
    [
      'comments and CDATA',
      minimal.replace('<md:Assertion', '<!-- c --><md:Extensions><![CDATA[<&]]></md:Extensions><md:Assertion'),
    ],
    ['a declared encoding, whatever it is', `<?xml version="1.0" encoding="ISO-8859-1"?>${minimal}`],
    [
      'a role for SAML 1.1 before the one for 2.0',
      minimal.replace(
        '<md:SPSSODescriptor',
        `${first}${acs('https://sp.example/old', 'index="0"')}</md:SPSSODescriptor><md:SPSSODescriptor`,
      ),
    ],
    [
      'one role for both',
      minimal.replace(
        '="urn:oasis:names:tc:SAML:2.0:protocol"',
        '="urn:oasis:names:tc:SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol"',
      ),
    ],
    [
      'an identity provider beside it',
      minimal.replace('<md:SPSSODescriptor', '<md:IDPSSODescriptor/><md:SPSSODescriptor'),
    ],
    ['an EntitiesDescriptor of one', federation(minimal)],
    [
      'an EntitiesDescriptor of one service provider',
      federation(federation(minimal) + other.replaceAll('SPSSO', 'IDPSSO')),
    ],
    ['validity that goes on', minimal.replace('entityID', 'validUntil="2026-06-01T00:00:01Z" entityID')],
    [
      'an extension under the names of SAML',
      minimal
        .replace(
          '</md:SPSSO',
          '<x:AssertionConsumerService xmlns:x="urn:x" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://evil.example"/></md:SPSSO',
        )
        .replace('</md:EntityD', '<x:SPSSODescriptor xmlns:x="urn:x"/></md:EntityD'),
    ],
  ])('%s', (_name, xml) => {
    expect(read(xml)).toMatchObject(expected);
    expect(read(xml).acsUrls).toHaveLength(1);
  });

  test('CDATA in an address and in a certificate is the text that it is', () => {
    const xml = descriptor(
      acs('https://sp.example/acs', 'index="0"') +
        keyOf(one).replace(/(<ds:X509Certificate>)([^<]*)/, '$1<![CDATA[$2]]>'),
    );
    expect(read(xml).certificates).toEqual([new X509Certificate(one).toString()]);
  });

  test('of several, the one that is chosen; else they are listed to choose from', () => {
    const xml = federation(minimal + other);
    const ids = ['https://other.example/?a=1&b=2', 'https://sp.example/?a=1&b=2'];
    expect(() => read(xml)).toThrow(expect.objectContaining({ code: 'invalid_metadata', entityIds: ids }));
    expect(read(xml, ids[0]).acsUrls[0]?.url).toBe('https://other.example/acs');
    expect(read(xml, ids[1])).toMatchObject(expected);
    expect(() => read(xml, 'https://third.example')).toThrow(/does not describe https:\/\/third/);
    expect(() => read(federation(minimal + minimal), ids[1])).toThrow(/more than once/);
  });

  test.each([
    ['the entity', minimal.replace('entityID', 'validUntil="2026-05-01T12:00:00Z" entityID')],
    ['the role', minimal.replace('protocolSupport', 'validUntil="2026-05-01T14:00:00+02:00" protocolSupport')],
    ['the document around it', federation(minimal, 'validUntil="2026-05-01T12:00:00.000Z"')],
  ])('refused with the date, once %s has expired', (_name, xml) => {
    expect(() => read(xml)).toThrow(/valid until 2026-05-01 12:00:00 UTC/);
  });

  test('a validity that cannot be read is refused', () => {
    expect(() => read(minimal.replace('entityID', 'validUntil="soon" entityID'))).toThrow(/"soon" is not a time/);
  });
});

describe('SP metadata', () => {
  test('of node-saml is read', () => {
    const xml = generateServiceProviderMetadata({
      issuer: 'https://sp.example.com',
      callbackUrl: 'https://sp.example.com/acs?x=1&y=2',
      identifierFormat: nameIdFormats.emailAddress,
      wantAssertionsSigned: true,
      privateKey: undefined as never,
      publicCerts: null,
    });
    expect(read(xml)).toEqual({
      entityId: 'https://sp.example.com',
      acsUrls: [{ url: 'https://sp.example.com/acs?x=1&y=2', index: 1, isDefault: true }],
      certificates: [],
      encryptionCertificate: undefined,
      wantAssertionsSigned: true,
      authnRequestsSigned: false,
      nameIdFormats: [nameIdFormats.emailAddress],
      requestedAttributes: [],
    });
  });

  test('with everything in it is read: flags as digits, comments, two bindings, a byte-order mark', () => {
    const xml = `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- exported -->${descriptor(
      keyOf(one, 'signing') +
        keyOf(two, 'encryption') +
        `<md:NameIDFormat> ${nameIdFormats.persistent} </md:NameIDFormat><md:NameIDFormat>${nameIdFormats.emailAddress.slice(0, 9)}<!-- c -->${nameIdFormats.emailAddress.slice(9)}</md:NameIDFormat>` +
        acs(
          'https://sp.example/artifact',
          'index="0" isDefault="true"',
          'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact',
        ) +
        acs('https://sp.example/a', 'index="1"') +
        acs('https://sp.example/b?x=1&amp;y=2', 'index="5" isDefault="1"'),
      'AuthnRequestsSigned="1" WantAssertionsSigned="0"',
    )}<!-- end -->\n`;
    expect(read(xml)).toEqual({
      entityId: 'https://sp.example/?a=1&b=2',
      acsUrls: [
        { url: 'https://sp.example/a', index: 1, isDefault: false },
        { url: 'https://sp.example/b?x=1&y=2', index: 5, isDefault: true },
      ],
      certificates: [one],
      encryptionCertificate: two,
      wantAssertionsSigned: false,
      authnRequestsSigned: true,
      nameIdFormats: [nameIdFormats.persistent, nameIdFormats.emailAddress],
      requestedAttributes: [],
    });
  });

  // Regression: samlify's own reader returns no certificate at all for the first, and loses one in the second.
  test.each([
    ['two keys without use', keyOf(one) + keyOf(two), [one, two]],
    ['one with use and one without', keyOf(one) + keyOf(two, 'signing') + keyOf(three, 'encryption'), [one, two]],
    ['the same key twice', keyOf(one) + keyOf(one, 'signing'), [one]],
  ])('loses no certificate: %s', (_what, keys, certificates) => {
    const sp = read(descriptor(keys + acs('https://sp.example/a', 'index="0"')));
    expect(sp.certificates.map(body)).toEqual(certificates.map(body));
  });

  test.each([
    ['the one for it', keyOf(one, 'signing') + keyOf(two, 'encryption'), two],
    ['one without use', keyOf(one), one],
    ['none, where all are for signing', keyOf(one, 'signing'), undefined],
  ])('says what to encrypt to: %s', (_what, keys, certificate) => {
    expect(read(descriptor(keys + acs('https://sp.example/a', 'index="0"'))).encryptionCertificate).toBe(certificate);
  });

  test('without a default makes the first the default, skipping what says it is none (SAML Metadata 2.2.3)', () => {
    const sp = read(
      descriptor(acs('https://sp.example/a', 'index="0" isDefault="false"') + acs('https://sp.example/b', 'index="1"')),
    );
    expect(sp.acsUrls.map((entry) => entry.isDefault)).toEqual([false, true]);
  });

  test('without indexes gets free ones', () => {
    const sp = read(
      descriptor(
        acs('https://sp.example/a', '') + acs('https://sp.example/b', 'index="0"') + acs('https://sp.example/c', ''),
      ),
    );
    expect(sp.acsUrls.map((entry) => entry.index)).toEqual([1, 0, 2]);
  });

  test.each([
    ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${descriptor('')}`, 'malformed_xml'],
    ['prose', 'see attachment', 'malformed_xml'],
    ['more than a megabyte', descriptor('<!-- -->'.repeat(140_000)), 'too_large'],
    ['another namespace', '<EntityDescriptor xmlns="urn:x" entityID="a"/>', 'invalid_metadata'],
    ['an empty federation', federation(''), 'invalid_metadata'],
    ['an entity ID with a space', minimal.replace('https://sp.example/', 'https://sp.example/ '), 'invalid_metadata'],
    ['more ACS URLs than can be kept', descriptor(manyAcs(101)), 'invalid_metadata'],
    [
      'more services than are read',
      descriptor(manyAcs(600).replaceAll('HTTP-POST', 'HTTP-Artifact')),
      'invalid_metadata',
    ],
    ['SAML 1.1 alone', minimal.replace('SAML:2.0:protocol', 'SAML:1.1:protocol'), 'invalid_metadata'],
    [
      'two service providers under one name',
      minimal.replace('<md:SPSSODescriptor', '<md:SPSSODescriptor/><md:SPSSODescriptor'),
      'invalid_metadata',
    ],
    ['the metadata of an IdP', descriptor('').replaceAll('SPSSO', 'IDPSSO'), 'invalid_metadata'],
    ['no entity ID', descriptor(acs('https://sp/a', 'index="0"')).replace('entityID', 'x'), 'invalid_metadata'],
    ['no POST service', descriptor(acs('https://sp/a', 'index="0"', bindings.redirect)), 'invalid_metadata'],
    ['a script as ACS', descriptor(acs('javascript:alert(1)', 'index="0"')), 'invalid_metadata'],
    ['an index in words', descriptor(acs('https://sp/a', 'index="x"')), 'invalid_metadata'],
    [
      'a broken certificate',
      descriptor(keyOf(one).replaceAll('M', 'N') + acs('https://sp/a', 'index="0"')),
      'invalid_metadata',
    ],
  ])('%s is refused', (_what, xml, code) => {
    expect(() => read(xml)).toThrow(refused(code));
  });
});
