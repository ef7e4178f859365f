'use client';

import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { DiffTable } from './diff-table';
import { InSight } from './in-sight';
import type { Conflict } from './use-conflict';

/**
 * Somebody else saved meanwhile: what is stored now beside what was typed, which is kept until the person decides. Comes
 * into sight and takes the keyboard when it appears.
 */
export function ConflictNotice({
  conflict,
  title = 'Somebody else saved these settings while you were editing them',
  className,
}: {
  conflict: Conflict | undefined;
  title?: string;
  className?: string;
}) {
  if (!conflict) return null;
  const { differences, takeOver, overwrite } = conflict;
  return (
    <InSight takeFocus className={`grid gap-3 ${className ?? ''}`.trim()}>
      <Callout
        kind="warning"
        title={title}
        actions={
          <>
            <Button size="sm" onClick={takeOver}>
              Load what is stored now
            </Button>
            <Button size="sm" onClick={overwrite}>
              Keep mine and save again
            </Button>
          </>
        }
      >
        Nothing was saved. What you typed is still in the form.
      </Callout>
      {differences.length > 0 && (
        <DiffTable
          label="What is stored now and what you typed"
          nameHeader="Setting"
          beforeHeader="Stored now"
          afterHeader="Typed by you"
          rows={differences.map(({ label, stored, typed }) => ({
            name: label,
            before: stored,
            after: typed,
            changed: true,
          }))}
        />
      )}
    </InSight>
  );
}
