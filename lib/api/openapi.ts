import type { z } from 'zod';
import { permissions } from '@/lib/auth/permissions';
import { type JsonSchema, toJsonSchema } from './internal/json-schema';
import { type Operation, tags } from './operation';
import { operations } from './operations';
import { problemSchema } from './problem';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

/** One operation in the document; `x-permission` and `x-roles` tell who may. */
export interface OpenApiOperation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, unknown>;
  'x-permission': string;
  'x-roles': readonly string[];
}

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  security: Record<string, string[]>[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { securitySchemes: Record<string, unknown>; schemas: Record<string, JsonSchema> };
}

const description = `Everything that the console does, for scripts.

- **Tokens** are created under *Settings › API Tokens* and sent as \`Authorization: Bearer …\`. A token has a role and a limit of requests a minute (\`RateLimit-*\` headers; 429 with \`Retry-After\` beyond).
- **Errors** are \`application/problem+json\` (RFC 9457) with a stable \`code\`, a \`message\`, often a \`hint\` and the \`field\`.
- **Lists** come in pages: send \`nextCursor\` back as \`cursor\`; the \`Link\` header has the whole address. On the last page there is none.
- **Creates** take an \`Idempotency-Key\`: repeated with the same key, a request creates nothing and gets the first answer. Keys are kept for 24 hours.
- **Changes** of what several people may edit ask for \`If-Match\` with the \`ETag\` that was read, or \`*\`.
- **What is not known is refused**: an unknown member or parameter is an error, not passed over. Answers can gain members in later versions: pass over those that you do not know.
- **An application** is named in a path by its id or by its slug.`;

const made = new Map<string, OpenApiDocument>();

/**
 * The description of the API (OpenAPI 3.1), made from the schemas that check what comes in and goes out. Made once for an
 * origin, of which a process has one: it takes a tenth of a second and is the same each time. Nobody changes it.
 */
export function openApiDocument(origin: string): OpenApiDocument {
  const known = made.get(origin) ?? makeDocument(origin);
  made.set(origin, known);
  return known;
}

function makeDocument(origin: string): OpenApiDocument {
  const schemas: Record<string, JsonSchema> = {};
  toJsonSchema(problemSchema, 'output', schemas);
  const paths: OpenApiDocument['paths'] = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    path[operation.method.toLowerCase()] = describeOperation(operation, schemas);
    paths[operation.path] = path;
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Latchkey API', version: '1', description },
    servers: [{ url: `${origin}/api/v1` }],
    security: [{ token: [] }],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries(Object.entries(schemas).sort(([one], [other]) => one.localeCompare(other))),
    },
  };
}

function describeOperation(operation: Operation, schemas: Record<string, JsonSchema>): OpenApiOperation {
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description ? { description: operation.description } : {}),
    parameters: [
      ...parametersOf(operation.params, 'path', schemas),
      ...parametersOf(operation.query, 'query', schemas),
      ...(operation.present ? [ifMatch] : []),
      ...(operation.idempotent ? [idempotencyKey] : []),
    ],
    ...(operation.body ? { requestBody: requestBody(operation, operation.body, schemas) } : {}),
    responses: {
      [operation.answer ? String(operation.status ?? 200) : '204']: success(operation, schemas),
      default: {
        description: 'Refused: `code` says why',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    'x-permission': operation.permission,
    'x-roles': permissions[operation.permission],
  };
}

const ifMatch: Parameter = {
  name: 'If-Match',
  in: 'header',
  required: true,
  description: 'The ETag of what was read, or `*`.',
  schema: { type: 'string' },
};

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Makes a repeated request harmless; a UUID, for example.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

function parametersOf(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
  schemas: Record<string, JsonSchema>,
): Parameter[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = toJsonSchema(schema, 'input', schemas) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description: text, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof text === 'string' ? { description: text } : {}),
    schema: rest,
  }));
}

function requestBody(operation: Operation, body: z.ZodType, schemas: Record<string, JsonSchema>) {
  const whole = toJsonSchema(body, 'input', schemas);
  const schema = operation.method === 'PATCH' ? partOf(whole) : whole;
  return {
    required: Array.isArray(schema.required) && schema.required.length > 0,
    content: { 'application/json': { schema } },
  };
}

/** Of a PATCH everything may be left out: what is there stays, and no default takes its place. */
function partOf({ required: _, properties = {}, ...schema }: JsonSchema): JsonSchema {
  const members = Object.entries(properties as Record<string, JsonSchema>);
  const withoutDefaults = members.map(([name, { default: __, ...member }]) => [name, member]);
  return { ...schema, properties: Object.fromEntries(withoutDefaults) };
}

function success(operation: Operation, schemas: Record<string, JsonSchema>) {
  if (!operation.answer) return { description: 'Done, nothing to tell' };
  const type = operation.mediaType ?? 'application/json';
  const schema = toJsonSchema(operation.answer, 'output', schemas);
  const headers = {
    ...(memberOf(schema, 'version', schemas)?.type === 'integer'
      ? { ETag: header('The version, as If-Match takes it.') }
      : {}),
    ...(memberOf(schema, 'nextCursor', schemas) ? { Link: header('The address of the next page, `rel="next"`.') } : {}),
    ...(operation.location ? { Location: header('The address of what was created.') } : {}),
  };
  return {
    description: successes[operation.status ?? 200],
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    content: { [type]: { schema } },
  };
}

const successes = { 200: 'OK', 201: 'Created', 202: 'Accepted, goes on in the background' } as const;

const header = (text: string) => ({ description: text, schema: { type: 'string' } });

function memberOf(schema: JsonSchema, name: string, schemas: Record<string, JsonSchema>): JsonSchema | undefined {
  const named = typeof schema.$ref === 'string' ? schemas[schema.$ref.split('/').at(-1) ?? ''] : schema;
  return (named?.properties as Record<string, JsonSchema> | undefined)?.[name];
}
