import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/**
 * The JSON Schema (2020-12, as OpenAPI 3.1 has it) of what is sent or answered. Schemas with an id go to `components` and
 * are referred to. @param io `input`: before defaults and transformations, `output`: after them
 */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output', components: Record<string, JsonSchema>) {
  const {
    $schema: _,
    $defs,
    ...root
  } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // Dates travel as text (RFC 3339).
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
      // What is not known is refused (unknown-members.ts), also further inside.
      if (io === 'input' && jsonSchema.properties) jsonSchema.additionalProperties ??= false;
      // Answers may gain members in a later version, which is no change that breaks a client.
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // The format says it; zod's patterns for it are long.
      if (jsonSchema.format) delete jsonSchema.pattern;
    },
  }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
  for (const [id, definition] of Object.entries($defs ?? {})) components[id] = moved(definition) as JsonSchema;
  const { id, ...rest } = root;
  if (typeof id !== 'string') return moved(rest) as JsonSchema;
  components[id] = moved(rest) as JsonSchema;
  return { $ref: `#/components/schemas/${id}` };
}

/** References into `$defs` become references into the document's components. */
function moved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moved);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([key, inner]) => !(key === 'id' && typeof inner === 'string'));
  return Object.fromEntries(
    entries.map(([key, inner]) =>
      key === '$ref' && typeof inner === 'string'
        ? [key, inner.replace('#/$defs/', '#/components/schemas/')]
        : [key, moved(inner)],
    ),
  );
}
