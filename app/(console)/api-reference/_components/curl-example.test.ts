import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openApiDocument } from '@/lib/api/openapi';
import { operations } from '@/lib/api/operations';
import { curlExample, exampleOf } from './curl-example';
import { sectionsOf } from './sections';

const document = openApiDocument('https://sso.example.com');
const { schemas } = document.components;
const listed = sectionsOf(document).flatMap((section) => section.operations);

/** What a shell would start curl with. */
function argumentsOf(example: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }; uuidgen() { echo some-key; }\n${example}`;
  const env = { ...process.env, TOKEN: 'lk_token', ID: 'some-id', APPLICATION: 'egnyte' };
  return execFileSync('bash', ['-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('every operation has a place in the reference, once', () => {
  expect(listed.map(({ id }) => id).sort()).toEqual(operations.map(({ id }) => id).sort());
});

test.each(listed)('the example of $id is a line that a shell understands', ({ method, path, body, example }) => {
  const sent = argumentsOf(example);
  const url = new URL(sent.find((argument) => argument.startsWith('https:')) ?? '');
  expect(url.pathname.split('/')).toHaveLength(`/api/v1${path}`.split('/').length);
  expect(url.pathname).not.toMatch(/[{}$]/);
  expect(sent).toContain('Authorization: Bearer lk_token');
  expect(sent.includes(method)).toBe(method !== 'GET');
  if (body) expect(() => JSON.parse(sent.at(-1) ?? '')).not.toThrow();
});

test.each(operations.filter(({ body, method }) => body && method !== 'PATCH'))(
  'the example of $id is a body that the operation takes',
  ({ id, body }) => {
    const schema = listed.find((one) => one.id === id)?.body;
    const example = exampleOf(schema, schemas, '');
    expect(body?.safeParse(example).error?.issues ?? []).toEqual([]);
  },
);

test('a value with quotes, and what a shell would expand, arrives as it is', () => {
  const schema = { type: 'object', required: ['text'], properties: { text: { const: `it's $HOME "quoted" \`x\`` } } };
  const requestBody = { required: true, content: { 'application/json': { schema } } };
  const example = curlExample('POST', 'https://sso.example.com/x', { parameters: [], requestBody }, {});
  expect(JSON.parse(argumentsOf(example).at(-1) ?? '')).toEqual({ text: `it's $HOME "quoted" \`x\`` });
});

test('an example has what is required, follows names, and ends where a schema refers to itself', () => {
  const tree = { type: 'object', required: ['next'], properties: { next: { $ref: '#/components/schemas/Tree' } } };
  const schema = {
    type: 'object',
    required: ['id', 'kind', 'tree', 'list'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      kind: { anyOf: [{ type: 'null' }, { enum: ['saml', 'oidc'] }] },
      tree: { $ref: '#/components/schemas/Tree' },
      list: { type: 'array', items: { type: 'integer', minimum: 3 } },
      optional: { type: 'string' },
    },
  };
  const example = exampleOf(schema, { Tree: tree }, '') as Record<string, unknown>;
  expect(example).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), kind: 'saml', list: [3] });
  expect(example).not.toHaveProperty('optional');
});
