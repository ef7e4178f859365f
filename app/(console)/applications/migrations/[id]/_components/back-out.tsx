'use client';

import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { CheckboxField } from '@/components/ui/checkbox';
import { backOutOfMigrationAction } from '../actions';
import type { StepProps } from './step-props';

/** The way back from wherever the migration stands. */
export function BackOut({ move }: Pick<StepProps, 'move'>) {
  const [open, setOpen] = useState(false);
  const [deleteNew, setDeleteNew] = useState(true);
  const backOut = useAction(backOutOfMigrationAction, {
    success: 'You backed out of the migration',
    showError: 'inline',
    onSuccess: () => setOpen(false),
  });
  const { id, oldLabel, newLabel, stage, movesAccounts } = move;
  const hasMoved = stage !== 'prepared';
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-line border-t pt-4">
      <p className="text-muted">
        {hasMoved ? `Backing out gives everything back to ${oldLabel}.` : `Nothing of ${oldLabel} has changed so far.`}
      </p>
      <Button variant="danger-quiet" onClick={() => setOpen(true)}>
        Back out
      </Button>
      <ConfirmDestructive
        open={open}
        onOpenChange={(next) => {
          backOut.clearError();
          setOpen(next);
        }}
        title={`Back out of the migration to ${newLabel}?`}
        consequences={[
          ...(stage === 'signed_over'
            ? [`People sign in through ${oldLabel} again: give its metadata to the application.`]
            : []),
          ...(hasMoved && movesAccounts ? [`${oldLabel} provisions again, with its own links, and catches up.`] : []),
          `${newLabel} sends nothing any more. Accounts that it has created stay over there.`,
        ]}
        confirmLabel="Back out"
        pending={backOut.pending}
        error={backOut.error}
        onConfirm={() => void backOut.run({ moveId: id, deleteNew })}
      >
        <CheckboxField
          label={`Delete ${newLabel}, too`}
          help="Otherwise it stays with its settings, deactivated."
          checked={deleteNew}
          onCheckedChange={(checked) => setDeleteNew(checked === true)}
        />
      </ConfirmDestructive>
    </div>
  );
}
