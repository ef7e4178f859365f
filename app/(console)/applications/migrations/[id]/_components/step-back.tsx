'use client';

import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import type { MoveStep } from '@/lib/moves/schema';
import { stepBackMigrationAction } from '../actions';
import type { StepProps } from './step-props';

const words: Readonly<Record<MoveStep, { button: string; title: string; done: string }>> = {
  connect: { button: 'Disconnect', title: 'Disconnect', done: 'Disconnected' },
  compare: { button: 'Forget the comparison', title: 'Forget what was compared with', done: 'Forgotten' },
  hand_over: { button: 'Take accounts back', title: 'Take accounts back from', done: 'Accounts were taken back' },
  sign_on: { button: 'Take sign-on back', title: 'Take sign-on back from', done: 'Sign-on was taken back' },
};

function consequencesOf(step: MoveStep, { oldLabel, newLabel, movesAccounts }: StepProps['move']): string[] {
  switch (step) {
    case 'connect':
      return [`The token of ${newLabel} is forgotten: connect it anew to go on.`, `${oldLabel} goes on as it does.`];
    case 'compare':
      return [
        `The import of ${newLabel} is discarded, with what was chosen in it and not confirmed.`,
        'Nothing was sent, and nothing changes over there.',
      ];
    case 'hand_over':
      return [
        ...(movesAccounts
          ? [
              `${oldLabel} provisions again, with its own links, and catches up by a full cycle.`,
              `${newLabel} is paused: it sends nothing. Accounts that it has created stay over there.`,
            ]
          : []),
        'Nobody is deactivated, and nobody loses access: the user groups stay associated with both.',
        ...(movesAccounts ? ['To hand over again, compare accounts anew.'] : []),
      ];
    case 'sign_on':
      return [
        `People sign in through ${oldLabel} again: give its metadata to the application.`,
        `${newLabel} goes on answering, too, until you move sign-on again.`,
      ];
  }
}

/** The way back from the step that was made last, with what happens by it. */
export function StepBack({ move, step }: Pick<StepProps, 'move'> & { step: MoveStep }) {
  const [open, setOpen] = useState(false);
  const { button, title, done } = words[step];
  const stepBack = useAction(stepBackMigrationAction, {
    success: done,
    showError: 'inline',
    onSuccess: () => setOpen(false),
  });
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        {button}
      </Button>
      <ConfirmDestructive
        open={open}
        onOpenChange={(next) => {
          stepBack.clearError();
          setOpen(next);
        }}
        title={`${title} ${move.newLabel}?`}
        consequences={consequencesOf(step, move)}
        confirmLabel={button}
        pending={stepBack.pending}
        error={stepBack.error}
        onConfirm={() => void stepBack.run({ moveId: move.id, step })}
      />
    </>
  );
}
