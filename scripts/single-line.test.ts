import { expect, test } from 'vitest';
import { z } from 'zod';
import { operations } from '@/lib/api/operations';

/** Every module in which input is described, by its path. */
const modules = import.meta.glob<Record<string, unknown>>(['/lib/*/schema.ts', '!/lib/events/schema.ts'], {
  eager: true,
});

/** Fields that name something, as they are called all over the product. */
const naming = /(label|name|title|department|company|costcenter|location|phone|employeeidentifier)$/i;

interface Leaf {
  where: string;
  schema: z.ZodType;
}

/** The fields of a schema that name something, however deep they are. */
function namesIn(schema: z.ZodType, where: string, seen = new Set<z.ZodType>()): Leaf[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const inner = (next: unknown, at = where) => (next instanceof z.ZodType ? namesIn(next, at, seen) : []);
  const { def } = schema as unknown as { def: Record<string, unknown> };
  const fields = Object.entries((def.shape as Record<string, z.ZodType> | undefined) ?? {});
  return [
    ...fields.flatMap(([key, field]) => [
      ...(naming.test(key) && takesText(field) ? [{ where: `${where}.${key}`, schema: field }] : []),
      ...inner(field, `${where}.${key}`),
    ]),
    ...[def.element, def.innerType, def.in, def.out, def.valueType].flatMap((next) => inner(next)),
    ...((def.options as unknown[] | undefined) ?? []).flatMap((next) => inner(next)),
  ];
}

const takesText = (schema: z.ZodType) => schema.safeParse('Plain').success;

function allNames(): Leaf[] {
  const exported = Object.entries(modules).flatMap(([path, module]) =>
    Object.entries(module).flatMap(([name, value]) =>
      value instanceof z.ZodType && !/filter/i.test(name) ? namesIn(value, `${path}:${name}`) : [],
    ),
  );
  return [...exported, ...operations.flatMap(({ id, body }) => (body ? namesIn(body, id) : []))];
}

/** What is only compared with a name, or told of row by row before any of it may be saved. */
const onlyLookedAt = [
  'purgeUser.username',
  '/lib/directory/schema.ts:requestPasswordLinkSchema.name',
  '/lib/applications/schema.ts:wantedUsernamesSchema.usernames.applicationUsername',
  'reviewApplicationUsernames.usernames.applicationUsername',
];

/** What a schema makes of a text; undefined where it is refused. */
const taken = ({ schema }: Leaf, text: string) => schema.safeParse(text).data as string | undefined;

test('nothing that is named can be named over several lines, or with characters that turn the direction', () => {
  const names = allNames().filter(({ where }) => !onlyLookedAt.includes(where));
  // A search that finds nothing would be content with anything.
  expect(names.map(({ where }) => where)).toEqual(
    expect.arrayContaining([
      '/lib/directory/schema.ts:userValuesSchema.displayName',
      '/lib/directory/schema.ts:groupValuesSchema.name',
      '/lib/applications/schema.ts:createApplicationSchema.displayLabel',
      '/lib/webhooks/schema.ts:webhookValuesSchema.label',
      '/lib/tokens/schema.ts:createTokenSchema.label',
      'updateUser.firstname',
      'createApplication.displayLabel',
    ]),
  );
  const unfit = ['a\nb', 'a\r\nb', 'a\u2028b', 'a\u0085b', 'a\u0000b', 'a\u202eb', 'a\u2067b', 'a\ud800'];
  const accepted = names.flatMap((leaf) =>
    unfit
      .filter((text) => /[\n\r\u2028\u0085\0\u202e\u2067\ud800]/.test(taken(leaf, text) ?? ''))
      .map((text) => leaf.where + JSON.stringify(text)),
  );
  expect(accepted).toEqual([]);
});
