import { expect, test } from 'vitest';
import { z } from 'zod';
import { assertKnownMembers } from './unknown-members';

const inner = z.object({ url: z.string(), index: z.number().optional() });
const schema = z.object({
  name: z.string(),
  list: z.array(inner).default([]),
  choice: z.union([z.object({ kind: z.literal('a'), one: z.string() }), z.object({ kind: z.literal('b') }), z.null()]),
  values: z.record(z.string(), z.string()).optional(),
  anything: z.unknown(),
});
const fieldOf = (value: unknown): unknown => {
  try {
    assertKnownMembers(schema, value);
    return undefined;
  } catch (error) {
    return (error as { field: string }).field;
  }
};

test('a member that is not known is found however far inside', () => {
  expect(fieldOf({ name: '', other: 1 })).toBe('other');
  expect(fieldOf({ list: [{ url: '' }, { url: '', indx: 1 }] })).toBe('list.1.indx');
  expect(fieldOf({ choice: { kind: 'a', one: '', two: '' } })).toBe('choice.two');
  expect(fieldOf(JSON.parse('{"__proto__": {}}'))).toBe('__proto__');
  expect(fieldOf({ constructor: 1 })).toBe('constructor');
});

test('what a schema lets through is let through', () => {
  expect(fieldOf({ choice: { kind: 'a', one: '' } })).toBeUndefined();
  expect(fieldOf({ choice: { kind: 'b' } })).toBeUndefined();
  expect(fieldOf({ choice: null, values: { any: 'thing' }, anything: { at: { all: 1 } } })).toBeUndefined();
});
