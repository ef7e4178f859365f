import { expect, test } from 'vitest';
import { connectionSchema } from './schema';

const input = {
  applicationId: crypto.randomUUID(),
  authentication: { kind: 'bearer' as const, secret: 'token' },
  manageGroups: true,
};

test('a base URL with a placeholder in it is refused at its field, naming the placeholder', () => {
  const parsed = connectionSchema.safeParse({ ...input, baseUrl: 'https://{SUBDOMAIN}.egnyte.com/pubapi/scim/v2' });
  expect(parsed.error?.issues).toMatchObject([
    { path: ['baseUrl'], message: 'Replace {SUBDOMAIN} with your own value.' },
  ]);
});

test('spaces around a pasted base URL are taken away', () => {
  const parsed = connectionSchema.parse({ ...input, baseUrl: ' https://acme.egnyte.com/pubapi/scim/v2\n' });
  expect(parsed.baseUrl).toBe('https://acme.egnyte.com/pubapi/scim/v2');
});
