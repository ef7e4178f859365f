'use client';

import type { ReactNode } from 'react';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { Skeleton } from '@/components/ui/skeleton';
import { Status } from '@/components/ui/status';
import type { ObjectType } from '@/lib/mappings/schema';
import type { MappingPreview } from '@/lib/provisioning/plan/preview-mapping';
import { shownValue } from './shown-value';

/** What one real person or group would get: the exact body, beside what the application has now. */
export function PreviewPanel({
  appName,
  objectType,
  picker,
  chosen,
  preview,
  failed,
}: {
  appName: string;
  objectType: ObjectType;
  picker: ReactNode;
  chosen: boolean;
  preview: MappingPreview | undefined;
  failed: string | undefined;
}) {
  return (
    <Card title="Preview" description="Live, with unsaved changes. Nothing is sent.">
      <div className="grid gap-4" aria-live="polite">
        {picker}
        {failed && <Callout kind="error" title={failed} />}
        {!chosen && (
          <p className="text-muted">Choose {objectType === 'user' ? 'a person' : 'a group'} to see the values.</p>
        )}
        {chosen && !preview && !failed && <Skeleton className="h-48 w-full" />}
        {preview && <Found preview={preview} appName={appName} objectType={objectType} />}
      </div>
    </Card>
  );
}

function Found({ preview, appName, objectType }: { preview: MappingPreview; appName: string; objectType: ObjectType }) {
  const { next, request, current } = preview;
  return (
    <>
      {!preview.inScope && <Status tone="inactive">Not in scope</Status>}
      {preview.problems.map((problem) => (
        <Callout key={`${problem.mappingId}${problem.target}${problem.code}`} kind="error" title={problem.target}>
          {problem.message}
        </Callout>
      ))}
      {preview.violations.map((violation) => (
        <Callout
          key={violation.message}
          kind={violation.severity === 'error' ? 'error' : 'warning'}
          title={violation.message}
        >
          {violation.fix}
        </Callout>
      ))}
      {next && <Next next={next} />}
      {request && (
        <CodeBlock
          label={`${request.method} ${request.path}`}
          code={request.body === null ? '' : JSON.stringify(request.body, null, 2)}
          wrap
          maxHeight={420}
        />
      )}
      {!request && !current && (
        <CodeBlock
          label={preview.inScope ? 'Mapped values' : 'Mapped values, were it in scope'}
          code={JSON.stringify(preview.body, null, 2)}
          wrap
          maxHeight={420}
        />
      )}
      {current ? (
        <CodeBlock label={`${appName} has now`} code={JSON.stringify(current, null, 2)} wrap maxHeight={320} />
      ) : (
        <p className="text-muted">
          {appName} has {objectType === 'user' ? 'no account of this person' : 'no such group'} that Latchkey knows of.
        </p>
      )}
    </>
  );
}

/** What would happen, attribute by attribute. What a new account begins with is all in its request. */
function Next({ next }: { next: NonNullable<MappingPreview['next']> }) {
  const changes = next.action === 'create' ? [] : Object.entries(next.changes);
  return (
    <div className="grid gap-2">
      <p className="font-medium">{next.words}</p>
      {next.hint && <p className="text-muted">{next.hint}</p>}
      {changes.length > 0 && (
        <ul className="grid gap-1.5">
          {changes.map(([target, { from, to }]) => (
            <li key={target} className="grid gap-0.5 rounded-md bg-attention-soft px-2.5 py-1.5 font-mono text-xs">
              <span className="break-all font-sans">{target}</span>
              <span className="break-all">
                <del className="text-muted">{shownValue(from) || 'none'}</del> →{' '}
                <ins className="no-underline">{shownValue(to) || 'none'}</ins>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
