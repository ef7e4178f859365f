import { describe, expect, test } from 'vitest';
import { classifyAddress } from '@/lib/http/addresses';
import { assertAllowedTarget, createTargetPolicy } from '@/lib/http/targets';

const none = { allowPrivateTargets: [] };

describe('what a form is told before anything is saved', () => {
  test.each([
    ['', 'This is not a URL; it must start with https://'],
    ['acme.egnyte.com/pubapi/scim/v2', 'This is not a URL; it must start with https://'],
    ['https://', 'This is not a URL'],
    ['https://{SUBDOMAIN}.egnyte.com', 'Replace {SUBDOMAIN} in the URL by its value'],
    ['https://acme.goskope.com/SCIM/V2/{tenantId}', 'Replace {tenantId} in the URL by its value'],
    ['https://acme$.example.com', 'This is not a URL: no such host name'],
    ['ftp://acme.example.com', 'The URL must start with https://'],
    ['javascript:alert(1)', 'The URL must start with https://'],
    ['http://acme.example.com', 'The URL must start with https://'],
    ['http://93.184.216.34', 'The URL must start with https://'],
    ['https://user:secret@acme.example.com', 'The URL must not contain a username or password'],
  ])('%s: %s', (url, message) => {
    expect(() => assertAllowedTarget(url, none)).toThrow(expect.objectContaining({ code: 'invalid_url', message }));
  });

  test('an address in a private network is named, with the setting that would allow it', () => {
    expect(() => assertAllowedTarget('https://10.0.0.5/scim', none)).toThrow(
      '10.0.0.5 is a private address; requests into private networks are refused. ' +
        'To allow this one, set LATCHKEY_ALLOW_PRIVATE_TARGETS to include 10.0.0.5',
    );
  });

  test.each([
    'https://localhost/',
    'https://LOCALHOST./',
    'https://scim.localhost/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://0/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::10.0.0.1]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[2002:7f00:1::]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
  ])('%s is refused, however it is spelled', (url) => {
    expect(() => assertAllowedTarget(url, none)).toThrow(expect.objectContaining({ code: 'target_not_allowed' }));
  });

  test.each(['https://acme.egnyte.com/pubapi/scim/v2', 'https://93.184.216.34/', 'https://[2606:4700::1111]/'])(
    '%s may be asked',
    (url) => {
      expect(assertAllowedTarget(url, none).href).toBe(url);
    },
  );
});

describe('the allow-list', () => {
  test.each([
    ['http://localhost:4000/', ['localhost:4000'], true],
    ['http://localhost:4001/', ['localhost:4000'], false],
    ['http://localhost:4001/', ['localhost'], true],
    ['http://LocalHost/', [' LOCALHOST '], true],
    ['http://127.0.0.1:4000/', ['127.0.0.1'], true],
    ['http://127.0.0.1:4000/', ['127.0.0.1:5000'], false],
    ['http://127.0.0.2/', ['127.0.0.1'], false],
    ['http://10.1.2.3/', ['10.0.0.0/8'], true],
    ['http://11.1.2.3/', ['10.0.0.0/8'], false],
    ['http://[::1]:4000/', ['[::1]:4000'], true],
    ['http://[::1]:4000/', ['::1'], true],
    ['https://[fd00::5]/', ['fd00::/8'], true],
    ['https://[::ffff:10.0.0.1]/', ['10.0.0.0/8'], true],
    ['https://evil.localhost/', ['localhost'], false],
    ['http://notlocalhost/', ['localhost'], false],
  ])('%s with %j: %s', (url, allowPrivateTargets, allowed) => {
    const check = () => assertAllowedTarget(url, { allowPrivateTargets });
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow();
  });

  test.each(['10.0.0.0/33', 'a/b', 'http://localhost', 'localhost:port', '*'])('%s is refused as an entry', (entry) => {
    expect(() => createTargetPolicy([entry])).toThrow('LATCHKEY_ALLOW_PRIVATE_TARGETS');
  });
});

test.each([
  ['8.8.8.8', 'public'],
  ['172.32.0.1', 'public'],
  ['100.128.0.1', 'public'],
  ['::ffff:8.8.8.8', 'public'],
  ['64:ff9b::8.8.8.8', 'public'],
  ['2a00:1450::1', 'public'],
  ['198.18.0.1', 'reserved'],
  ['2001:db8::1', 'reserved'],
  ['4000::1', 'reserved'],
  ['fe80::1%eth0', 'link-local'],
  ['not an address', 'reserved'],
])('%s is %s', (address, kind) => {
  expect(classifyAddress(address)).toBe(kind);
});
