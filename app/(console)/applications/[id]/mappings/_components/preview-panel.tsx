'use client';

import type { ReactNode } from 'react';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { Skeleton } from '@/components/ui/skeleton';
import { Status } from '@/components/ui/status';
import type { ObjectType } from '@/lib/mappings/schema';
import type { MappingPreview } from '@/lib/provisioning/preview-mapping';
import { readPath, sameScimValue } from '@/lib/scim/path';
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
  const differences = preview.current ? differ(preview.values, preview.current) : [];
  const path = objectType === 'user' ? '/Users' : '/Groups';
  return (
    <>
      {!preview.inScope && <Status tone="inactive">Not in scope: nothing is sent</Status>}
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
      {preview.current && (
        <div className="grid gap-2">
          <p className="font-medium">
            {differences.length === 0
              ? `${appName} agrees with all of it`
              : `Differs from ${appName} in ${differences.length} ${differences.length === 1 ? 'attribute' : 'attributes'}`}
          </p>
          {differences.length > 0 && (
            <ul className="grid gap-1.5">
              {differences.map(({ target, from, to }) => (
                <li key={target} className="grid gap-0.5 rounded-md bg-attention-soft px-2.5 py-1.5 font-mono text-xs">
                  <span className="break-all font-sans">{target}</span>
                  <span className="break-all">
                    <del className="text-muted">{from || 'none'}</del> →{' '}
                    <ins className="no-underline">{to || 'none'}</ins>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      <CodeBlock label={`SCIM body (POST ${path})`} code={JSON.stringify(preview.body, null, 2)} wrap maxHeight={420} />
      {preview.current ? (
        <CodeBlock label={`${appName} has now`} code={JSON.stringify(preview.current, null, 2)} wrap maxHeight={320} />
      ) : (
        <p className="text-muted">
          {appName} has {objectType === 'user' ? 'no account of this person' : 'no such group'} that Latchkey knows of.
        </p>
      )}
    </>
  );
}

function differ(values: MappingPreview['values'], current: Record<string, unknown>) {
  return Object.entries(values).flatMap(([target, to]) => {
    const from = read(current, target);
    return sameScimValue(from, to) ? [] : [{ target, from: shownValue(from), to: shownValue(to) }];
  });
}

/** A target that is no path yet, while somebody types it, is nothing over there. */
function read(resource: Record<string, unknown>, target: string): unknown {
  try {
    return readPath(resource, target);
  } catch {
    return undefined;
  }
}
