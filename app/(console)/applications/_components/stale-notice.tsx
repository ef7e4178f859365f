'use client';

import { DiffTable } from '@/components/patterns/diff-table';
import { InSight } from '@/components/patterns/in-sight';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';

/** One setting as stored now and as typed here. */
export interface Conflict {
  name: string;
  stored: string;
  typed: string;
}

/**
 * Somebody else saved meanwhile: what is stored now beside what was typed, which is kept until the person decides.
 */
export function StaleNotice({
  conflicts,
  onLoad,
  onKeep,
}: {
  conflicts: readonly Conflict[];
  /** Throws away what was typed. */
  onLoad: () => void;
  /** What was typed is to be saved over what is stored now. */
  onKeep: () => void;
}) {
  return (
    <InSight takeFocus className="grid gap-3">
      <Callout
        kind="warning"
        title="Somebody else saved these settings while you were editing them"
        actions={
          <>
            <Button size="sm" onClick={onLoad}>
              Load what is stored now
            </Button>
            <Button size="sm" onClick={onKeep}>
              Keep mine and save again
            </Button>
          </>
        }
      >
        Nothing was saved. What you typed is still in the form.
      </Callout>
      {conflicts.length > 0 && (
        <DiffTable
          label="What is stored now and what you typed"
          nameHeader="Setting"
          beforeHeader="Stored now"
          afterHeader="Typed by you"
          rows={conflicts.map(({ name, stored, typed }) => ({ name, before: stored, after: typed, changed: true }))}
        />
      )}
    </InSight>
  );
}
