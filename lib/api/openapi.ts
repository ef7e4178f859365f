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
- **What is not known is refused**: an unknown member or parameter is an error, not passed over.`;

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
        description: 'A refusal',
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
  const { required, ...schema } = toJsonSchema(body, 'input', schemas);
  // Of a PATCH everything may be left out: what is there stays.
  const whole =
    operation.method === 'PATCH' && operation.present ? schema : { ...schema, ...(required ? { required } : {}) };
  const strict = whole.type === 'object' && whole.properties ? { additionalProperties: false, ...whole } : whole;
  return {
    required: Array.isArray(whole.required) && whole.required.length > 0,
    content: { 'application/json': { schema: strict } },
  };
}

function success(operation: Operation, schemas: Record<string, JsonSchema>) {
  if (!operation.answer) return { description: 'Done' };
  const type = operation.mediaType ?? 'application/json';
  const schema = toJsonSchema(operation.answer, 'output', schemas);
  const etag = operation.method === 'GET' && operation.id.startsWith('get');
  return {
    description: operation.status === 201 ? 'Created' : operation.status === 202 ? 'Begun' : 'OK',
    ...(etag
      ? { headers: { ETag: { description: 'For If-Match, where it is versioned.', schema: { type: 'string' } } } }
      : {}),
    content: { [type]: { schema } },
  };
}
