import type { OpenApiDocument, OpenApiOperation } from '@/lib/api/openapi';
import { problemStatus } from '@/lib/api/problem';
import type { ErrorCode } from '@/lib/core/errors';
import { curlExample } from './curl-example';
import type { IndexGroup } from './reference-index';
import type { Schema } from './schema';

/** What the page tells of an operation. */
export interface ListedOperation {
  /** The operationId, and the anchor. */
  id: string;
  method: string;
  /** Below /api/v1. */
  path: string;
  summary: string;
  description: string | undefined;
  roles: string[];
  parameters: OpenApiOperation['parameters'];
  body: Schema | undefined;
  /** Of a success. `schema` absent: nothing is answered. */
  answer: { status: string; description: string; type: string | undefined; schema: Schema | undefined };
  refusals: { code: ErrorCode; status: number }[];
  /** A line for a shell. */
  example: string;
}

export interface Section {
  id: string;
  title: string;
  description: string;
  operations: ListedOperation[];
}

/** The document by its tags, in its order; a tag without operations is left out. */
export function sectionsOf(document: OpenApiDocument): Section[] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return document.tags
    .map(({ name, description }) => ({
      id: `section-${name.toLowerCase().replaceAll(' ', '-')}`,
      title: name,
      description,
      operations: all
        .filter(({ operation }) => operation.tags.includes(name))
        .map(({ method, path, operation }) => listed(document, method, path, operation)),
    }))
    .filter(({ operations }) => operations.length > 0);
}

function listed(document: OpenApiDocument, method: string, path: string, operation: OpenApiOperation): ListedOperation {
  const server = document.servers[0]?.url ?? '';
  return {
    id: operation.operationId,
    method,
    path,
    summary: operation.summary,
    description: operation.description,
    roles: operation['x-roles'].filter((role) => role !== 'user'),
    parameters: operation.parameters,
    body: operation.requestBody?.content['application/json']?.schema,
    answer: answerOf(operation),
    refusals: refusalsOf(operation).map((code) => ({ code, status: problemStatus(code) })),
    example: curlExample(method, `${server}${path}`, operation, document.components.schemas),
  };
}

function answerOf({ responses }: OpenApiOperation): ListedOperation['answer'] {
  const answers = Object.entries(responses as Record<string, Answered>);
  const [status = '', { description = '', content = {} } = {}] = answers.find(([code]) => code.startsWith('2')) ?? [];
  const [type, media] = Object.entries(content)[0] ?? [];
  return { status, description, type, schema: media?.schema };
}

interface Answered {
  description: string;
  content?: Record<string, { schema: Schema }>;
}

/** Codes that follow from how an operation is called; what it does can be refused for more reasons. */
function refusalsOf({ parameters, requestBody }: OpenApiOperation): ErrorCode[] {
  const has = (name: string) => parameters.some((parameter) => parameter.name === name);
  const isChecked = requestBody !== undefined || parameters.length > 0;
  return [
    ...(isChecked ? (['invalid_input'] as const) : []),
    'unauthenticated',
    'forbidden',
    ...(parameters.some((parameter) => parameter.in === 'path') ? (['not_found'] as const) : []),
    ...(has('If-Match') ? (['stale_version', 'precondition_required'] as const) : []),
    ...(has('Idempotency-Key') ? (['idempotency_key_reused'] as const) : []),
    'rate_limited',
  ];
}

/** What stands beside: sections with their operations, and what comes before and after them. */
export function indexOf(sections: readonly Section[]): IndexGroup[] {
  return [
    { id: 'begin', title: 'How to begin', items: [] },
    ...sections.map(({ id, title, operations }) => ({
      id,
      title,
      items: operations.map(({ id, method, path, summary }) => ({ id, method, path, title: summary })),
    })),
    { id: 'schemas', title: 'Schemas', items: [] },
    { id: 'problems', title: 'Errors', items: [] },
  ];
}

/** The points of the document's introduction: "**Tokens** are created …". */
export function pointsOf(description: string): { term: string; text: string }[] {
  return [...description.matchAll(/^- \*\*(.+?)\*\*(.*)$/gm)].map(([, term = '', text = '']) => ({ term, text }));
}
