import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { CodeBlock } from '@/components/ui/code-block';
import type { OpenApiOperation } from '@/lib/api/openapi';
import { problemStatus } from '@/lib/api/problem';
import type { ErrorCode } from '@/lib/core/errors';
import { curlExample } from './curl-example';
import { InlineText } from './inline-text';
import { Members, TypeWords, Within } from './members';
import { MethodBadge } from './method-badge';
import { type Member, type Schema, type Schemas, shapeOf } from './schema';

export interface ListedOperation {
  method: string;
  /** Below /api/v1. */
  path: string;
  operation: OpenApiOperation;
}

/** One operation: a line that opens. `#operationId` leads to it. */
export function OperationSection({
  listed,
  server,
  schemas,
}: {
  listed: ListedOperation;
  server: string;
  schemas: Schemas;
}) {
  const { method, path, operation } = listed;
  const body = operation.requestBody?.content['application/json']?.schema;
  return (
    <details id={operation.operationId} className="group/operation scroll-mt-16 target:bg-subtle/40">
      <summary className="-outline-offset-2 flex list-none items-start gap-3 px-3 py-2.5 transition-colors hover:bg-hover sm:px-4 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="mt-0.5 size-4 shrink-0 text-muted transition-transform group-open/operation:rotate-90"
        />
        <MethodBadge method={method} />
        <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3">
          <h3 className="font-medium text-sm">{operation.summary}</h3>
          <span className="min-w-0 break-all font-mono text-muted text-xs leading-5">{path}</span>
        </span>
      </summary>
      <div className="grid gap-5 px-4 pt-1 pb-6 sm:pl-11">
        {operation.description && (
          <p className="max-w-prose">
            <InlineText>{operation.description}</InlineText>
          </p>
        )}
        <p className="text-muted">
          For tokens of the role {operation['x-roles'].filter((role) => role !== 'user').join(' or ')}.
        </p>
        <Parameters operation={operation} />
        {body && (
          <Part title="Body">
            <ShapeBlock schema={body} direction="sent" />
          </Part>
        )}
        <Answer operation={operation} />
        <CodeBlock label="Example" code={curlExample(method, `${server}${path}`, operation, schemas)} />
      </div>
    </details>
  );
}

function Part({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <div className="grid min-w-0 gap-1">
      <h4 className="text-sm">{title}</h4>
      {children}
    </div>
  );
}

/** What is sent or answered: the members of an object, else its type. */
export function ShapeBlock({ schema, direction }: { schema: Schema; direction: 'sent' | 'answered' }) {
  const shape = shapeOf(schema);
  const [only, another] = shape.variants;
  if (shape.type === 'object' && only && !another) return <Members members={only.members} direction={direction} />;
  return (
    <div className="grid gap-1 py-1">
      <TypeWords shape={shape} />
      <Within shape={shape} direction={direction} />
    </div>
  );
}

const places = { path: 'Parameters of the path', query: 'Parameters of the query', header: 'Headers' } as const;

function Parameters({ operation }: { operation: OpenApiOperation }) {
  return (Object.keys(places) as (keyof typeof places)[]).map((place) => {
    const members: Member[] = operation.parameters
      .filter((parameter) => parameter.in === place)
      .map(({ name, required, description, schema }) => ({ name, required, description, ...shapeOf(schema) }));
    if (members.length === 0) return null;
    return (
      <Part key={place} title={places[place]}>
        <Members members={members} direction="sent" />
      </Part>
    );
  });
}

interface Answered {
  description: string;
  content?: Record<string, { schema: Schema }>;
}

function Answer({ operation }: { operation: OpenApiOperation }) {
  const successes = Object.entries(operation.responses as Record<string, Answered>).filter(([status]) =>
    status.startsWith('2'),
  );
  return (
    <>
      {successes.map(([status, { description, content = {} }]) => {
        const [[type, media] = []] = Object.entries(content);
        return (
          <Part
            key={status}
            title={
              <>
                Answer <span className="font-normal text-muted">{`${status} ${description}`}</span>
              </>
            }
          >
            {!media && <p className="text-muted">Nothing is in it.</p>}
            {media && type !== 'application/json' && <p className="text-muted">{type}</p>}
            {media && type === 'application/json' && <ShapeBlock schema={media.schema} direction="answered" />}
          </Part>
        );
      })}
      <Part title="Refusals">
        <ul className="flex flex-wrap gap-x-4 gap-y-1 pt-1">
          {refusalsOf(operation).map((code) => (
            <li key={code} className="text-xs">
              <span className="text-muted tabular-nums">{problemStatus(code)}</span>{' '}
              <a href={`#${code}`} className="font-mono text-accent-text underline-offset-4 hover:underline">
                {code}
              </a>
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
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
