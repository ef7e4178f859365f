/** A JSON Schema (2020-12) as the document holds it. */
export type Schema = Readonly<Record<string, unknown>>;
export type Schemas = Readonly<Record<string, Schema>>;

/** One member of an object, in words. */
export interface Member extends Shape {
  name: string;
  required: boolean;
  description: string | undefined;
}

/** What a value may be. */
export interface Shape {
  /** "string", "list of User", "integer or null". */
  type: string;
  /** The named schema that it is, or that it is a list of. */
  ref: string | undefined;
  /** Values to choose from. */
  values: string[];
  /** Limits and the default: "1 to 200", "default 50". */
  facts: string[];
  /** Members of objects within; several where it is one of several objects. */
  variants: { label: string | undefined; members: Member[] }[];
}

/** Beyond, nesting is not told. */
const deepest = 6;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const schemasIn = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

/** The name in `#/components/schemas/<name>`. */
export function refName(schema: Schema): string | undefined {
  return text(schema.$ref)?.split('/').at(-1);
}

/** The members of an object; those of all parts where it is put together of several. */
export function membersOf(schema: Schema, depth = 0): Member[] {
  const own = isSchema(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const members = Object.entries(own).map(([name, value]) => {
    const member = isSchema(value) ? value : {};
    return {
      name,
      required: required.includes(name),
      description: text(member.description),
      ...shapeOf(member, depth + 1),
    };
  });
  return [...members, ...schemasIn(schema.allOf).flatMap((part) => membersOf(part, depth))];
}

/** What a schema allows, in words. */
export function shapeOf(schema: Schema, depth = 0): Shape {
  const ref = refName(schema);
  if (ref) return { type: ref, ref, values: [], facts: [], variants: [] };
  const options = [...schemasIn(schema.anyOf), ...schemasIn(schema.oneOf)];
  if (options.length > 0) return oneOf(options, factsOf(schema), depth);
  if (schema.const === '') return plain('empty', [], []);
  if (schema.const !== undefined) return plain('always', [JSON.stringify(schema.const)], []);
  if (Array.isArray(schema.enum)) return plain('one of', schema.enum.map(String), factsOf(schema));
  if (schema.type === 'array') return listOf(schema, depth);
  if (schema.type === 'object' || schema.properties || (schema.allOf && !schema.type)) return objectOf(schema, depth);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'anything'];
  // A uuid or a date-time is a string anyway.
  const format = text(schema.format);
  return plain(types.map((type) => (type === 'string' && format) || type).join(' or '), [], factsOf(schema));
}

function plain(type: string, values: string[], facts: string[]): Shape {
  return { type, ref: undefined, values, facts, variants: [] };
}

function listOf(schema: Schema, depth: number): Shape {
  const item = isSchema(schema.items) ? shapeOf(schema.items, depth) : plain('anything', [], []);
  return { ...item, type: `list of ${item.type}`, facts: [...item.facts, ...factsOf(schema)] };
}

function objectOf(schema: Schema, depth: number): Shape {
  const members = depth < deepest ? membersOf(schema, depth) : [];
  const value = schema.additionalProperties;
  if (members.length === 0 && isSchema(value)) {
    const shape = shapeOf(value, depth);
    const of = Object.keys(value).length === 0 ? 'anything' : shape.type;
    return { ...shape, type: `object, name to ${of}` };
  }
  const variants = members.length > 0 ? [{ label: undefined, members }] : [];
  return { ...plain('object', [], factsOf(schema)), variants };
}

/** One of several; null among them is told as "or null". */
function oneOf(options: Schema[], facts: string[], depth: number): Shape {
  const some = options.filter(({ type }) => type !== 'null');
  const shapes = some.map((option) => shapeOf(option, depth));
  const types = [...new Set(shapes.map(({ type }) => type))];
  const orNull = some.length < options.length ? ['null'] : [];
  const variants = shapes.flatMap((shape, index) =>
    shape.variants.map((variant) => ({ ...variant, label: variant.label ?? labelOf(some[index], some.length) })),
  );
  return {
    type: [...types, ...orNull].join(' or '),
    ref: shapes.find(({ ref }) => ref)?.ref,
    values: shapes.flatMap(({ values }) => values),
    facts: [...new Set([...shapes.flatMap((shape) => shape.facts), ...facts])],
    variants,
  };
}

/** What tells one of several objects from the others: `kind: "saml"`. */
function labelOf(option: Schema | undefined, count: number): string | undefined {
  if (count < 2 || !option || !isSchema(option.properties)) return undefined;
  const mark = Object.entries(option.properties).find(([, value]) => isSchema(value) && value.const !== undefined);
  return mark && `${mark[0]}: ${JSON.stringify((mark[1] as Schema).const)}`;
}

function factsOf(schema: Schema): string[] {
  return [
    range(schema.minimum, schema.maximum, ''),
    range(schema.minLength, schema.maxLength, ' characters'),
    range(schema.minItems, schema.maxItems, ' items'),
    schema.default === undefined ? undefined : `default ${JSON.stringify(schema.default)}`,
  ].filter((fact) => fact !== undefined);
}

function range(least: unknown, most: unknown, unit: string): string | undefined {
  const from = typeof least === 'number' && Math.abs(least) < Number.MAX_SAFE_INTEGER ? least : undefined;
  const to = typeof most === 'number' && Math.abs(most) < Number.MAX_SAFE_INTEGER ? most : undefined;
  if (from !== undefined && to !== undefined)
    return `${from.toLocaleString('en')} to ${to.toLocaleString('en')}${unit}`;
  if (to !== undefined) return `at most ${to.toLocaleString('en')}${unit}`;
  return from === undefined ? undefined : `at least ${from.toLocaleString('en')}${unit}`;
}
