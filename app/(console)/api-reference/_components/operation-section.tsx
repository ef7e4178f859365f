'use client';

import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { CodeBlock } from '@/components/ui/code-block';
import { InlineText } from './inline-text';
import { Members, ShapeBlock } from './members';
import { MethodBadge } from './method-badge';
import { shapeOf } from './schema';
import type { ListedOperation } from './sections';

/**
 * One operation: a line that opens; `#operationId` leads to it. What is within is drawn when it is first opened: of a
 * hundred operations, somebody reads two.
 */
export function OperationSection({ listed }: { listed: ListedOperation }) {
  const [opened, setOpened] = useState(false);
  return (
    <details
      id={listed.id}
      className="group/operation scroll-mt-16 target:bg-subtle/40"
      onToggle={({ currentTarget }) => currentTarget.open && setOpened(true)}
    >
      <summary className="-outline-offset-2 flex list-none items-start gap-3 px-3 py-2.5 transition-colors hover:bg-hover sm:px-4 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="mt-0.5 size-4 shrink-0 text-muted transition-transform group-open/operation:rotate-90"
        />
        <MethodBadge method={listed.method} />
        <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3">
          <h3 className="font-medium text-sm">{listed.summary}</h3>
          <span className="min-w-0 break-all font-mono text-muted text-xs leading-5">{listed.path}</span>
        </span>
      </summary>
      {opened && <Body listed={listed} />}
    </details>
  );
}

function Body({ listed }: { listed: ListedOperation }) {
  return (
    <div className="grid gap-5 px-4 pt-1 pb-6 sm:pl-11">
      {listed.description && (
        <p className="max-w-prose">
          <InlineText>{listed.description}</InlineText>
        </p>
      )}
      <p className="text-muted">For tokens of the role {listed.roles.join(' or ')}.</p>
      <Parameters listed={listed} />
      {listed.body && (
        <Part title="Body">
          <ShapeBlock schema={listed.body} direction="sent" />
        </Part>
      )}
      <Answer {...listed.answer} />
      <Refusals refusals={listed.refusals} />
      <CodeBlock label={`Example: ${listed.summary}`} code={listed.example} />
    </div>
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

const places = { path: 'Parameters of the path', query: 'Parameters of the query', header: 'Headers' } as const;

function Parameters({ listed }: { listed: ListedOperation }) {
  return (Object.keys(places) as (keyof typeof places)[]).map((place) => {
    const members = listed.parameters
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

function Answer({ status, description, type, schema }: ListedOperation['answer']) {
  const title = (
    <>
      Answer <span className="font-normal text-muted">{`${status} ${description}`}</span>
    </>
  );
  return (
    <Part title={title}>
      {!schema && <p className="text-muted">Nothing is in it.</p>}
      {schema && type !== 'application/json' && <p className="text-muted">{type}</p>}
      {schema && type === 'application/json' && <ShapeBlock schema={schema} direction="answered" />}
    </Part>
  );
}

function Refusals({ refusals }: Pick<ListedOperation, 'refusals'>) {
  return (
    <Part title="Refusals">
      <ul className="flex flex-wrap gap-x-4 gap-y-1 pt-1">
        {refusals.map(({ code, status }) => (
          <li key={code} className="text-xs">
            <span className="text-muted tabular-nums">{status}</span>{' '}
            <a href={`#${code}`} className="font-mono text-accent-text underline-offset-4 hover:underline">
              {code}
            </a>
          </li>
        ))}
      </ul>
    </Part>
  );
}
