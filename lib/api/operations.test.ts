import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tags } from './operation';
import { operations } from './operations';
import { cases } from './testing/cases';
import { document, sections } from './testing/each-operation';

test('every operation has a case, and every case an operation', () => {
  expect(Object.keys(cases).sort()).toEqual(operations.map((operation) => operation.id).sort());
});

test('the document is OpenAPI 3.1', async () => {
  const { Validator } = await import('@seriousme/openapi-schema-validator');
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
});

test('no two operations have the same id, or the same method and path', () => {
  const ids = operations.map((operation) => operation.id);
  const addresses = operations.map((operation) => `${operation.method} ${operation.path.replace(/\{\w+\}/g, '{}')}`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(addresses).size).toBe(addresses.length);
});

test('every operation is tested in one section, which has its file', () => {
  expect(Object.values(sections).flat().sort()).toEqual(Object.keys(tags).sort());
  const files = Object.keys(sections).map((section) => join(import.meta.dirname, `operations-${section}.test.ts`));
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});
