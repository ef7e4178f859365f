import type { Chance } from '@/lib/core/testing/chance';
import type { JsonSchema } from '../internal/json-schema';

/** What breaks programs: each stands for a mistake that somebody has made. */
const nasty: readonly unknown[] = [
  null,
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\u202e\u0000',
  '🦓'.repeat(50),
  'x'.repeat(5_000),
  "'; DROP TABLE users; --",
  '%_\\',
  '{{',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  -1,
  0,
  1.5,
  1e308,
  2 ** 53,
  true,
  [],
  [null],
  {},
  { constructor: 1 },
  JSON.parse('{"__proto__": {"admin": true}}'),
  Array.from({ length: 2_000 }, () => 'a'),
];

export interface Source {
  chance: Chance;
  /** Where references lead. */
  schemas: Record<string, JsonSchema>;
  /** Ids of what there is. */
  ids: readonly string[];
  /** How likely a place holds something nasty. */
  wrongness: number;
}

/** A value that a schema allows; with the source's wrongness, one that it may not. */
export function generate(schema: JsonSchema, source: Source, depth = 0): unknown {
  const { chance } = source;
  if (chance.maybe(source.wrongness)) return chance.pick(nasty);
  if (typeof schema.$ref === 'string') {
    return generate(source.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, source, depth);
  }
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return chance.pick(schema.enum);
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choices) return generate(chance.pick(choices), source, depth);
  switch (Array.isArray(schema.type) ? chance.pick(schema.type) : schema.type) {
    case 'string':
      return text(schema, source);
    case 'integer':
    case 'number':
      return number(schema, chance);
    case 'boolean':
      return chance.maybe(0.5);
    case 'null':
      return null;
    case 'array':
      return Array.from({ length: depth > 4 ? 0 : chance.below(4) }, () =>
        generate((schema.items ?? {}) as JsonSchema, source, depth + 1),
      );
    case 'object':
      return object(schema, source, depth);
    default:
      return chance.pick(nasty);
  }
}

function object(schema: JsonSchema, source: Source, depth: number): Record<string, unknown> {
  const { chance } = source;
  const required = (schema.required ?? []) as string[];
  const made: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)) {
    const wanted = required.includes(name) ? !chance.maybe(source.wrongness) : chance.maybe(0.6);
    if (wanted) made[name] = generate(inner, source, depth + 1);
  }
  if (schema.additionalProperties && typeof schema.additionalProperties === 'object' && chance.maybe(0.5)) {
    made[chance.pick(['SUBDOMAIN', 'costCenter', 'x', 'displayName'])] = generate(
      schema.additionalProperties as JsonSchema,
      source,
      depth + 1,
    );
  }
  if (chance.maybe(source.wrongness)) made[chance.pick(['surprise', 'id', 'version', 'toString'])] = 1;
  return made;
}

function text(schema: JsonSchema, { chance, ids }: Source): string {
  const number_ = chance.below(1_000);
  switch (schema.format) {
    case 'uuid':
      return chance.maybe(0.8) ? chance.pick(ids) : '00000000-0000-7000-8000-000000000000';
    case 'date-time':
      return chance.pick(['2031-05-01T10:00:00Z', '0001-01-01T00:00:00Z', '+275760-09-13T00:00:00.000Z', 'soon']);
    case 'email':
      return `fuzz${number_}@acme.example`;
    case 'uri':
      return chance.pick(['https://fuzz.invalid/x', 'http://127.0.0.1:1/', 'ftp://x', 'javascript:alert(1)']);
  }
  const candidates = [
    `fuzz${number_}`,
    'egnyte',
    'fuzz-1',
    '#00968f',
    '1',
    'FUZZ',
    chance.pick(ids),
    'https://fuzz.invalid/',
  ];
  const fitting =
    typeof schema.pattern === 'string' ? candidates.filter((one) => fits(one, schema.pattern as string)) : candidates;
  return chance.pick(fitting.length > 0 ? fitting : candidates).slice(0, Number(schema.maxLength ?? 100));
}

function fits(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function number(schema: JsonSchema, chance: Chance): number {
  const least = Number(schema.minimum ?? 0);
  const most = Math.min(Number(schema.maximum ?? 1_000), least + 1_000);
  return chance.pick([least, most, least + chance.below(most - least + 1)]);
}
