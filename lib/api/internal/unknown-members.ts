import type { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { type JsonSchema, toJsonSchema } from './json-schema';

interface Known {
  schema: JsonSchema;
  components: Record<string, JsonSchema>;
}

const known = new WeakMap<z.ZodType, Known>();

/**
 * Refuses members that a schema does not know, however far inside: zod drops them in silence, and a mistyped setting would
 * pass for a saved one. @throws AppError `invalid_input` at the member
 */
export function assertKnownMembers(schema: z.ZodType, value: unknown): void {
  let description = known.get(schema);
  if (!description) {
    const components: Record<string, JsonSchema> = {};
    description = { schema: toJsonSchema(schema, 'input', components), components };
    known.set(schema, description);
  }
  const path = unknownMember(description.schema, value, description.components);
  if (!path) return;
  const field = path.join('.');
  throw new AppError('invalid_input', `There is no member \`${path.at(-1)}\` here.`, {
    field,
    hint: 'Members that are not known are refused, so that a typing mistake does not pass for a change.',
  });
}

/** The path of the first member that is not known. */
function unknownMember(
  schema: JsonSchema,
  value: unknown,
  components: Record<string, JsonSchema>,
): (string | number)[] | undefined {
  const within = (inner: JsonSchema | undefined, key: string | number, part: unknown) => {
    const path = inner && unknownMember(inner, part, components);
    return path && [key, ...path];
  };
  if (typeof schema.$ref === 'string') {
    return unknownMember(components[schema.$ref.split('/').at(-1) ?? ''] ?? {}, value, components);
  }
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choices) {
    // Which choice is meant is for the parser to say: here, what one of them knows is known.
    const paths = choices
      .filter((choice) => mayHold(choice, value))
      .map((choice) => unknownMember(choice, value, components));
    return paths.includes(undefined) ? undefined : paths[0];
  }
  if (Array.isArray(value)) {
    for (const [index, part] of value.entries()) {
      const path = within(schema.items as JsonSchema | undefined, index, part);
      if (path) return path;
    }
    return undefined;
  }
  if (value === null || typeof value !== 'object') return undefined;
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  for (const [name, part] of Object.entries(value)) {
    if (!Object.hasOwn(properties, name)) {
      if (schema.additionalProperties === false) return [name];
      continue;
    }
    const path = within(properties[name], name, part);
    if (path) return path;
  }
  return undefined;
}

/** False where a schema is for something else than a list or an object: it knows no members. */
function mayHold(schema: JsonSchema, value: unknown): boolean {
  if (typeof schema.type !== 'string') return true;
  return schema.type === (Array.isArray(value) ? 'array' : 'object');
}
