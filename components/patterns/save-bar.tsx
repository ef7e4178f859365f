'use client';

import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { LeaveGuard } from './leave-guard';

/**
 * Sticks to the foot of a form while it holds unsaved changes, with a guard against leaving.
 * Place it last inside the `<form>`; Save submits it.
 */
export function SaveBar({
  dirty,
  pending = false,
  onDiscard,
  saveLabel = 'Save',
  note = 'Unsaved changes',
  disabled = false,
}: {
  dirty: boolean;
  pending?: boolean;
  onDiscard: () => void;
  saveLabel?: string;
  /** What saving will do: "Deactivates 3 accounts". */
  note?: ReactNode;
  disabled?: boolean;
}) {
  return (
    <>
      <LeaveGuard when={dirty} />
      {(dirty || pending) && (
        <div className="sticky bottom-0 z-20 -mx-4 mt-6 flex animate-fade-in flex-wrap items-center justify-between gap-3 border-line border-t bg-canvas px-4 py-3 sm:-mx-6 sm:px-6">
          <span role="status" className="text-muted">
            {note}
          </span>
          <span className="ml-auto flex gap-2">
            <Button onClick={onDiscard} disabled={pending}>
              Discard
            </Button>
            <Button type="submit" variant="primary" pending={pending} disabled={disabled}>
              {saveLabel}
            </Button>
          </span>
        </div>
      )}
    </>
  );
}
