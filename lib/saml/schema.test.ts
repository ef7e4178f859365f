import { expect, test } from 'vitest';
import { attributeNameFormats, isWebUrl, type SsoSettings, ssoSettingsDefaults, ssoSettingsSchema } from './schema';

const settings: SsoSettings = {
  ...ssoSettingsDefaults,
  spCertificates: [],
  spEntityId: 'https://egnyte.example',
  acsUrls: [
    { url: 'https://egnyte.example/acs', index: 0, isDefault: true },
    { url: 'https://egnyte.example/acs?eu', index: 1, isDefault: false },
  ],
  attributeStatements: [
    { name: 'mail', nameFormat: attributeNameFormats.basic, sourceKind: 'property', source: 'email' },
  ],
};

function complaints(changes: object): string[] {
  const result = ssoSettingsSchema.safeParse({ ...settings, ...changes });
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'));
}

test('the defaults and what the SP says make settings', () => {
  expect(complaints({})).toEqual([]);
});

test.each([
  ['nothing signed', { signAssertion: false, signResponse: false }, ['signAssertion']],
  ['no ACS', { acsUrls: [] }, ['acsUrls']],
  [
    'one URL twice',
    { acsUrls: [settings.acsUrls[0], { ...settings.acsUrls[0], index: 4, isDefault: false }] },
    ['acsUrls.1.url'],
  ],
  ['one index twice', { acsUrls: [settings.acsUrls[0], { ...settings.acsUrls[1], index: 0 }] }, ['acsUrls.1.index']],
  ['two defaults', { acsUrls: settings.acsUrls.map((acs) => ({ ...acs, isDefault: true })) }, ['acsUrls.1.isDefault']],
  ['SHA-1', { signatureAlgorithm: 'rsa-sha1' }, ['signatureAlgorithm']],
  ['an entity ID with a blank', { spEntityId: 'a b' }, ['spEntityId']],
  ['an endless RelayState', { defaultRelayState: 'é'.repeat(2049) }, ['defaultRelayState']],
])('%s is refused at its field', (_what, changes, fields) => {
  expect(complaints(changes)).toEqual(fields);
});

test('an ACS is a web address that nothing hides in', () => {
  expect(['https://a.example/b?c=d&e', 'http://localhost:4000/acs'].filter(isWebUrl)).toHaveLength(2);
  const hostile = [
    'javascript:alert(1)',
    'data:,x',
    '//a.example',
    'https://a@b.example',
    'https://a.example/#f',
    'https://a.example/\n',
    'https://ä.example/',
    'ftp://a.example',
    '',
  ];
  expect(hostile.filter(isWebUrl)).toEqual([]);
});
