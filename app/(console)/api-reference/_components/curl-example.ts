import type { OpenApiOperation } from '@/lib/api/openapi';
import { refName, type Schema, type Schemas } from './schema';

/** Values that read better than what a schema alone would give. */
const known: Record<string, unknown> = {
  email: 'jo.freeman@example.com',
  username: 'jo.freeman',
  firstname: 'Jo',
  lastname: 'Freeman',
  displayName: 'Jo Freeman',
  displayLabel: 'Egnyte',
  label: 'Nightly import',
  name: 'Engineering',
  slug: 'egnyte',
  templateId: 'egnyte',
  description: 'Made by a script',
};
const byFormat: Record<string, unknown> = {
  uuid: '01890a5d-ac96-774b-bcce-b302099a8057',
  'date-time': '2030-01-01T00:00:00Z',
  date: '2030-01-01',
  email: 'jo.freeman@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
};

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A request as one types it into a shell: token and ids are variables, the body has what is required (of a change: two
 * members).
 */
export function curlExample(
  method: string,
  url: string,
  operation: Pick<OpenApiOperation, 'parameters' | 'requestBody'>,
  schemas: Schemas,
): string {
  const address = url.replace(/\{(\w+)\}/g, (_, name: string) => `$${shellName(name)}`);
  const query = operation.parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(schema, schemas, name)))}`);
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"${address}${query.length > 0 ? `?${query.join('&')}` : ''}"`,
    '-H "Authorization: Bearer $TOKEN"',
  ];
  const headers = new Set(
    operation.parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name),
  );
  if (headers.has('If-Match')) lines.push(`-H 'If-Match: "1"'`);
  if (headers.has('Idempotency-Key')) lines.push('-H "Idempotency-Key: $(uuidgen)"');
  const body = operation.requestBody?.content['application/json']?.schema;
  if (body) {
    const json = JSON.stringify(bodyOf(body, schemas, method === 'PATCH'), null, 2);
    lines.push('-H "Content-Type: application/json"', `-d '${json.replaceAll("'", `'\\''`)}'`);
  }
  return lines.join(' \\\n  ');
}

const shellName = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

function bodyOf(schema: Schema, schemas: Schemas, isChange: boolean): unknown {
  if (!isChange || !isSchema(schema.properties)) return exampleOf(schema, schemas, '');
  const some = Object.entries(schema.properties).slice(0, 2);
  return Object.fromEntries(some.map(([name, value]) => [name, exampleOf(value, schemas, name)]));
}

/** A value that a schema allows, patterns aside. */
export function exampleOf(schema: unknown, schemas: Schemas, name: string, depth = 0): unknown {
  if (!isSchema(schema) || depth > 6) return {};
  const ref = refName(schema);
  if (ref) return exampleOf(schemas[ref], schemas, name, depth + 1);
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (options) {
    const some = options.find((option) => isSchema(option) && option.type !== 'null');
    return exampleOf(some, schemas, name, depth + 1);
  }
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0];
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.default !== undefined && schema.type !== 'object') return schema.default;
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
  if (type === 'array') return schema.items ? [exampleOf(schema.items, schemas, singular(name), depth + 1)] : [];
  if (type === 'integer' || type === 'number') return numberOf(schema);
  if (type === 'boolean') return true;
  if (type === 'string') return stringOf(schema, name);
  return objectOf(schema, schemas, depth);
}

function objectOf(schema: Schema, schemas: Schemas, depth: number): Record<string, unknown> {
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const own = required.map((name) => [name, exampleOf(properties[name], schemas, name, depth + 1)]);
  const parts = Array.isArray(schema.allOf) ? schema.allOf.filter(isSchema) : [];
  return Object.assign({}, ...parts.map((part) => objectOf(part, schemas, depth)), Object.fromEntries(own));
}

function numberOf(schema: Schema): number {
  const least = typeof schema.minimum === 'number' ? schema.minimum : 1;
  return Math.abs(least) < Number.MAX_SAFE_INTEGER ? Math.max(least, 1) : 1;
}

function stringOf(schema: Schema, name: string): unknown {
  if (typeof schema.format === 'string' && schema.format in byFormat) return byFormat[schema.format];
  const fallback = /url$/i.test(name) ? byFormat.url : name || 'text';
  const value = String(known[name] ?? fallback);
  const least = typeof schema.minLength === 'number' ? schema.minLength : 0;
  return value.padEnd(least, '-');
}

const singular = (name: string) => name.replace(/ies$/, 'y').replace(/s$/, '');
