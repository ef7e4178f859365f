import { expect, test } from 'vitest';
import { z } from 'zod';
import { membersOf, shapeOf } from './schema';

const schemaOf = (type: z.ZodType) => z.toJSONSchema(type, { io: 'input' }) as Record<string, unknown>;
const typeOf = (type: z.ZodType) => shapeOf(schemaOf(type)).type;

test('types are told in words', () => {
  expect(typeOf(z.string().nullable())).toBe('string or null');
  expect(typeOf(z.array(z.number()))).toBe('list of number');
  expect(typeOf(z.record(z.string(), z.string()))).toBe('object, name to string');
  expect(typeOf(z.unknown())).toBe('anything');
  expect(typeOf(z.uuid().nullable())).toBe('uuid or null');
  expect(typeOf(z.uuid().or(z.literal('')))).toBe('uuid or empty');
  expect(typeOf(z.string().regex(/a/).regex(/b/)), 'two patterns are no object').toBe('string');
  expect(shapeOf({ $ref: '#/components/schemas/User' })).toMatchObject({ type: 'User', ref: 'User' });
  expect(shapeOf({ type: 'array', items: { $ref: '#/components/schemas/User' } })).toMatchObject({
    type: 'list of User',
    ref: 'User',
  });
});

test('choices, limits and defaults are told, also of what may be null', () => {
  expect(shapeOf(schemaOf(z.enum(['a', 'b']).nullable()))).toMatchObject({
    type: 'one of or null',
    values: ['a', 'b'],
  });
  expect(shapeOf(schemaOf(z.number().int().min(1).max(200).default(50))).facts).toEqual(['1 to 200', 'default 50']);
  expect(shapeOf(schemaOf(z.string().min(12))).facts).toEqual(['at least 12 characters']);
  expect(shapeOf(schemaOf(z.number().int())).facts).toEqual([]);
});

test('members within are told with what is required, those of each kind where there are several', () => {
  const kinds = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('saml'), url: z.string() }),
    z.object({ kind: z.literal('link') }),
  ]);
  const [name, settings] = membersOf(schemaOf(z.object({ name: z.string().optional(), settings: kinds })));
  expect(name).toMatchObject({ name: 'name', required: false });
  expect(settings).toMatchObject({ required: true, type: 'object' });
  expect(settings?.variants.map(({ label, members }) => [label, members.map((member) => member.name)])).toEqual([
    ['kind: "saml"', ['kind', 'url']],
    ['kind: "link"', ['kind']],
  ]);
});

test('parts that are put together are one list of members', () => {
  const both = z.object({ a: z.string() }).and(z.object({ b: z.string().describe('The other.') }));
  expect(membersOf(schemaOf(both))).toMatchObject([{ name: 'a' }, { name: 'b', description: 'The other.' }]);
});

test('what contains itself comes to an end', () => {
  let nested: Record<string, unknown> = { type: 'string' };
  for (let depth = 0; depth < 50; depth += 1) nested = { type: 'object', properties: { in: nested } };
  expect(JSON.stringify(membersOf(nested)).length).toBeLessThan(5_000);
});
